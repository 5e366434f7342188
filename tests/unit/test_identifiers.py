"""Ids sort by time, never repeat, and read in one spelling only."""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from altyn.adapters.memory import ManualClock
from altyn.core.identifiers import EPOCH, MalformedId, TimeOrdered, parse_id

steps = st.lists(st.sampled_from([0, 0, 0, 0.000001, 0.0002, 1, -1, -3600, 3600]), max_size=60)
PRESENT = st.datetimes(datetime(2020, 1, 1), datetime(2400, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(PRESENT, steps, st.integers(0, 2**62 - 1))
def test_each_id_is_greater_than_the_last(start: datetime, moves: list[float], bits: int) -> None:
    """Whether the clock runs, stands still or steps back, and whatever chance says."""
    clock = ManualClock(start)
    chances = iter([bits, 2**62 - 1, 0] * len(moves))
    fresh = TimeOrdered(clock, lambda size: next(chances) if size == 62 else -1)
    ids = []
    for seconds in moves:
        clock.advance(seconds=seconds)
        ids.append(fresh())
    assert ids == sorted(ids)
    assert [str(id) for id in ids] == sorted({str(id) for id in ids})


@given(PRESENT, st.integers(0, 2**62 - 1))
def test_an_id_is_a_uuid_of_version_7(moment: datetime, bits: int) -> None:
    """Version, variant, milliseconds, tick and chance stand where RFC 9562 puts them."""
    id = TimeOrdered(ManualClock(moment), lambda _: bits)()
    assert (id.version, id.variant) == (7, RFC_4122)
    microseconds = (moment - EPOCH) // timedelta(microseconds=1)
    assert id.int >> 80 == microseconds // 1000
    assert (id.int >> 64) & 0xFFF == microseconds % 1000 * 4096 // 1000
    assert id.int & (2**62 - 1) == bits


def test_a_standing_clock_counts_ticks() -> None:
    """Thousands of ids within one microsecond spill into the next millisecond, in order."""
    fresh = TimeOrdered(ManualClock(EPOCH + timedelta(milliseconds=5)), lambda _: 0)
    ids = [fresh() for _ in range(5000)]
    assert ids == sorted(set(ids))
    assert ids[4095].int >> 80 == 5
    assert ids[4096].int >> 80 == 6
    assert {id.version for id in ids} == {7}


def test_chance_is_not_guessable() -> None:
    """Unless a test says otherwise, the operating system's best randomness is used."""
    fresh = TimeOrdered(ManualClock())
    assert fresh.random_bits is secrets.randbits
    assert len({fresh().int & (2**62 - 1) for _ in range(100)}) == 100


@given(st.uuids())
def test_an_id_is_read_as_it_is_printed(id: UUID) -> None:
    """In small or capital letters."""
    assert parse_id(str(id)) == parse_id(str(id).upper()) == id


@given(st.text())
def test_any_other_text_is_refused(text: str) -> None:
    """In one line, with a little of what was given."""
    with pytest.raises(MalformedId) as said:
        parse_id(text)
    assert said.value.text == text[:80]
    assert "\n" not in str(said.value)


@pytest.mark.parametrize(
    "spelling",
    ["{{{}}}", "urn:uuid:{}", " {}", "{}\n", "{}0"],
)
def test_other_spellings_are_refused(spelling: str) -> None:
    """Two texts never mean one id."""
    with pytest.raises(MalformedId):
        parse_id(spelling.format(uuid4()))
    with pytest.raises(MalformedId):
        parse_id(uuid4().hex)


@pytest.mark.parametrize("given_value", [None, 7, b"7"])
def test_what_is_no_text_is_refused(given_value: str) -> None:
    """Callers without types get the same answer."""
    with pytest.raises(MalformedId):
        parse_id(given_value)
