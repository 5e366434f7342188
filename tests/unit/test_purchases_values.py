"""Goods, prices, quotes and purchases: what they are, and what they refuse to be."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from altyn.core.balances import AccountName
from altyn.core.clock import ZoneMissing
from altyn.core.money import RUB, TON, USDT, AssetsMixed, Money, NotPositive, Percent
from altyn.core.payments import PaymentId
from altyn.core.purchases import (
    IN_LANE,
    MOVES,
    PACKS,
    Assortment,
    Funding,
    Goods,
    Kind,
    Markup,
    NotForSale,
    PriceList,
    Purchase,
    Quote,
    Rate,
    RateMalformed,
    Rates,
    RateUnknown,
    State,
    SupplierRefused,
    Suppliers,
    SupplierUnknown,
    income,
    supply,
)
from altyn.core.purchases.goods import checked_recipient
from altyn.core.purchases.purchase import SET_ASIDE
from altyn.core.purchases.schedule import WAITED_FOR, next_step, patience
from altyn.core.wording import MalformedText
from tests.unit.purchases_house import ANN, House, stars, wish
from tests.unit.test_errors import TABLE, home_of

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
TEN, TWENTY = Percent.parse("10"), Percent.parse("20")


def rub(text: str) -> Money:
    return Money.parse(text, RUB)


def ton(text: str) -> Money:
    return Money.parse(text, TON)


def quote(**changes: Any) -> Quote:
    told = {
        "price": rub("165"),
        "cost": ton("0.5"),
        "cost_max": ton("0.51"),
        "worth": rub("150"),
        "expires_at": NOON,
    }
    return Quote(**{**told, **changes})


def purchase(**changes: Any) -> Purchase:
    told = {
        "wish": wish(),
        "supplier": "fragment",
        "shown": "Bob",
        "quote": quote(),
        "created_at": NOON,
        "since": NOON,
    }
    return Purchase(**{**told, **changes})


# Goods.


@pytest.mark.parametrize(
    ("kind", "quantity", "item"),
    [(Kind.STARS, 50, ""), (Kind.PREMIUM, 3, ""), (Kind.TON, 1, ""), (Kind.PACK, 1, "cat")],
)
def test_there_is_a_least_of_everything(kind: Kind, quantity: int, item: str) -> None:
    """So much and not less, nor half of it."""
    goods = Goods(kind=kind, quantity=quantity, item=item)
    assert str(goods) == f"{quantity} {kind}" + (" of cat" if item else "")
    for wrong in (quantity - 1, True, float(quantity)):
        with pytest.raises(NotForSale):
            Goods(kind=kind, quantity=wrong, item=item)  # type: ignore[arg-type]


def test_premium_is_sold_by_certain_months() -> None:
    """And by no others."""
    assert Goods(kind=Kind.PREMIUM, quantity=12).quantity == 12
    with pytest.raises(NotForSale, match="3, 6 or 12"):
        Goods(kind=Kind.PREMIUM, quantity=4)


def test_packs_are_named_and_nothing_else_is() -> None:
    """By words of one line."""
    with pytest.raises(MalformedText):
        Goods(kind=Kind.PACK, quantity=1)
    with pytest.raises(MalformedText):
        Goods(kind=Kind.STARS, quantity=50, item="cat")
    with pytest.raises(MalformedText):
        Goods(kind=Kind.PACK, quantity=1, item="x" * 129)


def test_what_is_not_in_the_assortment_is_not_sold() -> None:
    """Nor more of it than the most."""
    only_stars = Assortment({Kind.STARS: 100})
    only_stars.check(stars(100))
    Assortment().check(stars(100_000))
    with pytest.raises(NotForSale, match="at most 100"):
        only_stars.check(stars(101))
    with pytest.raises(NotForSale, match="not sold here"):
        only_stars.check(Goods(kind=Kind.TON, quantity=1))


def test_a_recipient_is_a_username() -> None:
    """With or without the @."""
    assert checked_recipient("@durov_1") == "durov_1"
    for wrong in ("", "@", "a b", "дуров", "a" * 65, "a-b"):
        with pytest.raises(MalformedText):
            checked_recipient(wrong)


# Prices.


def test_a_rate_says_what_something_is_worth() -> None:
    """A part of a kopeck is a whole one; to itself everything is worth what it is."""
    rates = Rates.these(Rate(ton("3"), rub("1")))
    assert rates.worth(ton("1"), RUB) == rub("0.34")
    assert rates.worth(rub("7"), RUB) == rub("7")
    with pytest.raises(RateUnknown):
        rates.worth(rub("1"), TON)
    with pytest.raises(AssetsMixed):
        Rate(ton("3"), rub("1")).worth(rub("1"))


@pytest.mark.parametrize(
    ("of", "to"), [(rub("1"), rub("2")), (ton("0"), rub("1")), (ton("1"), rub("0"))]
)
def test_a_rate_is_between_positive_amounts_of_two_assets(of: Money, to: Money) -> None:
    """Anything else says nothing."""
    with pytest.raises(RateMalformed):
        Rate(of, to)


def test_a_markup_is_a_share_something_fixed_and_at_least_so_much() -> None:
    """In the asset of the price; a part of a kopeck is a whole one."""
    assert Markup().of(rub("100"), 50) == rub("0")
    assert Markup(percent=TEN).of(rub("0.01"), 50) == rub("0.01")
    assert Markup(percent=TEN, fixed={"RUB": rub("5")}).of(rub("100"), 50) == rub("15")
    assert Markup(percent=TEN, fixed={"TON": ton("5")}).of(rub("100"), 50) == rub("10")
    assert Markup(percent=TEN, least={"RUB": rub("30")}).of(rub("100"), 50) == rub("30")
    assert Markup(percent=TEN, least={"RUB": rub("3")}).of(rub("100"), 50) == rub("10")


def test_whoever_buys_more_may_pay_a_smaller_share() -> None:
    """From the quantity of a tier on, its percentage goes."""
    markup = Markup(percent=TWENTY, tiers=((100, TEN), (1000, Percent.parse("5"))))
    of = [markup.of(rub("100"), each).decimal for each in (99, 100, 999, 1000)]
    assert of == ["20.00", "10.00", "10.00", "5.00"]


def test_a_markup_is_never_a_loss() -> None:
    """And its tiers are in order, each of them once."""
    wrongs: tuple[dict[str, Any], ...] = (
        {"tiers": ((100, TEN), (50, TEN))},
        {"tiers": ((100, TEN), (100, TWENTY))},
        {"percent": Percent.parse("-1")},
        {"tiers": ((100, Percent.parse("-1")),)},
    )
    for wrong in wrongs:
        with pytest.raises(ValueError, match=r"tiers begin|below its cost"):
            Markup(**wrong)


def test_a_role_goes_before_a_kind_and_that_before_the_rest() -> None:
    """Each has a markup of its own."""
    prices = PriceList(
        rates=Rates.these(Rate(ton("1"), rub("300"))),
        markup=Markup(percent=TEN),
        of_kind={Kind.PREMIUM: Markup(percent=TWENTY)},
        of_role={"friend": Markup(percent=Percent.parse("1"))},
    )
    premium = Goods(kind=Kind.PREMIUM, quantity=3)

    def price(goods: Goods, role: str) -> str:
        return prices.quote(goods, ton("1"), RUB, role, NOON).price.decimal

    assert price(stars(), "") == "330.00"
    assert price(premium, "nobody") == "360.00"
    assert price(premium, "friend") == "303.00"


def test_a_quote_says_what_the_price_is_made_of() -> None:
    """And what the supplier may ask in the end."""
    prices = PriceList(rates=Rates.these(Rate(ton("1"), rub("300"))), markup=Markup(percent=TEN))
    made = prices.quote(stars(), ton("0.5"), RUB, "", NOON)
    assert made == quote()
    assert made.margin == rub("15")
    assert made.for_the_house().price == rub("0")
    assert made.for_the_house().margin == rub("-150")


def test_a_quote_is_sound() -> None:
    """No cost below it, no price below nothing, and a moment that is one."""
    with pytest.raises(NotPositive):
        quote(cost=ton("0"))
    with pytest.raises(ValueError, match="not below nothing"):
        quote(price=rub("-1"))
    with pytest.raises(ValueError, match="nor a cap below"):
        quote(cost_max=ton("0.4"))
    with pytest.raises(ZoneMissing):
        quote(expires_at=datetime(2026, 1, 1))  # noqa: DTZ001


# Who pays.


def test_somebody_pays_or_the_house_does() -> None:
    """A payment that is made for it goes to an account."""
    payment = PaymentId(wish().id)
    assert Funding(account=ANN, payment=payment).payment == payment
    assert Funding(account=None).account is None
    with pytest.raises(ValueError, match="from no account"):
        Funding(account=None, payment=payment)
    with pytest.raises(MalformedText):
        Funding(account=AccountName("ann"))
    with pytest.raises(NotPositive):
        Funding(account=ANN, quota=Money(0, PACKS))


def test_a_wish_is_in_words() -> None:
    """A role is one of them, or none."""
    assert wish(role="friend").role == "friend"
    wrongs: tuple[dict[str, Any], ...] = (
        {"role": "Friend!"},
        {"buyer": "a\nb"},
        {"recipient": "a b"},
    )
    for wrong in wrongs:
        with pytest.raises(MalformedText):
            wish(**wrong)


# Purchases.


def test_from_where_money_may_have_left_only_a_fact_or_a_person_leads() -> None:
    """Nothing that was paid is reserved again, and what has ended stays so."""
    left = {State.PAID, State.UNKNOWN, State.REVIEW}
    assert all(MOVES[each] <= {State.DELIVERED, State.RELEASED} | left for each in left)
    assert {each for each in State if purchase(state=each).ended} == {
        State.DELIVERED,
        State.REFUSED,
        State.RELEASED,
    }
    assert {*IN_LANE, State.UNKNOWN, State.REVIEW} == SET_ASIDE


def test_a_purchase_moves_as_the_table_says() -> None:
    """It is gone on with at once, unless told otherwise or ended; words are kept on one line."""
    reserved = purchase().moved(State.RESERVED, NOON)
    assert (reserved.version, reserved.check_at) == (1, NOON)
    refused = reserved.moved(State.REFUSED, NOON, told="a\nb")
    assert (refused.told, refused.check_at, refused.version) == ("a b", None, 2)
    with pytest.raises(ValueError, match="no move leads from refused"):
        refused.moved(State.RESERVED, NOON)
    assert refused.changed(checks=3).told == "a b"


def test_money_is_set_aside_only_where_somebody_pays() -> None:
    """The house pays for itself, and what costs nothing is not held."""
    assert len(purchase().shares) == 1
    assert purchase(quote=quote().for_the_house()).shares == ()
    assert purchase(wish=wish(funding=Funding(account=None))).shares == ()


def test_a_hold_waits_for_ever() -> None:
    """Nothing that was paid for loses its money to a clock."""
    (price,) = purchase().shares
    hold = price.hold
    assert (hold.expires_at, hold.amount, hold.account) == (None, rub("165"), ANN)
    assert price.transfer.target == "income:stars"


def test_a_quota_is_taken_with_the_price() -> None:
    """Each is held and taken under a name of its own; what a campaign lost is its price."""
    funding = Funding(account=ANN, quota=Money(2, PACKS))
    counted = purchase(wish=wish(funding=funding, role="campaign"), paid=True)
    price, quota = counted.shares
    assert (quota.amount, quota.transfer.target) == (Money(2, PACKS), "bought:stars")
    assert len({price.hold.id, quota.hold.id}) == 2
    loss = counted.loss
    assert loss is not None
    assert (loss.hold, loss.transfer.target) == (price.hold, "lost:stars")
    assert evolve(counted, paid=False).loss is None


def test_each_attempt_has_an_outlay_of_its_own() -> None:
    """So that one that was certainly not paid is in nobody's way."""
    assert purchase(attempt=1).outlay != purchase(attempt=2).outlay
    assert (income(stars()), supply("fragment")) == ("income:stars", "supply:fragment")


def test_it_is_asked_ever_less_often() -> None:
    """But for a payment it waits with care, because a price holds for minutes."""
    paid = purchase(state=State.PAID)
    steps = [next_step(evolve(paid, checks=each), NOON) - NOON for each in range(6)]
    assert [each.seconds for each in steps] == [1, 2, 2, 2, 2, 2]
    unknown = evolve(paid, state=State.UNKNOWN)
    steps = [next_step(evolve(unknown, checks=each), NOON) - NOON for each in range(6)]
    assert [each.seconds for each in steps] == [2, 5, 15, 60, 300, 300]
    paying = evolve(paid, state=State.PAYING)
    waits = [next_step(evolve(paying, checks=each), NOON) - NOON for each in range(WAITED_FOR)]
    assert waits[:6] == [timedelta(seconds=1)] * 6
    assert timedelta(minutes=55) < sum(waits, timedelta()) < timedelta(hours=1)
    assert next_step(purchase(checks=9), NOON) - NOON == timedelta(seconds=15)


def test_patience_ends() -> None:
    """Minutes after the payment somebody wonders, and after a day a person is called."""
    paid, unknown = purchase(state=State.PAID), purchase(state=State.UNKNOWN)
    assert patience(paid, NOON + timedelta(minutes=9)) is State.PAID
    assert patience(paid, NOON + timedelta(minutes=10)) is State.UNKNOWN
    assert patience(unknown, NOON + timedelta(hours=23)) is State.UNKNOWN
    assert patience(unknown, NOON + timedelta(hours=24)) is State.REVIEW


# Suppliers.


def test_suppliers_are_known_by_what_they_sell_and_by_name() -> None:
    """And by which wallet pays them in what."""
    house = House()
    suppliers = Suppliers.these(
        house.supplier, house.second, wallets={("fragment", "TON"): "purse"}
    )
    assert set(suppliers.kinds) == {Kind.STARS, Kind.PREMIUM, Kind.PACK}
    assert suppliers.selling(Kind.PACK) == [house.second]
    assert suppliers.of("fragment") is house.supplier
    assert suppliers.payer("fragment", TON) == "purse"
    with pytest.raises(ValueError, match="two suppliers have one name"):
        Suppliers.these(house.supplier, house.supplier, wallets={})
    with pytest.raises(SupplierUnknown):
        suppliers.selling(Kind.TON)
    with pytest.raises(SupplierUnknown):
        suppliers.of("nobody")
    with pytest.raises(SupplierRefused):
        suppliers.payer("fragment", USDT)


@pytest.mark.parametrize("code", [code for code in TABLE if ".purchases." in home_of(code)])
def test_a_refusal_says_what_it_is_about(code: str) -> None:
    """In one line, as the table of all refusals has it."""
    _, error, words = TABLE[code]
    assert str(error) == words
