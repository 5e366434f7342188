"""The contract of `core.notifications.Deliveries`."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from attrs import evolve

from ....core.events import Event, EventId, Outbox
from ....core.notifications import (
    DELIVERY_MOVES,
    Deliveries,
    DeliveryId,
    DeliveryMissing,
    DeliveryMoved,
    DeliveryState,
    Undelivered,
    Webhooks,
)
from ....core.transaction import Transaction
from ..stumbling import undone
from .ground import MINUTE, NOON, attempt, delivery, webhook

STATES = tuple(DeliveryState)
UNTIL = NOON + MINUTE


@pytest.mark.asyncio
class DeliveriesContract:
    """
    What every place for deliveries does. Subclass it in a test and override four fixtures:
    `deliveries`, `webhooks` and `outbox`, empty and of one storage, and `transaction` of it.
    """

    @pytest.fixture
    def deliveries(self) -> Deliveries:
        """An empty place."""
        raise NotImplementedError("override the fixture `deliveries`")

    @pytest.fixture
    def webhooks(self) -> Webhooks:
        """An empty place of the same storage."""
        raise NotImplementedError("override the fixture `webhooks`")

    @pytest.fixture
    def outbox(self) -> Outbox:
        """An empty outbox of the same storage."""
        raise NotImplementedError("override the fixture `outbox`")

    @pytest.fixture
    def transaction(self) -> Transaction:
        """The transaction of the storage."""
        raise NotImplementedError("override the fixture `transaction`")

    async def test_each_is_kept_as_it_was(self, deliveries: Deliveries, webhooks: Webhooks) -> None:
        """Everything about it."""
        told = await webhooks.add(webhook())
        bare = delivery(told)
        full = delivery(
            told,
            name="purchase.delivered",
            body='{"data":"\\u0000 \\ud83e"}',
            state=DeliveryState.DEAD,
            attempts=12,
            tries=10,
            check_at=None,
            told="«why»",
            version=24,
        )
        await deliveries.add([bare, full])
        assert await deliveries.get(bare.id) == bare
        assert await deliveries.get(full.id) == full

    async def test_an_event_is_told_once(self, deliveries: Deliveries, webhooks: Webhooks) -> None:
        """Of those for one webhook the first is kept; another webhook is told of it too."""
        one, two = await webhooks.add(webhook()), await webhooks.add(webhook())
        first = delivery(one)
        await deliveries.add([first, evolve(first, id=DeliveryId(uuid4()))])
        other = delivery(two, event=first.event)
        await deliveries.add([evolve(first, id=DeliveryId(uuid4())), other, first])
        await deliveries.add([])
        assert list(await deliveries.of(one.id, 9)) == [first]
        assert list(await deliveries.of(two.id, 9)) == [other]

    async def test_nobody_has_an_unknown_id(
        self, deliveries: Deliveries, webhooks: Webhooks
    ) -> None:
        """Neither to read nor to change."""
        with pytest.raises(DeliveryMissing):
            await deliveries.get(DeliveryId(uuid4()))
        with pytest.raises(DeliveryMissing):
            await deliveries.put(delivery(await webhooks.add(webhook()), version=1))
        assert list(await deliveries.attempts(DeliveryId(uuid4()))) == []

    async def test_its_next_version_is_kept_with_the_log(
        self, deliveries: Deliveries, webhooks: Webhooks
    ) -> None:
        """What becomes of it changes; what is told does not."""
        told, other = await webhooks.add(webhook()), await webhooks.add(webhook())
        first = delivery(told)
        await deliveries.add([first])
        after = first.changed(attempts=1, tries=1, check_at=UNTIL, told="«why»")
        stranger = evolve(
            delivery(other, name="x.y", body="{}", made_at=UNTIL),
            id=first.id,
            attempts=1,
            tries=1,
            check_at=UNTIL,
            told="«why»",
            version=1,
        )
        logged = attempt(after, at=UNTIL, answer="«a\tb»")
        await deliveries.put(stranger, logged)
        assert await deliveries.get(first.id) == after
        made = after.changed(attempts=2).made()
        made = evolve(made, version=2)
        silent = attempt(made, status=None, answer="", told="nobody answered", milliseconds=0)
        await deliveries.put(made, silent)
        assert await deliveries.get(first.id) == made
        assert list(await deliveries.attempts(first.id)) == [logged, silent]

    async def test_what_does_not_wait_is_forgotten(
        self, deliveries: Deliveries, webhooks: Webhooks
    ) -> None:
        """The oldest first, with its log; what waits stays."""
        told = await webhooks.add(webhook())
        old = [delivery(told, made_at=NOON + n * MINUTE) for n in range(3)]
        waits = delivery(told, made_at=NOON - MINUTE)
        await deliveries.add([*old, waits])
        await deliveries.put(old[0].made(), attempt(old[0]))
        await deliveries.put(old[1].given_up("no"), attempt(old[1]))
        await deliveries.put(old[2].made())
        assert await deliveries.forget(NOON, 9) == 0
        assert await deliveries.forget(NOON + 2 * MINUTE, 1) == 1
        assert list(await deliveries.attempts(old[0].id)) == []
        assert [each.id for each in await deliveries.of(told.id, 9)] == [
            each.id for each in (old[2], old[1], waits)
        ]
        assert await deliveries.forget(NOON + 2 * MINUTE, 9) == 1
        assert await deliveries.forget(NOON + 2 * MINUTE, 9) == 0

    async def test_an_event_stays_while_webhooks_are_told_of_it(
        self, deliveries: Deliveries, webhooks: Webhooks, outbox: Outbox
    ) -> None:
        """However old it is; then it is forgotten as any other."""
        first = Event(id=EventId(uuid4()), name="payment.settled", at=NOON)
        await outbox.put([first])
        told = delivery(await webhooks.add(webhook()), event=first.id)
        await deliveries.add([told])
        await outbox.delivered([first.id])
        await deliveries.put(told.made())
        assert await outbox.forget(NOON + MINUTE, 9) == 0
        assert await deliveries.forget(NOON + MINUTE, 9) == 1
        assert await outbox.forget(NOON + MINUTE, 9) == 1

    async def test_what_stays_is_in_the_way_of_nothing(
        self, deliveries: Deliveries, webhooks: Webhooks, outbox: Outbox
    ) -> None:
        """What happened after it is forgotten by its own age, few at a time too."""
        hook = await webhooks.add(webhook())
        events = [Event(id=EventId(uuid4()), name="payment.settled", at=NOON) for _ in range(5)]
        await outbox.put(events)
        await deliveries.add([delivery(hook, event=each.id) for each in events[:3]])
        await outbox.delivered([each.id for each in events])
        assert [await outbox.forget(NOON + MINUTE, 1) for _ in "123"] == [1, 1, 0]
        assert [each.id for _, each in await outbox.after(0, 9)] == [e.id for e in events[:3]]

    async def test_it_is_reworded_at_each_webhook(
        self, deliveries: Deliveries, webhooks: Webhooks
    ) -> None:
        """Another version of it, in any state; its log, which may repeat the words, is gone."""
        one, two = await webhooks.add(webhook()), await webhooks.add(webhook())
        named = '{"data":{"recipient":"ann"}}'
        first = delivery(one, body=named)
        second = delivery(two, body=named, event=first.event)
        other = delivery(one, body=named)
        await deliveries.add([first, second, other])
        await deliveries.put(first.made(), attempt(first, answer="hello ann"))
        nobody = '{"data":{"recipient":null}}'
        await deliveries.reword(first.event, nobody)
        reworded = await deliveries.get(first.id)
        assert reworded == evolve(first.made(), body=nobody, version=2)
        assert (await deliveries.get(second.id)).body == nobody
        assert await deliveries.get(other.id) == other
        assert list(await deliveries.attempts(first.id)) == []
        with pytest.raises(DeliveryMoved):
            await deliveries.put(second.made())

    async def test_an_old_version_changes_nothing(
        self, deliveries: Deliveries, webhooks: Webhooks
    ) -> None:
        """Nor does it leave a line in the log."""
        first = delivery(await webhooks.add(webhook()))
        await deliveries.add([first])
        await deliveries.put(first.made())
        for late in (first.given_up("no"), evolve(first.again(NOON), version=9)):
            with pytest.raises(DeliveryMoved) as error:
                await deliveries.put(late, attempt(late))
            assert (error.value.delivery, error.value.state) == (first.id, "delivered")
        assert await deliveries.get(first.id) == first.made()
        assert list(await deliveries.attempts(first.id)) == []

    @pytest.mark.parametrize("one", STATES)
    @pytest.mark.parametrize("two", STATES)
    async def test_it_moves_as_the_table_says(
        self, deliveries: Deliveries, webhooks: Webhooks, one: DeliveryState, two: DeliveryState
    ) -> None:
        """From every state to every state; staying is no move."""
        told = await webhooks.add(webhook())
        first = delivery(told, state=one, check_at=_checked(one))
        await deliveries.add([first])
        after = first.changed(state=two, check_at=_checked(two))
        if two is one or two in DELIVERY_MOVES[one]:
            await deliveries.put(after)
            assert (await deliveries.get(first.id)).state is two
        else:
            with pytest.raises(DeliveryMoved):
                await deliveries.put(after)
            assert await deliveries.get(first.id) == first

    async def test_what_is_due_is_claimed_once(
        self, deliveries: Deliveries, webhooks: Webhooks
    ) -> None:
        """It is counted, and in nobody else's hands until then; after that it is due again."""
        told = await webhooks.add(webhook())
        due, later = delivery(told), delivery(told, check_at=NOON + timedelta(seconds=1))
        done = delivery(told, state=DeliveryState.DELIVERED, check_at=None)
        await deliveries.add([due, later, done])
        (begun,) = await deliveries.claim(NOON, UNTIL, 9, 9)
        assert begun == evolve(due, attempts=1, tries=1, check_at=UNTIL, version=1)
        assert await deliveries.get(due.id) == begun
        assert list(await deliveries.claim(NOON, UNTIL, 9, 9)) == []
        assert [each.id for each in await deliveries.claim(UNTIL, UNTIL + MINUTE, 9, 9)] == [
            later.id,
            due.id,
        ]

    async def test_the_longest_overdue_are_claimed_first(
        self, deliveries: Deliveries, webhooks: Webhooks
    ) -> None:
        """So many of each webhook, so many together, and none of those left out."""
        one, two, three = [await webhooks.add(webhook()) for _ in range(3)]
        ones = [delivery(one, check_at=NOON - each * MINUTE) for each in (3, 4, 5)]
        (twos,) = [delivery(two, check_at=NOON - MINUTE)]
        await deliveries.add([*ones, twos, delivery(three)])
        claimed = await deliveries.claim(NOON, UNTIL, 9, 2, [three.id])
        assert {each.id for each in claimed} == {ones[1].id, ones[2].id, twos.id}
        assert [each.id for each in claimed if each.webhook == one.id] == [ones[2].id, ones[1].id]
        assert len(await deliveries.claim(NOON, UNTIL, 1, 9)) == 1
        assert len(await deliveries.claim(NOON, UNTIL, 9, 9)) == 1

    async def test_only_whoever_listens_is_told(
        self, deliveries: Deliveries, webhooks: Webhooks
    ) -> None:
        """Nothing is claimed of a webhook that is disabled, was removed, or rests."""
        off, gone, rests, rested = (webhook() for _ in range(4))
        for each in (off, gone, rests, rested):
            await webhooks.add(each)
            await deliveries.add([delivery(each)])
        await webhooks.put(off.disabled("why"))
        await webhooks.put(gone.removed())
        await webhooks.put(rests.changed(resting_until=NOON + timedelta(microseconds=1)))
        await webhooks.put(rested.changed(resting_until=NOON))
        claimed = await deliveries.claim(NOON, UNTIL, 9, 9)
        assert [each.webhook for each in claimed] == [rested.id]
        assert (await deliveries.undelivered(UNTIL)).due == 2

    async def test_two_who_claim_at_once_share(
        self, deliveries: Deliveries, webhooks: Webhooks
    ) -> None:
        """Nobody is given what another one has."""
        told = await webhooks.add(webhook())
        await deliveries.add([delivery(told) for _ in range(20)])
        claims = await asyncio.gather(*(deliveries.claim(NOON, UNTIL, 9, 5) for _ in range(6)))
        ids = [each.id for claim in claims for each in claim]
        assert len(ids) == len(set(ids))
        rest = await deliveries.claim(NOON, UNTIL, 99, 99)
        assert len({*ids, *(each.id for each in rest)}) == 20

    async def test_a_claim_is_undone_with_the_transaction(
        self, deliveries: Deliveries, webhooks: Webhooks, transaction: Transaction
    ) -> None:
        """So is whatever else was written."""
        told = await webhooks.add(webhook())
        first, never = delivery(told), delivery(told)
        await deliveries.add([first])
        async with undone(transaction):
            (begun,) = await deliveries.claim(NOON, UNTIL, 9, 9)
            await deliveries.put(begun.made(), attempt(begun))
            await deliveries.add([never])
        assert list(await deliveries.of(told.id, 9)) == [first]
        assert list(await deliveries.attempts(first.id)) == []

    async def test_what_waits_can_be_dropped(
        self, deliveries: Deliveries, webhooks: Webhooks
    ) -> None:
        """All of one webhook, for a reason; what has arrived stays, and others go on waiting."""
        told, other = await webhooks.add(webhook()), await webhooks.add(webhook())
        waits, done = delivery(told), delivery(told, state=DeliveryState.DELIVERED, check_at=None)
        stays = delivery(other)
        await deliveries.add([waits, done, stays])
        await deliveries.drop(told.id, "«why»")
        assert await deliveries.get(waits.id) == waits.given_up("«why»")
        assert await deliveries.get(done.id) == done
        assert await deliveries.get(stays.id) == stays

    async def test_the_newest_come_first(self, deliveries: Deliveries, webhooks: Webhooks) -> None:
        """Page by page, in one state if that was asked for; ids break ties."""
        told = await webhooks.add(webhook())
        ids = sorted(DeliveryId(uuid4()) for _ in range(5))
        each = [
            delivery(told, id=id, made_at=NOON + (place // 2) * MINUTE)
            for place, id in enumerate(ids)
        ]
        each[1] = evolve(each[1], state=DeliveryState.DEAD, check_at=None)
        await deliveries.add(each)
        newest = each[::-1]
        assert list(await deliveries.of(told.id, 9)) == newest
        page = await deliveries.of(told.id, 3)
        assert list(page) == newest[:3]
        before = page[-1].made_at, page[-1].id
        assert list(await deliveries.of(told.id, 9, before=before)) == newest[3:]
        assert list(await deliveries.of(told.id, 9, state=DeliveryState.DEAD)) == [each[1]]
        assert list(await deliveries.of((await webhooks.add(webhook())).id, 9)) == []

    async def test_what_is_not_delivered_is_counted(
        self, deliveries: Deliveries, webhooks: Webhooks
    ) -> None:
        """What is due and since when, and what was given up: of webhooks that are enabled."""
        assert await deliveries.undelivered(NOON) == Undelivered(due=0, oldest=None, dead=0)
        told, off = await webhooks.add(webhook()), webhook()
        await webhooks.add(off)
        dead = {"state": DeliveryState.DEAD, "check_at": None}
        await deliveries.add(
            [
                delivery(told, check_at=NOON - MINUTE),
                delivery(told),
                delivery(told, check_at=UNTIL),
                delivery(told, **dead),
                delivery(off),
                delivery(off, **dead),
            ]
        )
        await webhooks.put(off.disabled("why"))
        counted = await deliveries.undelivered(NOON)
        assert counted == Undelivered(due=2, oldest=NOON - MINUTE, dead=1)


def _checked(state: DeliveryState) -> object:
    return NOON if state is DeliveryState.WAITING else None
