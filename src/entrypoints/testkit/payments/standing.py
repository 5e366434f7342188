"""The contract of `core.payments.Standings`."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from attrs import evolve

from ....core.balances import account_name
from ....core.money import RUB, TON, UNITS_MAX, USDT, XTR
from ....core.payments import (
    Goods,
    Place,
    Sale,
    StandingId,
    StandingMissing,
    StandingOrder,
    Standings,
    Term,
)
from ....core.transaction import Transaction
from ..stumbling import undone
from .ground import ALICE, NOON, QUOTED, TICK, Ground, coins, meanwhile


def standing(**other: Any) -> StandingOrder:
    """Alice may pay so much each month."""
    fields = {
        "id": StandingId(uuid4()),
        "payer": "user:alice",
        "target": ALICE,
        "method": "bank",
        "asset": XTR,
        "amount": coins(100),
        "created_at": NOON,
        **other,
    }
    return StandingOrder(**fields)


def payable(order: StandingOrder) -> StandingOrder:
    """With where one pays."""
    return evolve(order, provider_id=QUOTED, link=f"https://pay.example/?a=1&b={QUOTED}")


async def got(standings: Standings, transaction: Transaction, id: StandingId) -> StandingOrder:
    """The order, asked for in a transaction."""
    async with transaction():
        return await standings.get(id)


class StandingsContract(Ground):
    """
    What everything that keeps standing orders does. Subclass it in a test and override the
    fixtures `standings` and `transaction`, of one empty storage.
    """

    @pytest.fixture
    def standings(self) -> Standings:
        """No standing orders."""
        raise NotImplementedError("override the fixture `standings`")

    async def test_a_new_order_is_kept_as_it_was(self, standings: Standings) -> None:
        """Amounts of any size or none, any text, a moment to the microsecond and in UTC."""
        for order in (
            standing(),
            standing(amount=None, asset=USDT),
            standing(sale=Sale(goods=Goods.PHYSICAL, place=Place.ELSEWHERE, country="DE")),
            standing(amount=coins(UNITS_MAX, TON), asset=TON, method="a" * 30 + "_0"),
            standing(payer=QUOTED, reference=QUOTED[::-1], created_at=NOON + 7 * TICK),
            standing(target=account_name("user:bob"), asset=RUB, amount=coins(1, RUB)),
        ):
            assert await standings.add(order) == order
            kept = await standings.get(order.id)
            assert kept == order
            assert kept.created_at.utcoffset() == timedelta(0)

    async def test_a_known_id_is_answered_by_its_order(self, standings: Standings) -> None:
        """As it is by then, whatever the new one says; nothing changes."""
        order = standing()
        await standings.add(order)
        assert await standings.add(standing(id=order.id, asset=RUB, amount=None)) == order
        after = payable(order)
        await standings.put(after)
        assert await standings.add(order) == after
        assert await standings.get(order.id) == after

    async def test_what_nobody_added_is_missing(self, standings: Standings) -> None:
        """It can be neither got nor put."""
        await standings.add(standing())
        stranger = standing()
        with pytest.raises(StandingMissing) as missing:
            await standings.get(stranger.id)
        assert missing.value.facts == {"standing": stranger.id}
        with pytest.raises(StandingMissing):
            await standings.put(payable(stranger))

    async def test_how_one_pays_is_kept_and_that_it_has_ended(self, standings: Standings) -> None:
        """Of one order; others are left alone."""
        order, other = standing(), standing()
        await standings.add(order)
        await standings.add(other)
        for after in (payable(order), evolve(payable(order), link=""), payable(order)):
            await standings.put(after)
            assert await standings.get(order.id) == after
        ended = evolve(payable(order), ended=True)
        await standings.put(ended)
        kept = await standings.get(order.id)
        assert kept == ended
        assert kept.ended is True
        assert await standings.get(other.id) == other

    async def test_for_how_long_it_was_paid_is_kept(self, standings: Standings) -> None:
        """To the microsecond and in UTC; by what it began, and whether it goes on."""
        order = standing()
        await standings.add(order)
        terms = [
            Term(charge="a", until=NOON + TICK),
            Term(charge=QUOTED[:20].replace("\n", ""), until=NOON + 7 * TICK, renews=False),
            Term(charge="b", until=NOON + 7 * TICK, renews=False, lapsed=True),
            Term(charge="b", until=NOON + timedelta(days=900)),
        ]
        for term in terms:
            after = evolve(order, term=term)
            await standings.put(after)
            kept = await standings.get(order.id)
            assert kept == after
            assert kept.term is not None
            assert kept.term.until.utcoffset() == timedelta(0)
            assert (type(kept.term.renews), type(kept.term.lapsed)) == (bool, bool)
        paid = standing(term=terms[1])
        assert await standings.add(paid) == paid
        assert await standings.get(paid.id) == paid

    async def test_what_was_paid_until_then_lapses(self, standings: Standings) -> None:
        """The longest over first, ids break ties; neither what has lapsed nor what never could."""
        steps = (3, 1, 5, 2, 2)
        lot = [
            standing(
                id=StandingId(UUID(int=9 - number)), term=Term(charge="c", until=NOON + step * TICK)
            )
            for number, step in enumerate(steps)
        ]
        await standings.add(standing())
        await standings.add(standing(term=Term(charge="c", until=NOON, lapsed=True)))
        for order in lot:
            await standings.add(order)
        over = [lot[1].id, lot[4].id, lot[3].id, lot[0].id]
        assert list(await standings.lapsing(NOON + 3 * TICK, 9)) == over
        assert list(await standings.lapsing(NOON + 3 * TICK, 2)) == over[:2]
        assert list(await standings.lapsing(NOON, 9)) == []
        assert lot[1].term is not None
        await standings.put(evolve(lot[1], term=evolve(lot[1].term, lapsed=True)))
        assert list(await standings.lapsing(NOON + 3 * TICK, 9)) == over[1:]

    async def test_what_was_agreed_stays(self, standings: Standings) -> None:
        """Who pays, for whom, how, how much and since when, whatever is put."""
        order = standing()
        await standings.add(order)
        for other in (
            evolve(order, payer="user:bob", target=account_name("user:bob")),
            evolve(order, method="other", reference="other"),
            evolve(order, asset=RUB, amount=coins(7, RUB)),
            evolve(order, amount=None, created_at=NOON + TICK),
        ):
            await standings.put(payable(other))
            assert await standings.get(order.id) == payable(order)

    async def test_somebodys_orders_are_told(self, standings: Standings) -> None:
        """The oldest first, whether they have ended or not; of nobody else."""
        steps = (2, 0, 3, 1)
        lot = [standing(created_at=NOON + step * TICK) for step in steps]
        for order in lot:
            await standings.add(order)
            await standings.add(standing(payer="user:bob"))
        lot[0] = evolve(payable(lot[0]), ended=True)
        await standings.put(lot[0])
        assert list(await standings.of("user:alice")) == [lot[steps.index(n)] for n in range(4)]
        assert len(await standings.of("user:bob")) == 4
        assert list(await standings.of("user:carol")) == []

    async def test_a_transaction_keeps_all_or_nothing(
        self, standings: Standings, transaction: Transaction
    ) -> None:
        """It sees its own writes; undone, it leaves nothing."""
        old, new = standing(), standing(created_at=NOON + TICK)
        await standings.add(old)
        async with undone(transaction):
            await standings.add(new)
            await standings.put(payable(old))
            assert list(await standings.of("user:alice")) == [payable(old), new]
        assert list(await standings.of("user:alice")) == [old]
        async with transaction():
            with pytest.raises(StandingMissing):
                await standings.get(StandingId(UUID(int=1)))
            await standings.add(new)
            await standings.put(payable(old))
        assert list(await standings.of("user:alice")) == [payable(old), new]

    async def test_nobody_else_sees_what_may_be_undone(
        self, standings: Standings, transaction: Transaction
    ) -> None:
        """Who asks meanwhile is told what was before, at once or afterwards."""
        order = standing()
        await standings.add(order)
        async with undone(transaction):
            await standings.put(evolve(order, ended=True))
            asked = await meanwhile(standings.get(order.id))
            theirs = await meanwhile(standings.of("user:alice"))
        assert await asked == order
        assert list(await theirs) == [order]

    async def test_who_got_it_in_a_transaction_has_it_alone(
        self, standings: Standings, transaction: Transaction
    ) -> None:
        """The second waits for the first to end, and sees what became of it."""
        order = standing()
        await standings.add(order)
        async with transaction():
            mine = await standings.get(order.id)
            second = await meanwhile(got(standings, transaction, order.id))
            assert not second.done()
            await standings.put(evolve(mine, ended=True))
        assert (await second).ended is True

    async def test_of_many_who_add_one_id_all_are_answered_alike(
        self, standings: Standings
    ) -> None:
        """There is one order, and everybody is told which."""
        id = StandingId(uuid4())
        lot = [standing(id=id, amount=coins(100 + n)) for n in range(8)]
        answers = await asyncio.gather(*(standings.add(each) for each in lot))
        kept = await standings.get(id)
        assert kept in lot
        assert answers == [kept] * 8

    async def test_who_adds_a_known_id_waits_for_its_transaction(
        self, standings: Standings, transaction: Transaction
    ) -> None:
        """When that is undone, the second one is the order; else the first one is."""
        for block, winner in ((lambda: undone(transaction), 1), (transaction, 0)):
            id = StandingId(uuid4())
            lot = [standing(id=id), standing(id=id, amount=None)]
            async with block():
                await standings.add(lot[0])
                other = await meanwhile(standings.add(lot[1]))
                assert not other.done()
            assert await other == lot[winner]
            assert await standings.get(id) == lot[winner]
