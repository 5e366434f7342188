"""The contract of `core.purchases.Purchases`."""

import asyncio
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from attrs import evolve

from ....core.money import RUB, TON, UNITS_MAX, USDT, XTR, Money
from ....core.payments import PaymentId
from ....core.purchases import (
    IN_LANE,
    MOVES,
    PACKS,
    SET_ASIDE,
    Funding,
    Goods,
    Kind,
    LaneTaken,
    Late,
    Purchase,
    PurchaseId,
    PurchaseMissing,
    PurchaseMoved,
    Purchases,
    State,
)
from ....core.transaction import Transaction
from ..stumbling import undone
from ..wallets.ground import bill, part
from .ground import (
    ANN,
    GIVEN_UP,
    NOON,
    QUOTED,
    TICK,
    TO,
    Ground,
    Market,
    meanwhile,
    purchase_id,
    quote,
    quoted,
    stepped,
    wish,
)

PURCHASES: Final = {
    "Stars": quoted(),
    "Premium": quoted(wish(goods=Goods(kind=Kind.PREMIUM, quantity=12))),
    "coins": quoted(wish(goods=Goods(kind=Kind.TON, quantity=2**40))),
    "a pack": quoted(wish(goods=Goods(kind=Kind.PACK, quantity=2, item=QUOTED))),
    "in another asset": quoted(wish(asset=XTR), quote=quote(7, XTR, USDT)),
    "in the asset of the cost": quoted(wish(asset=TON), quote=quote(7, TON)),
    "the greatest": quoted(quote=quote(UNITS_MAX)),
    "for a payment": quoted(wish(funding=Funding(account=ANN, payment=PaymentId(uuid4())))),
    "for the house": quoted(wish(funding=Funding(account=None)), quote=quote(0)),
    "with a quota": quoted(wish(funding=Funding(account=ANN, quota=Money(UNITS_MAX, PACKS)))),
    "with a quota of the price": quoted(wish(funding=Funding(account=ANN, quota=Money(1, RUB)))),
    "by a role": quoted(wish(role="a" * 32)),
    "from somebody": quoted(wish(supplier="a" * 32), supplier="a" * 32),
    "with words": quoted(wish(buyer=QUOTED, recipient="Bob_7"), shown=QUOTED),
    "never gone on with": quoted(check_at=None),
}
"""What people may wish for."""


def numbered(number: int) -> PurchaseId:
    """An id with a place among others."""
    return PurchaseId(UUID(int=number))


def gone_on(purchase: Purchase, **changes: Any) -> Purchase:
    """Its next version, in the same state."""
    return purchase.changed(checks=purchase.checks + 1, **changes)


async def got(purchases: Purchases, transaction: Transaction, id: PurchaseId) -> Purchase:
    """The purchase, asked for in a transaction."""
    async with transaction():
        return await purchases.get(id)


async def theirs(purchases: Purchases, page: int) -> list[Purchase]:
    """All that Ann bought or wanted to, read in pages."""
    found: list[Purchase] = []
    before = None
    while some := await purchases.of("user:ann", page, before):
        assert len(some) <= page
        found += some
        before = found[-1].created_at, found[-1].id
    return found


async def undecided(purchases: Purchases, page: int) -> list[Purchase]:
    """All about which a person decides, read in pages."""
    found: list[Purchase] = []
    after = None
    while some := await purchases.in_review(page, after):
        assert len(some) <= page
        found += some
        after = found[-1].created_at, found[-1].id
    return found


class PurchasesContract(Ground):
    """
    What everything that keeps purchases does. Subclass it in a test and override the fixtures
    `purchases`, `outlays`, `cheques` and `transaction`, all of one empty storage.
    """

    @pytest.mark.parametrize("new", PURCHASES.values(), ids=PURCHASES)
    async def test_a_new_purchase_is_kept_as_it_was(
        self, purchases: Purchases, new: Purchase
    ) -> None:
        """Goods of any kind, amounts of any size and asset, any text, moments to the tick."""
        new = evolve(new, created_at=NOON + 7 * TICK, since=NOON + 8 * TICK)
        assert await purchases.add(new) == new
        kept = await purchases.get(new.id)
        assert kept == new
        assert (type(kept.state), type(kept.wish.goods.kind)) == (State, Kind)
        moments = (kept.created_at, kept.since, kept.quote.expires_at, kept.check_at or NOON)
        assert [each.utcoffset() for each in moments] == [timedelta(0)] * 4

    async def test_a_known_id_is_answered_by_its_purchase(
        self, purchases: Purchases, market: Market
    ) -> None:
        """As it is by then, whatever the new one says; nothing changes."""
        first = await purchases.add(quoted())
        other = quoted(wish(id=first.id, buyer="user:bob", asset=XTR), quote=quote(7, XTR))
        assert await purchases.add(other) == first
        assert await purchases.add(first) == first
        reserved = await market.step(first, State.RESERVED)
        assert await purchases.add(first) == reserved
        assert await purchases.get(first.id) == reserved
        assert list(await purchases.of("user:bob", 9)) == []

    async def test_what_nobody_added_is_missing(self, purchases: Purchases) -> None:
        """It can be neither got nor put."""
        await purchases.add(quoted())
        stranger = quoted()
        with pytest.raises(PurchaseMissing) as missing:
            await purchases.get(stranger.id)
        assert missing.value.facts == {"purchase": stranger.id}
        with pytest.raises(PurchaseMissing):
            await purchases.put(gone_on(stranger))
        with pytest.raises(PurchaseMissing):
            await purchases.put(stepped(stranger, State.RESERVED, lane="fragment"))

    @pytest.mark.parametrize("state", State, ids=str)
    async def test_every_state_is_kept(
        self, purchases: Purchases, market: Market, state: State
    ) -> None:
        """With the version in which it is in it, and since when."""
        now = await market.bought(state)
        kept = await purchases.get(now.id)
        assert kept == now
        assert (kept.state, type(kept.state)) == (state, State)
        assert (kept.version, kept.since) == (len(TO[state]), NOON + len(TO[state]) * TICK)
        assert kept.paid is (State.PAID in TO[state])

    async def test_what_was_paid_stays_paid(self, purchases: Purchases, market: Market) -> None:
        """Whatever becomes of it afterwards, and given up before it is not."""
        for paid, way in (
            (True, (*TO[State.PAID], State.RELEASED)),
            (True, (*TO[State.REVIEW], State.RELEASED)),
            (False, TO[State.RELEASED]),
        ):
            now = await market.walk(await purchases.add(quoted()), *way)
            assert (await purchases.get(now.id)).paid is paid

    async def test_every_move_is_kept(self, purchases: Purchases, market: Market) -> None:
        """From each state to wherever its table leads."""
        for one, others in MOVES.items():
            for two in others:
                way = GIVEN_UP if one is State.RELEASED else TO[one]
                now = await market.walk(await purchases.add(quoted()), *way)
                after = await market.step(now, two, told=QUOTED, decided_by=QUOTED)
                assert await purchases.get(now.id) == after

    async def test_what_came_late_is_kept(self, purchases: Purchases, market: Market) -> None:
        """With what was decided about it."""
        for decided in (Late.WAITING, Late.BORNE):
            now = await market.late(decided=decided)
            assert await purchases.get(now.id) == now
        paid = await market.step(await market.late(), State.DELIVERED)
        kept = await purchases.get(paid.id)
        assert (kept, kept.late, type(kept.late)) == (paid, Late.PAID, Late)

    async def test_what_became_of_it_is_kept(self, purchases: Purchases) -> None:
        """All of it, also when there is less to say than before."""
        now = await purchases.add(quoted())
        told = stepped(now, State.RESERVED)
        await purchases.put(told)
        large = bill(*(part(UNITS_MAX // 4, comment="\n\0" + QUOTED, body=QUOTED) for _ in "1234"))
        more = told.moved(
            State.ORDERED,
            NOON + 9 * TICK,
            check_at=None,
            attempt=42,
            lane=QUOTED,
            order_id=QUOTED,
            bill=large,
            proof=QUOTED,
            told=QUOTED * 9,
            decided_by=QUOTED,
        )
        await purchases.put(more)
        assert await purchases.get(now.id) == more
        cleared: dict[str, Any] = dict.fromkeys(
            ("lane", "order_id", "proof", "told", "decided_by"), ""
        )
        less = more.changed(**cleared, checks=3, attempt=0, check_at=NOON)
        await purchases.put(less)
        assert await purchases.get(now.id) == less
        back = less.moved(State.RESERVED, NOON, bill=None)
        await purchases.put(back)
        assert await purchases.get(now.id) == back

    async def test_wish_and_quote_stay(self, purchases: Purchases) -> None:
        """Whatever is put, what was wished for, by whom and at what price is as it was."""
        now = await purchases.add(quoted())
        changes: list[dict[str, Any]] = [
            {"wish": wish(id=now.id, buyer="user:bob", role="vip")},
            {"wish": wish(id=now.id, goods=Goods(kind=Kind.PREMIUM, quantity=3))},
            {"wish": wish(id=now.id, recipient="carol", funding=Funding(account=None))},
            {"wish": wish(id=now.id, funding=Funding(account=ANN, quota=Money(1, PACKS)))},
            {"wish": wish(id=now.id, supplier="fragment")},
            {"supplier": "other"},
            {"shown": "Carol"},
            {"quote": quote(7)},
            {"created_at": NOON + TICK},
        ]
        for change in changes:
            after = gone_on(now)
            await purchases.put(evolve(after, **change))
            assert await purchases.get(now.id) == after
            now = after

    async def test_a_put_is_the_next_version(self, purchases: Purchases) -> None:
        """When somebody else wrote that, or it is none of those, nothing is written."""
        old = await purchases.add(quoted())
        now = gone_on(old)
        await purchases.put(now)
        for version in (0, 1, 3, 2**62):
            with pytest.raises(PurchaseMoved) as moved:
                await purchases.put(evolve(stepped(now, State.RESERVED), version=version))
            assert moved.value.facts == {"purchase": old.id, "state": State.QUOTED}
            assert await purchases.get(old.id) == now
        await purchases.put(stepped(now, State.RESERVED))
        with pytest.raises(PurchaseMoved) as later:
            await purchases.put(stepped(now, State.RESERVED))
        assert later.value.state == State.RESERVED

    async def test_one_put_changes_one_purchase(self, purchases: Purchases) -> None:
        """Others are left alone."""
        one, other = await purchases.add(quoted()), await purchases.add(quoted())
        await purchases.put(gone_on(one))
        assert await purchases.get(other.id) == other

    # Lanes

    @pytest.mark.parametrize("state", State, ids=str)
    async def test_one_purchase_at_a_time_is_in_a_lane(
        self, purchases: Purchases, market: Market, state: State
    ) -> None:
        """From the beginning until it is paid; before and after, others may come into it."""
        first = await purchases.add(quoted())
        if state is not State.QUOTED:
            first = await market.walk(first, *TO[state][:-1])
            first = await market.step(first, state, lane="fragment")
        else:
            first = gone_on(first, lane="fragment")
            await purchases.put(first)
        second = await market.bought(State.RESERVED)
        claimed = gone_on(second, lane="fragment")
        if state in IN_LANE:
            with pytest.raises(LaneTaken) as taken:
                await purchases.put(claimed)
            assert taken.value.facts == {"lane": "fragment"}
            assert await purchases.get(second.id) == second
            elsewhere = gone_on(second, lane="stickerdom")
            await purchases.put(elsewhere)
            assert await purchases.get(second.id) == elsewhere
        else:
            await purchases.put(claimed)
            assert await purchases.get(second.id) == claimed
        assert await purchases.get(first.id) == first

    async def test_who_is_in_a_lane_goes_on_in_it(
        self, purchases: Purchases, market: Market
    ) -> None:
        """And those who need none are in nobody's way."""
        first = await market.bought(State.RESERVED)
        first = gone_on(first, lane="fragment")
        await purchases.put(first)
        await market.walk(await market.bought(State.RESERVED), State.ORDERED, State.PAYING)
        await market.walk(first, State.ORDERED, State.RESERVED, State.ORDERED, State.PAYING)
        kept = await purchases.get(first.id)
        assert (kept.state, kept.lane) == (State.PAYING, "fragment")

    async def test_who_lost_the_race_is_not_told_of_the_lane(
        self, purchases: Purchases, market: Market
    ) -> None:
        """That it moved comes first: whoever is told so reads again."""
        first = await market.bought(State.RESERVED)
        await purchases.put(gone_on(first, lane="fragment"))
        second = await market.bought(State.RESERVED)
        await purchases.put(gone_on(second))
        with pytest.raises(PurchaseMoved):
            await purchases.put(gone_on(second, lane="fragment"))

    # Lists

    async def test_those_that_are_due_are_told(self, purchases: Purchases) -> None:
        """The longest overdue first, of one moment by id; asking changes nothing."""
        steps = ((0, 9), (1, 6), (1, 7), (1, 8), (2, 1))
        lot = [quoted(wish(id=numbered(id)), check_at=NOON + step * TICK) for step, id in steps]
        for place in (3, 0, 4, 1, 2):
            await purchases.add(lot[place])
            await purchases.add(quoted(check_at=None))
        assert list(await purchases.due(NOON - TICK, 9)) == []
        assert list(await purchases.due(NOON, 9)) == lot[:1]
        assert list(await purchases.due(NOON + TICK, 9)) == lot[:4]
        assert list(await purchases.due(NOON + timedelta(days=900), 3)) == lot[:3]
        assert list(await purchases.due(NOON + timedelta(days=900), 2**70)) == lot

    async def test_what_is_looked_at_later_or_never_is_not_due(self, purchases: Purchases) -> None:
        """A put moves it in the queue, or out of it."""
        later, never, same = [await purchases.add(quoted()) for _ in range(3)]
        later = gone_on(later, check_at=NOON + 2 * TICK)
        await purchases.put(later)
        await purchases.put(gone_on(never, check_at=None))
        assert list(await purchases.due(NOON + TICK, 9)) == [same]
        assert list(await purchases.due(NOON + 2 * TICK, 9)) == [same, later]

    async def test_of_a_queue_the_first_is_due(self, purchases: Purchases, market: Market) -> None:
        """Of one moment by id, in each queue; but nobody waits for one who is put off."""
        lot = [await self._queues(purchases, market, id, "fragment") for id in (6, 4, 5)]
        other = await self._queues(purchases, market, 7, "stickerdom")
        free = await market.bought(State.RESERVED)
        due = await purchases.due(NOON + 9 * TICK, 9)
        assert {each.id for each in due} == {lot[1].id, other.id, free.id}
        await purchases.put(gone_on(lot[1], check_at=NOON + 10 * TICK))
        due = await purchases.due(NOON + 9 * TICK, 9)
        assert {each.id for each in due} == {lot[2].id, other.id, free.id}

    async def test_who_was_reserved_first_is_the_first_of_a_queue(
        self, purchases: Purchases, market: Market
    ) -> None:
        """Whenever they are looked at again."""
        late = await self._queues(purchases, market, 1, "fragment")
        late = gone_on(late, since=late.since + TICK, check_at=NOON)
        await purchases.put(late)
        early = await self._queues(purchases, market, 2, "fragment")
        assert [each.id for each in await purchases.due(NOON + 9 * TICK, 9)] == [early.id]
        await purchases.put(early.moved(State.REFUSED, NOON))
        assert [each.id for each in await purchases.due(NOON + 9 * TICK, 9)] == [late.id]

    @pytest.mark.parametrize("state", sorted(set(State) - {State.QUOTED}))
    async def test_a_queue_stands_while_its_lane_is_taken(
        self, purchases: Purchases, market: Market, state: State
    ) -> None:
        """Its first is due once nobody is in it; whose price has run out is due in any case."""
        first = await market.bought(State.RESERVED)
        first = gone_on(first, lane="fragment", check_at=None)
        await purchases.put(first)
        if state is State.REFUSED:
            await market.step(first, state)
        elif state is not State.RESERVED:
            await market.walk(first, *TO[state][1:])
        two = [await self._queues(purchases, market, id, "fragment") for id in (4, 5)]
        due = [each for each in await purchases.due(NOON + 9 * TICK, 9) if each.queue]
        assert due == ([] if state in IN_LANE else two[:1])
        over = two[0].quote.expires_at
        assert [each for each in await purchases.due(over - TICK, 9) if each.queue] == due
        assert [each for each in await purchases.due(over, 9) if each.queue] == two

    async def _queues(self, purchases: Purchases, market: Market, id: int, lane: str) -> Purchase:
        new = await purchases.add(quoted(wish(id=numbered(id))))
        reserved = await market.walk(new, State.RESERVED)
        queues = gone_on(reserved, queue=lane)
        await purchases.put(queues)
        return queues

    async def test_what_somebody_bought_is_told(self, purchases: Purchases, market: Market) -> None:
        """The newest first, of one moment by id, whatever became of it; nothing of others."""
        steps = ((2, 1), (1, 6), (1, 5), (1, 4), (0, 3))
        lot = [quoted(wish(id=numbered(id)), at=NOON + step * TICK) for step, id in steps]
        for place in (3, 0, 4, 1, 2):
            await purchases.add(lot[place])
            await purchases.add(quoted(wish(buyer="user:bob"), at=lot[place].created_at))
        lot[2] = await market.walk(lot[2], *TO[State.DELIVERED])
        for page in (1, 2, 3, 5, 6):
            assert await theirs(purchases, page) == lot
        assert list(await purchases.of("user:ann", 2**70)) == lot
        nobodys = (NOON + TICK, numbered(2**128 - 1))
        assert list(await purchases.of("user:ann", 2, nobodys)) == lot[1:3]
        assert list(await purchases.of("user:ann", 9, (NOON, lot[4].id))) == []
        assert len(await purchases.of("user:bob", 9)) == 5
        assert list(await purchases.of("user:carol", 9)) == []

    async def test_those_about_which_a_person_decides_are_told(
        self, purchases: Purchases, market: Market
    ) -> None:
        """The oldest first, of one moment by id; nothing that goes on by itself, or has ended."""
        steps = ((0, 9), (1, 6), (1, 7), (1, 8), (2, 1))
        lot: list[Purchase] = []
        for step, id in steps:
            of = wish(id=numbered(id))
            lot.append(await market.bought(State.REVIEW, of, at=NOON + step * TICK))
        for state in set(State) - {State.REVIEW}:
            await market.bought(state)
        for page in (1, 2, 3, 5, 6):
            assert await undecided(purchases, page) == lot
        assert list(await purchases.in_review(2**70)) == lot
        assert list(await purchases.in_review(2, (NOON + TICK, numbered(0)))) == lot[1:3]
        await market.step(lot[1], State.DELIVERED)
        await market.step(lot[3], State.RELEASED)
        assert await undecided(purchases, 2) == [lot[0], lot[2], lot[4]]

    async def test_what_came_late_waits_for_a_person(
        self, purchases: Purchases, market: Market
    ) -> None:
        """Among the others; until they have decided."""
        review = await market.bought(State.REVIEW, at=NOON + TICK)
        lot = [await market.late(at=NOON), review, await market.late(at=NOON + 2 * TICK)]
        await market.late(decided=Late.BORNE)
        for page in (1, 2, 4):
            assert await undecided(purchases, page) == lot
        await market.step(lot[0], State.DELIVERED)
        assert await undecided(purchases, 4) == lot[1:]

    async def test_what_was_given_up_is_told(self, purchases: Purchases, market: Market) -> None:
        """What was paid, longest first, from a moment on; nothing that has come late."""
        steps = ((0, 9), (1, 6), (1, 7), (2, 1))
        lot: list[Purchase] = []
        for step, id in steps:
            new = await purchases.add(quoted(wish(id=numbered(id)), at=NOON + step * TICK))
            lot.append(await market.walk(new, *GIVEN_UP))
        for state in State:
            await market.bought(state)
        await market.late()
        since = lot[0].since
        for page in (1, 2, 3, 5):
            found: list[Purchase] = []
            after = None
            while some := await purchases.given_up(since, page, after):
                assert len(some) <= page
                found += some
                after = found[-1].since, found[-1].id
            assert found == lot
        assert list(await purchases.given_up(since + TICK, 2**70)) == lot[1:]
        assert list(await purchases.given_up(NOON, 1)) == lot[:1]

    async def test_what_is_under_way_is_told(self, purchases: Purchases, market: Market) -> None:
        """Anybody's, the oldest first, of one moment by id; nothing only priced or over."""
        steps = ((0, 9), (1, 5), (1, 6), (1, 7), (1, 8), (2, 1))
        lot: list[Purchase] = []
        for state, (step, id) in zip(sorted(SET_ASIDE), steps, strict=True):
            of = wish(id=numbered(id), buyer=f"user:{id}")
            lot.append(await market.bought(state, of, at=NOON + step * TICK))
        for state in set(State) - SET_ASIDE:
            await market.bought(state)
        after = lot[1].created_at, lot[1].id
        assert list(await purchases.under_way(2**70)) == lot
        assert list(await purchases.under_way(2, after)) == lot[2:4]
        assert list(await purchases.under_way(9, (NOON + 2 * TICK, lot[5].id))) == []
        assert list(await purchases.under_way(9, until=NOON)) == lot[:1]
        assert list(await purchases.under_way(9, after, until=NOON + TICK)) == lot[2:5]
        for each in lot:
            assert list(await purchases.under_way(9, state=each.state)) == [each]
        assert list(await purchases.under_way(9, after, state=lot[0].state)) == []
        for state in set(State) - SET_ASIDE:
            assert list(await purchases.under_way(9, state=state)) == []

    # Together

    async def test_a_transaction_keeps_all(
        self, purchases: Purchases, transaction: Transaction
    ) -> None:
        """It sees its own writes, and afterwards everybody does."""
        new = quoted()
        reserved = stepped(new, State.RESERVED, lane="fragment")
        async with transaction():
            assert await purchases.add(new) == new
            assert await purchases.get(new.id) == new
            await purchases.put(reserved)
            assert await purchases.get(new.id) == reserved
            assert list(await purchases.due(NOON + TICK, 5)) == [reserved]
        assert await purchases.get(new.id) == reserved

    async def test_an_undone_transaction_keeps_nothing(
        self, purchases: Purchases, market: Market, transaction: Transaction
    ) -> None:
        """What was moved is as it was, what was added is not there, and the lane is free."""
        old, new = await market.bought(State.RESERVED), quoted()
        async with undone(transaction):
            await purchases.add(new)
            await purchases.put(gone_on(old, lane="fragment"))
        assert await purchases.get(old.id) == old
        with pytest.raises(PurchaseMissing):
            await purchases.get(new.id)
        other = await market.bought(State.RESERVED)
        await purchases.put(gone_on(other, lane="fragment"))

    async def test_a_caught_error_does_not_end_the_transaction(
        self, purchases: Purchases, market: Market, transaction: Transaction
    ) -> None:
        """Losing a race, finding the lane taken or asking for what is missing harms nothing."""
        first = await market.bought(State.RESERVED)
        await purchases.put(gone_on(first, lane="fragment"))
        old = await market.bought(State.RESERVED)
        async with transaction():
            with pytest.raises(PurchaseMissing):
                await purchases.get(purchase_id())
            with pytest.raises(PurchaseMoved):
                await purchases.put(old)
            with pytest.raises(LaneTaken):
                await purchases.put(gone_on(old, lane="fragment"))
            assert await purchases.get(old.id) == old
            await purchases.put(gone_on(old))
        assert await purchases.get(old.id) == gone_on(old)

    async def test_nobody_else_sees_what_may_be_undone(
        self, purchases: Purchases, transaction: Transaction
    ) -> None:
        """Who asks meanwhile is told what was before, at once or afterwards."""
        old = await purchases.add(quoted())
        async with undone(transaction):
            await purchases.put(gone_on(old, check_at=None))
            asked = await meanwhile(purchases.get(old.id))
            due = await meanwhile(purchases.due(NOON, 5))
        assert await asked == old
        assert list(await due) == [old]

    async def test_who_got_it_in_a_transaction_has_it_alone(
        self, purchases: Purchases, transaction: Transaction
    ) -> None:
        """The second waits for the first to end, and sees what became of it, if anything did."""
        old = await purchases.add(quoted())
        for block, sees in ((lambda: undone(transaction), old), (transaction, gone_on(old))):
            async with block():
                mine = await purchases.get(old.id)
                second = await meanwhile(got(purchases, transaction, old.id))
                assert not second.done()
                await purchases.put(gone_on(mine))
            assert await second == sees

    async def test_a_put_from_outside_waits_and_loses(
        self, purchases: Purchases, transaction: Transaction
    ) -> None:
        """The version before is not the newest any more."""
        old = await purchases.add(quoted())
        async with transaction():
            mine = await purchases.get(old.id)
            other = await meanwhile(purchases.put(gone_on(old, told="other")))
            assert not other.done()
            await purchases.put(stepped(mine, State.RESERVED))
        with pytest.raises(PurchaseMoved) as moved:
            await other
        assert moved.value.state == State.RESERVED
        assert await purchases.get(old.id) == stepped(old, State.RESERVED)

    async def test_who_takes_a_lane_waits_for_a_transaction(
        self, purchases: Purchases, market: Market, transaction: Transaction
    ) -> None:
        """When that is undone, the second one has the lane; else it is taken."""
        for block, has in ((lambda: undone(transaction), True), (transaction, False)):
            lane = f"lane {has}"
            one, two = [await market.bought(State.RESERVED) for _ in range(2)]
            async with block():
                await purchases.put(gone_on(one, lane=lane))
                other = await meanwhile(purchases.put(gone_on(two, lane=lane)))
                assert not other.done()
            if has:
                await other
            else:
                with pytest.raises(LaneTaken):
                    await other
            lanes = [(await purchases.get(each.id)).lane for each in (one, two)]
            assert lanes == (["", lane] if has else [lane, ""])

    async def test_of_many_puts_at_once_one_wins(self, purchases: Purchases) -> None:
        """The others are told that it moved."""
        old = await purchases.add(quoted())
        lot = [gone_on(old, told=f"by {n}") for n in range(5)]
        said = await asyncio.gather(*map(purchases.put, lot), return_exceptions=True)
        assert said.count(None) == 1
        assert await purchases.get(old.id) == lot[said.index(None)]
        assert {type(each) for each in said} == {type(None), PurchaseMoved}

    async def test_of_many_who_take_a_lane_one_does(
        self, purchases: Purchases, market: Market
    ) -> None:
        """The others are told that it is taken, and are as they were."""
        lot = [await market.bought(State.RESERVED) for _ in range(6)]
        puts = [purchases.put(gone_on(each, lane="fragment")) for each in lot]
        said = await asyncio.gather(*puts, return_exceptions=True)
        assert said.count(None) == 1
        assert {type(each) for each in said} == {type(None), LaneTaken}
        for each, answer in zip(lot, said, strict=True):
            lane = "fragment" if answer is None else ""
            assert (await purchases.get(each.id)).lane == lane

    async def test_of_many_who_add_one_id_all_are_answered_alike(
        self, purchases: Purchases
    ) -> None:
        """There is one purchase, and everybody is told which."""
        id = purchase_id()
        lot = [quoted(wish(id=id), quote=quote(100 + n, RUB)) for n in range(8)]
        answers = await asyncio.gather(*map(purchases.add, lot))
        kept = await purchases.get(id)
        assert kept in lot
        assert answers == [kept] * 8

    async def test_who_adds_a_known_id_waits_for_its_transaction(
        self, purchases: Purchases, transaction: Transaction
    ) -> None:
        """When that is undone, the second one is the purchase; else the first one is."""
        for block, winner in ((lambda: undone(transaction), 1), (transaction, 0)):
            id = purchase_id()
            lot = [quoted(wish(id=id)), quoted(wish(id=id), shown="Carol")]
            async with block():
                await purchases.add(lot[0])
                other = await meanwhile(purchases.add(lot[1]))
                assert not other.done()
            assert await other == lot[winner]
            assert await purchases.get(id) == lot[winner]
