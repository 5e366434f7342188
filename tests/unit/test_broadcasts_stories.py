"""Something is said to many: each who wants it gets it once, at a pace that everybody bears."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from attrs import define, evolve

from altyn.core.broadcasts import (
    Announcement,
    AnnouncementMalformed,
    BroadcastId,
    BroadcastMoved,
    BroadcastReused,
    BroadcastState,
    Counts,
    LetterState,
    Segment,
    TellLetters,
    gathering,
    sending,
)
from altyn.core.errors import Refused
from altyn.core.identity import Caller, Language, NotAllowed, Role, UserId
from altyn.core.leases import Lease
from altyn.core.notifications import WHAT_IS_LEFT, Preference, Recipient
from altyn.core.resilience import CircuitOpen, NotExecuted, TurnedAway
from altyn.core.transaction import StorageUnreachable
from altyn.entrypoints.testkit.broadcasts.ground import NEWS
from tests.unit.broadcasts_house import House, Killed, NothingHeard
from tests.unit.staff import ANNA, BORIS

LEASE_OF_OTHER = Lease(name="broadcasts", holder="two", token=7)
RUSSIAN = Announcement(texts={Language.RU: "Новости"})


@pytest.fixture
def house() -> House:
    return House()


class TestHandingOut:
    """What somebody is told of it when they ask what we know of them."""

    async def test_what_they_got_is_told_until_it_is_wiped(self, house: House) -> None:
        """When it came and of which broadcast; wiped, nothing of it is left."""
        await house.come(1, 2)
        broadcast = await house.begun()
        await house.passes(5)
        keeper = TellLetters(house.letters)
        (row,) = [row async for row in keeper.told(UserId(1))]
        assert (row["broadcast"], row["state"], row["told"]) == (str(broadcast.id), "sent", "")
        assert isinstance(row["at"], str)
        await keeper.wipe(UserId(1))
        assert [row async for row in keeper.told(UserId(1))] == []
        assert len([row async for row in keeper.told(UserId(2))]) == 1
        assert (await house.now(broadcast)).counts == Counts(sent=2)

    async def test_what_waits_has_no_moment(self, house: House) -> None:
        """It is told all the same."""
        broadcast = await house.begun()
        await house.letters.write(broadcast.id, [UserId(1)])
        (row,) = [row async for row in TellLetters(house.letters).told(UserId(1))]
        assert (row["state"], row["at"]) == ("waiting", None)


@define
class Away:
    """Letters whose end cannot be noted, once, after a few."""

    house: House
    times: int = 1

    def __getattr__(self, name: str) -> Any:
        return getattr(self.house.letters, name)

    async def end(self, *ended: Any) -> None:
        if self.times and len(self.house.reached) > 3:
            self.times -= 1
            raise StorageUnreachable("here", "gone")
        await self.house.letters.end(*ended)


def some_id() -> BroadcastId:
    return BroadcastId(uuid4())


class TestComposing:
    async def test_a_draft_reaches_nobody(self, house: House) -> None:
        """It can be changed, and it is said whom it would reach."""
        await house.come(1, 2)
        await house.come(3, language=Language.RU)
        draft = await house.compose.draft(some_id(), ANNA)
        changed = await house.compose.change(draft.id, ANNA, announcement=RUSSIAN)
        assert changed.announcement == RUSSIAN
        russians = Segment(language=Language.RU)
        changed = await house.compose.change(draft.id, ANNA, segment=russians)
        assert (changed.announcement, changed.segment) == (RUSSIAN, russians)
        assert await house.count(ANNA, Segment()) == {Language.EN: 2, Language.RU: 1}
        assert await house.count(ANNA, russians) == {Language.RU: 1}
        await house.send()
        assert house.reached == []

    async def test_the_same_again_is_answered(self, house: House) -> None:
        """As it is by then; under one id nobody says two things, nor do two people one."""
        first = await house.compose.draft(some_id(), ANNA, NEWS)
        assert await house.compose.draft(first.id, ANNA, NEWS) == first
        changed = await house.compose.change(first.id, ANNA, announcement=RUSSIAN)
        assert await house.compose.draft(first.id, ANNA) == changed
        for by, announcement in ((ANNA, NEWS), (BORIS, None)):
            with pytest.raises(BroadcastReused):
                await house.compose.draft(first.id, by, announcement)

    async def test_what_has_begun_is_not_changed(self, house: House) -> None:
        """Some have read it already."""
        broadcast = await house.begun()
        with pytest.raises(BroadcastMoved):
            await house.compose.change(broadcast.id, ANNA, announcement=RUSSIAN)

    async def test_silence_is_not_begun(self, house: House) -> None:
        """It says something in one language at least."""
        draft = await house.compose.draft(some_id(), ANNA)
        with pytest.raises(AnnouncementMalformed):
            await house.steer.begin(draft.id, ANNA)

    async def test_not_everybody_may(self, house: House) -> None:
        """Write to everybody."""
        support = Caller(name="user:7", role=Role.SUPPORT, user=UserId(7))
        id = (await house.begun()).id
        for deed in (
            house.compose.draft(id, support),
            house.compose.change(id, support),
            house.count(support, Segment()),
            house.steer.begin(id, support),
            house.steer.pause(id, support),
            house.steer.resume(id, support),
            house.steer.cancel(id, support),
        ):
            with pytest.raises(NotAllowed):
                await deed


class TestSending:
    async def test_each_gets_one_in_their_language(self, house: House) -> None:
        """Then it is done, and whoever wrote it is told once how it went."""
        await house.come(1, 2)
        await house.come(3, language=Language.RU)
        broadcast = await house.begun()
        for _ in range(3):
            await house.send()
        assert sorted(house.announcer.reached) == [(1, "en"), (2, "en"), (3, "ru")]
        after = await house.now(broadcast)
        assert (after.state, after.counts) == (BroadcastState.DONE, Counts(sent=3))
        assert after.ended_at is not None
        (event,) = await house.told()
        assert (event.name, event.facts["account"], event.facts["sent"]) == (
            "broadcast.ended",
            ANNA.name,
            3,
        )
        name = "broadcast_letters_total"
        assert house.signals.counts[name, frozenset({("outcome", "sent")})] == 3

    async def test_those_who_come_later_get_none(self, house: House) -> None:
        """Recipients are those who were known when it began, however late they are looked for."""
        await house.come(1)
        broadcast = await house.begun()
        await house.sleep(1)
        await house.come(2)
        await house.send()
        assert house.reached == [1]
        assert (await house.now(broadcast)).counts.letters == 1

    async def test_recipients_are_fixed_page_by_page(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What is fixed stays so: whoever dies between two pages is gone on from there."""
        monkeypatch.setattr(gathering, "PAGE", 2)
        monkeypatch.setattr(sending, "PAGE", 2)
        await house.come(*range(1, 8))
        broadcast = await house.begun()
        first = await house.send.gather(broadcast.id)
        assert (first.gathered_to, first.counts) == (2, Counts(waiting=2))
        await house.send()
        assert sorted(house.reached) == list(range(1, 8))
        again = await house.send.gather(broadcast.id)
        assert (again.state, again.counts) == (BroadcastState.DONE, Counts(sent=7))

    async def test_whoever_declines_meanwhile_gets_none(self, house: House) -> None:
        """Nor do those who were muted, who left or were forgotten since recipients were fixed."""
        await house.come(*range(1, 7))
        broadcast = await house.begun()
        while not (await house.send.gather(broadcast.id)).gathered:
            pass
        declined = frozenset({"announcement"})
        await house.preferences.put(Preference(recipient=Recipient(1), declined=declined))
        await house.users.change(UserId(2), muted=True)
        await house.users.change(UserId(3), blocked=True)
        await house.users.erase(UserId(4), house.clock.now())
        await house.preferences.put(Preference(recipient=Recipient(5), declined=frozenset({"a.b"})))
        await house.send()
        assert sorted(house.reached) == [5, 6]
        assert (await house.now(broadcast)).counts == Counts(sent=2, declined=4)

    async def test_whoever_left_is_told_nothing_more(self, house: House) -> None:
        """The next one is not even for them."""
        await house.come(1, 2)
        house.announcer.left.add(UserId(1))
        broadcast = await house.begun()
        await house.send()
        assert (await house.now(broadcast)).counts == Counts(sent=1, gone=1)
        assert (await house.preferences.of([Recipient(1)]))[Recipient(1)].gone_since
        another = await house.begun()
        await house.passes(2)
        assert (await house.now(another)).counts == Counts(sent=1)

    async def test_what_is_refused_is_refused(self, house: House) -> None:
        """To that one; it is kept why, and others get theirs."""
        await house.come(1, 2)
        house.announcer.before.append(Refused())
        broadcast = await house.begun()
        await house.send()
        assert (await house.now(broadcast)).counts == Counts(sent=1, refused=1)

    async def test_the_first_begun_is_sent_first(self, house: House) -> None:
        """And then the next; each of them to all."""
        await house.come(1, 2)
        first, second = await house.begun(), await house.begun(RUSSIAN)
        await house.send()
        for each in (first, second):
            assert (await house.now(each)).state is BroadcastState.DONE
        assert sorted(house.reached) == [1, 1, 2, 2]


class TestPace:
    async def test_what_is_left_is_used(self, house: House) -> None:
        """No second sees more than five and twenty, and there is room for answers."""
        await house.come(*range(1, 101))
        moments = []

        async def note() -> None:
            moments.append(house.clock.now())

        house.announcer.then = note
        broadcast = await house.begun()
        began = house.clock.now()
        await house.send()
        assert (await house.now(broadcast)).counts == Counts(sent=100)
        second = timedelta(seconds=1)
        assert max(sum(at <= each < at + second for each in moments) for at in moments) == 25
        assert timedelta(seconds=3) <= house.clock.now() - began <= timedelta(seconds=4)

    async def test_answers_go_first(self, house: House) -> None:
        """As long as they take all there is, letters wait, and are not lost."""
        await house.come(*range(1, 9))
        for _ in range(25):
            await house.meter.admit(("everybody", WHAT_IS_LEFT, 1))
        broadcast = await house.begun()
        asked = []

        async def busy(seconds: float) -> None:
            asked.append(seconds)
            await house.sleep(seconds)
            await house.meter.admit(("everybody", WHAT_IS_LEFT, 25))

        slow = evolve(house.send.send, sleep=busy)
        house.send.send = slow
        await house.send()
        assert len(house.reached) + len(asked) > 0
        house.send.send = evolve(slow, sleep=house.sleep)
        await house.passes(2)
        await house.passes(2)
        assert (await house.now(broadcast)).counts == Counts(sent=8)

    async def test_whoever_is_told_to_wait_waits(self, house: House) -> None:
        """All of it: what was turned away was certainly not sent, and is, later."""
        await house.come(*range(1, 31))
        house.announcer.before += [TurnedAway("busy", 7.0)] * 4
        broadcast = await house.begun()
        await house.send()
        before = len(house.reached)
        await house.passes(4.9)
        assert len(house.reached) == before
        assert (await house.now(broadcast)).counts.sending == 0
        for _ in range(3):
            await house.passes(2)
        assert sorted(house.reached) == list(range(1, 31))
        assert (await house.now(broadcast)).state is BroadcastState.DONE

    async def test_whoever_does_not_say_how_long_is_left_alone(self, house: House) -> None:
        """For a moment."""
        await house.come(1)
        house.announcer.before.append(TurnedAway("busy"))
        await house.begun()
        await house.send()
        await house.passes(2.9)
        assert house.reached == []
        await house.passes(0.2)
        assert house.reached == [1]

    async def test_a_short_wait_is_waited(self, house: House) -> None:
        """Without leaving off."""
        await house.come(1)
        await house.send.send.pace.hold(2)
        await house.begun()
        await house.send()
        assert house.reached == [1]

    @pytest.mark.parametrize("trouble", [NotExecuted("no"), CircuitOpen("telegram", 3.0)])
    async def test_what_was_not_sent_is_sent_later(self, house: House, trouble: Exception) -> None:
        """Nobody is left out for that."""
        await house.come(1, 2)
        house.announcer.before += [trouble, trouble]
        broadcast = await house.begun()
        await house.send()
        assert house.reached == []
        await house.passes(1)
        assert (await house.now(broadcast)).counts == Counts(sent=2)


class TestSteering:
    async def test_a_pause_begins_nothing(self, house: House) -> None:
        """What is in hand is finished; it goes on where it was left off, with nobody twice."""
        await house.come(*range(1, 41))
        broadcast = await house.begun()

        async def pause() -> None:
            if len(house.reached) == 10:
                await house.steer.pause(broadcast.id, BORIS)

        house.announcer.then = pause
        await house.send()
        at = len(house.reached)
        assert 10 <= at <= 10 + sending.AT_ONCE
        await house.passes(60)
        assert len(house.reached) == at
        paused = await house.now(broadcast)
        assert (paused.state, paused.counts.sending) == (BroadcastState.PAUSED, 0)
        assert await house.steer.pause(broadcast.id, BORIS) == paused
        await house.steer.resume(broadcast.id, ANNA)
        await house.passes(1)
        assert sorted(house.reached) == list(range(1, 41))
        did = [(each.audited.who, each.audited.what) for each in await house.trail.page(9)]
        assert did[::-1] == [
            ("anna", "broadcast.begun"),
            ("boris", "broadcast.steered"),
            ("anna", "broadcast.steered"),
        ]

    async def test_a_pause_while_recipients_are_fixed(self, house: House) -> None:
        """Fixes no more of them until it goes on."""
        await house.come(1)
        broadcast = await house.begun()
        await house.steer.pause(broadcast.id, ANNA)
        await house.send()
        assert not (await house.send.gather(broadcast.id)).gathered
        await house.steer.resume(broadcast.id, ANNA)
        await house.passes(1)
        assert house.reached == [1]

    async def test_what_is_called_off_stays_so(self, house: House) -> None:
        """Nothing more is begun; when nothing is in hand any more it is told once."""
        await house.come(*range(1, 41))
        broadcast = await house.begun()

        async def cancel() -> None:
            if len(house.reached) == 10:
                await house.steer.cancel(broadcast.id, ANNA)

        house.announcer.then = cancel
        await house.send()
        for _ in range(2):
            await house.passes(60)
        after = await house.now(broadcast)
        assert (after.state, after.counts.sent) == (BroadcastState.CANCELLED, len(house.reached))
        assert 10 <= after.counts.sent <= 10 + sending.AT_ONCE
        assert after.counts.letters == 40
        (event,) = await house.told()
        assert (event.facts["state"], event.facts["letters"]) == ("cancelled", 40)
        assert await house.steer.cancel(broadcast.id, ANNA) == after
        for deed in (house.steer.pause, house.steer.resume):
            with pytest.raises(BroadcastMoved):
                await deed(broadcast.id, ANNA)
        assert await house.steer.begin(broadcast.id, ANNA) == after

    async def test_a_draft_is_called_off_or_begun(self, house: House) -> None:
        """It is not resumed, and once it was dropped it is not begun; nobody is told of it."""
        draft = await house.compose.draft(some_id(), ANNA, NEWS)
        for deed in (house.steer.pause, house.steer.resume):
            with pytest.raises(BroadcastMoved):
                await deed(draft.id, ANNA)
        await house.steer.cancel(draft.id, ANNA)
        with pytest.raises(BroadcastMoved):
            await house.steer.begin(draft.id, ANNA)
        await house.send()
        assert list(await house.told()) == []


class TestDoubt:
    async def test_what_is_not_known_is_never_sent_again(self, house: House) -> None:
        """Perhaps it was sent; it is kept why nobody knows."""
        await house.come(1, 2, 3)
        house.announcer.after += [NothingHeard(), ZeroDivisionError()]
        broadcast = await house.begun()
        await house.send()
        assert (await house.now(broadcast)).counts == Counts(sent=1, unknown=2)
        told = {each.told for each in await house.those(broadcast, LetterState.UNKNOWN)}
        assert told == {
            "nothing was heard of it",
            "a mistake inside Altyn: ZeroDivisionError",
        }
        await house.passes(60)
        assert sorted(house.reached) == [1, 2, 3]

    @pytest.mark.parametrize("sent", [True, False])
    async def test_whoever_dies_leaves_a_few_in_doubt(self, house: House, sent: bool) -> None:
        """As many as were in hand at most; all others get theirs, and nobody gets two."""
        await house.come(*range(1, 61))
        broadcast = await house.begun()

        async def die() -> None:
            if len(house.reached) == 20:
                house.announcer.then = None
                (house.announcer.after if sent else house.announcer.before).extend(
                    Killed() for _ in range(sending.AT_ONCE)
                )

        house.announcer.then = die
        with pytest.raises(Killed):
            await house.send()
        house.announcer.before.clear()
        house.announcer.after.clear()
        await house.process("two")()
        after = await house.now(broadcast)
        assert after.state is BroadcastState.DONE
        assert 1 <= after.counts.unknown <= sending.AT_ONCE
        assert after.counts.sent + after.counts.unknown == 60
        assert len(house.reached) == len(set(house.reached))
        lost = {each.recipient for each in await house.those(broadcast, LetterState.UNKNOWN)}
        assert set(range(1, 61)) - set(house.reached) == (set() if sent else lost)
        assert {each.told for each in await house.those(broadcast, LetterState.UNKNOWN)} == {
            sending.LEFT
        }

    async def test_whoever_was_taken_for_dead_may_still_know(self, house: House) -> None:
        """What became of it is noted, and it is not begun anew."""
        await house.come(1)
        broadcast = await house.begun()

        async def slow() -> None:
            await house.letters.abandon(broadcast.id, house.clock.now(), "left")

        house.announcer.then = slow
        await house.send()
        assert (await house.now(broadcast)).counts == Counts(sent=1)

    async def test_two_processes_share_no_letter(self, house: House) -> None:
        """One sends, and the other one lets it; neither begins what the other has begun."""
        await house.come(1, 2)
        broadcast, other = await house.begun(), house.process("two")

        async def meanwhile() -> None:
            house.announcer.then = None
            await other()  # somebody else has the lease
            await other._work(LEASE_OF_OTHER)  # and if it had one nevertheless

        house.announcer.then = meanwhile
        await house.send()
        await house.passes(2)
        assert sorted(house.reached) == [1, 2]
        assert (await house.now(broadcast)).counts.letters == 2

    async def test_a_pause_with_a_letter_of_the_dead(self, house: House) -> None:
        """Is noted too, and nothing is sent for that."""
        await house.come(1, 2)
        broadcast = await house.begun()
        while not (await house.send.gather(broadcast.id)).gathered:
            pass
        await house.letters.begin(broadcast.id, UserId(1), house.clock.now())
        await house.steer.pause(broadcast.id, ANNA)
        await house.send()
        assert (await house.now(broadcast)).counts == Counts(waiting=1, unknown=1)
        assert house.reached == []


class TestLeaving:
    async def test_those_in_hand_are_finished(self, house: House) -> None:
        """Nothing is in doubt after a proper stop, and the next process goes on."""
        await house.come(*range(1, 41))
        broadcast = await house.begun()

        async def leave() -> None:
            if len(house.reached) == 10:
                house.send.leave_off()

        house.announcer.then = leave
        await house.send()
        at = len(house.reached)
        assert 10 <= at < 40
        await house.passes(5)
        assert len(house.reached) == at
        assert (await house.now(broadcast)).counts == Counts(sent=at, waiting=40 - at)
        await house.process("two")()
        assert sorted(house.reached) == list(range(1, 41))

    async def test_no_recipients_are_fixed_any_more(self, house: House) -> None:
        """By whoever leaves."""
        await house.come(1)
        broadcast = await house.begun()
        house.send.leave_off()
        await house.send._work(LEASE_OF_OTHER)
        assert not (await house.now(broadcast)).gathered

    async def test_a_storage_that_is_away_is_said(self, house: House) -> None:
        """Whoever has a letter in hand finishes it; the chore comes back."""
        await house.come(*range(1, 10))
        broadcast = await house.begun()
        letters: Any = Away(house)
        well = house.send.send
        house.send.send = evolve(well, letters=letters)
        with pytest.raises(StorageUnreachable):
            await house.send()
        house.send.send = well
        assert (await house.now(broadcast)).counts.sending == 1
        await house.passes(1)
        assert (await house.now(broadcast)).counts == Counts(sent=8, unknown=1)
        assert sorted(house.reached) == list(range(1, 10))
