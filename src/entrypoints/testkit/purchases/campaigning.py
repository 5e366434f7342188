"""The contract of `core.purchases.Campaigns`."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from attrs import evolve

from ....core.balances import account_name
from ....core.money import RUB, TON, UNITS_MAX, XTR, Asset, Money
from ....core.purchases import (
    CAMPAIGN_MOVES,
    Campaign,
    CampaignId,
    CampaignMissing,
    CampaignMoved,
    Campaigns,
    CampaignState,
    Kind,
    Plan,
    Strategy,
)
from ....core.transaction import Transaction
from ..stumbling import undone
from .ground import ANN, NOON, QUOTED, TICK, Ground, meanwhile

THERE: Final[Mapping[CampaignState, Sequence[CampaignState]]] = {
    CampaignState.RUNNING: (),
    CampaignState.PAUSED: (CampaignState.PAUSED,),
    CampaignState.STOPPING: (CampaignState.STOPPING,),
    CampaignState.ENDED: (CampaignState.STOPPING, CampaignState.ENDED),
}
"""A way from its beginning into each state."""


def campaign_id() -> CampaignId:
    """An id nobody used."""
    return CampaignId(uuid4())


def strategy(units: int = 10**9, asset: Asset = TON, **other: Any) -> Strategy:
    """A way of buying for so much."""
    fields = {"supplier": "packs", "budget": Money(units, asset), "unit_max": Money(1, asset)}
    return Strategy(**{**fields, **other})


def plan(**other: Any) -> Plan:
    """Six packs are wanted."""
    fields = {
        "id": campaign_id(),
        "kind": Kind.PACK,
        "item": "19/3",
        "recipient": "us",
        "wanted": 6,
        "strategies": (strategy(),),
        "deadline": NOON + timedelta(hours=1),
        **other,
    }
    return Plan(**fields)


def begun(of: Plan | None = None, **other: Any) -> Campaign:
    """A new campaign."""
    fields = {"plan": of or plan(), "created_at": NOON, "check_at": NOON, **other}
    return Campaign(**fields)


def numbered(number: int) -> CampaignId:
    """An id with a place among others."""
    return CampaignId(UUID(int=number))


async def walked(campaigns: Campaigns, campaign: Campaign, *states: CampaignState) -> Campaign:
    """It goes from one to the next, and is kept."""
    for state in states:
        campaign = campaign.moved(state, NOON + TICK)
        await campaigns.put(campaign)
    return campaign


async def got(campaigns: Campaigns, transaction: Transaction, id: CampaignId) -> Campaign:
    """The campaign, asked for in a transaction."""
    async with transaction():
        return await campaigns.get(id)


PLANS: Final = {
    "packs": plan(),
    "Stars": plan(kind=Kind.STARS, item="", strategies=(strategy(quantity_max=50),)),
    "with words": plan(item=QUOTED, recipient="Bob_7"),
    "out of somebody's money": plan(source=ANN),
    "for long": plan(deadline=NOON + timedelta(days=9_000) + TICK, wanted=UNITS_MAX),
    "looked for often": plan(poll_seconds=0.1),
    "in many ways": plan(
        strategies=(
            *(strategy(n, supplier=f"s_{n}", at_once=n, quantity_max=2**70) for n in range(1, 14)),
            strategy(UNITS_MAX, RUB, unit_max=Money(UNITS_MAX, RUB)),
            *(strategy(asset=XTR) for _ in "12"),
        )
    ),
}
"""What may be planned."""


class CampaignsContract(Ground):
    """
    What everything that keeps campaigns does. Subclass it in a test and override the fixtures
    `campaigns` and `transaction`, both of one empty storage.
    """

    @pytest.mark.parametrize("of", PLANS.values(), ids=PLANS)
    async def test_a_new_campaign_is_kept_as_it_was(self, campaigns: Campaigns, of: Plan) -> None:
        """Plans of any kind, amounts of any size and asset, any text, moments to the tick."""
        new = begun(of, created_at=NOON + 7 * TICK, check_at=NOON + 8 * TICK)
        assert await campaigns.add(new) == new
        kept = await campaigns.get(new.id)
        assert kept == new
        assert (type(kept.state), type(kept.plan.kind)) == (CampaignState, Kind)
        moments = (kept.created_at, kept.plan.deadline, kept.check_at or NOON)
        assert [each.utcoffset() for each in moments] == [timedelta(0)] * 3

    async def test_a_known_id_is_answered_by_its_campaign(self, campaigns: Campaigns) -> None:
        """As it is by then, whatever the new one says; nothing changes."""
        first = await campaigns.add(begun())
        other = begun(plan(id=first.id, wanted=7), created_at=NOON + TICK)
        assert await campaigns.add(other) == first
        paused = await walked(campaigns, first, CampaignState.PAUSED)
        assert await campaigns.add(first) == paused
        assert await campaigns.get(first.id) == paused
        assert list(await campaigns.newest(9)) == [paused]

    async def test_what_nobody_added_is_missing(self, campaigns: Campaigns) -> None:
        """It can be neither got nor put."""
        await campaigns.add(begun())
        stranger = begun()
        with pytest.raises(CampaignMissing) as missing:
            await campaigns.get(stranger.id)
        assert missing.value.facts == {"campaign": stranger.id}
        with pytest.raises(CampaignMissing):
            await campaigns.put(stranger.changed(begun=1))

    async def test_every_move_is_kept(self, campaigns: Campaigns) -> None:
        """From each state to wherever its table leads."""
        for one, others in CAMPAIGN_MOVES.items():
            for two in others:
                now = await walked(campaigns, await campaigns.add(begun()), *THERE[one], two)
                kept = await campaigns.get(now.id)
                assert kept == now
                assert (kept.state, type(kept.state)) == (two, CampaignState)
                assert kept.version == len(THERE[one]) + 1

    async def test_what_became_of_it_is_kept(self, campaigns: Campaigns) -> None:
        """All of it, also when there is less to say than before."""
        now = await campaigns.add(begun())
        more = now.changed(begun=2**40, check_at=None, told=QUOTED * 9)
        await campaigns.put(more)
        assert await campaigns.get(now.id) == more
        less = more.changed(check_at=NOON, told="")
        await campaigns.put(less)
        assert await campaigns.get(now.id) == less

    async def test_the_plan_stays(self, campaigns: Campaigns) -> None:
        """Whatever is put, what was planned and when is as it was."""
        now = await campaigns.add(begun())
        changes: list[dict[str, Any]] = [
            {"plan": plan(id=now.id, wanted=7)},
            {"plan": plan(id=now.id, strategies=(strategy(2 * 10**9),))},
            {"plan": plan(id=now.id, source=account_name("user:bob"))},
            {"created_at": NOON + TICK},
        ]
        for change in changes:
            after = now.changed(begun=now.begun + 1)
            await campaigns.put(evolve(after, **change))
            assert await campaigns.get(now.id) == after
            now = after

    async def test_a_put_is_the_next_version(self, campaigns: Campaigns) -> None:
        """When somebody else wrote that, or it is none of those, nothing is written."""
        old = await campaigns.add(begun())
        now = old.changed(begun=1)
        await campaigns.put(now)
        for version in (0, 1, 3, 2**62):
            with pytest.raises(CampaignMoved) as moved:
                await campaigns.put(evolve(now, begun=9, version=version))
            assert moved.value.facts == {"campaign": old.id, "state": CampaignState.RUNNING}
            assert await campaigns.get(old.id) == now
        await walked(campaigns, now, CampaignState.PAUSED)
        with pytest.raises(CampaignMoved) as later:
            await campaigns.put(now.changed(begun=2))
        assert later.value.state == CampaignState.PAUSED

    async def test_one_put_changes_one_campaign(self, campaigns: Campaigns) -> None:
        """Others are left alone."""
        one, other = await campaigns.add(begun()), await campaigns.add(begun())
        await campaigns.put(one.changed(begun=1))
        assert await campaigns.get(other.id) == other

    # Lists

    async def test_those_that_are_due_are_told(self, campaigns: Campaigns) -> None:
        """The longest overdue first, of one moment by id; asking changes nothing."""
        steps = ((0, 9), (1, 6), (1, 7), (1, 8), (2, 1))
        lot = [begun(plan(id=numbered(id)), check_at=NOON + step * TICK) for step, id in steps]
        for place in (3, 0, 4, 1, 2):
            await campaigns.add(lot[place])
            await campaigns.add(begun(check_at=None))
        in_order = [each.id for each in lot]
        assert list(await campaigns.due(NOON - TICK, 9)) == []
        assert list(await campaigns.due(NOON, 9)) == in_order[:1]
        assert list(await campaigns.due(NOON + TICK, 9)) == in_order[:4]
        assert list(await campaigns.due(NOON + timedelta(days=900), 3)) == in_order[:3]
        assert list(await campaigns.due(NOON + timedelta(days=900), 2**70)) == in_order

    async def test_what_is_looked_at_later_or_never_is_not_due(self, campaigns: Campaigns) -> None:
        """A put moves it in the queue, or out of it."""
        later, never, same = [await campaigns.add(begun()) for _ in range(3)]
        await campaigns.put(later.changed(check_at=NOON + 2 * TICK))
        await campaigns.put(never.changed(check_at=None))
        assert list(await campaigns.due(NOON + TICK, 9)) == [same.id]
        assert list(await campaigns.due(NOON + 2 * TICK, 9)) == [same.id, later.id]

    async def test_the_newest_are_told(self, campaigns: Campaigns) -> None:
        """The newest first, of one moment by id, whatever became of them."""
        steps = ((2, 1), (1, 6), (1, 5), (1, 4), (0, 3))
        lot = [begun(plan(id=numbered(id)), created_at=NOON + step * TICK) for step, id in steps]
        for place in (3, 0, 4, 1, 2):
            await campaigns.add(lot[place])
        lot[2] = await walked(campaigns, lot[2], *THERE[CampaignState.ENDED])
        assert list(await campaigns.newest(2)) == lot[:2]
        assert list(await campaigns.newest(2**70)) == lot
        for place, each in enumerate(lot):
            before = each.created_at, each.id
            assert list(await campaigns.newest(2, before)) == lot[place + 1 : place + 3]

    # Together

    async def test_a_transaction_keeps_all(
        self, campaigns: Campaigns, transaction: Transaction
    ) -> None:
        """It sees its own writes, one version after the other, and then everybody does."""
        new = begun()
        async with transaction():
            assert await campaigns.add(new) == new
            ended = await walked(campaigns, new, *THERE[CampaignState.ENDED])
            assert await campaigns.get(new.id) == ended
            await campaigns.put(ended.changed(check_at=None))
            assert list(await campaigns.due(NOON + TICK, 5)) == []
        assert await campaigns.get(new.id) == ended.changed(check_at=None)

    async def test_an_undone_transaction_keeps_nothing(
        self, campaigns: Campaigns, transaction: Transaction
    ) -> None:
        """What was moved is as it was, and what was added is not there."""
        old, new = await campaigns.add(begun()), begun()
        async with undone(transaction):
            await campaigns.add(new)
            await walked(campaigns, old, CampaignState.STOPPING)
        assert await campaigns.get(old.id) == old
        with pytest.raises(CampaignMissing):
            await campaigns.get(new.id)

    async def test_a_caught_error_does_not_end_the_transaction(
        self, campaigns: Campaigns, transaction: Transaction
    ) -> None:
        """Losing a race or asking for what is missing harms nothing."""
        old = await campaigns.add(begun())
        async with transaction():
            with pytest.raises(CampaignMissing):
                await campaigns.get(campaign_id())
            with pytest.raises(CampaignMoved):
                await campaigns.put(old)
            await campaigns.put(old.changed(begun=1))
        assert await campaigns.get(old.id) == old.changed(begun=1)

    async def test_nobody_else_sees_what_may_be_undone(
        self, campaigns: Campaigns, transaction: Transaction
    ) -> None:
        """Who asks meanwhile is told what was before, at once or afterwards."""
        old = await campaigns.add(begun())
        async with undone(transaction):
            await campaigns.put(old.changed(check_at=None))
            asked = await meanwhile(campaigns.get(old.id))
            due = await meanwhile(campaigns.due(NOON, 5))
        assert await asked == old
        assert list(await due) == [old.id]

    async def test_who_got_it_in_a_transaction_has_it_alone(
        self, campaigns: Campaigns, transaction: Transaction
    ) -> None:
        """The second waits for the first to end, and sees what became of it, if anything did."""
        old = await campaigns.add(begun())
        after = old.changed(begun=1)
        for block, sees in ((lambda: undone(transaction), old), (transaction, after)):
            async with block():
                assert await campaigns.get(old.id) == old
                second = await meanwhile(got(campaigns, transaction, old.id))
                assert not second.done()
                await campaigns.put(after)
            assert await second == sees

    async def test_a_put_from_outside_waits_and_loses(
        self, campaigns: Campaigns, transaction: Transaction
    ) -> None:
        """The version before is not the newest any more."""
        old = await campaigns.add(begun())
        async with transaction():
            mine = await campaigns.get(old.id)
            other = await meanwhile(campaigns.put(old.changed(told="other")))
            assert not other.done()
            paused = await walked(campaigns, mine, CampaignState.PAUSED)
        with pytest.raises(CampaignMoved) as moved:
            await other
        assert moved.value.state == CampaignState.PAUSED
        assert await campaigns.get(old.id) == paused

    async def test_of_many_puts_at_once_one_wins(self, campaigns: Campaigns) -> None:
        """The others are told that it moved."""
        old = await campaigns.add(begun())
        lot = [old.changed(told=f"by {n}") for n in range(5)]
        said = await asyncio.gather(*map(campaigns.put, lot), return_exceptions=True)
        assert said.count(None) == 1
        assert await campaigns.get(old.id) == lot[said.index(None)]
        assert {type(each) for each in said} == {type(None), CampaignMoved}

    async def test_of_many_who_add_one_id_all_are_answered_alike(
        self, campaigns: Campaigns
    ) -> None:
        """There is one campaign, and everybody is told which."""
        id = campaign_id()
        lot = [begun(plan(id=id, wanted=100 + n)) for n in range(8)]
        answers = await asyncio.gather(*map(campaigns.add, lot))
        kept = await campaigns.get(id)
        assert kept in lot
        assert answers == [kept] * 8
