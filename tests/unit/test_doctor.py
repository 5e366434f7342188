"""The doctor looks at everything at once, and tells each thing in one line."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import define

from altyn.core.errors import Conflict, Refused, Unavailable
from altyn.entrypoints.wiring import find_settings
from altyn.entrypoints.wiring.doctor import (
    Check,
    Finding,
    Grade,
    checks_of_machine,
    checks_of_settings,
    examine,
)
from altyn.entrypoints.wiring.doctor.house import apart, skew
from altyn.entrypoints.wiring.redaction import HIDDEN
from altyn.entrypoints.wiring.survey import survey

TOKEN = "7000000001:a-token-of-some-length-nobody-may-see"
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@define
class Shut(Refused):
    """No."""

    def __str__(self) -> str:
        return f"the door of {TOKEN} is shut"


async def looked(*checks: Check, seconds: float = 5) -> list[Finding]:
    return [each async for each in examine(checks, seconds)]


def failing(code: str, error: BaseException) -> Check:
    async def look() -> Finding:
        raise error

    return Check(code, look)


async def test_families() -> None:
    """Whoever says no is wrong, whoever says nothing is not known; a mistake of ours is one."""
    no = Shut()
    no.add_note("knock again")
    found = await looked(
        failing("a", no), failing("b", Unavailable()), failing("c", Conflict()),
        failing("d", KeyError(TOKEN)),
    )  # fmt: skip
    assert [(each.code, each.grade) for each in found] == [
        ("a", Grade.WRONG), ("b", Grade.UNKNOWN), ("c", Grade.UNKNOWN), ("d", Grade.WRONG),
    ]  # fmt: skip
    assert (found[0].words, found[0].advice) == (f"the door of {HIDDEN} is shut", "knock again")
    assert found[3].words == "a mistake inside Altyn: KeyError"


async def test_side_by_side() -> None:
    """All begin at once and are told in their order; whoever says nothing holds nobody up."""
    met = asyncio.Barrier(2)

    def meeting(code: str) -> Check:
        async def look() -> Finding:
            await met.wait()
            return Finding(code, Grade.WELL, "met")

        return Check(code, look)

    async def never() -> Finding:
        await asyncio.Event().wait()
        raise AssertionError

    found = await looked(meeting("one"), Check("two", never), meeting("three"), seconds=0.05)
    assert [each.code for each in found] == ["one", "two", "three"]
    assert [each.grade for each in found] == [Grade.WELL, Grade.UNKNOWN, Grade.WELL]


@pytest.mark.parametrize(
    ("at", "seconds", "grade"),
    [
        (NOON, 0, Grade.WELL),
        (NOON + SECOND, 0, Grade.WELL),
        (NOON + 3 * SECOND, 2, Grade.WARNING),
        (NOON - 3 * SECOND, -3, Grade.WARNING),
        (NOON - 60 * SECOND, -60, Grade.WRONG),
    ],
)
def test_clocks(at: datetime, seconds: float, grade: Grade) -> None:
    """What another clock said while we waited for it is no proof that it goes wrong."""
    assert apart(NOON, at, NOON + SECOND) == seconds
    assert skew("clock.x", "that of x", seconds).grade is grade


async def test_files(tmp_path: Path) -> None:
    """A file with secrets that others may read is named, with what closes it."""
    key, toml = tmp_path / "key", tmp_path / "altyn.toml"
    key.write_text("a-long-key-for-a-caller")
    toml.write_text('owners = [42]\n[api]\nport = 1\nkeys = ["another-long-key"]\n')
    environment = {"ALTYN_API_KEYS_FILE": "key"}
    found = find_settings(environment, tmp_path)
    for mode, loose in ((0o644, [key, toml]), (0o600, [])):
        key.chmod(mode)
        toml.chmod(mode)
        checks = checks_of_machine(found.settings, environment, tmp_path, None)
        files, disk = await looked(*checks)
        assert disk.code == "disk"
        assert "GiB are free" in disk.words
        assert (files.grade is Grade.WARNING) == bool(loose)
        assert files.advice == ("chmod 600 " + " ".join(map(str, loose)) if loose else "")


async def test_a_file_without_secrets(tmp_path: Path) -> None:
    """Whoever may read it may."""
    (tmp_path / "altyn.toml").write_text("owners = [42]")
    files, _ = await looked(
        *checks_of_machine(find_settings({}, tmp_path).settings, {}, tmp_path, None)
    )
    assert (files.grade, files.words) == (Grade.WELL, "none hold secrets")


async def test_settings(tmp_path: Path) -> None:
    """What is half given is named; what is whole is counted."""
    half = find_settings({"ALTYN_HELEKET_MERCHANT": "m"}, tmp_path)
    (wrong,) = await looked(*checks_of_settings(half, survey(half)))
    assert wrong.grade is Grade.WRONG
    assert "heleket: ALTYN_HELEKET_PAYMENT_KEY is missing" in wrong.words
    whole = find_settings({"ALTYN_OWNERS": "42"}, tmp_path)
    (well,) = await looked(*checks_of_settings(whole, survey(whole)))
    assert (well.grade, well.words) == (Grade.WELL, "1 given, all can be read")
