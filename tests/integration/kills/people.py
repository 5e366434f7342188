"""Those who pay in the town: exactly, too little, too much, late, twice; by every way there is."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, Final
from uuid import UUID

from attrs import frozen

from altyn.core.money import RUB, TON, USDT, XTR, Money
from altyn.core.payments import PaymentId, State
from altyn.entrypoints.cli.exits import Exit
from altyn.entrypoints.sandbox.telegram_sales import Checkout, Outcome

from . import mines
from .processes import KILLED
from .shop import Shop

PRESSES_MAX: Final = 4
A_WHILE_SECONDS: Final = 0.3


class Habit(StrEnum):
    """How somebody pays who is asked for money."""

    EXACTLY = "exactly"
    TOO_LITTLE = "too little"
    IN_PARTS = "in parts"
    TOO_MUCH = "too much"
    TWICE = "twice"
    LATE = "late"
    AFTER_ALL = "after all"
    """They called it off before."""


SHARES: Final = {
    Habit.TOO_LITTLE: (0.5,),
    Habit.IN_PARTS: (0.5, 0.5),
    Habit.TOO_MUCH: (1.5,),
    Habit.TWICE: (1, 1),
}

TELEGRAMS: Final = frozenset({"stars", "cards"})
TELEGRAMS_HABITS: Final = {
    Habit.TOO_LITTLE: Habit.EXACTLY,
    Habit.LATE: Habit.EXACTLY,
    Habit.IN_PARTS: Habit.TWICE,
    Habit.TOO_MUCH: Habit.TWICE,
}


@frozen(kw_only=True)
class Bill:
    """What somebody is asked for."""

    number: int
    method: str
    asked: Money
    habit: Habit
    id: PaymentId

    @property
    def payer(self) -> str:
        """Everybody pays once, so that their account tells what came of it."""
        return f"user:{self.number}"

    def parts(self) -> list[Money]:
        """What is transferred, one after the other."""
        shares = SHARES.get(self.habit, (1,))
        return [Money(int(self.asked.units * each), self.asked.asset) for each in shares]


@frozen
class Person:
    """Somebody with a bill."""

    shop: Shop
    bill: Bill

    async def __call__(self) -> None:
        """Is asked for money, and pays as they do."""
        payment = await self.opened()
        if not payment["provider_id"]:  # it took so long that nobody may pay it any more
            assert payment["state"] in (State.CREATED, State.EXPIRED), payment
            return
        match self.bill.habit:
            case Habit.LATE:
                until = datetime.fromisoformat(payment["expires_at"])
                await self.shop.until_later_than(until)
            case Habit.AFTER_ALL:
                await self.called_off()
        await PAYING[self.bill.method](self, payment)
        self.shop.town.carry()

    async def opened(self) -> Any:
        """The payment; whoever does not learn what came of it asks once more under the same id."""
        bill, random = self.bill, self.shop.town.random
        words = ("payments", "open", bill.payer, bill.asked.decimal, bill.asked.asset.code)
        # Of what is digital Telegram lets no card pay; a mug may be paid by every way there is.
        more = ("--method", bill.method, "--id", str(bill.id), "--goods", "physical", "--json")
        while True:
            mine = mines.on_the_way(random) if self.shop.unsafe and random.random() < 0.2 else None
            life = await self.shop.nursery.start(*words, *more, mine=mine)
            match await life.end():
                case Exit.DONE:
                    return life.document
                case Exit.REFUSED:  # it took so long that no invoice is opened any more
                    assert life.document["state"] == State.CREATED, life.said
                    return life.document
                case code:
                    assert code in (KILLED, Exit.UNAVAILABLE), (code, life.said)
                    self.shop.killed_commands += code == KILLED

    async def called_off(self) -> None:
        """Does not want it any more."""
        while True:
            life = await self.shop.nursery.start("payments", "cancel", str(self.bill.id), "--json")
            code = await life.end()
            if code in (Exit.DONE, Exit.REFUSED):  # or it is over, and need not be called off
                return
            assert code in (KILLED, Exit.UNAVAILABLE), life.said
            self.shop.killed_commands += code == KILLED

    async def a_while(self) -> None:
        """Until somebody pays."""
        await asyncio.sleep(self.shop.town.random.uniform(0, A_WHILE_SECONDS))


async def by_heleket(person: Person, payment: Any) -> None:
    """Pay an invoice of Heleket."""
    for amount in person.bill.parts():
        await person.a_while()
        person.shop.town.heleket.pay(person.bill.id.hex, amount.decimal)
        person.shop.town.carry()


async def by_psp(person: Person, payment: Any) -> None:
    """Pay with a card, on the page of Example Pay."""
    for amount in person.bill.parts():
        await person.a_while()
        person.shop.town.psp.pay(person.bill.id.hex, amount.decimal)
        person.shop.town.carry()


async def on_chain(person: Person, payment: Any) -> None:
    """Send coins or jettons with the memo."""
    bill = person.bill
    for amount in bill.parts():
        await person.a_while()
        person.shop.town.send(bill.id, payment["provider_id"], amount, bill.payer)


async def by_telegram(person: Person, payment: Any) -> None:
    """Press the button, again when nothing came of it; or two people at the same time."""
    desk, town = person.shop.town.telegram, person.shop.town
    for _ in range(PRESSES_MAX):
        await person.a_while()
        people = [desk.join("Anna") for _ in person.bill.parts()]
        pressed = [desk.pay(payment["link"], each) for each in people[:2]]
        town.carry()
        await town.until(partial(answered, pressed))
        if any(each.outcome in (Outcome.PAID, Outcome.REFUSED) for each in pressed):
            return


def answered(pressed: Sequence[Checkout]) -> bool:
    """Whether each of them knows; who is not told sees after ten seconds that it was too late."""
    return all(each.outcome is not Outcome.WAITING for each in pressed)


PAYING: Final[dict[str, Callable[[Person, Any], Awaitable[None]]]] = {
    "heleket": by_heleket,
    "example": by_psp,
    "ton": on_chain,
    "stars": by_telegram,
    "cards": by_telegram,
}
WAYS: Final[Sequence[tuple[str, Money]]] = (
    ("heleket", Money.parse("10", USDT)),
    ("stars", Money(100, XTR)),
    ("ton", Money.parse("2", TON)),
    ("example", Money.parse("500.50", RUB)),
    ("cards", Money.parse("300", RUB)),
    ("ton", Money.parse("5", USDT)),
)


def bill_of(number: int, id: UUID, ways: Sequence[tuple[str, Money]]) -> Bill:
    """Every way and every habit has its turn."""
    turn, way = divmod(number, len(ways))
    method, asked = ways[way]
    habits = list(Habit)
    habit = habits[(turn + way) % len(habits)]
    if method in TELEGRAMS:  # who charges what was asked for, and nothing late
        habit = TELEGRAMS_HABITS.get(habit, habit)
    return Bill(number=number, method=method, asked=asked, habit=habit, id=PaymentId(id))
