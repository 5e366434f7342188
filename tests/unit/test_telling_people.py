"""People are told what they wait for: once if it can be known, within limits, if they want to."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from attrs import evolve

from altyn.core.identity import Caller, NotAllowed, Permission, Role, UserId
from altyn.core.notifications import (
    TOLD,
    KindMalformed,
    KindUnworded,
    Notification,
    Pace,
    Recipient,
    Spoken,
    State,
    sending,
)
from altyn.core.resilience import CircuitOpen, NotExecuted, TurnedAway
from altyn.core.transaction import StorageUnreachable
from altyn.entrypoints.testkit import notification
from altyn.entrypoints.testkit.notifications.messenger import NOON
from tests.unit.notifications_house import House

SHE = Caller(name="user:1", role=Role.CUSTOMER, user=UserId(1))
ANNA, BORIS, GROUP = Recipient(1), Recipient(2), Recipient(-100)


@pytest.fixture
def house() -> House:
    return House()


async def waits(house: House, recipient: Recipient = ANNA, **what: object) -> Notification:
    """Something is to be told."""
    made = notification(recipient, **what)
    await house.notifications.add([made])
    return made


async def now(house: House, told: Notification) -> Notification:
    return await house.notifications.get(told.id)


class TestWhoIsTold:
    async def test_whoever_it_is_about(self, house: House) -> None:
        """Of what they wait for, with the facts that may be known; systems are told besides."""
        shown = await house.listens()
        event = await house.happens(payer="user:1", credited="10 XTR", margin="ours")
        await house.relay()
        (told,) = await house.notifications.of(ANNA, 9)
        assert (told.source, told.kind, told.repeats) == (event.id, "payment.settled", True)
        assert told.facts["credited"] == "10 XTR"
        assert "margin" not in told.facts
        assert told.until == house.clock.now() + timedelta(days=1)
        assert len(await house.told(shown.webhook)) == 1
        assert await house.send() == 1
        assert list(house.messenger.reached) == [ANNA]
        assert (await now(house, told)).state is State.SENT

    @pytest.mark.parametrize(
        ("name", "repeats"),
        [("purchase.delivered", True), ("purchase.review", False), ("broadcast.ended", False)],
    )
    async def test_what_nobody_waits_for_is_told_once_at_most(
        self, house: House, name: str, repeats: bool
    ) -> None:
        """Rather never than twice; what they wait for rather twice than never."""
        await house.happens(name=name, account="user:1")
        await house.relay()
        (told,) = await house.notifications.of(ANNA, 9)
        assert (told.kind, told.repeats) == (name, repeats)

    @pytest.mark.parametrize(
        ("name", "facts"),
        [
            ("payment.pending", {"payer": "user:1"}),
            ("payment.settled", {"payer": "shop"}),
            ("payment.settled", {}),
            ("cheque.unresolved", {"payer": "user:1"}),
        ],
    )
    async def test_nobody_else(self, house: House, name: str, facts: dict[str, str]) -> None:
        """What is no news, and what is about nobody with whom one can talk."""
        await house.happens(name, **facts)
        await house.relay()
        assert list(await house.notifications.of(ANNA, 9)) == []

    async def test_what_one_has_no_words_for_is_left_to_others(self, house: House) -> None:
        """Whoever passes events on need not be able to tell of them; who has words tells later."""
        await house.happens(payer="user:1")
        await house.relay()
        await evolve(house.send, spoken=Spoken(frozenset({"payment.refunded"})))()
        (told,) = await house.notifications.of(ANNA, 9)
        assert (told.state, told.version) == (State.WAITING, 0)
        await house.send()
        assert list(house.messenger.reached) == [ANNA]

    async def test_what_nobody_has_words_for_ends(self, house: House) -> None:
        """After a day it is no news any more, and whoever works says so."""
        await house.happens(payer="user:1")
        await house.relay()
        house.clock.advance(hours=24)
        assert await house.expire() == 0
        house.clock.advance(minutes=2)
        assert await house.expire() == 1
        (told,) = await house.notifications.of(ANNA, 9)
        assert (told.state, told.check_at) == (State.EXPIRED, None)
        assert told.told == "nobody could tell it while it was news"
        counted = "notifications_total", frozenset({("outcome", "expired")})
        assert house.signals.counts[counted] == 1
        assert await house.expire() == 0

    async def test_what_is_news_for_longer_is_not_ended(self, house: House) -> None:
        """However long it has been due."""
        told = await waits(house, until=NOON + timedelta(days=3))
        house.clock.advance(hours=48)
        assert await house.expire() == 0
        assert (await now(house, told)).state is State.WAITING

    async def test_an_event_that_is_relayed_twice_tells_once(self, house: House) -> None:
        """Whatever became of the first time."""
        event = await house.happens(payer="user:1")
        await house.relay()
        house.store.put(house.outbox._waiting, event.id, event)
        await house.relay()
        assert len(await house.notifications.of(ANNA, 9)) == 1


class TestPreferences:
    async def test_whoever_declines_is_not_told(self, house: House) -> None:
        """A kind or a subject, until they want to be told again."""
        await house.change.decline(SHE, ANNA, "payment.settled")
        await house.change.decline(SHE, ANNA, "purchase.*")
        told = []
        for name in ("payment.settled", "purchase.delivered", "refund.done"):
            await house.happens(name, payer="user:1")
        await house.relay()
        told = [each.kind for each in await house.notifications.of(ANNA, 9)]
        assert told == ["refund.done"]
        preference = await house.change.accept(SHE, ANNA, "payment.settled")
        assert preference.declined == {"purchase.*"}
        await house.happens(payer="user:1")
        await house.relay()
        assert len(await house.notifications.of(ANNA, 9)) == 2

    async def test_it_is_said_by_themselves(self, house: House) -> None:
        """Or by whoever may act for others; not by one who may do nothing here."""
        muted = evolve(SHE, scopes=frozenset())
        support = Caller(name="user:3", role=Role.SUPPORT, user=UserId(3))
        for by, whom in ((muted, ANNA), (SHE, BORIS), (SHE, GROUP), (support, ANNA)):
            with pytest.raises(NotAllowed):
                await house.change.decline(by, whom, "payment.settled")
            with pytest.raises(NotAllowed):
                await house.change.accept(by, whom, "payment.settled")
        shop = Caller(
            name="key:shop",
            role=Role.OWNER,
            scopes=frozenset({Permission.SEE_OWN, Permission.ADJUST}),
        )
        for whom in (ANNA, GROUP):
            told = await house.change.decline(shop, whom, "payment.settled")
            assert told.declined == {"payment.settled"}

    async def test_only_what_is_told_can_be_declined(self, house: House) -> None:
        """A mistake is said; what is for many can be declined too."""
        with pytest.raises(KindMalformed):
            await house.change.decline(SHE, ANNA, "payment.setled")
        preference = await house.change.decline(SHE, ANNA, "announcement")
        assert not preference.wants("announcement")

    async def test_whoever_left_is_told_nothing_until_they_are_back(self, house: House) -> None:
        """What waited is refused, nothing new is kept; what they declined stays declined."""
        await house.change.decline(SHE, ANNA, "refund.*")
        first, second = await waits(house), await waits(house)
        house.messenger.leave(ANNA)
        assert await house.send() == 0
        assert await house.passes(2) == 0
        for each in (first, second):
            assert (await now(house, each)).state is State.REFUSED
        preferences = await house.preferences.of([ANNA])
        assert preferences[ANNA].gone_since == NOON
        await house.happens(payer="user:1")
        await house.relay()
        assert len(await house.notifications.of(ANNA, 9)) == 2
        house.messenger.left.clear()
        back = await house.change.back(ANNA)
        assert (back.gone_since, back.declined) == (None, frozenset({"refund.*"}))
        await house.happens(payer="user:1")
        await house.relay()
        assert await house.passes(1.1) == 1


class TestLimits:
    async def test_thirty_a_second(self, house: House) -> None:
        """The rest waits; nothing is sent by this process until there is room again."""
        for number in range(70):
            await waits(house, Recipient(1000 + number))
        assert await house.send() == 30
        assert await house.send() == 0
        assert await house.passes(0.5) == 0
        assert await house.passes(0.6) == 30
        assert await house.passes(1.1) == 10
        assert house.signals.gauges["notifications_due", frozenset()] == 0
        assert len(set(house.messenger.reached)) == 70

    async def test_answers_leave_less(self, house: House) -> None:
        """They are counted and never held up, however many there are; others have what is left."""
        for _ in range(40):
            await house.send.pace.answered()
        await waits(house)
        assert await house.send() == 0
        assert await house.passes(1.1) == 1

    async def test_one_a_second_for_a_chat(self, house: House) -> None:
        """Others are told meanwhile."""
        for recipient in (ANNA, ANNA, BORIS):
            await waits(house, recipient)
        assert await house.send() == 2
        assert await house.passes(0.9) == 0
        assert await house.passes(0.2) == 1
        assert sorted(house.messenger.reached) == [ANNA, ANNA, BORIS]

    async def test_twenty_a_minute_for_a_group(self, house: House) -> None:
        """However long it takes."""
        for _ in range(25):
            await waits(house, GROUP, until=NOON + timedelta(days=9))
        sent = await house.send()
        for _ in range(50):
            sent += await house.passes(1.1)
        assert sent == 20
        for _ in range(20):
            sent += await house.passes(10)
        assert sent == 25

    async def test_whoever_is_told_to_wait_waits(self, house: House) -> None:
        """All of it, for as long as Telegram says; five minutes at most."""
        first, second = await waits(house), await waits(house, BORIS)
        house.messenger.turn_away(7)
        assert await house.send() in (0, 1)  # whoever set out beside it
        third = await waits(house, Recipient(3))
        assert await house.passes(6.9) == 0
        assert await house.passes(0.2) >= 2
        for each in (first, second, third):
            assert (await now(house, each)).state is State.SENT
        await waits(house, Recipient(4))
        house.messenger.turn_away(86_400)
        await house.passes(5)
        assert await house.passes(299) == 0
        assert await house.passes(2) == 1

    async def test_whoever_does_not_say_how_long_is_left_alone_for_a_moment(
        self, house: House
    ) -> None:
        """Five seconds."""
        await waits(house)
        house.messenger.troubles.append(TurnedAway("busy"))
        await house.send()
        assert await house.passes(4.9) == 0
        assert await house.passes(0.2) == 1

    async def test_what_was_claimed_waits_too(self, house: House) -> None:
        """What is in hand when somebody says wait is put back, and nothing of it is in doubt."""
        told = await waits(house)
        until = await house.send.pace.hold(3)
        after = await house.send._sent(told)
        assert (after.check_at, after.in_doubt) == (until, False)

    async def test_other_processes_wait_too(self, house: House) -> None:
        """Where they count at one place; however many were turned away, it is no longer."""
        now, other = house.clock.now(), Pace(house.send.meter, house.clock)
        assert await other.held() is None
        for seconds in (7, 7, 3):
            until = await house.send.pace.hold(seconds)
            assert until == now + timedelta(seconds=7)
        assert await other.held() == until
        house.clock.advance(seconds=7)
        house.ticks.advance(seconds=7)
        for each in (other, house.send.pace):
            assert await each.held() is None


class TestDoubt:
    @pytest.mark.parametrize("trouble", [NotExecuted("no"), CircuitOpen("telegram", 3.0)])
    @pytest.mark.parametrize("repeats", [True, False])
    async def test_what_was_not_sent_is_sent_later(
        self, house: House, trouble: Exception, repeats: bool
    ) -> None:
        """Longer and longer after each time, whether it may be doubled or not."""
        told = await waits(house, repeats=repeats)
        house.messenger.troubles += [trouble, trouble]
        assert await house.send() == 0
        assert await house.passes(4.9) == 0
        assert await house.passes(0.2) == 0
        assert (await now(house, told)).tries == 2
        assert await house.passes(9.9) == 0
        assert await house.passes(0.2) == 1

    async def test_what_somebody_waits_for_is_rather_told_twice(self, house: House) -> None:
        """Three times at most; then it is said that nobody knows."""
        told, other = await waits(house), await waits(house, BORIS)
        for _ in range(3):
            house.messenger.break_off()
            house.messenger.break_off()
            await house.passes(60)
        assert {(await now(house, each)).state for each in (told, other)} == {State.UNKNOWN}
        assert house.messenger.reached.count(ANNA) == 3
        assert await house.passes(3600) == 0

    async def test_anything_else_is_rather_not_told(self, house: House) -> None:
        """It is not known whether it arrived, and it is not sent again."""
        told = await waits(house, repeats=False)
        house.messenger.break_off()
        await house.send()
        assert await house.passes(3600) == 0
        after = await now(house, told)
        assert (after.state, after.told) == (State.UNKNOWN, "nothing was heard of it")
        assert len(house.messenger.reached) == 1

    async def test_whoever_died_while_sending_leaves_doubt(self, house: House) -> None:
        """When the lease is over one is sent again, and the other is not."""
        again, not_again = await waits(house), await waits(house, BORIS, repeats=False)
        moment = house.clock.now()
        for each in await house.notifications.claim(moment, moment + sending.LEASE, 9):
            await house.notifications.put(each.begun())
        assert await house.passes(119) == 0
        assert await house.passes(2) == 1
        assert (await now(house, again)).state is State.SENT
        lost = await now(house, not_again)
        assert (lost.state, lost.told) == (State.UNKNOWN, "it was being sent when we stopped")

    async def test_whoever_died_before_sending_leaves_none(self, house: House) -> None:
        """It is sent, whatever it is."""
        told = await waits(house, repeats=False)
        moment = house.clock.now()
        await house.notifications.claim(moment, moment + sending.LEASE, 9)
        assert await house.passes(121) == 1
        assert (await now(house, told)).state is State.SENT

    async def test_old_news_is_not_told(self, house: House) -> None:
        """Nobody wants to hear it."""
        told = await waits(house, until=NOON + timedelta(minutes=1))
        assert await house.passes(61) == 0
        assert (await now(house, told)).state is State.EXPIRED
        assert house.messenger.reached == []

    @pytest.mark.parametrize("refused", [True, False])
    async def test_what_cannot_be_sent_never_is(self, house: House, refused: bool) -> None:
        """For lack of words of which we thought we had them, or since it is refused as it is."""
        house.send = evolve(house.send, spoken=Spoken(TOLD | {"no.words"}))
        told = await waits(house, kind="no.words" if not refused else "payment.settled")
        if refused:
            house.messenger.refuse()
        assert await house.send() == 0
        after = await now(house, told)
        assert after.state is State.REFUSED
        assert after.told == (
            "it cannot be sent as it is" if refused else str(KindUnworded("no.words"))
        )


class TestMishaps:
    async def test_a_mistake_stops_no_other(self, house: House) -> None:
        """It is left for later, in doubt; the other one is sent."""
        await waits(house), await waits(house, BORIS)
        house.messenger.troubles.append(ZeroDivisionError("oh"))
        assert await house.send() == 1
        assert await house.passes(121) == 1
        assert sorted(house.messenger.reached) == [ANNA, BORIS]

    async def test_whoever_was_too_slow_notes_nothing(self, house: House) -> None:
        """Somebody else has it by then."""
        told = await waits(house)
        await house.notifications.put(told.begun())
        assert not await house.send._one(told)
        assert house.messenger.reached == []

    async def test_whoever_was_erased_meanwhile_stops_no_other(self, house: House) -> None:
        """What was to be told is gone; the other one is told."""
        gone, told = await waits(house), await waits(house, BORIS)
        claimed = await house.notifications.claim(NOON, NOON + timedelta(minutes=1), 9)
        assert {each.id for each in claimed} == {gone.id, told.id}
        await house.notifications.wipe(ANNA)
        sent = {each.recipient: await house.send._one(each) for each in claimed}
        assert sent == {ANNA: False, BORIS: True}

    async def test_a_storage_that_is_away_is_said(self, house: House) -> None:
        """The chore is told, and tries later."""
        await waits(house)

        class Away:
            async def admit(self, *_: object) -> object:
                raise StorageUnreachable("redis", "gone")

        away: Any = Away()
        send = evolve(house.send, meter=away)
        with pytest.raises(StorageUnreachable):
            await send()

    async def test_what_a_source_tells_can_be_told_apart(self, house: House) -> None:
        """Counted by what became of it."""
        source = uuid4()
        await waits(house, source=source), await waits(house, BORIS, source=source)
        house.messenger.leave(BORIS)
        await house.send()
        ends = [(await house.notifications.of(each, 9))[0].state for each in (ANNA, BORIS)]
        assert ends == [State.SENT, State.REFUSED]
        name = "notifications_total"
        assert house.signals.counts[name, frozenset({("outcome", "sent")})] == 1
