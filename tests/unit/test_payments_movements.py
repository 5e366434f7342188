"""What came and went on somebody's account by no payment stands among what they paid."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, cast
from uuid import UUID

import pytest
from attrs import define, evolve, field
from hypothesis import given, settings
from hypothesis import strategies as st

from altyn.core.balances import (
    Account,
    AccountName,
    Ledger,
    MoveMoney,
    Statement,
    Transfer,
    TransferId,
    account_name,
)
from altyn.core.money import TON, USDT, XTR, Asset, Money
from altyn.core.payments import Case, Event, Progress, Rules, Treatment
from tests.unit.payments_house import USER, House, order, wish
from tests.unit.staff import ANNA

GIFTS = account_name("income:gifts")


async def opened(house: House, *assets: Asset) -> None:
    """Accounts of the user and of the house."""
    for asset in assets:
        await house.ledger.open(Account(USER, asset))
        await house.ledger.open(Account.unlimited(GIFTS, asset))


async def moved(
    house: House,
    number: int,
    units: int,
    kind: str = "bonus",
    asset: Asset = XTR,
    who: AccountName = USER,
    memo: str = "",
    reference: str = "",
) -> Transfer:
    """So much comes to somebody, or leaves them."""
    source, target = (GIFTS, who) if units > 0 else (who, GIFTS)
    transfer = Transfer(
        id=TransferId(UUID(int=number)),
        source=source,
        target=target,
        amount=Money(abs(units), asset),
        kind=kind,
        memo=memo,
        reference=reference,
    )
    await MoveMoney(house.ledger)(transfer)
    return transfer


async def history(house: House, page: int = 100, who: str = "user:1") -> list[Event]:
    """All of it, read in pages."""
    found: list[Event] = []
    before: tuple[datetime, UUID] | None = None
    while some := await house.history(who, page, before):
        assert len(some) <= page
        found += some
        before = found[-1].at, found[-1].id
    return found


def told(events: Sequence[Event]) -> list[tuple[str, int]]:
    """In short."""
    return [(each.kind, each.amount.units) for each in events]


async def test_what_moved_is_a_line() -> None:
    """Done, with the change that it made and the words that came with it."""
    house = House()
    await opened(house, XTR)
    await moved(house, 1, 100, memo="for the New Year", reference="campaign:7")
    house.clock.advance(minutes=1)
    await moved(house, 2, -30, "purchase", reference="order:7")
    bought, bonus = await history(house)
    assert bonus == Event(
        id=UUID(int=1),
        kind="bonus",
        progress=Progress.COMPLETED,
        at=bonus.at,
        amount=Money(100, XTR),
        method="",
        payment=None,
        note="for the New Year",
    )
    assert (bought.kind, bought.amount, bought.note) == ("purchase", Money(-30, XTR), "order:7")
    assert (bought.at - bonus.at).total_seconds() == 60


async def test_kinds_that_nobody_knows_are_adjustments() -> None:
    """So is a correction, which takes a mistake back before everybody's eyes."""
    house = House()
    await opened(house, XTR)
    mistake = await moved(house, 1, 100)
    await MoveMoney(house.ledger)(mistake.opposite(TransferId(UUID(int=2))))
    await moved(house, 3, 5, "tip_of_the_day")
    assert told(await history(house)) == [("adjustment", 5), ("adjustment", -100), ("bonus", 100)]


async def test_what_payments_tell_is_not_told_twice() -> None:
    """Their money passes through accounts of ours on its way in, out and back again."""
    house = House(Rules({Case.OVER: Treatment.HOLD}))
    payment = await house.comes(await house.open(order()), house.inflow(1500))
    await house.credit("fake", "in-1", ANNA)
    await house.ask_back(wish(7, units=400))
    house.clock.advance(minutes=1)
    assert told(await history(house)) == [("refund", 400), ("recharge", 1500)]
    assert {each.payment for each in await history(house)} == {payment.id}
    await house.sound()


async def test_what_was_given_from_the_drawer() -> None:
    """Is a line of whoever got it, unless a payment of theirs tells of that money."""
    house = House(Rules({Case.OVER: Treatment.HOLD}))
    async with house.store():
        await house.book.hold("fake", [house.inflow(5, "nobody's")])
    await house.give("fake", "nobody's", USER, ANNA)
    assert told(await history(house)) == [("recharge", 5)]
    payment = await house.open(order())
    await house.comes(payment, house.inflow(1500), house.inflow(9, "other", TON))
    await house.give("fake", "in-1", USER, ANNA)
    await house.give("fake", "other", USER, ANNA)
    assert sorted(told(await history(house))) == [
        ("recharge", 5),
        ("recharge", 9),
        ("recharge", 1500),
    ]
    bob = account_name("user:2")
    await house.comes(await house.open(order(2)), house.inflow(1400, "in-2"))
    await house.give("fake", "in-2", bob, ANNA)
    assert told(await history(house, who="user:2")) == [("recharge", 400)]


async def test_what_is_no_transfer_of_ours() -> None:
    """Words that look like nothing of ours do not stand in the way."""
    house = House()
    await house.ledger.open(Account.unlimited(account_name("clearing:fake"), XTR))
    await opened(house, XTR)
    transfer = Transfer(
        id=TransferId(UUID(int=1)),
        source=account_name("clearing:fake"),
        target=USER,
        amount=Money(7, XTR),
        reference="by hand",
    )
    await MoveMoney(house.ledger)(transfer)
    assert told(await history(house)) == [("adjustment", 7)]


@pytest.mark.parametrize("who", ["user:9", "somebody", ""])
async def test_who_has_no_account(who: str) -> None:
    """Has no history either; a payer may be called by any name."""
    assert await history(House(), who=who) == []
    assert list(await House().history("user:1", 0)) == []


async def test_nothing_happened_on_the_account() -> None:
    """An empty one has no lines, from any place on."""
    house = House()
    await opened(house, XTR)
    assert list(await house.history("user:1", 5, (house.clock.now(), UUID(int=1)))) == []


WHAT = st.sampled_from(["pay", "return", "bonus", "adjust", "gold", "tick", "other"])
STEPS = st.lists(
    st.tuples(WHAT, st.integers(1, 2**64)), max_size=25, unique_by=lambda step: step[1]
)


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_pages_lose_nothing_and_repeat_nothing(steps: list[tuple[str, int]]) -> None:
    """Whatever happened, at one moment or at several, in pages of any length."""

    async def play() -> None:
        house = House()
        await opened(house, XTR, USDT)
        expected: set[UUID] = set()
        paid: list[str] = []
        for step, number in steps:
            match step:
                case "pay":
                    payment = await house.open(order(number))
                    await house.comes(payment, house.inflow(1000, f"in-{number}"))
                    paid.append(f"in-{number}")
                case "return" if paid:
                    await house.ask_back(wish(number, paid.pop(0)))
                case "bonus":
                    await moved(house, number, 10)
                case "gold":
                    await moved(house, number, 3, "adjustment", USDT)
                case "adjust" if (await house.holds(USER, XTR)) >= 5:
                    await moved(house, number, -5, "adjustment")
                case "tick":
                    house.clock.advance(seconds=1)
                    continue
                case "other":
                    await moved_by_another(house, number)
                    continue
                case _:
                    continue
            expected.add(UUID(int=number))
        whole = await history(house, 1000)
        assert {each.id for each in whole} == expected
        assert all((a.at, a.id) > (b.at, b.id) for a, b in pairwise(whole))
        for page in range(1, len(whole) + 2):
            assert await history(house, page) == whole

    asyncio.run(play())


async def moved_by_another(house: House, number: int) -> None:
    """Something comes to somebody else."""
    bob = account_name("user:2")
    await house.ledger.open(Account(bob, XTR))
    await moved(house, number, 10, who=bob)


@define
class Watched:
    """A ledger, and how many entries each look at a statement of it asked for."""

    ledger: Ledger
    looks: list[int] = field(factory=list)

    async def statement(
        self, account: AccountName, asset: Asset, *, before: int | None = None, limit: int = 50
    ) -> Statement:
        """As the port says."""
        self.looks.append(limit)
        return await self.ledger.statement(account, asset, before=before, limit=limit)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.ledger, name)


async def test_a_long_account_is_not_read_from_its_newest_entry() -> None:
    """A page far back is found in a few looks, whatever happened since."""
    house = House()
    await opened(house, XTR)
    for number in range(1, 600):
        await moved(house, number, 1)
        house.clock.advance(seconds=1)
    whole = await history(house, 1000)
    ledger = Watched(house.ledger)
    place = whole[500].at, whole[500].id
    reading = evolve(house.history, ledger=cast("Ledger", ledger))
    assert list(await reading("user:1", 3, place)) == whole[501:504]
    assert len(ledger.looks) < 15
    assert sum(ledger.looks) < 150
