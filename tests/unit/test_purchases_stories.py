"""Buying, from the price to the goods: what happens when everybody does as they should, or not."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from attrs import define, evolve

from altyn.core.balances import Account, InsufficientFunds, account_name
from altyn.core.money import RUB, TON, USDT, Money
from altyn.core.purchases import (
    Funding,
    Goods,
    Kind,
    NotForSale,
    NotPaidFor,
    Offer,
    PurchaseMissing,
    PurchaseReused,
    QuoteExpired,
    RateUnknown,
    RecipientRefused,
    State,
    Suppliers,
    SupplierUnknown,
    TooLateToCancel,
    supply,
)
from tests.unit.payments_house import Overtaken
from tests.unit.purchases_house import ANN, COST, House, stars, wish
from tests.unit.staff import ANNA, BORIS


@define
class Meanwhile:
    """A supplier who takes so long to answer that something happens."""

    supplier: Any
    happens: Callable[[], Awaitable[object]]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.supplier, name)

    async def offer(self, goods: Goods, recipient: str) -> Offer:
        await self.happens()
        offer: Offer = await self.supplier.offer(goods, recipient)
        return offer


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """Ann has money; in the end the books sum to nothing."""
    house = await House().furnished()
    yield house
    await house.sound()


async def test_stars_are_bought_and_delivered() -> None:
    """The price is set aside, the supplier is paid, and only then is the money ours."""
    house = await House().furnished()
    quoted = await house.quote(wish())
    assert quoted.price == Money.parse("165", RUB)
    assert quoted.shown == "Bob"
    reserved = await house.reserve(quoted.id)
    assert reserved.state is State.RESERVED
    assert await house.ann_has() == ("1000.00", "165.00")
    await house.work()
    bought = await house.purchases.get(quoted.id)
    assert (bought.state, bought.proof) == (State.DELIVERED, "seen")
    assert await house.ann_has() == ("835.00", "0.00")
    assert await house.told() == [
        "purchase.quoted",
        "purchase.reserved",
        "purchase.ordered",
        "purchase.paying",
        "outlay.paid",
        "purchase.paid",
        "purchase.delivered",
    ]
    assert house.wallet.carried_out == ["message 1"]
    assert quoted.wish.funding.account == ANN


# Asking what it costs.


async def test_the_same_wish_is_answered_as_it_is_by_then(house: House) -> None:
    """And another one under its id is refused."""
    quoted = await house.quote(wish())
    await house.reserve(quoted.id)
    assert (await house.quote(wish())).state is State.RESERVED
    with pytest.raises(PurchaseReused):
        await house.quote(wish(recipient="carol"))


async def test_two_who_ask_at_once_get_one_price(house: House) -> None:
    """Whoever is slower is answered what the faster one was; it is told once."""

    async def another() -> None:
        await house.quote(wish())
        house.clock.advance(seconds=1)

    suppliers = Suppliers.these(Meanwhile(house.supplier, another), wallets={})
    quoted = await evolve(house.quote, suppliers=suppliers)(wish())
    assert quoted == await house.purchases.get(quoted.id)
    assert await house.told() == ["purchase.quoted"]


async def test_what_is_not_sold_has_no_price(house: House) -> None:
    """Nobody sells it, not so much of it, not to them, or not in that asset: nothing is kept."""
    with pytest.raises(SupplierUnknown):
        await house.quote(wish(goods=Goods(kind=Kind.TON, quantity=1)))
    with pytest.raises(NotForSale):
        await house.quote(wish(goods=stars(100_001)))
    with pytest.raises(RateUnknown):
        await house.quote(wish(asset=USDT))
    house.supplier.fails.append(RecipientRefused("bob", "nobody has that name"))
    with pytest.raises(RecipientRefused):
        await house.quote(wish())
    with pytest.raises(PurchaseMissing):
        await house.purchases.get(wish().id)


async def test_a_price_holds_for_minutes(house: House) -> None:
    """Then it is refused, whoever asks first: the customer or nobody."""
    first, second = await house.quote(wish()), await house.quote(wish(2))
    house.clock.advance(minutes=10)
    with pytest.raises(QuoteExpired):
        await house.reserve(first.id)
    await house.work(0.1)
    assert await house.state(first.id) is State.REFUSED
    assert await house.state(second.id) is State.REFUSED
    assert (await house.reserve(first.id)).state is State.REFUSED
    assert await house.ann_has() == ("1000.00", "0.00")


# Who pays.


async def test_who_has_too_little_may_agree_again(house: House) -> None:
    """That there was too little is undone with all the rest, so nothing remembers it."""
    poor = await House().furnished("100")
    quoted = await poor.quote(wish())
    with pytest.raises(InsufficientFunds):
        await poor.reserve(quoted.id)
    assert await poor.purchases.get(quoted.id) == quoted
    await poor.settled(await poor.asked_of_ann("65"))
    assert (await poor.reserve(quoted.id)).state is State.RESERVED
    assert await poor.ann_has() == ("165.00", "165.00")
    await poor.work()
    assert await poor.ann_has() == ("0.00", "0.00")


async def test_who_agrees_twice_pays_once(house: House) -> None:
    """One after the other, or both at once."""
    id = await house.bought()
    assert (await house.reserve(id)).state is State.RESERVED
    second = await house.quote(wish(2))
    overtaken = Overtaken(house.purchases, lambda: house.reserve(second.id))
    salesbook = evolve(house.salesbook, purchases=overtaken)
    slower = await evolve(house.reserve, salesbook=salesbook)(second.id)
    assert slower.state is State.RESERVED
    assert await house.ann_has() == ("1000.00", "330.00")


async def test_a_purchase_waits_for_its_payment() -> None:
    """And begins by itself when that has come, all of it."""
    house = await House().furnished("0.01")
    payment = await house.asked_of_ann("165")
    quoted = await house.quote(wish(funding=Funding(account=ANN, payment=payment)))
    with pytest.raises(NotPaidFor):
        await house.reserve(quoted.id)
    await house.work(1)
    assert await house.state(quoted.id) is State.QUOTED
    await house.settled(payment)
    await house.work(2)
    assert await house.state(quoted.id) is State.DELIVERED
    assert await house.ann_has() == ("0.01", "0.00")


async def test_a_payment_that_comes_too_late_is_theirs(house: House) -> None:
    """The price does not hold any more: nothing is bought, and the money is on their account."""
    payment = await house.asked_of_ann("165")
    quoted = await house.quote(wish(funding=Funding(account=ANN, payment=payment)))
    await house.work(11)
    await house.settled(payment)
    await house.work(1)
    assert await house.state(quoted.id) is State.REFUSED
    assert await house.ann_has() == ("1165.00", "0.00")


async def test_the_house_pays_for_itself(house: House) -> None:
    """No customer's money is held, nor sold for; the supplier is paid all the same."""
    quoted = await house.quote(wish(funding=Funding(account=None)))
    assert (quoted.price.units, quoted.quote.margin) == (0, Money.parse("-150", RUB))
    await house.reserve(quoted.id)
    await house.work()
    assert await house.state(quoted.id) is State.DELIVERED
    assert await house.ann_has() == ("1000.00", "0.00")
    spent = await house.ledger.balance(supply("fragment"), TON)
    assert spent.posted == COST


async def test_income_may_have_an_account_with_limits(house: House) -> None:
    """Somebody opened it before; what is sold shows there."""
    await house.ledger.open(Account(account_name("income:stars"), RUB, floor_units=-5))
    id = await house.bought()
    await house.work()
    assert await house.state(id) is State.DELIVERED
    assert (await house.ledger.balance(account_name("income:stars"), RUB)).posted.units == 16500


# Calling it off.


async def test_a_customer_calls_it_off_before_anybody_is_told_to_pay(house: House) -> None:
    """Quoted, reserved or ordered; who does so twice is answered the same."""
    quoted = (await house.quote(wish(1))).id
    reserved = await house.bought(2)
    ordered = await house.bought(3)
    await house.go_on(ordered)
    for id in (quoted, reserved, ordered):
        assert (await house.cancel(id, ANNA)).decided_by == "anna"
        assert (await house.cancel(id, BORIS)).decided_by == "anna"
    assert await house.ann_has() == ("1000.00", "0.00")
    await house.work()
    assert house.wallet.presents == 0


async def test_it_is_not_called_off_once_a_wallet_was_told(house: House) -> None:
    """Nor when it was delivered."""
    id = await house.bought()
    for state in (State.ORDERED, State.PAYING):
        assert (await house.go_on(id)).state is state
    with pytest.raises(TooLateToCancel):
        await house.cancel(id, ANNA)
    await house.work()
    with pytest.raises(TooLateToCancel):
        await house.cancel(id, ANNA)
    assert await house.state(id) is State.DELIVERED
