"""Several who read the chain: whoever is well is asked, and whoever lags behind is passed over."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeVar

from attrs import frozen

from ...core.clock import Clock
from ...core.errors import Unavailable
from ...core.payments import ProviderUnclear
from ...core.resilience import Candidate, Effect, EndpointPool, Operation
from ...core.spans import calling
from .address import Address
from .chain import METHOD, ROWS, AccountState, Chain, Head, JettonWallet, Page, Transaction

Told = TypeVar("Told")
Dated = TypeVar("Dated", Page, AccountState)

LAG_SECONDS_MAX: Final = 600.0


def operations_of(readers: Iterable[str]) -> tuple[Operation, ...]:
    """What a pool of them is asked, the preferred reader first."""
    candidates = tuple(Candidate(reader) for reader in readers)
    names = ("head", "transactions", "page", "wallet_address", "wallet_data", "balance", "account")
    # A signed message is handed to the next reader after any failure, as if it were only read: an
    # account carries out one message under a number, whoever brings it and however often.
    return tuple(Operation(name, Effect.READ, candidates) for name in (*names, "send"))


@frozen
class PooledChain:
    """The chain as any of its readers tells of it; each answer is that of one reader alone."""

    pool: EndpointPool
    """With the operations of these readers."""
    readers: Mapping[str, Chain]
    clock: Clock
    lag_seconds_max: float = LAG_SECONDS_MAX
    """What a reader says who is further behind is taken when there is no other."""

    async def head(self) -> Head:
        """As the port says."""
        return await self._ask("head", lambda reader: reader.head())

    async def transactions(
        self,
        account: Address,
        *,
        start_lt: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = ROWS,
    ) -> Sequence[Transaction]:
        """As the port says."""
        return await self._ask(
            "transactions",
            lambda reader: reader.transactions(
                account, start_lt=start_lt, since=since, until=until, limit=limit
            ),
        )

    async def page(
        self,
        account: Address,
        *,
        start_lt: int | None = None,
        since: datetime | None = None,
        limit: int = ROWS,
    ) -> Page:
        """As the port says."""
        return await self._fresh(
            "page",
            lambda reader: reader.page(account, start_lt=start_lt, since=since, limit=limit),
        )

    async def account(self, address: Address) -> AccountState:
        """As the port says."""
        return await self._fresh("account", lambda reader: reader.account(address))

    async def send(self, bag: str) -> None:
        """As the port says."""
        await self._ask("send", lambda reader: reader.send(bag))

    async def jetton_wallet_address(self, master: Address, owner: Address) -> Address:
        """As the port says."""
        return await self._ask(
            "wallet_address", lambda reader: reader.jetton_wallet_address(master, owner)
        )

    async def jetton_wallet_data(self, wallet: Address) -> JettonWallet:
        """As the port says."""
        return await self._ask("wallet_data", lambda reader: reader.jetton_wallet_data(wallet))

    async def jetton_balance(self, wallet: Address) -> int:
        """As the port says."""
        return await self._ask("balance", lambda reader: reader.jetton_balance(wallet))

    async def _fresh(self, operation: str, ask: Callable[[Chain], Awaitable[Dated]]) -> Dated:
        """What somebody says who is not far behind, or else the newest of what was said."""
        late: list[Dated] = []

        async def asked(reader: Chain) -> Dated:
            told = await ask(reader)
            lag_seconds = (self.clock.now() - told.head.at).total_seconds()
            if lag_seconds > self.lag_seconds_max:
                late.append(told)
                raise ProviderUnclear(METHOD, f"a reader is {lag_seconds:.0f} s behind")
            return told

        try:
            return await self._ask(operation, asked)
        except Unavailable:
            if not late:
                raise
            return max(late, key=lambda told: told.head.at)  # it says itself how far it goes

    async def _ask(self, operation: str, ask: Callable[[Chain], Awaitable[Told]]) -> Told:
        async def there(candidate: Candidate) -> Told:
            with calling(METHOD, operation, endpoint=candidate.name):
                return await ask(self.readers[candidate.name])

        return await self.pool.call(operation, there)
