"""What comes after it was given up: the books show what it has cost, and a person settles it."""

from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import UUID

import pytest

from altyn.core.balances import (
    InsufficientFunds,
    MoveMoney,
    Transfer,
    TransferId,
    account_name,
)
from altyn.core.identity import Caller, NotAllowed, Role
from altyn.core.money import RUB, TON, Asset, Money
from altyn.core.purchases import (
    Funding,
    Late,
    Purchase,
    PurchaseId,
    PurchaseMoved,
    Stage,
    State,
    SupplierUnclear,
)
from altyn.core.purchases.pricing import CAMPAIGN
from tests.unit.purchases_house import ANN, BANK, House, wish
from tests.unit.staff import ANNA, BORIS

CUSTOMER: Final = Caller(name="user:ann", role=Role.CUSTOMER)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """Ann has money; in the end the books sum to nothing."""
    house = await House().furnished()
    yield house
    await house.sound()


async def given_up(house: House, id: int = 1, **changes: Any) -> PurchaseId:
    """The supplier said that it will not come, and our money is with him."""
    house.supplier.stage = Stage.FAILED
    bought = await house.bought(id, **changes)
    await house.work(1)
    assert await house.state(bought) is State.RELEASED
    house.supplier.stage = Stage.DELIVERED
    return bought


async def has(house: House, name: str, asset: Asset = TON) -> str:
    """What an account holds, in figures."""
    return (await house.ledger.balance(account_name(name), asset)).posted.decimal


async def test_what_comes_late_is_a_loss(house: House) -> None:
    """What the supplier took shows against no sale, a person is called, and Ann has her money."""
    id = await given_up(house)
    cost = await has(house, "supply:fragment")
    assert await house.look_for_late() == 1
    late = await house.purchases.get(id)
    assert (late.state, late.late, late.check_at) == (State.RELEASED, Late.WAITING, None)
    assert (late.proof, late.told) == ("seen", "it was delivered after it was given up")
    assert await has(house, "supply:fragment") == "0.000000000"
    assert await has(house, "late:stars") == cost
    assert await house.ann_has() == ("1000.00", "0.00")
    assert [each.id for each in await house.purchases.in_review(9)] == [id]
    assert (await house.told()).count("purchase.late") == 1
    assert await house.look_for_late() == 0
    assert (await house.told()).count("purchase.late") == 1


async def spent(house: House, rubles: str) -> None:
    """Ann spends something."""
    amount = Money.parse(rubles, RUB)
    await MoveMoney(house.ledger)(
        Transfer(id=TransferId(UUID(int=9)), source=ANN, target=BANK, amount=amount)
    )


async def test_a_customer_pays_after_all(house: House) -> None:
    """Then it is as if it had come in time, and there was no loss."""
    id = await given_up(house)
    cost = await has(house, "supply:fragment")
    await house.look_for_late()
    paid = await house.settle_late(id, ANNA, charge=True, because="she agrees")
    assert (paid.state, paid.late, paid.decided_by) == (State.DELIVERED, Late.PAID, "anna")
    assert await house.ann_has() == ("835.00", "0.00")
    assert await has(house, "income:stars", RUB) == "165.00"
    assert (await has(house, "late:stars"), await has(house, "supply:fragment")) == (
        "0.000000000",
        cost,
    )
    assert (await house.told())[-1] == "purchase.delivered"
    assert not await house.purchases.in_review(9)
    for charge in (True, False):
        with pytest.raises(PurchaseMoved):
            await house.settle_late(id, BORIS, charge=charge, because="me too")
    assert await house.ann_has() == ("835.00", "0.00")


async def test_a_customer_who_has_too_little_pays_nothing(house: House) -> None:
    """Nothing moves, it goes on waiting, and the house may bear it for good."""
    id = await given_up(house)
    cost = await has(house, "supply:fragment")
    await house.look_for_late()
    await spent(house, "900")
    with pytest.raises(InsufficientFunds):
        await house.settle_late(id, ANNA, charge=True, because="she agrees")
    assert (await house.purchases.get(id)).late is Late.WAITING
    borne = await house.settle_late(id, ANNA, charge=False, because="she is gone")
    assert (borne.state, borne.late, borne.told) == (State.RELEASED, Late.BORNE, "she is gone")
    assert await has(house, "late:stars") == cost
    assert await house.ann_has() == ("100.00", "0.00")
    assert (await house.told()).count("purchase.borne") == 1
    assert await house.look_for_late() == 0
    assert not await house.purchases.in_review(9)


async def test_a_person_says_that_it_came(house: House) -> None:
    """Once; of what was never paid, or is not given up, nobody says so."""
    house.supplier.stage = Stage.PENDING
    id = await house.bought()
    with pytest.raises(PurchaseMoved):
        await house.report_late(id, ANNA, "Bob has them")
    await house.work(17)
    await house.decide(id, ANNA, delivered=False, because="he closed")
    late = await house.report_late(id, BORIS, "Bob has them")
    assert (late.late, late.decided_by, late.told) == (Late.WAITING, "boris", "Bob has them")
    with pytest.raises(PurchaseMoved):
        await house.report_late(id, ANNA, "Bob has them")
    deeds = [each.audited.what for each in await house.trail.onward(9)]
    assert deeds == ["purchase.decided", "purchase.late"]


async def test_only_who_decides_says_so(house: House) -> None:
    """Neither that it came, nor who pays for it, is for a customer to say."""
    id = await given_up(house)
    with pytest.raises(NotAllowed):
        await house.report_late(id, CUSTOMER, "I have them")
    await house.look_for_late()
    with pytest.raises(NotAllowed):
        await house.settle_late(id, CUSTOMER, charge=False, because="thanks")
    assert (await house.purchases.get(id)).late is Late.WAITING


async def test_what_the_house_bought_is_there(house: House) -> None:
    """It wanted it and has it: nothing is lost, and nobody has to decide."""
    house.supplier.stage = Stage.FAILED
    quoted = await house.quote(wish(funding=Funding(account=None)))
    await house.buy_for_house(quoted.id, ANNA, "")
    await house.work(1)
    assert await house.state(quoted.id) is State.RELEASED
    cost = await has(house, "supply:fragment")
    house.supplier.stage = Stage.DELIVERED
    assert await house.look_for_late() == 1
    late = await house.purchases.get(quoted.id)
    assert (late.state, late.late) == (State.DELIVERED, Late.PAID)
    assert await has(house, "supply:fragment") == cost
    assert (await house.told()).count("purchase.late") == 0


async def test_a_campaign_gets_what_it_had_lost(house: House) -> None:
    """It bore what was paid: that is now the price of what has come."""
    id = await given_up(house, role=CAMPAIGN)
    assert await has(house, "lost:stars", RUB) == "150.00"
    assert await house.look_for_late() == 1
    late = await house.purchases.get(id)
    assert (late.state, late.late) == (State.DELIVERED, Late.PAID)
    assert await has(house, "lost:stars", RUB) == "0.00"
    assert await has(house, "income:stars", RUB) == "150.00"
    assert await house.ann_has() == ("850.00", "0.00")


async def test_what_is_not_there_is_asked_about_for_a_week(house: House) -> None:
    """Whether he says nothing or that it never will be; no longer than that."""
    id = await given_up(house)
    house.supplier.stage = Stage.FAILED
    assert await house.look_for_late() == 0
    house.supplier.fails = [SupplierUnclear("fragment", "silence")]
    assert await house.look_for_late() == 0
    house.supplier.stage = Stage.DELIVERED
    house.clock.advance(hours=8 * 24)
    assert await house.look_for_late() == 0
    assert (await house.purchases.get(id)).given_up


async def test_a_mistake_about_one_stops_no_other(house: House) -> None:
    """It is logged, and the next one is asked about."""
    await given_up(house)
    second = await given_up(house, 2)
    house.supplier.fails = [RuntimeError("a bug")]
    assert await house.look_for_late() == 1
    assert (await house.purchases.get(second)).late is Late.WAITING


async def test_whoever_says_so_second_changes_nothing(house: House) -> None:
    """Somebody has said so while the supplier was asked; it is booked once."""
    id = await given_up(house)
    delivery = type(house.supplier).delivery

    async def seen(supplier: Any, purchase: Purchase, message: str) -> Any:
        await house.report_late(id, ANNA, "Bob has them")
        return await delivery(supplier, purchase, message)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(house.supplier), "delivery", seen)
        assert await house.look_for_late() == 0
    assert (await house.purchases.get(id)).decided_by == "anna"
    assert (await house.told()).count("purchase.late") == 1


async def test_what_was_never_billed_has_cost_nothing(house: House) -> None:
    """There is no loss to be booked of it."""
    quoted = await house.purchases.get(await house.bought())
    with pytest.raises(ValueError, match="nothing was paid"):
        _ = quoted.cost_borne
