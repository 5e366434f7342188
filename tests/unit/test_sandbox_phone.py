"""The app for codes of her who owns the shop in the sandbox."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from altyn.adapters.memory import ManualClock
from altyn.entrypoints.sandbox.page.look import Look
from altyn.entrypoints.sandbox.page.phone import Phone, phone
from altyn.entrypoints.sandbox.people import OWNER, PEOPLE
from altyn.entrypoints.sandbox.world import World

ENROLS = """print('{"user": 7, "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"}')"""
REFUSES = """print('{"error": {"detail": "nobody has that number"}}'); raise SystemExit(3)"""


def world_in(folder: Path) -> World:
    return World.open(ManualClock(), folder, ["altyn"])


async def test_it_shows_what_every_such_app_shows(tmp_path: Path) -> None:
    """By the secret that was handed out, and from then on: numbers are those of RFC 6238."""
    world = world_in(tmp_path)
    app = Phone.of(world, [sys.executable, "-c", ENROLS])
    await app.set_up(OWNER)
    assert app.code(datetime.fromtimestamp(59, UTC)) == "287082"
    assert app.code(datetime.fromtimestamp(1_111_111_109, UTC)) == "081804"
    later = Phone.of(world, ["altyn"])
    assert later.code(datetime.fromtimestamp(59, UTC)) == "287082"
    assert (tmp_path / "phone").stat().st_mode & 0o077 == 0


async def test_who_is_not_known_gets_none(tmp_path: Path) -> None:
    """The reason is told, and it can be asked for again."""
    app = Phone.of(world_in(tmp_path), [sys.executable, "-c", REFUSES])
    with pytest.raises(LookupError, match="nobody has that number"):
        await app.set_up(OWNER)
    assert not app.is_set_up


async def test_only_the_owner_has_it(tmp_path: Path) -> None:
    """Beside her chat, once she has begun one; a tap sends the code."""
    world = world_in(tmp_path)
    app = Phone.of(world, [sys.executable, "-c", ENROLS])
    hers = Look(OWNER, "en")
    assert phone(world, app, hers) is None
    for each in PEOPLE:
        world.desks.telegram.say(each.user, "/start")
    assert phone(world, app, Look(PEOPLE[0], "en")) is None
    assert "Set it up" in str(phone(world, app, hers))
    await app.set_up(OWNER)
    assert f'name="text" value="{app.code(world.clock.now())}"' in str(phone(world, app, hers))
    assert (hers.user.language_code, OWNER.user.language_code) == ("en", "ru")
