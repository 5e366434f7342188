"""Moments have a zone, and clocks tell the present."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from altyn.adapters.memory import ManualClock
from altyn.adapters.system import SystemClock
from altyn.core.clock import MalformedInstant, ZoneMissing, aware, parse_instant


def test_a_moment_with_a_zone_is_itself() -> None:
    """Whatever the zone."""
    for zone in (UTC, timezone(timedelta(hours=-5))):
        moment = datetime(2026, 1, 1, tzinfo=zone)
        assert aware(moment) is moment


def test_a_moment_without_a_zone_is_refused() -> None:
    """Different readers would read it differently."""
    moment = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(ZoneMissing) as said:
        aware(moment)
    assert said.value.facts == {"moment": moment}


def test_a_moment_is_read_with_its_zone() -> None:
    """As ISO 8601 has it."""
    assert parse_instant("2026-11-20T12:00:00Z") == datetime(2026, 11, 20, 12, tzinfo=UTC)
    with pytest.raises(ZoneMissing):
        parse_instant("2026-11-20T12:00:00")
    with pytest.raises(MalformedInstant) as said:
        parse_instant("tomorrow" * 10)
    assert said.value.facts == {"text": ("tomorrow" * 10)[:40]}


def test_a_clock_moved_by_hand_moves_only_by_hand() -> None:
    """Forwards and backwards."""
    clock = ManualClock()
    start = clock.now()
    assert clock.now() == start
    clock.advance(hours=1, minutes=-30, seconds=0.000001)
    assert clock.now() - start == timedelta(minutes=30, microseconds=1)


def test_the_machines_clock_tells_the_present_in_utc() -> None:
    """Aware, between two looks at the same clock."""
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta(0)
