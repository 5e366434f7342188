"""The contract of `core.identity.Sessions`."""

import asyncio
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from attrs import evolve

from ....core.identity import (
    Ended,
    LaunchUsed,
    NotKnown,
    Session,
    SessionId,
    SessionMissing,
    Sessions,
    UserId,
)
from ....core.transaction import Transaction
from ..stumbling import undone
from .ground import HOUR, NOON, QUOTED, TICK, Ground, meanwhile

ANN, BOB = UserId(42), UserId(2**52 - 1)


def digest(text: str = "") -> bytes:
    """That of something; of nothing in particular, that of something new."""
    return sha256((text or uuid4().hex).encode()).digest()


def session(**other: Any) -> Session:
    """Ann has just signed in."""
    fields = {
        "id": SessionId(uuid4()),
        "user": ANN,
        "device": "a phone",
        "began_at": NOON,
        "seen_at": NOON,
        "expires_at": NOON + 9 * HOUR,
        **other,
    }
    return Session(**fields)


async def begun(sessions: Sessions, refresh: str = "", **other: Any) -> Session:
    """A session that has begun, and what refreshes it."""
    new = session(**other)
    await sessions.begin(new, digest(), digest(refresh))
    return new


class SessionsContract(Ground):
    """
    What everything that keeps sessions does. Subclass it in a test and override the fixtures
    `sessions` and `transaction`, of one empty storage.
    """

    @pytest.fixture
    def sessions(self) -> Sessions:
        """No sessions."""
        raise NotImplementedError("override the fixture `sessions`")

    async def test_a_new_session_is_kept_as_it_was(self, sessions: Sessions) -> None:
        """Any words, users with long numbers, moments to the microsecond and in UTC."""
        for new in (session(), session(user=BOB, device=QUOTED, seen_at=NOON + TICK)):
            await sessions.begin(new, digest(), digest())
            kept = await sessions.get(new.id)
            assert kept == new
            assert kept.began_at.utcoffset() == timedelta(0)

    async def test_a_launch_begins_one_session(self, sessions: Sessions) -> None:
        """Of whoever is first; nothing is written for those who come later."""
        first, second = session(), session(user=BOB)
        await sessions.begin(first, digest("launch"), digest("one"))
        with pytest.raises(LaunchUsed) as used:
            await sessions.begin(second, digest("launch"), digest("other"))
        assert used.value.user == f"user:{BOB}"
        with pytest.raises(SessionMissing):
            await sessions.get(second.id)
        with pytest.raises(NotKnown):
            await sessions.spend(digest("other"), NOON)

    async def test_of_two_at_once_one_begins(self, sessions: Sessions) -> None:
        """The other one is told so."""
        came = await asyncio.gather(
            *(sessions.begin(session(), digest("launch"), digest()) for _ in range(4)),
            return_exceptions=True,
        )
        assert [type(each) for each in came if each is not None] == [LaunchUsed] * 3

    async def test_what_is_not_there_is_missing(self, sessions: Sessions) -> None:
        """To whoever looks for it, refreshes it, or spends what refreshes nothing."""
        nowhere = session()
        with pytest.raises(SessionMissing) as missing:
            await sessions.get(nowhere.id)
        assert missing.value.like(SessionMissing(nowhere.id))
        with pytest.raises(SessionMissing):
            await sessions.refresh(nowhere, digest())
        with pytest.raises(NotKnown) as unknown:
            await sessions.spend(digest(), NOON)
        assert unknown.value.like(NotKnown("refresh token"))
        assert list(await sessions.of(ANN, NOON)) == []
        assert list(await sessions.end(ANN, NOON, Ended.LEFT)) == []

    async def test_what_refreshes_is_spent_once(self, sessions: Sessions) -> None:
        """Whoever comes later is told of the session too, and that they are not the first."""
        new = await begun(sessions, "one")
        other = await begun(sessions, "other", user=BOB)
        for first in (True, False, False):
            spent = await sessions.spend(digest("one"), NOON)
            assert (spent.session, spent.first) == (new, first)
        assert await sessions.spend(digest("other"), NOON) != spent
        assert (await sessions.get(other.id)) == other

    async def test_of_many_at_once_one_is_first(self, sessions: Sessions) -> None:
        """However they meet."""
        await begun(sessions, "one")
        spent = await asyncio.gather(*(sessions.spend(digest("one"), NOON) for _ in range(8)))
        assert sorted(each.first for each in spent) == [False] * 7 + [True]

    async def test_whoever_spends_in_a_transaction_goes_first(
        self, sessions: Sessions, transaction: Transaction
    ) -> None:
        """Another one comes after, and finds it spent and the session as it was left."""
        new = await begun(sessions, "one")
        async with transaction():
            spent = await sessions.spend(digest("one"), NOON)
            other = await meanwhile(sessions.spend(digest("one"), NOON))
            assert not other.done()
            after = evolve(spent.session, seen_at=NOON + HOUR)
            await sessions.refresh(after, digest("two"))
        late = await other
        assert (spent.first, late.first) == (True, False)
        assert late.session == after == evolve(new, seen_at=NOON + HOUR)

    async def test_a_session_is_refreshed(self, sessions: Sessions) -> None:
        """When it was seen and ends, and what refreshes it; everything else stays."""
        new = await begun(sessions, "one")
        await sessions.spend(digest("one"), NOON)
        after = evolve(new, seen_at=NOON + HOUR, expires_at=NOON + 99 * HOUR)
        told = evolve(after, user=BOB, device="x", began_at=NOON - HOUR)
        await sessions.refresh(told, digest("two"))
        assert await sessions.get(new.id) == after
        spent = await sessions.spend(digest("two"), NOON)
        assert (spent.session, spent.first) == (after, True)
        assert not (await sessions.spend(digest("one"), NOON)).first

    async def test_what_has_ended_is_not_refreshed(self, sessions: Sessions) -> None:
        """Not by a token that was never spent either: it tells that the session is over."""
        new = await begun(sessions, "one")
        await sessions.end(ANN, NOON, Ended.FORCED)
        spent = await sessions.spend(digest("one"), NOON)
        assert spent.first
        assert spent.session == evolve(new, ended_at=NOON, ended=Ended.FORCED)
        with pytest.raises(SessionMissing):
            await sessions.refresh(new, digest("two"))
        with pytest.raises(NotKnown):
            await sessions.spend(digest("two"), NOON)

    async def test_good_ones_are_told_newest_first(self, sessions: Sessions) -> None:
        """Those of that user which have neither ended nor run out by then."""
        first = await begun(sessions)
        third = await begun(sessions, began_at=NOON + 2 * TICK)
        second = await begun(sessions, began_at=NOON + TICK)
        gone = await begun(sessions)
        await begun(sessions, user=BOB)
        await begun(sessions, expires_at=NOON + HOUR)
        await sessions.end(ANN, NOON, Ended.LEFT, only=gone.id)
        assert list(await sessions.of(ANN, NOON + HOUR)) == [third, second, first]

    async def test_some_are_ended(self, sessions: Sessions) -> None:
        """One, all but one, or all; of that user, and only what had not ended."""
        mine = [await begun(sessions) for _ in "1234"]
        his = await begun(sessions, user=BOB)
        one, two, three, four = [each.id for each in mine]
        assert list(await sessions.end(ANN, NOON, Ended.LEFT, only=one)) == [one]
        assert list(await sessions.end(ANN, NOON, Ended.FORCED, only=one)) == []
        assert list(await sessions.end(ANN, NOON, Ended.FORCED, only=his.id)) == []
        assert set(await sessions.end(ANN, NOON + TICK, Ended.FORCED, but=two)) == {three, four}
        assert list(await sessions.end(ANN, NOON + HOUR, Ended.REUSED)) == [two]
        told = [(s.ended_at, s.ended) for s in [await sessions.get(each.id) for each in mine]]
        assert told == [
            (NOON, Ended.LEFT),
            (NOON + HOUR, Ended.REUSED),
            (NOON + TICK, Ended.FORCED),
            (NOON + TICK, Ended.FORCED),
        ]
        assert await sessions.get(his.id) == his

    async def test_what_is_long_over_is_forgotten(self, sessions: Sessions) -> None:
        """A few at a time, with what refreshed them; whatever is or was good since then stays."""
        ended = await begun(sessions, "ended")
        ran_out = await begun(sessions, "ran out", user=BOB, expires_at=NOON + TICK)
        good = await begun(sessions, user=BOB, expires_at=NOON + HOUR)
        await sessions.end(ANN, NOON, Ended.LEFT)
        assert await sessions.forget(NOON, 9) == 0
        assert [await sessions.forget(NOON + HOUR, 1) for _ in "123"] == [1, 1, 0]
        for gone, token in ((ended, "ended"), (ran_out, "ran out")):
            with pytest.raises(SessionMissing):
                await sessions.get(gone.id)
            with pytest.raises(NotKnown):
                await sessions.spend(digest(token), NOON)
        assert await sessions.get(good.id) == good

    async def test_all_of_somebody_is_forgotten(self, sessions: Sessions) -> None:
        """Good or over, with what refreshed them; of others nothing."""
        over, good = await begun(sessions, "over"), await begun(sessions, "good")
        await sessions.end(ANN, NOON, Ended.LEFT, only=over.id)
        other = await begun(sessions, "other", user=BOB)
        assert [await sessions.wipe(ANN) for _ in "12"] == [2, 0]
        for gone, token in ((over, "over"), (good, "good")):
            with pytest.raises(SessionMissing):
                await sessions.get(gone.id)
            with pytest.raises(NotKnown):
                await sessions.spend(digest(token), NOON)
        assert list(await sessions.of(BOB, NOON)) == [other]

    async def test_what_a_transaction_undoes_was_never_there(
        self, sessions: Sessions, transaction: Transaction
    ) -> None:
        """Beginnings, spending, refreshing, ends."""
        new = await begun(sessions, "one")
        async with undone(transaction):
            await sessions.begin(session(), digest("launch"), digest())
            await sessions.spend(digest("one"), NOON)
            await sessions.refresh(evolve(new, seen_at=NOON + HOUR), digest("two"))
            await sessions.end(ANN, NOON, Ended.LEFT)
        assert list(await sessions.of(ANN, NOON)) == [new]
        assert (await sessions.spend(digest("one"), NOON)).first
        await sessions.begin(session(), digest("launch"), digest())
