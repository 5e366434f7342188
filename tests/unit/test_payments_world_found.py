"""What the world has found, told once more as short stories."""

import pytest

from altyn.core.balances import account_name
from altyn.core.money import TON, Money
from altyn.core.payments import (
    ArrivalMoved,
    NotReturnable,
    ProviderRefused,
    RefundStage,
    RefundState,
)
from tests.unit.payments_house import House, order, wish
from tests.unit.staff import ANNA

BOB, CAROL = account_name("user:bob"), account_name("user:carol")
NO = ProviderRefused("fake", "no")


@pytest.fixture
async def house() -> House:
    """A house in whose drawer 500 of nobody's wait."""
    house = House()
    async with house.store():
        await house.book.hold("fake", [house.inflow(500)])
    return house


async def test_what_set_out_and_came_back_is_given_once_more(house: House) -> None:
    """As much as was given while it was away: both are given, and nothing stays in the drawer."""
    refund = await house.ask_back(wish(units=250))
    await house.give("fake", "in-1", BOB, by=ANNA)
    house.gateway.refunds.append(NO)
    await house.carry_out(refund.id)
    await house.give("fake", "in-1", BOB, by=ANNA)
    assert await house.holds(BOB) == 500
    assert await house.holds("suspense:unmatched") == 0
    await house.sound()


async def test_what_came_once_is_given_to_one(house: House) -> None:
    """Else what goes back of it all would be taken from whoever was given the last part."""
    refund = await house.ask_back(wish(units=200))
    await house.give("fake", "in-1", BOB, by=ANNA)
    house.gateway.refunds.append(NO)
    await house.carry_out(refund.id)
    with pytest.raises(ArrivalMoved):
        await house.give("fake", "in-1", CAROL, by=ANNA)
    assert (await house.holds(BOB), await house.holds(CAROL)) == (300, 0)
    await house.sound()


async def test_what_was_given_away_is_not_credited_to_whom_it_was_for() -> None:
    """Part by part neither: they would have less than the books say of their payment."""
    house = House()
    payment = await house.open(order())
    await house.comes(payment, house.inflow(500, asset=TON))
    refund = await house.ask_back(wish(amount=Money(200, TON)))
    await house.give("fake", "in-1", BOB, by=ANNA)
    house.gateway.refunds.append(NO)
    await house.carry_out(refund.id)
    with pytest.raises(ArrivalMoved):
        await house.credit("fake", "in-1", by=ANNA)
    assert await house.holds(BOB, TON) == 300
    await house.sound()


async def test_one_part_of_what_grew_goes_back_at_a_time() -> None:
    """A provider tells of one invoice one thing: of two refunds nobody knew which it is about."""
    house = House()
    payment = await house.open(order())
    await house.comes(payment, house.inflow(1000))
    await house.comes(payment, house.inflow(1600))
    first = await house.ask_back(wish(1, "in-1"))
    for key in ("in-1+1", "in-1"):
        with pytest.raises(NotReturnable):
            await house.ask_back(wish(2, key))
    house.gateway.refunds.append(RefundStage.ACCEPTED)
    assert (await house.carry_out(first.id)).state is RefundState.ACCEPTED
    with pytest.raises(NotReturnable, match="another part of it is on its way back"):
        await house.ask_back(wish(2, "in-1+1"))
    house.gateway.refunds.append(RefundStage.DONE)
    await house.carry_out(first.id)
    assert (await house.ask_back(wish(2, "in-1+1"))).amount.units == 600
    await house.sound()
