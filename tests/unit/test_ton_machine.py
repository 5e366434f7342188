"""Whatever is sent to an address on TON, however it is read: all that came is booked, once."""

import asyncio
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, TypeVar
from uuid import UUID

from attrs import evolve, frozen
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from altyn.adapters.memory import ManualTicks
from altyn.adapters.ton import memo_of
from altyn.core.errors import AltynError
from altyn.core.money import TON, USDT, Asset, Money
from altyn.core.payments import Arrival, Kind, Payment, PaymentId, Rules, State
from altyn.entrypoints.sandbox import Fault
from altyn.entrypoints.sandbox.ton import TonDesk
from altyn.entrypoints.sandbox.ton_cells import excesses, stranger
from altyn.entrypoints.wiring.methods import TREATMENTS
from tests.unit.machines import played
from tests.unit.payments_house import House
from tests.unit.staff import ANNA
from tests.unit.ton_outside import NANO, SHOP, Shop, pooled
from tests.unit.ton_readers import PATHS, READERS, reader_at

Told = TypeVar("Told")

DUST: Final = NANO // 100
PRICES: Final = {TON: 2 * NANO, USDT: 5_000_000}
NOBODY: Final = stranger("nobody")
UNKNOWN: Final = PaymentId(UUID(int=7))
FAULTS: Final = st.sampled_from(list(Fault))
KINDS: Final = tuple(READERS)
WHICH: Final = st.integers(0, len(KINDS) - 1)
WHOSE: Final = st.integers(0, 9)
SELDOM: Final = st.sampled_from([False, False, False, True])


class Crash(BaseException):
    """The process died here."""


@frozen
class Came:
    """What came, as those who sent it know."""

    amount: Money
    payment: PaymentId | None
    silent: bool = False
    """Nobody told our address."""


class TonMachine(RuleBasedStateMachine):
    """
    People are asked and pay as people do, three readers of one chain fail and lag, ours die.

    In the end everything that came is in the books under the transaction by which it came: for
    the payment that its memo names or in the drawer, and nothing else is.
    """

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        house = House(Rules(of_method=TREATMENTS))
        self.house, self.clock, self.ticks = house, house.clock, ManualTicks()
        first = TonDesk(house.clock)
        self.desks = [first, *(TonDesk(house.clock, chain=first.chain) for _ in KINDS[1:])]
        self.began = house.clock.now()
        self.payments: list[Payment] = []
        self.came: dict[str, Came] = {}
        self.start_again()
        self.run(self.shop.read())
        for asset, method in ((TON, "ton"), (USDT, "ton"), (USDT, "fake")):
            self.ask(asset, method)

    def run(self, asked: Coroutine[Any, Any, Told]) -> Told:
        """Wait for it."""
        return self.runner.run(asked)

    @rule()
    def start_again(self) -> None:
        """A new process, which remembers nothing of the old one."""
        readers = (reader_at(*each) for each in zip(KINDS, self.desks, strict=True))
        chain = pooled(self.clock, *readers, ticks=self.ticks)
        self.shop = Shop.over(self.house, self.desks[0], chain)

    @rule(asset=st.sampled_from([TON, USDT]), method=st.sampled_from(["ton", "ton", "fake"]))
    def ask(self, asset: Asset, method: str) -> None:
        """Somebody is asked for money, here or by another way of paying."""
        price = Money(PRICES[asset], asset).decimal
        self.payments.append(self.run(self.shop.asked(price, asset, method)))

    @rule(number=st.integers(0, 5))
    def call_off(self, number: int) -> None:
        """A payment is called off; money may come all the same."""
        for payment in self.payments[number : number + 1]:
            with suppress(AltynError):
                self.run(self.house.cancel(payment.id, ANNA, "changed their mind"))

    @rule(
        whose=WHOSE,
        part=st.sampled_from([1, DUST - 1, DUST, NANO, 2 * NANO, 2 * NANO, 3 * NANO]),
        spoilt=SELDOM,
        bounce=SELDOM,
        exit_code=st.sampled_from([0, 0, 37]),
    )
    def send(self, whose: int, part: int, spoilt: bool, bounce: bool, exit_code: int) -> None:
        """Coins, with a memo or without, which may come back at once."""
        memo, payment = self.memo(whose, spoilt)
        sent = self.desks[0].send(
            SHOP, part, memo, encrypted=spoilt and bounce, bounce=bounce, exit_code=exit_code
        )
        if not sent.outcome.back and (part >= DUST or (memo and not spoilt)):
            self.came[sent.hash.hex()] = Came(Money(part, TON), payment)

    @rule(
        whose=WHOSE,
        units=st.sampled_from([0, 1, 2_500_000, 5_000_000, 5_000_000, 7_000_000]),
        spoilt=SELDOM,
        inline=st.booleans(),
        silent=SELDOM,
        lie=SELDOM,
    )
    def send_jettons(
        self, whose: int, units: int, spoilt: bool, inline: bool, silent: bool, lie: bool
    ) -> None:
        """Jettons, with a word or without; or only the word, from somebody who lies."""
        memo, payment = self.memo(whose, spoilt)
        sent = self.desks[0].send_jetton(
            SHOP, units, memo, inline=inline, notify=not silent, false_wallet=lie
        )
        if units and not lie:
            named = None if silent else payment
            self.came[sent.hash.hex()] = Came(Money(units, USDT), named, silent)

    @rule(what=st.integers(0, 4))
    def we_do_something(self, what: int) -> None:
        """None of it is a deposit."""
        desk = self.desks[0]
        match what:
            case 0:
                desk.external(SHOP)
            case 1:
                desk.send(NOBODY, NANO, "ours", source=SHOP, bounce=True)
            case 2:
                desk.send(NOBODY, NANO, "ours", source=SHOP)
            case 3:
                desk.send_jetton(NOBODY, 1_000_000, source=SHOP)
            case 4:
                desk.send(SHOP, NANO // 20, body=excesses())

    def memo(self, whose: int, spoilt: bool) -> tuple[str | None, PaymentId | None]:
        """What somebody writes, and which payment that is for."""
        if whose == 0:
            return None, None
        payment = self.payments[whose % len(self.payments)] if whose > 1 else None
        memo = memo_of(payment.id if payment else UNKNOWN)
        if spoilt:
            return memo.lower(), None
        return memo, payment.id if payment and payment.order.method == "ton" else None

    @rule(seconds=st.sampled_from([1, 30, 400, 3600]))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.clock.advance(seconds=seconds)
        self.ticks.advance(seconds=seconds)

    @rule(which=WHICH, seconds=st.sampled_from([0, 5, 1000]))
    def lag(self, which: int, seconds: int) -> None:
        """A reader stands still."""
        self.desks[which].lag(seconds)

    @rule(which=WHICH)
    def catch_up(self, which: int) -> None:
        """He follows the chain again."""
        self.desks[which].catch_up()

    @rule(which=WHICH, fault=FAULTS)
    def go_down(self, which: int, fault: Fault) -> None:
        """A provider fails until further notice."""
        self.desks[which].down = fault

    @rule(which=WHICH)
    def come_up(self, which: int) -> None:
        """He is well again."""
        self.desks[which].down = None

    @rule(which=WHICH, place=st.integers(0, 2), fault=FAULTS)
    def stumble(self, which: int, place: int, fault: Fault) -> None:
        """He fails the next time."""
        paths = PATHS[KINDS[which]]
        self.desks[which].faults.plan(paths[place % len(paths)], fault)

    @rule()
    def read(self) -> None:
        """The feed is read, if somebody answers."""
        with suppress(AltynError):
            self.run(self.shop.read())

    @rule()
    def read_together(self) -> None:
        """By two at once."""

        async def both() -> None:
            said = await asyncio.gather(self.shop.read(), self.shop.read(), return_exceptions=True)
            assert all(isinstance(each, int | AltynError) for each in said)

        self.run(both())

    @rule()
    def die(self) -> None:
        """Whoever reads dies before what was read is kept."""

        @asynccontextmanager
        async def dying() -> AsyncIterator[None]:
            async with self.house.store():
                yield
                raise Crash

        transaction: Any = dying
        with suppress(Crash, AltynError):
            self.run(evolve(self.house.read_feed, transaction=transaction)(self.shop.feed))

    @rule()
    def read_it_all_again(self) -> None:
        """Somebody puts the place back to the beginning."""

        async def rewound() -> None:
            cursors = self.house.cursors
            now = await cursors.get("ton")
            began = f"@{int(self.began.timestamp())}"
            await cursors.put(evolve(now, position=began), was=now)

        self.run(rewound())

    @rule()
    def poll(self) -> None:
        """Payments are looked at."""
        self.run(self.house.poll())

    @rule(book=st.booleans())
    def tie_out(self, book: bool) -> None:
        """The books are compared with the chain, and what is missing is put into the drawer."""
        with suppress(AltynError):
            self.run(self.shop.read())  # else what was not read yet would be held
            found = self.run(self.shop.tied(hours=200))
            if book:
                strays = [each for each in found.differences if each.payment is None]
                self.run(self.shop.book(evolve(found, differences=strays)))

    @invariant()
    def the_books_are_sound(self) -> None:
        """At any moment."""
        self.run(self.house.sound())

    @invariant()
    def nothing_is_there_that_did_not_come(self) -> None:
        """And nothing is there twice, since each is there under its key."""
        for arrival in self.arrivals():
            came = self.came[arrival.inflow.key]
            assert arrival.inflow.amount == came.amount
            assert arrival.payment == came.payment

    def arrivals(self) -> list[Arrival]:
        """Everything in the books."""
        return list(self.house.arrivals._kept.values())

    def teardown(self) -> None:
        """In the end everybody is well, and everything is read and compared."""
        try:
            if sys.exception() is None:
                self.all_is_well()
                self.run(self.everything_is_in_the_books())
        finally:
            self.runner.close()

    def all_is_well(self) -> None:
        """Nothing fails any more, and the time of every payment is over."""
        for desk in self.desks:
            desk.down = None
            desk.faults._planned.clear()
            desk.catch_up()
        for _ in range(20):  # those who failed too often are left alone for a while
            self.wait(3600)
            self.read()

    async def everything_is_in_the_books(self) -> None:
        """Each part of it where it belongs."""
        await self.shop.read()
        booked = {each.inflow.key for each in self.arrivals()}
        silent = {key for key, came in self.came.items() if came.silent}
        assert booked | silent == set(self.came)
        found = await self.shop.tied(hours=200)
        missing = {each.key for each in found.differences if each.kind is Kind.MISSING_HERE}
        assert missing == silent - booked
        assert await self.shop.book(found) == len(missing)

        for payment in self.payments:
            if payment.order.method == "ton":
                await self.house.check(payment.id)
        asked = {each.id: each.asked for each in self.payments}
        before: dict[PaymentId, int] = defaultdict(int)
        for key, came in self.came.items():
            arrival = await self.house.arrivals.get("ton", key)
            credited = 0
            if came.payment is not None and came.amount.asset == asked[came.payment].asset:
                if before[came.payment] < asked[came.payment].units:
                    credited = came.amount.units
                before[came.payment] += came.amount.units
            assert (arrival.credited.units, arrival.returned.units) == (credited, 0)
        for payment in self.payments:
            if payment.order.method == "ton":
                await self.it_ended_well(payment, before[payment.id])

        found = await self.shop.tied(hours=200)
        nobodys = {key for key, came in self.came.items() if came.payment is None}
        assert {(each.kind, each.key) for each in found.differences} == {
            (Kind.UNMATCHED, key) for key in nobodys
        }
        await self.house.sound()

    async def it_ended_well(self, payment: Payment, units: int) -> None:
        """It is known what became of it."""
        after = await self.house.payments.get(payment.id)
        assert after.came.units == units
        if not units:
            assert after.state in (State.EXPIRED, State.CANCELLED)
        elif units < after.asked.units:
            assert after.state is State.UNDERPAID
        else:
            exact = units == after.asked.units
            assert after.state is (State.SETTLED if exact else State.OVERPAID)


TestTonMachine = TonMachine.TestCase
TestTonMachine.settings = played(examples=60, steps=40)
