"""TON as a way of paying; it is imported when it was enabled."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import zip_longest
from typing import Final
from urllib.parse import urlsplit

from attrs import frozen

from ...adapters.http import open_caller
from ...adapters.ton import (
    Address,
    Chain,
    NotAnAddress,
    PooledChain,
    Purses,
    Tonapi,
    Toncenter,
    ToncenterV2,
    TonFeed,
    TonGateway,
    Unhurried,
    operations_of,
    parse_address,
)
from ...core import resilience  # its `remembering` is a module too, behind the door
from ...core.clock import Clock
from ...core.money import USDT, Asset
from ...core.payments import Cursors
from ...core.resilience import DEPENDENCIES, EndpointPool, Guard, Reputations
from ...core.signals import Signals
from .chain_readers import TONAPI, TONCENTER, TONCENTER_V2, ChainReader
from .errors import SettingMissing, SettingWrong
from .merchants import Ton
from .methods import BOUNDS, TON_METHOD
from .settings import Settings

MAINNET: Final = (ChainReader(TONCENTER, "https://toncenter.com/api/v3"),)
TESTNET: Final = (ChainReader(TONCENTER, "https://testnet.toncenter.com/api/v3"),)
ANSWER_BYTES_MAX: Final = 8 * 1024 * 1024
TETHER: Final = "EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs"

REST_SECONDS: Final[Mapping[str, float]] = {
    "toncenter.com": 1.0,
    "testnet.toncenter.com": 1.0,
    "tonapi.io": 4.0,
    "testnet.tonapi.io": 4.0,
}
"""So long these want whoever has no key to wait between two calls."""

Reader = Tonapi | Toncenter | ToncenterV2
READERS: Final[Mapping[str, tuple[type[Reader], str]]] = {
    TONCENTER: (Toncenter, "/api/v3"),
    TONCENTER_V2: (ToncenterV2, "/api/v2"),
    TONAPI: (Tonapi, "/v2"),
}
"""Whose calls begin there, unless the address says otherwise."""


@frozen
class Shop:
    """Our address and what reads it."""

    gateway: TonGateway
    feed: TonFeed


@asynccontextmanager
async def open_ton(
    settings: Settings,
    clock: Clock,
    signals: Signals,
    cursors: Cursors,
    reputations: Reputations,
) -> AsyncIterator[Shop]:
    """The gateway, its feed and their connections."""
    ton = settings.ton
    owner, masters = _address("ALTYN_TON_ADDRESS", ton.address, ton.testnet), _masters(ton)
    async with AsyncExitStack() as opened:
        readers: dict[str, Chain] = {}
        asked = ton.api or (TESTNET if ton.testnet else MAINNET)
        # A key is a secret between us and whoever gave it, not for the others.
        for number, (each, key) in enumerate(zip_longest(asked, ton.api_key), start=1):
            reader = _reader(f"reader{number}", each, "" if key is None else key.reveal(), signals)
            readers[f"reader{number}"] = await opened.enter_async_context(reader)
        pool = EndpointPool(TON_METHOD, operations_of(readers), clock, signals=signals)
        await opened.enter_async_context(resilience.remembering(pool, reputations))
        chain = PooledChain(pool, readers, clock)
        purses = Purses(chain, owner, masters)
        yield Shop(
            gateway=TonGateway(
                chain=chain,
                purses=purses,
                cursors=cursors,
                bounds=BOUNDS[TON_METHOD],
                testnet=ton.testnet,
            ),
            feed=TonFeed(chain, purses, clock),
        )


@asynccontextmanager
async def _reader(
    name: str, asked: ChainReader, key: str, signals: Signals
) -> AsyncIterator[Reader]:
    """Somebody who reads the chain for us, and the connections to him."""
    kind, prefix = READERS[asked.kind]
    parts = urlsplit(asked.website)
    host = f"{parts.scheme}://{parts.netloc}"
    rest_seconds = 0 if key else REST_SECONDS.get(parts.netloc, 0)
    async with open_caller(TON_METHOD, host, answer_bytes_max=ANSWER_BYTES_MAX) as caller:
        yield kind(
            caller=Unhurried(caller, rest_seconds) if rest_seconds else caller,
            guard=Guard(f"ton.{name}", DEPENDENCIES["ton"], signals=signals),
            api_key=key,
            prefix=parts.path or prefix,
        )


def _masters(ton: Ton) -> dict[Address, Asset]:
    if not ton.usdt and ton.testnet:
        raise SettingMissing("ALTYN_TON_USDT", "there is no official USDT on the test network")
    return {_address("ALTYN_TON_USDT", ton.usdt or TETHER, ton.testnet): USDT}


def _address(setting: str, written: str, testnet: bool) -> Address:
    try:
        return parse_address(written, testnet)
    except NotAnAddress as wrong:
        raise SettingWrong(setting, str(wrong)) from None
