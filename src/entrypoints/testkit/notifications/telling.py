"""The contracts of `core.notifications.Notifications` and `Preferences`."""

import asyncio
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from attrs import evolve

from ....core.notifications import (
    MOVES,
    NotificationId,
    NotificationMissing,
    NotificationMoved,
    Notifications,
    Preference,
    Preferences,
    Recipient,
    State,
    Unsent,
)
from ....core.transaction import Transaction
from ..stumbling import undone
from .ground import MINUTE, NOON
from .messenger import notification

UNTIL = NOON + MINUTE
GROUP = Recipient(-1_001_234_567_890)
ANNA = Recipient(7_000_000_001)


@pytest.mark.asyncio
class NotificationsContract:
    """
    What every place for notifications does. Subclass it in a test and override two fixtures:
    `notifications`, empty, and `transaction` of the same storage.
    """

    @pytest.fixture
    def notifications(self) -> Notifications:
        """An empty place."""
        raise NotImplementedError("override the fixture `notifications`")

    @pytest.fixture
    def transaction(self) -> Transaction:
        """The transaction of the storage."""
        raise NotImplementedError("override the fixture `transaction`")

    async def test_each_is_kept_as_it_was(self, notifications: Notifications) -> None:
        """Everything about it, and facts of every type."""
        bare = notification()
        full = notification(
            GROUP,
            kind="standing.lapsed",
            facts={"text": "«ц»", "many": 2**53, "yes": True, "no": False, "none": None, "": ""},
            made_at=NOON + timedelta(microseconds=1),
            repeats=False,
            tries=3,
            in_doubt=True,
            told="«why»",
            version=9,
        )
        await notifications.add([bare, full])
        assert await notifications.get(bare.id) == bare
        kept = await notifications.get(full.id)
        assert kept == full
        assert {type(kept.facts[name]) for name in ("yes", "many")} == {bool, int}

    async def test_a_source_tells_once(self, notifications: Notifications) -> None:
        """A recipient of a kind; other recipients and other kinds are told as well."""
        first = notification()
        other = notification(GROUP, source=first.source)
        kind = notification(source=first.source, kind="payment.overpaid")
        again = evolve(first, id=NotificationId(uuid4()), facts={})
        await notifications.add([first, again, other])
        await notifications.add([again, kind])
        await notifications.add([])
        assert len(await notifications.of(ANNA, 9)) == 2
        assert list(await notifications.of(GROUP, 9)) == [other]
        assert await notifications.get(first.id) == first
        with pytest.raises(NotificationMissing):
            await notifications.get(again.id)

    async def test_what_has_ended_is_forgotten(self, notifications: Notifications) -> None:
        """The oldest first; what waits stays, and what was forgotten can be told once more."""
        old = [
            notification(made_at=NOON + n * MINUTE, state=state, check_at=None)
            for n, state in enumerate((State.SENT, State.REFUSED, State.UNKNOWN, State.EXPIRED))
        ]
        waits = notification(made_at=NOON - MINUTE)
        await notifications.add([*old, waits])
        assert await notifications.forget(NOON, 9) == 0
        assert await notifications.forget(NOON + 3 * MINUTE, 2) == 2
        assert list(await notifications.of(ANNA, 9)) == [old[3], old[2], waits]
        assert await notifications.forget(NOON + 3 * MINUTE, 2) == 1
        assert await notifications.forget(NOON + 3 * MINUTE, 2) == 0
        await notifications.add([old[0]])
        assert await notifications.get(old[0].id) == old[0]

    async def test_all_of_a_recipient_is_forgotten(self, notifications: Notifications) -> None:
        """What waits too; of nobody else."""
        theirs = [notification(), notification(state=State.SENT, check_at=None)]
        other = notification(GROUP)
        await notifications.add([*theirs, other])
        assert await notifications.wipe(ANNA) == 2
        assert await notifications.wipe(ANNA) == 0
        assert list(await notifications.of(ANNA, 9)) == []
        with pytest.raises(NotificationMissing):
            await notifications.put(theirs[0].begun())
        assert list(await notifications.of(GROUP, 9)) == [other]

    async def test_its_next_version_is_kept(self, notifications: Notifications) -> None:
        """What becomes of it changes; whom it tells of what does not."""
        first = notification()
        await notifications.add([first])
        after = first.begun()
        stranger = evolve(
            notification(GROUP, kind="x.y", facts={}, made_at=UNTIL, until=UNTIL, repeats=False),
            id=first.id,
            in_doubt=True,
            version=1,
        )
        await notifications.put(stranger)
        assert await notifications.get(first.id) == after
        sent = after.put_off(UNTIL, "«why»", tried=True)
        await notifications.put(sent)
        assert await notifications.get(first.id) == sent

    async def test_an_old_version_changes_nothing(self, notifications: Notifications) -> None:
        """Whoever is late is told in which state it is, and whoever is wrong that it is none."""
        first = notification()
        await notifications.add([first])
        await notifications.put(first.ended(State.SENT))
        for late in (first.ended(State.REFUSED), first.begun()):
            with pytest.raises(NotificationMoved) as error:
                await notifications.put(late)
            assert (error.value.notification, error.value.state) == (first.id, "sent")
        with pytest.raises(NotificationMissing):
            await notifications.put(notification(version=1))

    @pytest.mark.parametrize("one", list(State))
    async def test_it_moves_as_the_table_says(
        self, notifications: Notifications, one: State
    ) -> None:
        """From that state to every state; staying is no move."""
        for two in State:
            first = notification(state=one, check_at=_checked(one))
            await notifications.add([first])
            after = first.changed(state=two, check_at=_checked(two))
            if two is one or two in MOVES[one]:
                await notifications.put(after)
                assert (await notifications.get(first.id)).state is two
            else:
                with pytest.raises(NotificationMoved):
                    await notifications.put(after)
                assert await notifications.get(first.id) == first

    async def test_what_is_due_is_claimed_once(self, notifications: Notifications) -> None:
        """What somebody waits for first, then the longest overdue; nobody else has it meanwhile."""
        early = notification(repeats=False, check_at=NOON - MINUTE)
        late, awaited = notification(repeats=False), notification()
        later = notification(check_at=NOON + timedelta(microseconds=1))
        sent = notification(state=State.SENT, check_at=None)
        await notifications.add([late, early, awaited, later, sent])
        claimed = await notifications.claim(NOON, UNTIL, 2)
        assert list(claimed) == [each.changed(check_at=UNTIL) for each in (awaited, early)]
        assert await notifications.get(early.id) == claimed[1]
        assert [each.id for each in await notifications.claim(NOON, UNTIL, 9)] == [late.id]
        assert list(await notifications.claim(NOON, UNTIL, 9)) == []
        assert len(await notifications.claim(UNTIL, UNTIL + MINUTE, 9)) == 4

    async def test_only_the_kinds_that_are_named_are_claimed(
        self, notifications: Notifications
    ) -> None:
        """What one cannot tell is left to others; of no kind is nothing."""
        first, second = notification(kind="payment.settled"), notification(kind="payment.late")
        await notifications.add([first, second])
        assert list(await notifications.claim(NOON, UNTIL, 9, ())) == []
        claimed = await notifications.claim(NOON, UNTIL, 9, {"payment.late", "refund.done"})
        assert [each.id for each in claimed] == [second.id]
        assert [each.id for each in await notifications.claim(NOON, UNTIL, 9)] == [first.id]

    async def test_two_who_claim_at_once_share(self, notifications: Notifications) -> None:
        """Nobody is given what another one has."""
        await notifications.add([notification() for _ in range(20)])
        claims = await asyncio.gather(*(notifications.claim(NOON, UNTIL, 4) for _ in range(6)))
        ids = [each.id for claim in claims for each in claim]
        assert len(ids) == len(set(ids))
        rest = await notifications.claim(NOON, UNTIL, 99)
        assert len({*ids, *(each.id for each in rest)}) == 20

    async def test_the_newest_come_first(self, notifications: Notifications) -> None:
        """Of one recipient, page by page; ids break ties."""
        ids = sorted(NotificationId(uuid4()) for _ in range(5))
        each = [
            notification(ANNA, id=id, made_at=NOON + (place // 2) * MINUTE)
            for place, id in enumerate(ids)
        ]
        await notifications.add([*each, notification(GROUP)])
        newest = each[::-1]
        page = await notifications.of(ANNA, 3)
        assert list(page) == newest[:3]
        before = page[-1].made_at, page[-1].id
        assert list(await notifications.of(ANNA, 9, before)) == newest[3:]

    async def test_what_is_unsent_is_counted(self, notifications: Notifications) -> None:
        """What is due, and since when."""
        assert await notifications.unsent(NOON) == Unsent(due=0, oldest=None)
        await notifications.add(
            [
                notification(check_at=NOON - MINUTE, repeats=False),
                notification(),
                notification(check_at=UNTIL),
                notification(state=State.SENT, check_at=None),
            ]
        )
        assert await notifications.unsent(NOON) == Unsent(due=2, oldest=NOON - MINUTE)

    async def test_changes_go_with_the_transaction(
        self, notifications: Notifications, transaction: Transaction
    ) -> None:
        """When it is undone, all is as before."""
        first, never = notification(), notification(GROUP)
        await notifications.add([first])
        async with undone(transaction):
            (claimed,) = await notifications.claim(NOON, UNTIL, 9)
            await notifications.put(claimed.ended(State.SENT))
            await notifications.add([never])
        assert await notifications.get(first.id) == first
        assert list(await notifications.of(GROUP, 9)) == []


@pytest.mark.asyncio
class PreferencesContract:
    """
    What every place for preferences does. Subclass it in a test and override the fixture
    `preferences`, empty.
    """

    @pytest.fixture
    def preferences(self) -> Preferences:
        """An empty place."""
        raise NotImplementedError("override the fixture `preferences`")

    async def test_the_last_wish_is_kept(self, preferences: Preferences) -> None:
        """Everything of it, for each recipient; whoever wished nothing is not among them."""
        anna = Preference(recipient=ANNA, declined=frozenset({"payment.*", "refund.done"}))
        group = Preference(recipient=GROUP, gone_since=NOON)
        for each in (anna, group):
            await preferences.put(each)
        asked = [ANNA, GROUP, Recipient(3)]
        assert await preferences.of(asked) == {ANNA: anna, GROUP: group}
        back = Preference(recipient=GROUP, declined=frozenset({"hold.expired"}))
        await preferences.put(back)
        assert await preferences.of([GROUP]) == {GROUP: back}
        assert await preferences.of([]) == {}


def _checked(state: State) -> datetime | None:
    return NOON if state is State.WAITING else None
