"""Each case of what may come is credited or held as the rules say, and nothing is in between."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
from attrs import evolve

from altyn.adapters.memory import ManualClock
from altyn.core.balances import Account, AssetDiffers, account_name
from altyn.core.money import TON, Asset, Money
from altyn.core.payments import (
    Case,
    Gateways,
    Inflow,
    Payment,
    RuleNotKept,
    Rules,
    Stage,
    State,
    Treatment,
)
from altyn.entrypoints.wiring.paying import Paying
from altyn.entrypoints.wiring.tills import Tills
from tests.unit.payments_house import USER, House, Scripted, order, rubles, usdt
from tests.unit.staff import ANNA

Build = Callable[..., House]


@pytest.fixture
async def build() -> AsyncIterator[Build]:
    """Houses that are looked through when the story is over."""
    built: list[House] = []

    def one(rules: Rules | None = None) -> House:
        built.append(House(rules))
        return built[-1]

    yield one
    for house in built:
        await house.sound()


MAY_DIFFER = (Case.UNDER, Case.OVER, Case.DOUBLE, Case.LATE)


def test_some_cases_are_not_for_choosing() -> None:
    """What was asked for is credited; what has no rate or no owner is held, or goes back."""
    allowed = {
        Case.EXACT: [Treatment.CREDIT],
        Case.WRONG_ASSET: [Treatment.HOLD, Treatment.RETURN],
        Case.UNMATCHED: [Treatment.HOLD, Treatment.RETURN],
        **{case: list(Treatment) for case in MAY_DIFFER},
    }
    for case, treatments in allowed.items():
        assert Rules().treatment(case, "fake") is treatments[0]
        for treatment in treatments:
            assert Rules({case: treatment}).treatment(case, "fake") is treatment
        words = " or ".join(treatments)
        for other in set(Treatment) - set(treatments):
            for wrong in ({"treatments": {case: other}}, {"of_method": {"fake": {case: other}}}):
                with pytest.raises(ValueError, match=f"{case} can be treated by {words}, not by"):
                    Rules(**wrong)


def test_a_method_may_have_rules_of_its_own() -> None:
    """They go before those of all; what they do not name is as everywhere."""
    own = {"fake": {Case.LATE: Treatment.RETURN}}
    rules = Rules({Case.LATE: Treatment.HOLD, Case.OVER: Treatment.HOLD}, own)
    assert rules.treatment(Case.LATE, "fake") is Treatment.RETURN
    assert rules.treatment(Case.LATE, "other") is Treatment.HOLD
    assert rules.treatment(Case.OVER, "fake") is Treatment.HOLD
    assert rules.treatment(Case.DOUBLE, "fake") is Treatment.CREDIT


@pytest.mark.parametrize(
    ("before", "units", "case"),
    [
        (0, 1000, Case.EXACT),
        (1, 999, Case.EXACT),
        (0, 999, Case.UNDER),
        (500, 499, Case.UNDER),
        (0, 1001, Case.OVER),
        (999, 2, Case.OVER),
        (1000, 1, Case.DOUBLE),
        (2000, 1000, Case.DOUBLE),
    ],
)
@pytest.mark.parametrize("treatment", list(Treatment))
async def test_what_came_is_compared_with_what_was_missing(
    before: int, units: int, case: Case, treatment: Treatment, build: Build
) -> None:
    """Of too much only the surplus is in question."""
    house = build()
    opened = await house.open(order())
    payment = evolve(opened, came=usdt(before))
    rules = Rules() if case is Case.EXACT else Rules({case: treatment})
    found, credited, held = rules.parts(payment, house.inflow(units))
    assert found is case
    assert credited + held == usdt(units)
    missing = 1000 - before if case is Case.OVER else 0
    credits_all = rules.treatment(case, "fake") is Treatment.CREDIT
    assert credited == usdt(units if credits_all else missing)


async def test_late_is_what_comes_after_its_time(build: Build) -> None:
    """To the microsecond, by when it came and not by when we hear; or after it was called off."""
    house = build()
    payment = await house.open(order())
    rules = Rules()

    def case(payment: Payment, at: timedelta) -> Case:
        inflow = evolve(house.inflow(1000), at=payment.expires_at + at)
        return rules.parts(payment, inflow)[0]

    moment = timedelta(microseconds=1)
    assert case(payment, timedelta()) is Case.EXACT
    assert case(payment, moment) is Case.LATE
    assert case(evolve(payment, state=State.EXPIRED), -moment) is Case.EXACT
    assert case(evolve(payment, state=State.CANCELLED), -moment) is Case.LATE
    assert case(evolve(payment, came=usdt(1000)), moment) is Case.DOUBLE


async def test_too_little_waits_until_the_whole_is_here(build: Build) -> None:
    """Then all of it is credited, at the rate of the quote, as though it had come at once."""
    house = build(Rules({Case.UNDER: Treatment.HOLD}))
    payment = await house.open(order(pays=1000, gives=rubles(7)))
    parts = [house.inflow(units, f"in-{units}") for units in (333, 334)]
    payment = await house.comes(payment, *parts)
    assert (payment.state, payment.came, payment.credited) == (
        State.CONFIRMING,
        usdt(667),
        usdt(0),
    )
    assert await house.holds("suspense:unmatched") == 667
    payment = await house.comes(payment, *parts, house.inflow(333, "in-3"))
    assert (payment.state, payment.credited) == (State.SETTLED, usdt(1000))
    assert await house.holds(USER, rubles(1).asset) == 7
    assert await house.holds("suspense:unmatched") == 0
    assert await house.drawer() == []


async def test_too_little_stays_in_the_drawer_when_no_more_comes(build: Build) -> None:
    """A person decides about it; what he decided is not credited again by the rule."""
    house = build(Rules({Case.UNDER: Treatment.HOLD}))
    payment = await house.open(order())
    first, second = house.inflow(300), house.inflow(200, "in-2")
    payment = await house.comes(payment, first, second, stage=Stage.CLOSED)
    assert (payment.state, len(await house.drawer())) == (State.UNDERPAID, 2)
    await house.credit("fake", "in-1", by=ANNA)
    payment = await house.comes(payment, first, second, house.inflow(500, "in-3"))
    assert (payment.state, payment.credited) == (State.SETTLED, usdt(1000))
    assert await house.holds(USER) == 1000


@pytest.mark.parametrize("gives", [None, rubles(7)])
async def test_a_surplus_waits_where_the_rule_says_so(gives: Money | None, build: Build) -> None:
    """What was missing is credited at once."""
    house = build(Rules(dict.fromkeys((Case.OVER, Case.DOUBLE), Treatment.HOLD)))
    payment = await house.open(order(gives=gives))
    over = house.inflow(1500)
    payment = await house.comes(payment, over)
    assert (payment.state, payment.came, payment.credited) == (
        State.OVERPAID,
        usdt(1500),
        usdt(1000),
    )
    payment = await house.comes(payment, over, house.inflow(1000, "in-2"))
    assert [(each.case, each.held, each.why_held) for each in await house.drawer()] == [
        (Case.OVER, usdt(500), "held by rule: over"),
        (Case.DOUBLE, usdt(1000), "held by rule: double"),
    ]
    for each in await house.drawer():
        await house.credit(*each.key, by=ANNA)
    payment = await house.payments.get(payment.id)
    assert payment.credited == payment.came == usdt(2500)
    target = gives or usdt(1000)
    assert await house.holds(USER, target.asset) == 2500 * target.units // 1000


async def test_late_money_waits_where_the_rule_says_so(build: Build) -> None:
    """The rate was for its time; what came is known all the same."""
    house = build(Rules({Case.LATE: Treatment.HOLD}))
    payment = await house.open(order())
    house.clock.advance(hours=2)
    payment = await house.comes(payment, house.inflow(1000), stage=Stage.CLOSED)
    assert (payment.state, payment.came, payment.credited) == (
        State.SETTLED,
        usdt(1000),
        usdt(0),
    )
    *_, event = await house.told()
    assert (event.name, event.facts["came"], event.facts["credited"]) == (
        "payment.settled",
        "0.001000 USDT",
        "0.000000 USDT",
    )


@pytest.mark.parametrize("units", [1, 10**17])
async def test_another_asset_is_held_as_it_came(units: int, build: Build) -> None:
    """It counts for nothing of what was asked, however much it is."""
    house = build()
    payment = await house.open(order())
    payment = await house.comes(payment, house.inflow(units, asset=TON), stage=Stage.CLOSED)
    assert (payment.state, payment.came) == (State.UNDERPAID, usdt(0))
    (held,) = await house.drawer()
    assert (held.case, held.held, held.payment) == (
        Case.WRONG_ASSET,
        Money(units, TON),
        payment.id,
    )
    payment = await house.comes(payment, house.inflow(units, asset=TON), house.inflow(1000, "in-2"))
    assert (payment.state, payment.credited) == (State.SETTLED, usdt(1000))


async def test_what_is_told_again_in_another_asset_came_too(build: Build) -> None:
    """Units of one asset are not taken for units of another."""
    house = build()
    payment = await house.open(order())
    payment = await house.comes(payment, house.inflow(3_000_000, asset=TON))
    payment = await house.comes(payment, house.inflow(1000))
    payment = await house.comes(payment, house.inflow(1000))
    assert (payment.state, payment.credited) == (State.SETTLED, usdt(1000))
    keys = [each.inflow.key for each in await house.arrivals.of(payment.id)]
    assert keys == ["in-1", "in-1+1"]
    assert await house.holds("clearing:fake") == -1000
    assert await house.holds("suspense:unmatched", TON) == 3_000_000


@pytest.mark.parametrize("key", ["in-1", "ab+cd", "ab+1"])
async def test_what_grows_is_booked_for_what_it_grew_by(key: str, build: Build) -> None:
    """Under the same key, whatever that looks like; what shrinks or is told again is not booked."""
    house = build()
    payment = await house.open(order())
    for units in (300, 300, 200, 700, 1500, 700, 1500):
        payment = await house.comes(payment, house.inflow(units, key))
    assert (payment.state, payment.came) == (State.OVERPAID, usdt(1500))
    arrivals = await house.arrivals.of(payment.id)
    assert [each.inflow.amount.units for each in arrivals] == [300, 400, 800]
    assert [each.case for each in arrivals] == [Case.UNDER, Case.UNDER, Case.OVER]
    assert await house.holds(USER) == 1500


async def test_one_name_may_begin_like_another(build: Build) -> None:
    """The key of one inflow with something behind it is another inflow."""
    house = build()
    payment = await house.open(order())
    for key, units in (("ab+cd", 600), ("ab", 400), ("ab+cd", 600)):
        payment = await house.comes(payment, house.inflow(units, key))
    assert payment.came == usdt(1000)


@pytest.mark.parametrize("gives", [None, rubles(90)])
async def test_what_the_target_cannot_take_is_held(gives: Money | None, build: Build) -> None:
    """All of it, with the reason; and it is credited when a person sees to it."""
    house = build()
    asked = order(gives=gives)
    asset = asked.quote.gives.asset
    full = Account(USER, asset, ceiling_units=50)
    await house.ledger.open(full)
    payment = await house.open(asked)
    payment = await house.comes(payment, house.inflow(1000))
    assert (payment.state, payment.credited) == (State.SETTLED, usdt(0))
    (held,) = await house.drawer()
    assert held.held == usdt(1000)
    assert "user:1" in held.why_held
    assert await house.holds("clearing:fake") == -1000
    await house.ledger.limit(Account(USER, asset))
    await house.credit("fake", "in-1", by=ANNA)
    assert await house.holds(USER, asset) == asked.quote.gives.units
    assert (await house.payments.get(payment.id)).credited == usdt(1000)


async def test_of_a_surplus_too_the_whole_is_held_when_the_target_cannot_take_it(
    build: Build,
) -> None:
    """The part that was held by rule and the part that could not be credited are one."""
    house = build(Rules({Case.OVER: Treatment.HOLD}))
    await house.ledger.open(Account(USER, usdt(1).asset, ceiling_units=999))
    payment = await house.open(order())
    payment = await house.comes(payment, house.inflow(1500))
    (held,) = await house.drawer()
    assert (held.held, payment.credited) == (usdt(1500), usdt(0))
    assert await house.holds("suspense:unmatched") == 1500


async def test_parts_that_the_target_cannot_take_stay_held(build: Build) -> None:
    """The last part is in the books all the same, and a person may try again."""
    house = build(Rules({Case.UNDER: Treatment.HOLD}))
    payment = await house.open(order())
    parts = [house.inflow(400, "in-1"), house.inflow(300, "in-2")]
    payment = await house.comes(payment, *parts)
    await house.ledger.limit(Account(USER, usdt(1).asset, ceiling_units=700))
    parts.append(house.inflow(300, "in-3"))
    payment = await house.comes(payment, *parts)
    assert (payment.state, payment.credited) == (State.SETTLED, usdt(700))
    (held,) = await house.drawer()
    assert (held.inflow.key, held.held) == ("in-2", usdt(300))
    assert "user:1" in held.why_held
    parts.append(house.inflow(1, "in-4"))
    payment = await house.comes(payment, *parts)
    assert len(await house.drawer()) == 2
    await house.ledger.limit(Account(USER, usdt(1).asset))
    for each in await house.drawer():
        await house.credit(*each.key, by=ANNA)
    assert await house.holds(USER) == 1001


async def test_a_part_that_the_target_cannot_take_is_for_a_person(build: Build) -> None:
    """Not for the rule about parts: it was not held because the rest was missing."""
    house = build()
    await house.ledger.open(Account(USER, usdt(1).asset, ceiling_units=399))
    payment = await house.open(order())
    payment = await house.comes(payment, house.inflow(400))
    await house.ledger.limit(Account(USER, usdt(1).asset))
    payment = await house.comes(payment, house.inflow(1000))
    assert (payment.state, payment.credited) == (State.SETTLED, usdt(600))
    (held,) = await house.drawer()
    assert (held.held, held.case) == (usdt(400), Case.UNDER)


async def test_without_a_rate_nothing_is_exchanged(build: Build) -> None:
    """And no account says so."""
    house = build()
    await house.open(order())
    names = [each.name for each in await house.ledger.accounts()]
    assert names == ["clearing:fake", "suspense:unmatched", "user:1"]


async def test_accounts_keep_the_limits_that_somebody_chose(build: Build) -> None:
    """They are opened where they are missing, and only there."""
    house = build()
    clearing = Account(account_name("clearing:fake"), usdt(1).asset, floor_units=-5000)
    await house.ledger.open(clearing)
    await house.open(order(gives=rubles(90)))
    names = {(each.name, each.asset.code) for each in await house.ledger.accounts()}
    assert names == {
        ("clearing:fake", "USDT"),
        ("exchange:fake", "RUB"),
        ("exchange:fake", "USDT"),
        ("suspense:unmatched", "USDT"),
        ("user:1", "RUB"),
    }
    assert clearing in await house.ledger.accounts()


async def test_an_asset_that_is_counted_otherwise_is_refused(build: Build) -> None:
    """Before the provider hears of it, and nothing was written."""
    house = build()
    await house.ledger.open(Account(account_name("user:9"), Asset("USDT", 2)))
    with pytest.raises(AssetDiffers):
        await house.open(order())
    assert (house.gateway.calls, await house.names()) == (["accept"], [])
    assert len(await house.ledger.accounts()) == 1


async def test_a_part_of_less_than_a_unit_is_made_up_for(build: Build) -> None:
    """Nothing is given for it yet, and nothing is lost of it."""
    house = build()
    payment = await house.open(order(pays=1000, gives=rubles(3)))
    given = []
    told: list[Inflow] = []
    for number in range(4):
        told.append(house.inflow(250, f"in-{number}"))
        payment = await house.comes(payment, *told)
        given.append(await house.holds(USER, rubles(1).asset))
    assert given == [0, 1, 2, 3]
    assert await house.holds("exchange:fake") == 1000


# What a method cannot do.


@pytest.mark.parametrize("case", [Case.OVER, Case.UNMATCHED])
def test_a_rule_that_cannot_be_kept_is_refused(case: Case) -> None:
    """For the method that cannot, by whichever rule; another rule for that method is enough."""
    clock = ManualClock()
    able = Scripted(clock, method="able")
    unable = Scripted(clock, method="unable", returns_to_sender=False)
    both = Gateways.these(able, unable)
    Rules().check(both)
    Rules(of_method={"able": {case: Treatment.RETURN}}).check(both)
    general = {case: Treatment.RETURN}
    for rules in (Rules(general), Rules(of_method={"unable": general})):
        with pytest.raises(RuleNotKept) as refused:
            rules.check(both)
        assert refused.value.facts == {"method": "unable", "cases": (case,)}
        assert str(refused.value) == (
            f"unable returns nothing by rule ({case}): hold it there, or credit it"
        )
    Rules(general, {"unable": {case: Treatment.HOLD}}).check(both)
    Rules(general).check(Gateways.these(able))


def test_nothing_is_put_together_that_cannot_keep_the_rules() -> None:
    """Altyn does not start with an empty promise."""
    tills = Tills(gateways=(Scripted(ManualClock(), returns_to_sender=False),))
    provider = Paying()
    assert list(provider.gateways(tills, Rules()).by_method) == ["fake"]
    with pytest.raises(RuleNotKept):
        provider.gateways(tills, Rules({Case.DOUBLE: Treatment.RETURN}))
