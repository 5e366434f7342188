"""What the house buys for itself, by hand: agreed to by whoever may, once, with its entry."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from attrs import evolve

from altyn.adapters.memory import MemoryTrail
from altyn.core.events import Event
from altyn.core.identity import Audit, Audited, Caller, Link, NotAllowed, NotSure, Role, UserId
from altyn.core.money import RUB, TON
from altyn.core.purchases import (
    HOUSE,
    NotForHouse,
    Purchase,
    PurchaseId,
    PurchaseMissing,
    QuoteExpired,
    State,
    supply,
)
from tests.unit.purchases_house import COST, House, stars, wish
from tests.unit.staff import ANNA, BORIS

PRIZE = PurchaseId(UUID(int=7))
BOB = Caller(name="user:1", role=Role.OPERATOR, user=UserId(1))


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """Ann has money; in the end the books sum to nothing."""
    house = await House().furnished()
    yield house
    await house.sound()


async def priced(house: House, by: Caller = ANNA) -> Purchase:
    """Fifty Stars for Bob."""
    return await house.buy_for_house.price(PRIZE, by, stars(), "bob", RUB)


async def entries(house: House) -> list[Audited]:
    """What is in the trail."""
    return [each.audited for each in await house.trail.onward(9)]


async def test_it_is_paid_by_a_wallet_alone(house: House) -> None:
    """No customer's money is touched, and nobody is its buyer; what it cost is in the books."""
    quoted = await priced(house)
    assert (quoted.price.units, quoted.wish.buyer, quoted.state) == (0, HOUSE, State.QUOTED)
    assert (await house.buy_for_house(PRIZE, ANNA, "a prize")).state is State.RESERVED
    await house.work()
    assert await house.state(PRIZE) is State.DELIVERED
    assert await house.ann_has() == ("1000.00", "0.00")
    assert (await house.ledger.balance(supply("fragment"), TON)).posted == COST


async def test_agreed_to_twice_it_is_one(house: House) -> None:
    """One is bought, and the deed is theirs who came first."""
    await priced(house)
    await house.buy_for_house(PRIZE, ANNA, "a prize")
    await house.work()
    assert (await house.buy_for_house(PRIZE, BORIS, "again")).state is State.DELIVERED
    assert (await house.ledger.balance(supply("fragment"), TON)).posted == COST
    (entry,) = await entries(house)
    assert (entry.who, entry.what) == ("anna", "purchase.for_the_house")
    assert entry.about == f"purchase:{PRIZE}"
    assert dict(entry.facts) == {
        "goods": "50 stars",
        "recipient": "bob",
        "supplier": "fragment",
        "cost": str(COST),
        "cost_max": str((await priced(house)).quote.cost_max),
        "because": "a prize",
    }


async def test_nothing_is_bought_by_itself(house: House) -> None:
    """A price that nobody agreed to ends with its time, and is not agreed to after that."""
    quoted = await priced(house)
    house.clock.advance(seconds=(quoted.quote.expires_at - house.clock.now()).total_seconds())
    with pytest.raises(QuoteExpired):
        await house.buy_for_house(PRIZE, ANNA, "too late")
    await house.work()
    assert await house.state(PRIZE) is State.REFUSED
    assert house.supplier.wallet.drawn == []
    assert await entries(house) == []


async def test_what_others_pay_for_is_theirs_to_agree_to(house: House) -> None:
    """Nobody spends a customer's money by it."""
    quoted = await house.quote(wish())
    with pytest.raises(NotForHouse):
        await house.buy_for_house(quoted.id, ANNA, "why not")
    assert await house.state(quoted.id) is State.QUOTED
    with pytest.raises(PurchaseMissing):
        await house.buy_for_house(PRIZE, ANNA, "why not")
    assert await entries(house) == []


class Deadly(MemoryTrail):
    """Whoever writes an entry dies of it."""

    async def append(self, audited: Audited) -> Link:
        raise RuntimeError("killed")


async def test_it_begins_with_its_entry_or_not_at_all(house: House) -> None:
    """Whoever dies before the entry is written has bought nothing."""
    await priced(house)
    dying = evolve(house.buy_for_house, audit=Audit(Deadly(house.store), house.clock))
    with pytest.raises(RuntimeError):
        await dying(PRIZE, ANNA, "a prize")
    assert await house.state(PRIZE) is State.QUOTED
    await house.buy_for_house(PRIZE, ANNA, "a prize")
    assert len(await entries(house)) == 1


async def test_by_hand_it_is_bought_for_anybody(house: House) -> None:
    """For whoever pays, or for the house: once, with the name of who agreed to it."""
    quoted = await house.quote(wish())
    for by in (ANNA, BORIS):
        assert (await house.buy_by_hand(quoted.id, by)).state is State.RESERVED
    assert await house.ann_has() == ("1000.00", "165.00")
    await priced(house)
    assert (await house.buy_by_hand(PRIZE, ANNA)).state is State.RESERVED
    theirs, ours = await entries(house)
    assert (theirs.who, theirs.what) == ("anna", "purchase.by_hand")
    assert theirs.about == f"purchase:{quoted.id}"
    assert (theirs.facts["account"], theirs.facts["price"]) == ("user:ann", "165.00 RUB")
    assert (ours.who, ours.what) == ("anna", "purchase.for_the_house")


async def test_not_everybody_buys_by_hand(house: House) -> None:
    """It takes the right to move money by hand, and of a person the second factor; or nothing."""
    quoted = await house.quote(wish())
    with pytest.raises(NotAllowed):
        await house.buy_by_hand(quoted.id, evolve(BOB, role=Role.SUPPORT, sure=True))
    with pytest.raises(NotSure):
        await house.buy_by_hand(quoted.id, BOB)
    dying = evolve(house.buy_by_hand, audit=Audit(Deadly(house.store), house.clock))
    with pytest.raises(RuntimeError):
        await dying(quoted.id, ANNA)
    assert await house.state(quoted.id) is State.QUOTED
    assert await house.ann_has() == ("1000.00", "0.00")
    assert await entries(house) == []


async def test_customers_are_told_nothing_of_it(house: House) -> None:
    """Its events are of nobody."""
    await priced(house)
    await house.buy_for_house(PRIZE, ANNA, "a prize")
    told: list[Event] = list(await house.outbox.pending(9))
    assert {each.facts["buyer"] for each in told} == {HOUSE}
