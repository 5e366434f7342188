"""For how long things are kept, as a setting: bounded, and a mistake is named."""

from datetime import timedelta
from pathlib import Path

import pytest

from altyn.core.retention import Retention
from altyn.entrypoints.wiring import SettingWrong, read_settings


def retention(folder: Path, **environment: str) -> Retention:
    return read_settings(environment, folder).retention


def test_days(tmp_path: Path) -> None:
    """What is not written keeps its default; the environment takes TOML, as other tables do."""
    assert retention(tmp_path) == Retention()
    (tmp_path / "altyn.toml").write_text("[retention]\nevents = 90\nupdates = 2\n")
    days = timedelta(days=1)
    assert retention(tmp_path) == Retention(events=90 * days, updates=2 * days)
    given = retention(tmp_path, ALTYN_RETENTION="events = 7")
    assert given == Retention(events=7 * days)


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("events = 3", "events are kept for 4 to 3650 days"),
        ("updates = 7", "updates are kept for 1 to 6 days"),
        ("event = 30", "there is no such kind of thing; did you mean events?"),
        ("events = 1.5", "events: it is a whole number of days"),
        ("events = true", "events: it is a whole number of days"),
        ("events = 100000000000", "events: it is a whole number of days"),
        ("events", "expected TOML, like events = 90"),
    ],
)
def test_mistakes(tmp_path: Path, toml: str, words: str) -> None:
    """Before anything starts, in one line."""
    with pytest.raises(SettingWrong) as wrong:
        retention(tmp_path, ALTYN_RETENTION=toml)
    assert str(wrong.value) == f"ALTYN_RETENTION: {words}"
