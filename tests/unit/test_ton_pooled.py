"""Several readers of the chain: another is asked where one is silent, confused or far behind."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest
from attrs import define, field

from altyn.adapters.memory import ManualClock, ManualTicks
from altyn.adapters.ton import (
    AccountState,
    Address,
    Chain,
    ContractMissing,
    Head,
    JettonWallet,
    Page,
    PooledChain,
    Status,
    Transaction,
    operations_of,
)
from altyn.core.errors import AltynError
from altyn.core.payments import ProviderUnclear
from altyn.core.resilience import EndpointPool, NoCandidate, TurnedAway

SHOP = Address(0, bytes(range(32)))
USDT = Address(0, bytes(32))
Told = TypeVar("Told")


@define
class Reader:
    """One who tells a story of his own, or only why he does not."""

    head_: Head
    failure: AltynError | None = None
    asked: list[tuple[Any, ...]] = field(factory=list, init=False)

    async def head(self) -> Head:
        return self._told(self.head_, "head")

    async def transactions(
        self,
        account: Address,
        *,
        start_lt: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 100,
    ) -> Sequence[Transaction]:
        return self._told((), "transactions", account, start_lt, since, until, limit)

    async def page(
        self,
        account: Address,
        *,
        start_lt: int | None = None,
        since: datetime | None = None,
        limit: int = 100,
    ) -> Page:
        return self._told(Page(self.head_, (), last=True), "page", account, start_lt, since, limit)

    async def account(self, address: Address) -> AccountState:
        return self._told(AccountState(head=self.head_, status=Status.UNINIT), "account", address)

    async def send(self, bag: str) -> None:
        return self._told(None, "send", bag)

    async def jetton_wallet_address(self, master: Address, owner: Address) -> Address:
        return self._told(owner, "address", master, owner)

    async def jetton_wallet_data(self, wallet: Address) -> JettonWallet:
        told = JettonWallet(balance=self.head_.seqno, owner=SHOP, master=USDT)
        return self._told(told, "data", wallet)

    async def jetton_balance(self, wallet: Address) -> int:
        return self._told(self.head_.seqno, "balance", wallet)

    def _told(self, answer: Told, *asked: Any) -> Told:
        self.asked.append(asked)
        if self.failure is not None:
            raise self.failure
        return answer


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def near(clock: ManualClock) -> Reader:
    return Reader(Head(1, clock.now()))


@pytest.fixture
def far(clock: ManualClock) -> Reader:
    return Reader(Head(2, clock.now() - timedelta(seconds=600)))


@pytest.fixture
def chain(clock: ManualClock, near: Reader, far: Reader) -> PooledChain:
    readers: dict[str, Chain] = {"near": near, "far": far}
    pool = EndpointPool("ton", operations_of(readers), clock, ticks=ManualTicks())
    return PooledChain(pool, readers, clock)


async def every_question(chain: Chain, clock: ManualClock) -> Sequence[tuple[Any, ...]]:
    """All there are, once each; answers how they should arrive."""
    noon = clock.now()
    await chain.head()
    await chain.transactions(SHOP, start_lt=3, since=noon, until=noon, limit=7)
    await chain.page(SHOP, start_lt=4, since=noon, limit=8)
    await chain.jetton_wallet_address(USDT, SHOP)
    await chain.jetton_wallet_data(SHOP)
    await chain.jetton_balance(USDT)
    await chain.account(SHOP)
    await chain.send("a message")
    return [
        ("head",),
        ("transactions", SHOP, 3, noon, noon, 7),
        ("page", SHOP, 4, noon, 8),
        ("address", USDT, SHOP),
        ("data", SHOP),
        ("balance", USDT),
        ("account", SHOP),
        ("send", "a message"),
    ]


async def test_the_first_is_asked(
    chain: PooledChain, clock: ManualClock, near: Reader, far: Reader
) -> None:
    """While he is well, and with everything that was to be asked."""
    assert near.asked == await every_question(chain, clock)
    assert far.asked == []
    assert await chain.jetton_balance(USDT) == 1


@pytest.mark.parametrize(
    "failure", [ProviderUnclear("ton", "a row is missing"), TurnedAway("too busy", 7.0)]
)
async def test_another_is_asked_where_one_does_not_say(
    chain: PooledChain, clock: ManualClock, near: Reader, far: Reader, failure: AltynError
) -> None:
    """To read harms nobody."""
    near.failure = failure
    assert far.asked == await every_question(chain, clock) == near.asked
    assert await chain.jetton_balance(USDT) == 2


async def test_a_no_is_an_answer(chain: PooledChain, near: Reader, far: Reader) -> None:
    """The others would say the same."""
    near.failure = ContractMissing(USDT)
    with pytest.raises(ContractMissing):
        await chain.jetton_wallet_data(USDT)
    assert far.asked == []


async def test_a_page_and_its_head_are_of_one_reader(
    chain: PooledChain, near: Reader, far: Reader
) -> None:
    """What one has not read yet the head of the other does not vouch for."""
    near.failure = ProviderUnclear("ton", "a row is missing")
    assert (await chain.page(SHOP)).head == far.head_


async def test_whoever_lags_is_passed_over(
    chain: PooledChain, clock: ManualClock, near: Reader, far: Reader
) -> None:
    """He would be silent for ever, and nobody would notice."""
    near.head_, far.head_ = Head(1, clock.now() - timedelta(seconds=600)), Head(2, clock.now())
    assert (await chain.page(SHOP)).head.seqno == 1
    near.head_ = Head(1, clock.now() - timedelta(seconds=601))
    assert (await chain.page(SHOP)).head.seqno == 2
    assert (len(near.asked), len(far.asked)) == (2, 1)


async def test_a_late_page_is_better_than_none(
    chain: PooledChain, clock: ManualClock, near: Reader, far: Reader
) -> None:
    """What it tells happened, and it does not claim to know more."""
    near.head_ = Head(1, clock.now() - timedelta(seconds=602))
    far.head_ = Head(2, clock.now() - timedelta(seconds=601))
    assert (await chain.page(SHOP)).head == far.head_
    far.head_ = Head(2, clock.now() - timedelta(seconds=603))
    assert (await chain.page(SHOP)).head == near.head_
    far.failure = ProviderUnclear("ton", "no answer")
    assert (await chain.page(SHOP)).head == near.head_


async def test_they_may_all_be_silent(chain: PooledChain, near: Reader, far: Reader) -> None:
    """Then nobody knows, and after a while nobody is asked."""
    near.failure = far.failure = ProviderUnclear("ton", "no answer")
    with pytest.raises(ProviderUnclear):
        await chain.head()
    for _ in range(99):
        with suppress(ProviderUnclear, NoCandidate):
            await chain.head()
    with pytest.raises(NoCandidate):
        await chain.head()
    assert len(near.asked) < 99
