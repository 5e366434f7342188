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
from .methods import TON_METHOD, bounds_of
from .settings import Settings

MAINNET: Final = (ChainReader(TONCENTER, "https://toncenter.com/api/v3"),)
TESTNET: Final = (ChainReader(TONCENTER, "https://testnet.toncenter.com/api/v3"),)
ANSWER_BYTES_MAX: Final = 8 * 1024 * 1024
TETHER: Final = "EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs"

READING: Final = "page"
"""The operation by which what came is read."""
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
    pulse: "Readers"


@frozen
class Readers:
    """Those who read the chain for us; while none of them is asked nobody would be credited."""

    pool: EndpointPool
    guards: tuple[Guard, ...]

    @property
    def resting(self) -> str:
        """As the port says."""
        resting = [guard.resting for guard in self.guards]
        return self.pool.resting(READING) or (resting[0] if all(resting) else "")


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
    owner, masters = addresses_of(ton)
    async with open_chain(ton, clock, signals, reputations, TON_METHOD) as (chain, pulse):
        purses = Purses(chain, owner, masters)
        yield Shop(
            gateway=TonGateway(
                chain=chain,
                purses=purses,
                cursors=cursors,
                bounds=bounds_of(settings)[TON_METHOD],
                testnet=ton.testnet,
            ),
            feed=TonFeed(chain, purses, clock),
            pulse=pulse,
        )


@asynccontextmanager
async def open_chain(
    ton: Ton, clock: Clock, signals: Signals, reputations: Reputations, name: str
) -> AsyncIterator[tuple[PooledChain, Readers]]:
    """The chain as the operator's readers tell of it, under a name for how they fare."""
    async with AsyncExitStack() as opened:
        readers: dict[str, Reader] = {}
        asked = ton.api or (TESTNET if ton.testnet else MAINNET)
        # A key is a secret between us and whoever gave it, not for the others.
        for number, (each, key) in enumerate(zip_longest(asked, ton.api_key), start=1):
            reader = _reader(f"reader{number}", each, "" if key is None else key.reveal(), signals)
            readers[f"reader{number}"] = await opened.enter_async_context(reader)
        pool = EndpointPool(name, operations_of(readers), clock, signals=signals)
        await opened.enter_async_context(resilience.remembering(pool, reputations))
        yield (
            PooledChain(pool, readers, clock),
            Readers(pool, tuple(reader.guard for reader in readers.values())),
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


def addresses_of(ton: Ton) -> tuple[Address, dict[Address, Asset]]:
    """
    Ours, and the masters of the jettons that are taken.

    Raises:
        SettingWrong, SettingMissing: one of them is none, or is not said.
    """
    return address_of("ALTYN_TON_ADDRESS", ton.address, ton.testnet), masters_of(ton)


def masters_of(ton: Ton) -> dict[Address, Asset]:
    """The masters of the jettons that are taken and paid in."""
    if not ton.usdt and ton.testnet:
        raise SettingMissing("ALTYN_TON_USDT", "there is no official USDT on the test network")
    return {address_of("ALTYN_TON_USDT", ton.usdt or TETHER, ton.testnet): USDT}


def address_of(setting: str, written: str, testnet: bool) -> Address:
    """The address that is written there, or SettingWrong."""
    try:
        return parse_address(written, testnet)
    except NotAnAddress as wrong:
        raise SettingWrong(setting, str(wrong)) from None
