"""Campaigns: many purchases out of one budget, and never more than it."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from attrs import evolve

from altyn.core.balances import AccountMissing, account_name
from altyn.core.identity import Caller, NotAllowed, Permission, Role
from altyn.core.money import RUB, TON, XTR, Money
from altyn.core.purchases import (
    PACKS,
    Campaign,
    CampaignId,
    CampaignMissing,
    CampaignMoved,
    CampaignReused,
    CampaignState,
    Kind,
    Plan,
    PlanMalformed,
    Stage,
    State,
    Strategy,
    SupplierClosed,
    SupplierUnclear,
    SupplierUnknown,
    Tally,
)
from altyn.core.wallets import BillRefused, WalletUnclear
from tests.unit.purchases_house import ANN, House
from tests.unit.staff import ANNA


def ton(text: str) -> Money:
    return Money.parse(text, TON)


def strategy(budget: str = "10", unit: str = "1", **changes: object) -> Strategy:
    told = {"supplier": "packs", "budget": ton(budget), "unit_max": ton(unit)}
    return Strategy(**{**told, **changes})  # type: ignore[arg-type]


def plan(house: House, *strategies: Strategy, wanted: int = 6, **changes: object) -> Plan:
    told = {
        "id": CampaignId(UUID(int=7)),
        "kind": Kind.PACK,
        "item": "19/3",
        "recipient": "us",
        "wanted": wanted,
        "strategies": strategies or (strategy(),),
        "deadline": house.clock.now() + timedelta(hours=1),
    }
    return Plan(**{**told, **changes})  # type: ignore[arg-type]


async def tally(house: House, campaign: Campaign) -> Tally:
    return Tally.of(await house.purchases.of(campaign.buyer, 1000))


async def left(house: House, campaign: Campaign) -> dict[str, tuple[int, int]]:
    balances = await house.ledger.balances(campaign.plan.account)
    return {each.posted.asset.code: (each.posted.units, each.held.units) for each in balances}


async def test_a_campaign_buys_what_is_wanted_and_ends() -> None:
    """One summary is told, and what was not spent is back where it came from."""
    house = House()
    begun = await house.begin(plan(house), ANNA)
    await house.work(minutes=3)
    ended = await house.campaigns.get(begun.id)
    assert (ended.state, ended.told) == (CampaignState.ENDED, "all that was wanted is there")
    assert ended.check_at is None
    found = await tally(house, ended)
    assert (found.delivered, found.under_way, found.unknown) == (6, 0, 0)
    assert found.spent == {"TON": ton("3")}
    assert await left(house, ended) == {"PACK": (0, 0), "TON": (0, 0)}
    budget = await house.ledger.balance(account_name("budget:campaigns"), TON)
    assert budget.posted == ton("-3")
    told = await house.told()
    assert [each for each in told if each.startswith("campaign")] == [
        "campaign.running",
        "campaign.ended",
    ]


async def test_a_campaign_out_of_somebodys_pocket_moves_money_by_hand() -> None:
    """Who may spend budgets of the house alone takes no customer's money for it."""
    house = await House().furnished()
    buys = frozenset({Permission.CAMPAIGN})
    for scopes, source in ((buys, ANN), (frozenset({Permission.ADJUST}), ANN)):
        with pytest.raises(NotAllowed):
            await house.begin(
                plan(house, source=source), Caller(name="key:1", role=Role.OWNER, scopes=scopes)
            )
    assert list(await house.trail.onward(9)) == []
    assert list(await house.campaigns.newest(9)) == []
    both = Caller(name="key:1", role=Role.OWNER, scopes=buys | {Permission.ADJUST})
    with pytest.raises(AccountMissing):
        await house.begin(plan(house, source=account_name("user:nobody")), both)
    await house.begin(plan(house), Caller(name="key:1", role=Role.OWNER, scopes=buys))


async def test_stars_are_bought_in_lots() -> None:
    """Of what is only sold many at once as many are bought; a rest that is too small is left."""
    house = House()
    house.supplier.each = Money(100_000, TON)
    stars = strategy("1", "0.0002", supplier="fragment", at_once=1, quantity_max=100)
    begun = await house.begin(plan(house, stars, kind=Kind.STARS, item="", wanted=230), ANNA)
    await house.work(minutes=5)
    bought = await house.purchases.of(begun.buyer, 10)
    assert sorted(each.wish.goods.quantity for each in bought) == [100, 100]
    assert (await tally(house, begun)).spent == {"TON": Money(20_000_000, TON)}


async def test_ten_strategies_want_the_last_piece_for_the_last_nanoton() -> None:
    """Exactly one of them buys it."""
    house = House()
    budget = strategy(budget="0.05", unit="0.5")
    begun = await house.begin(plan(house, *[budget] * 10, wanted=1), ANNA)
    await asyncio.gather(*(house.step(begun.id) for _ in range(10)), return_exceptions=True)
    await house.work(minutes=3)
    found = await tally(house, begun)
    assert (found.delivered, found.spent) == (1, {"TON": ton("0.5")})
    assert house.wallet.carried_out == ["message 1"]


async def test_no_more_is_spent_than_the_budget() -> None:
    """However much is wanted, and however much there is."""
    house = House()
    begun = await house.begin(plan(house, strategy("1.7"), strategy("1.2"), wanted=100), ANNA)
    await house.work(minutes=70)
    found = await tally(house, begun)
    assert found.spent == {"TON": ton("2.5")}
    ended = await house.campaigns.get(begun.id)
    assert (ended.state, ended.told) == (CampaignState.ENDED, "its time is over")


async def test_a_piece_that_costs_too_much_is_not_bought() -> None:
    """It is looked again, and bought once it is cheaper."""
    house = House()
    begun = await house.begin(plan(house, strategy(unit="0.4"), wanted=1), ANNA)
    await house.work(minutes=1)
    running = await house.campaigns.get(begun.id)
    assert "it costs 0.500000000 TON by now" in running.told
    house.second.cost = ton("0.3")
    await house.work(minutes=2)
    assert (await tally(house, begun)).spent == {"TON": ton("0.3")}


async def test_a_price_that_rises_between_looking_and_quoting_is_not_paid() -> None:
    """What was quoted is compared with what a piece may cost, too."""
    house = House()
    begun = await house.begin(plan(house, strategy(unit="0.5"), wanted=1), ANNA)
    house.second.rises = ton("0.6")
    await house.step(begun.id)
    assert "0.600000000 TON" in (await house.campaigns.get(begun.id)).told
    assert (await tally(house, begun)).under_way == 0


async def test_only_as_many_are_bought_as_there_are() -> None:
    """And none when there are none; new ones are noticed."""
    house = House()
    house.second.left = 0
    begun = await house.begin(plan(house), ANNA)
    await house.work(minutes=1)
    assert await house.purchases.of(begun.buyer, 10) == []
    house.second.left = 2
    await house.step(begun.id)
    house.clock.advance(seconds=10)
    await house.step(begun.id)
    bought = await house.purchases.of(begun.buyer, 10)
    assert {each.wish.goods.quantity for each in bought} == {2}


async def test_a_silent_supplier_is_asked_again() -> None:
    """And what he did not say is shown."""
    house = House()
    house.second.fails = [SupplierUnclear("packs", "no answer")]
    begun = await house.begin(plan(house, wanted=1), ANNA)
    stepped = await house.step(begun.id)
    assert "no answer" in stepped.told
    await house.work(minutes=2)
    assert (await tally(house, begun)).delivered == 1


async def test_a_supplier_who_is_closed_is_left_alone_until_it_is_tried() -> None:
    """By the purchase itself, so that a price alone spends no try; then the campaign goes on."""
    house = House()
    begun = await house.begin(plan(house), ANNA)
    house.second.fails += [SupplierClosed("packs", "log in again")] * 2
    await house.work(minutes=4)
    assert len(house.second.fails) == 1
    assert "log in again" in (await house.campaigns.get(begun.id)).told
    await house.work(minutes=2)
    assert house.second.fails == []
    await house.work(minutes=10)
    assert (await tally(house, begun)).delivered == 0
    await house.work(minutes=10)
    assert (await tally(house, begun)).delivered == 6


async def test_no_more_purchases_go_on_side_by_side_than_allowed() -> None:
    """A strategy begins the next one when one of its own has ended."""
    house = House()
    house.wallet.prompt = False
    begun = await house.begin(plan(house, strategy(at_once=1, quantity_max=1)), ANNA)
    for _ in range(5):
        await house.step(begun.id)
        house.clock.advance(seconds=10)
    assert len(await house.purchases.of(begun.buyer, 10)) == 1


async def test_a_pause_begins_nothing_new() -> None:
    """What was begun goes on, and afterwards so does the campaign."""
    house = House()
    begun = await house.begin(plan(house, strategy(at_once=1, quantity_max=2)), ANNA)
    await house.step(begun.id)
    paused = await house.steer.pause(begun.id, ANNA)
    assert paused.state is CampaignState.PAUSED
    assert await house.steer.pause(begun.id, ANNA) == paused
    await house.work(minutes=3)
    assert (await tally(house, begun)).delivered == 2
    await house.steer.resume(begun.id, ANNA)
    await house.work(minutes=3)
    assert (await tally(house, begun)).delivered == 6


async def test_a_cancel_tears_no_purchase_in_half() -> None:
    """What was begun is finished; the rest of the budget is given back at once."""
    house = House()
    begun = await house.begin(plan(house, strategy(at_once=1, quantity_max=2)), ANNA)
    await house.step(begun.id)
    stopping = await house.steer.cancel(begun.id, ANNA)
    assert (stopping.state, stopping.told) == (CampaignState.STOPPING, "called off")
    assert await left(house, begun) == {"PACK": (2, 2), "TON": (ton("1").units,) * 2}
    await house.work(minutes=3)
    ended = await house.steer.cancel(begun.id, ANNA)
    assert ended.state is CampaignState.ENDED
    assert (await tally(house, begun)).delivered == 2
    with pytest.raises(CampaignMoved, match="ended"):
        await house.steer.resume(begun.id, ANNA)


async def test_whoever_was_about_to_begin_when_it_was_called_off_finds_nothing() -> None:
    """A price was made, and nothing is set aside for it."""
    house = House()
    begun = await house.begin(plan(house), ANNA)

    async def called_off() -> None:
        await house.steer.cancel(begun.id, ANNA)

    house.second.meanwhile = called_off
    await house.step(begun.id)
    await house.work(minutes=15)
    (only,) = await house.purchases.of(begun.buyer, 10)
    assert only.state is State.REFUSED
    assert (await house.campaigns.get(begun.id)).state is CampaignState.ENDED


async def test_what_is_in_doubt_is_counted_and_kept() -> None:
    """Its money and its pieces stay set aside until it is known; then the rest goes back."""
    house = House()
    house.second.stage = Stage.PENDING
    soon = house.clock.now() + timedelta(minutes=5)
    begun = await house.begin(plan(house, strategy(at_once=1, quantity_max=2), deadline=soon), ANNA)
    await house.work(minutes=20)
    ended = await house.campaigns.get(begun.id)
    assert ended.state is CampaignState.ENDED
    found = await tally(house, begun)
    assert (found.unknown, found.in_doubt) == (2, {"TON": ton("1")})
    assert await left(house, begun) == {"PACK": (2, 2), "TON": (ton("1").units,) * 2}
    (doubtful,) = await house.purchases.of(begun.buyer, 10)
    await house.decide(doubtful.id, ANNA, delivered=False, because="it never came")
    await house.work(minutes=2)
    assert await left(house, begun) == {"PACK": (0, 0), "TON": (0, 0)}
    assert (await house.campaigns.get(begun.id)).check_at is None


async def test_what_was_not_bought_is_tried_again() -> None:
    """Nothing was paid for it, so its share is free for another purchase."""
    house = House()
    house.wallet.refuses = [BillRefused("ton", "not today")] * 3
    begun = await house.begin(plan(house, strategy("1", at_once=1), wanted=2), ANNA)
    await house.work(minutes=5)
    found = await tally(house, begun)
    assert (found.delivered, found.lost, found.spent) == (2, {}, {"TON": ton("1")})


async def test_what_was_paid_and_never_came_stops_a_campaign() -> None:
    """It is lost to the budget, and nobody pays that supplier again before a person has looked."""
    house = House()
    house.second.stage = Stage.FAILED
    begun = await house.begin(plan(house, strategy("2.5", at_once=1), wanted=2), ANNA)
    await house.work(minutes=10)
    found = await tally(house, begun)
    assert (found.released, found.delivered, found.lost) == (2, 0, {"TON": ton("1")})
    ended = await house.campaigns.get(begun.id)
    assert ended.told == "something was paid for and never came"
    assert await left(house, begun) == {"PACK": (0, 0), "TON": (0, 0)}
    assert (await house.ledger.balance(account_name("lost:pack"), TON)).posted == ton("1")


async def test_an_answer_that_never_comes_pays_once() -> None:
    """The wallet was left in doubt; the campaign does not buy the same again instead."""
    house = House()
    house.wallet.fails = [WalletUnclear("ton", "no answer")]
    begun = await house.begin(plan(house, strategy(at_once=1), wanted=2), ANNA)
    await house.work(minutes=3)
    assert (await tally(house, begun)).delivered == 2
    assert len(house.wallet.carried_out) == 1


async def test_one_at_a_time_steps_a_campaign() -> None:
    """Whoever comes while somebody does begins nothing."""
    house = House()
    begun = await house.begin(plan(house), ANNA)

    async def comes_too() -> None:
        assert (await house.step(begun.id)).version == 1

    house.second.meanwhile = comes_too
    await house.step(begun.id)
    assert len(await house.purchases.of(begun.buyer, 10)) == 1


async def test_whoever_dies_in_a_step_is_followed_by_another() -> None:
    """What was claimed is free again a minute later."""
    house = House()
    begun = await house.begin(plan(house, wanted=1), ANNA)
    house.second.fails = [RuntimeError("killed")]
    with pytest.raises(RuntimeError):
        await house.step(begun.id)
    assert await house.poll_campaigns() == 0
    await house.work(minutes=4)
    assert (await tally(house, begun)).delivered == 1


async def test_a_plan_begins_once() -> None:
    """The same id with another plan is refused."""
    house = House()
    begun = await house.begin(plan(house), ANNA)
    assert await house.begin(plan(house), ANNA) == begun
    later = evolve(plan(house), deadline=begun.plan.deadline)
    house.clock.advance(seconds=5)
    assert await house.begin(later, ANNA) == begun
    with pytest.raises(CampaignReused):
        await house.begin(evolve(later, wanted=7), ANNA)
    assert await left(house, begun) == {"PACK": (6, 0), "TON": (ton("10").units, 0)}
    assert await house.campaigns.newest(5) == [begun]


async def test_a_plan_needs_somebody_who_sells() -> None:
    """A supplier whom nobody knows is refused before anything is allotted."""
    house = House()
    with pytest.raises(SupplierUnknown, match="nobody"):
        await house.begin(plan(house, strategy(supplier="nobody")), ANNA)
    with pytest.raises(CampaignMissing, match="there is no campaign"):
        await house.campaigns.get(CampaignId(UUID(int=7)))


async def test_a_customer_pays_for_their_own_campaign() -> None:
    """What is left over is theirs again."""
    house = await House().furnished()
    their = Money.parse("100", RUB)
    mixed = Strategy(supplier="packs", budget=their, unit_max=their)
    begun = await house.begin(plan(house, mixed, source=ANN), ANNA)
    assert await house.ann_has() == ("900.00", "0.00")
    await house.steer.cancel(begun.id, ANNA)
    assert await house.ann_has() == ("1000.00", "0.00")


def test_plans_say_what_is_to_be_done() -> None:
    """Whatever cannot be carried out is refused where it is made."""
    house = House()
    with pytest.raises(PlanMalformed, match="one asset"):
        Strategy(supplier="packs", budget=ton("1"), unit_max=Money(1, XTR))
    with pytest.raises(PlanMalformed, match="nothing to spend"):
        strategy(at_once=0)
    with pytest.raises(PlanMalformed, match="something is wanted"):
        plan(house, wanted=0)
    for seconds in (0, -1, 86_401, float("inf"), float("nan")):
        with pytest.raises(PlanMalformed, match="at least once a day"):
            plan(house, poll_seconds=seconds)
    with pytest.raises(PlanMalformed, match="Premium"):
        plan(house, kind=Kind.PREMIUM, item="")
    with pytest.raises(PlanMalformed, match="at least 50"):
        plan(house, kind=Kind.STARS, item="")
    with pytest.raises(PlanMalformed, match="1 to 16"):
        plan(house, *[strategy()] * 17)


def test_a_campaign_goes_only_where_the_table_leads() -> None:
    """From its end nowhere."""
    house = House()
    now = house.clock.now()
    ended = Campaign(plan=plan(house), state=CampaignState.ENDED, created_at=now, check_at=None)
    with pytest.raises(ValueError, match="no move leads"):
        ended.moved(CampaignState.RUNNING, now)
    assert PACKS.scale == 0
