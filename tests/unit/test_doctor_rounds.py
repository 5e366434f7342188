"""The doctor's rounds over HTTP: who may know, and how often anybody is asked."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from attrs import define, field

from altyn.adapters.memory import ManualClock
from altyn.core.identity import Caller, NotAllowed, Permission, Role
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container
from altyn.entrypoints.wiring.doctor import Finding, Grade, Report, Rounds, look_around

OPERATOR = Caller(name="key:x", role=Role.OPERATOR, scopes=frozenset({Permission.SEE_OTHERS}))
CUSTOMER = Caller(name="key:y", role=Role.CUSTOMER)
WELL = Finding("redis", Grade.WELL, "none is used")


@define
class Looks:
    """Counts how often it was looked; held up where a test says so."""

    count: int = 0
    go_on: asyncio.Event = field(factory=asyncio.Event)

    async def __call__(self) -> Sequence[Finding]:
        self.count += 1
        await self.go_on.wait()
        return [WELL]


async def test_nobody_is_hammered() -> None:
    """Many who ask at once are told of one look; half a minute later it is looked again."""
    clock, looks = ManualClock(), Looks()
    rounds = Rounds(clock, looks)
    asking = [asyncio.create_task(rounds(OPERATOR)) for _ in range(5)]
    looks.go_on.set()
    first, *others = await asyncio.gather(*asking)
    assert first == Report(clock.now(), [WELL])
    assert all(each is first for each in others)
    clock.advance(seconds=29)
    assert await rounds(OPERATOR) is first
    clock.advance(seconds=1)
    assert (await rounds(OPERATOR)).at == clock.now()
    assert looks.count == 2


async def test_whoever_goes_away_holds_nobody_up() -> None:
    """Somebody who does not wait for the answer leaves the look to the next."""
    looks = Looks()
    rounds = Rounds(ManualClock(), looks)
    leaving, waiting = (asyncio.create_task(rounds(OPERATOR)) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    looks.go_on.set()
    assert (await waiting).well
    assert looks.count == 2


async def test_not_for_customers() -> None:
    """Whoever may not see what is others' is refused, and nobody is asked."""
    looks = Looks()
    looks.go_on.set()
    with pytest.raises(NotAllowed):
        await Rounds(ManualClock(), looks)(CUSTOMER)
    assert looks.count == 0


@pytest.mark.parametrize(
    ("grade", "well"),
    [(Grade.WARNING, True), (Grade.UNKNOWN, True), (Grade.WRONG, False)],
)
def test_well(grade: Grade, well: bool) -> None:
    """It is well as long as nothing is wrong."""
    found = [WELL, Finding("bot", grade, "x")]
    assert Report(ManualClock().now(), found).well is well


async def test_no_room_to_ask_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be written the rest is told all the same."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    settings = read_settings({"ALTYN_DATABASE": f"sqlite:///{tmp_path}/none.db"}, tmp_path)
    container = make_container(settings)
    found = {each.code: each for each in await look_around(container, settings)}
    await container.close()
    assert list(found) == ["disk", "database", "redis", "outside"]
    assert found["outside"].grade is Grade.WRONG
    assert found["outside"].words.startswith("nobody can be asked: ")
