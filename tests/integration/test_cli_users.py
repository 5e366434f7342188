"""People and the trail on the command line, in one file of SQLite."""

import asyncio
import getpass
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from dishka import AsyncContainer

from altyn.core.identity import Language, Profile, SeeUser, UserId
from altyn.core.schema import Schema
from altyn.entrypoints.cli import calling
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container
from tests.integration.test_cli_payments import _told as told
from tests.integration.test_cli_program import Answer

ANN = ("--by", "ann")


@frozen
class Altyn:
    """The commands, run within this process, beside a house in which people come."""

    house: AsyncContainer
    file: Path

    async def __call__(self, *words: str) -> Answer:
        """Run a command to its end, in a loop of its own."""
        return await asyncio.to_thread(told, words)

    async def json(self, *words: str) -> Any:
        """The document of a command that does what it was asked to."""
        answer = await self(*words, "--json")
        assert answer.code == 0, answer
        return answer.document

    async def refused(self, *words: str) -> tuple[int, str]:
        """How it ends and by which code; for people it is one line."""
        answer = await self(*words)
        assert (answer.out, len(answer.err.splitlines())) == ("", 1), answer
        told = await self(*words, "--json")
        assert told.code == answer.code
        return told.code, told.error["code"]

    async def come(self, id: int, name: str) -> None:
        """Somebody is seen."""
        profile = Profile(id=UserId(id), name=name, username=name.lower(), language=Language.RU)
        await (await self.house.get(SeeUser))(profile)


@pytest.fixture
async def altyn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Altyn]:
    """The commands on a database that is set up; the owner has not come yet."""
    for name in [name for name in os.environ if name.startswith("ALTYN_") or name == "COLUMNS"]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "shop.db"
    settings = {"ALTYN_DATABASE": f"sqlite:///{file}", "ALTYN_OWNERS": "7"}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    house = make_container(read_settings(settings, tmp_path), create=True)
    try:
        await (await house.get(Schema)).migrate()
        yield Altyn(house, file)
    finally:
        await house.close()


async def test_people_are_listed_and_shown(altyn: Altyn) -> None:
    """In pages and by role, for people and for programs, with what they hold."""
    assert "nobody was seen" in (await altyn("users", "list")).out
    for id, name in ((42, "Bob"), (7, "Olga"), (43, "Eve")):
        await altyn.come(id, name)
    page = await altyn.json("users", "list", "--limit", "2")
    assert [(each["id"], each["role"]) for each in page["users"]] == [
        (7, "owner"),
        (42, "customer"),
    ]
    rest = await altyn.json("users", "list", "--after", str(page["after"]))
    assert ([each["name"] for each in rest["users"]], rest["after"]) == (["Eve"], None)
    owners = await altyn.json("users", "list", "--role", "owner")
    assert [each["username"] for each in owners["users"]] == ["olga"]
    shown = (await altyn("users", "list", "--limit", "1")).out
    assert "@olga" in shown
    assert "there are more: --after 7" in shown
    await altyn("open", "user:42", "RUB")
    for written in ("42", "user:42", "@BOB"):
        document = await altyn.json("users", "show", written)
        assert document["user"]["account"] == "user:42"
        assert [each["posted"]["amount"] for each in document["balances"]] == ["0.00"]
    out = (await altyn("users", "show", "42")).out
    assert out.startswith("user:42 is Bob (@bob), customer\n")
    assert "holds 0.00 RUB" in out
    assert await altyn.refused("users", "show", "44") == (4, "user_missing")
    assert await altyn.refused("users", "show", "a b") == (1, "malformed_user")


async def test_owners_give_roles_and_mute(altyn: Altyn) -> None:
    """The trail has each of it, newest first, under the name that was given or is there."""
    await altyn.come(7, "Olga")
    await altyn.come(42, "Bob")
    assert (await altyn.json("users", "role", "@bob", "support", *ANN))["role"] == "support"
    assert (await altyn.json("users", "mute", "42", "--why", "noise"))["muted"]
    assert "muted" in (await altyn("users", "show", "42")).out
    assert not (await altyn.json("users", "mute", "42", "--off", *ANN))["muted"]
    assert await altyn.refused("users", "role", "7", "customer") == (1, "named_owner")
    assert await altyn.refused("users", "mute", "7") == (1, "outranked")
    assert (await altyn("users", "role", "42", "god")).code == 2
    assert (await altyn("users", "mute", "42", "--by", "user:1")).code == 2
    trail = await altyn.json("audit", "list", "--about", "user:42")
    assert [(each["number"], each["who"], each["what"]) for each in trail["entries"]] == [
        (4, "ann", "user.unmuted"),
        (3, calling.logged_in(), "user.muted"),
        (2, "ann", "user.role_set"),
    ]
    assert trail["entries"][1]["facts"] == {"why": "noise"}
    first = await altyn.json("audit", "list", "--who", "ALTYN_OWNERS")
    assert [each["about"] for each in first["entries"]] == ["user:7"]
    out = (await altyn("audit", "list", "--limit", "1")).out
    assert "user.unmuted" in out
    assert "there are more: --before 4" in out
    assert "nothing was done by hand" in (await altyn("audit", "list", "--about", "user:1")).out


async def test_data_is_handed_out_and_wiped(altyn: Altyn) -> None:
    """One document, with --json or without; what is wiped needs a yes."""
    await altyn.come(42, "Bob")
    await altyn("open", "user:42", "RUB")
    await altyn("open", "bonus:all", "RUB", "--unlimited")
    await altyn("transfer", "bonus:all", "user:42", "5", "RUB", "--memo", "welcome", *ANN)
    answer = await altyn("users", "export", "42")
    document = await altyn.json("users", "export", "42")
    assert answer.document == document
    assert document["user"]["name"] == "Bob"
    assert document["balances"] == [{"posted": "5.00 RUB", "held": "0.00 RUB"}]
    assert [each["memo"] for each in document["kept"]["entries"]] == ["welcome"]
    kept = {"entries", "payments", "refunds", "standing_orders", "purchases"}
    assert kept <= set(document["kept"])
    assert await altyn.refused("users", "erase", "42") == (2, "wrong_usage")
    erased = await altyn.json("users", "erase", "42", "--yes", *ANN)
    assert (erased["name"], erased["username"]) == ("", "")
    assert "user:42 is nobody, customer" in (await altyn("users", "show", "42")).out
    assert await altyn.refused("users", "show", "@bob") == (4, "user_missing")
    assert (await altyn.json("users", "show", "42"))["balances"][0]["posted"]["amount"] == "5.00"
    entries = (await altyn.json("audit", "list"))["entries"]
    assert [each["what"] for each in entries] == [
        "user.erased",
        "user.exported",
        "user.exported",
        "money.moved",
        "account.opened",
        "account.opened",
    ]


async def test_a_trail_that_was_tampered_with_is_found(altyn: Altyn) -> None:
    """By whoever goes around the guards of the file; what was noted shows a cut end."""
    sound = await altyn.json("audit", "verify")
    assert sound == {"well": True, "entries": 0, "noted": None, "finding": None}
    await altyn.come(42, "Bob")
    for role in ("support", "operator", "customer"):
        await altyn("users", "role", "42", role)
    noted = (await altyn.json("audit", "verify"))["noted"]
    assert noted.startswith("3:")
    assert f"to note elsewhere: {noted}" in (await altyn("audit", "verify", "--noted", noted)).out
    assert (await altyn("audit", "verify", "--noted", "3")).code == 2
    with closing(sqlite3.connect(altyn.file, isolation_level=None)) as raw:
        for kind in ("update", "delete"):
            raw.execute(f"DROP TRIGGER audit_is_append_only_{kind}")
        raw.execute("DELETE FROM audit WHERE number = 3")
        assert (await altyn("audit", "verify")).code == 0
        cut = await altyn("audit", "verify", "--noted", noted, "--json")
        assert (cut.code, cut.document["finding"]["found"]) == (1, "an end at link 2")
        raw.execute("UPDATE audit SET who = 'nobody' WHERE number = 1")
    changed = await altyn("audit", "verify")
    assert changed.code == 1
    assert changed.out.startswith("BROKEN  the trail is as it was written: link 1: expected ")


async def test_nobody_is_logged_in_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the machine knows no name, or one that cannot be kept, they are local."""

    def unknown() -> str:
        raise KeyError("no such user")

    monkeypatch.setattr(getpass, "getuser", unknown)
    assert calling.logged_in() == "local"
    monkeypatch.setattr(getpass, "getuser", lambda: "DOMAIN:ann")
    assert calling.logged_in() == "local"
    monkeypatch.setattr(getpass, "getuser", lambda: "ann")
    assert calling.logged_in() == "ann"
