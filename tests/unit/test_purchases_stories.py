"""Buying, from the price to the goods: what happens when everybody does as they should, or not."""

from altyn.core.money import RUB, Money
from altyn.core.purchases import State
from tests.unit.purchases_house import ANN, House, wish


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
