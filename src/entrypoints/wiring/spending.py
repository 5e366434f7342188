"""Our hot wallet on TON, and who is bought from with it; imported when something is enabled."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from ...adapters.fragment import (
    FRAGMENT,
    CookiesMalformed,
    FragmentApi,
    FragmentSupplier,
    Payer,
    Session,
)
from ...adapters.http import open_caller
from ...adapters.ton import CODES, Key, NotAPhrase, TonWallet, Version
from ...core.clock import Clock
from ...core.money import TON, USDT
from ...core.resilience import DEPENDENCIES, Guard, Reputations, Turns
from ...core.signals import Signals
from .errors import SettingWrong
from .settings import Settings
from .ton import address_of, masters_of, open_chain

WALLET: Final = "ton"
AT_ONCE: Final = 4
"""So many calls of one session go on at Fragment side by side."""


@asynccontextmanager
async def open_wallet(
    settings: Settings, clock: Clock, signals: Signals, reputations: Reputations
) -> AsyncIterator[TonWallet]:
    """The wallet; its key is wiped when it is closed."""
    ton = settings.ton
    # Those of a chain on this machine take the place of the known ones, never stand beside them.
    told = {code: Version(kind) for code, kind in ton.wallet_codes.items()}
    address = address_of("ALTYN_TON_WALLET", ton.wallet, ton.testnet)
    try:
        key = Key.of_phrase(ton.mnemonic.reveal())
    except NotAPhrase as wrong:
        raise SettingWrong("ALTYN_TON_MNEMONIC", str(wrong)) from None
    try:
        async with open_chain(ton, clock, signals, reputations, "wallet") as (chain, _):
            yield TonWallet(
                name=WALLET,
                chain=chain,
                address=address,
                key=key,
                clock=clock,
                masters=masters_of(ton),
                testnet=ton.testnet,
                codes=told or CODES,
            )
    finally:
        key.wipe()


@asynccontextmanager
async def open_fragment(
    settings: Settings, wallet: TonWallet, clock: Clock, signals: Signals
) -> AsyncIterator[FragmentSupplier]:
    """Fragment, paid by that wallet."""
    ours = settings.fragment
    try:
        session = Session.parse(ours.cookies.reveal())
    except CookiesMalformed as wrong:
        raise SettingWrong("ALTYN_FRAGMENT_COOKIES", str(wrong)) from None
    testnet = settings.ton.testnet
    destinations = {address_of("ALTYN_FRAGMENT_PAYEES", each, testnet) for each in ours.payees}

    async def payer() -> Payer:
        its = await wallet.open()
        return Payer(
            address=its.address,
            public_key=its.public_key,
            state_init=its.state_init,
            version=its.version,
        )

    async with open_caller(FRAGMENT, ours.api) as caller:
        yield FragmentSupplier(
            api=FragmentApi(
                session=session,
                caller=caller,
                guard=Guard(FRAGMENT, DEPENDENCIES[FRAGMENT], signals=signals),
                turns=Turns(name=FRAGMENT, admit=at_once, running_max=AT_ONCE, signals=signals),
            ),
            address=wallet.address,
            payer=payer,
            clock=clock,
            destinations=frozenset(destinations),
            paid_in=USDT if ours.paid_in == USDT.code else TON,
        )


async def at_once() -> float:
    """Only how many call at the same time is limited."""
    return 0.0
