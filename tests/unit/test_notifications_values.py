"""Notifications as values: whom they are for, what they are called, and what becomes of them."""

from datetime import datetime, timedelta

import pytest

from altyn.core.clock import ZoneMissing
from altyn.core.notifications import KindMalformed, State, recipient_of
from altyn.core.wording import MalformedText
from altyn.entrypoints.testkit import notification
from altyn.entrypoints.testkit.notifications.messenger import NOON

LATER = NOON + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("name", "recipient"),
    [
        ("user:42", 42),
        ("user:7000000001", 7_000_000_001),
        ("user:alice", None),
        ("user:", None),
        ("user:-5", None),
        ("user:1" + "0" * 18, None),
        ("income:stars", None),
        (None, None),
        (42, None),
    ],
)
def test_people_are_known_by_their_names(name: object, recipient: int | None) -> None:
    """Whoever is called by Telegram's number can be told something, others cannot."""
    assert recipient_of(name) == recipient


@pytest.mark.parametrize("kind", ["", "Payment", "a..b", "a b", ".a", "a.", "a" * 65, "a\n"])
def test_a_kind_is_words_with_dots(kind: str) -> None:
    """Anything else is refused before it is kept."""
    with pytest.raises(KindMalformed):
        notification(kind=kind)


def test_moments_have_their_zone() -> None:
    """Or nobody knows when it is old."""
    with pytest.raises(ZoneMissing):
        notification(until=datetime(2026, 1, 1))  # noqa: DTZ001


def test_what_was_told_is_short() -> None:
    """It is kept, and shown in tables."""
    with pytest.raises(MalformedText):
        notification(told="x" * 201)


def test_what_has_ended_is_not_looked_at_again() -> None:
    """Whatever it was before; why stands on one line."""
    ended = notification(in_doubt=True).ended(State.REFUSED, "no\nwords " + "x" * 500)
    assert (ended.state, ended.check_at, ended.in_doubt) == (State.REFUSED, None, False)
    assert ended.told.startswith("no words x")
    assert len(ended.told) == 200


def test_what_is_put_off_waits() -> None:
    """Until then; that it was tried is counted where it was."""
    begun = notification().begun()
    assert (begun.in_doubt, begun.version) == (True, 1)
    off = begun.put_off(LATER, "busy", tried=True)
    assert (off.state, off.check_at, off.in_doubt, off.told, off.tries, off.version) == (
        State.WAITING,
        LATER,
        False,
        "busy",
        1,
        2,
    )
    assert off.put_off(LATER).tries == 1
