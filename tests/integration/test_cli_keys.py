"""What an operator does with keys and sessions in a shell; the program runs in this process."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from altyn.core.clock import Clock
from altyn.core.identity import SecondFactors, Session, SessionId, Sessions, UserId, Users
from altyn.core.schema import Schema
from altyn.entrypoints.cli.program import run
from altyn.entrypoints.testkit.access.ground import TICK
from altyn.entrypoints.testkit.access.second_factors import second_factor
from altyn.entrypoints.testkit.access.sessions import digest
from altyn.entrypoints.testkit.identity.ground import NOON, shown
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container

Altyn = Callable[..., tuple[int, str, str]]


@pytest.fixture
def altyn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Altyn:
    """The command, over a database that is set up: its exit code, and what it wrote."""
    variables = {"ALTYN_DATABASE": f"sqlite:///{tmp_path}/shop.db"}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    async def set_up() -> None:
        container = make_container(read_settings(variables, tmp_path), create=True)
        try:
            await (await container.get(Schema)).migrate()
        finally:
            await container.close()

    asyncio.run(set_up())

    def asked(*words: str) -> tuple[int, str, str]:
        code = run(words)
        wrote = capsys.readouterr()
        return code, wrote.out, wrote.err

    return asked


def document(altyn: Altyn, *words: str, code: int = 0) -> Any:
    """The document of a command."""
    ended, out, err = altyn(*words, "--json")
    assert (ended, err) == (code, "")
    return json.loads(out)


def test_the_life_of_a_key(altyn: Altyn) -> None:
    """Made, listed, taken over from, taken away: its secret is shown once and never again."""
    made = document(altyn, "keys", "add", "cash desk", "see_others", "refund")
    assert made["secret"].startswith(f"ak_{made['key']}_")
    assert made["scopes"] == ["refund", "see_others"]
    assert made["expires_at"] is not None
    new = document(altyn, "keys", "rotate", made["key"], "--hours", "72", "--days", "0")
    assert (new["replaces"], new["expires_at"], new["name"]) == (made["key"], None, "cash desk")
    ended = document(altyn, "keys", "revoke", made["key"])
    assert ended["revoked_at"] is not None
    listed = document(altyn, "keys", "list")
    assert [each["key"] for each in listed["keys"]] == [new["key"], made["key"]]
    for text in (made["secret"], new["secret"]):
        assert text.rpartition("_")[2] not in json.dumps([ended, listed])


def test_keys_for_people(altyn: Altyn) -> None:
    """A text to be copied, and a table."""
    assert altyn("keys", "list") == (0, "no key was ever made: altyn keys add NAME SCOPE …\n", "")
    code, out, _ = altyn("keys", "add", "reports", "see_others")
    text, *words = out.splitlines()
    assert (code, text[:3], len(text)) == (0, "ak_", 72)
    assert "opens: see_others" in words[0]
    public = text.split("_")[1]
    _, out, _ = altyn("keys", "list")
    assert all(word in out for word in (public, "reports", "good", "see_others"))
    code, out, _ = altyn("keys", "revoke", public)
    assert (code, out.startswith(f"{public} (reports) opens nothing since ")) == (0, True)
    assert "revoked" in altyn("keys", "list")[1]
    assert "until it is revoked" in altyn("keys", "add", "old", "buy", "--days", "0")[1]


def test_wrong_keys(altyn: Altyn) -> None:
    """Each is refused by name."""
    assert document(altyn, "keys", "revoke", "nobody", code=4)["error"]["code"] == "key_missing"
    wrong = document(altyn, "keys", "add", "late", "buy", "--days", "-1", code=1)
    assert wrong["error"]["code"] == "term_malformed"
    code, _, err = altyn("keys", "add", "reports", "see_all")
    assert code == 2
    assert "see_all" in err


def test_the_trail_names_whoever_did_it(altyn: Altyn, tmp_path: Path) -> None:
    """By the name that they gave, of keys and of sessions."""
    asyncio.run(signed_in(tmp_path))
    by = ("--by", "anna")
    made = document(altyn, "keys", "add", "cash desk", "refund", *by)
    new = document(altyn, "keys", "rotate", made["key"], *by)
    document(altyn, "keys", "revoke", new["key"], *by)
    document(altyn, "sessions", "end", "42", *by)
    document(altyn, "sessions", "reset", "42", *by)
    entries = document(altyn, "audit", "list")["entries"]
    assert [(each["who"], each["what"]) for each in entries] == [
        ("anna", "factor.reset"),
        ("anna", "sessions.ended"),
        ("anna", "key.revoked"),
        ("anna", "key.rotated"),
        ("anna", "key.made"),
    ]


def test_people_who_are_signed_in(altyn: Altyn, tmp_path: Path) -> None:
    """They are seen, and signed out of one session or of all; a lost second factor goes."""
    one, two = asyncio.run(signed_in(tmp_path))
    listed = document(altyn, "sessions", "list", "42")["sessions"]
    assert [each["session"] for each in listed] == [two, one]
    assert "a phone" in altyn("sessions", "list", "42")[1]
    assert document(altyn, "sessions", "end", "42", "--session", one) == {"ended": [one]}
    again = document(altyn, "sessions", "end", "42", "--session", one, code=4)
    assert again["error"]["code"] == "session_missing"
    code, out, _ = altyn("sessions", "end", "42")
    assert (code, out) == (0, "1 sessions of user 42 have ended\n")
    assert altyn("sessions", "list", "42")[1] == "user 42 is signed in nowhere\n"
    assert document(altyn, "sessions", "reset", "42")["user"] == 42
    wrong = document(altyn, "sessions", "reset", "42", code=4)
    assert wrong["error"]["code"] == "second_factor_missing"
    wrong = document(altyn, "sessions", "list", "ann", code=1)
    assert wrong["error"]["code"] == "malformed_user"


def test_a_second_factor_is_handed_out(
    altyn: Altyn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To somebody who was seen; what is printed is shown once, and sealed."""
    assert document(altyn, "sessions", "enrol", "42", code=1)["error"]["code"] == "nothing_seals"
    monkeypatch.setenv("ALTYN_SEALING_KEYS", "ab" * 32)
    assert document(altyn, "sessions", "enrol", "42", code=4)["error"]["code"] == "user_missing"
    asyncio.run(seen(tmp_path))
    told = document(altyn, "sessions", "enrol", "42", "--by", "anna")
    assert told["secret"] in told["uri"]
    assert len(told["recovery"]) == 10
    _, out, _ = altyn("sessions", "enrol", "42", "--by", "anna")
    assert "otpauth://totp/Altyn" in out
    assert told["secret"] not in out  # another one by now
    entries = document(altyn, "audit", "list")["entries"]
    assert [each["what"] for each in entries] == ["factor.handed_out"] * 2
    assert told["secret"] not in str(entries)


async def seen(folder: Path) -> None:
    """Somebody who has written to the bot."""
    settings = read_settings({"ALTYN_DATABASE": f"sqlite:///{folder}/shop.db"}, folder)
    container = make_container(settings)
    try:
        await (await container.get(Users)).seen(shown(), NOON)
    finally:
        await container.close()


async def signed_in(folder: Path) -> list[str]:
    """Somebody with two sessions and a second factor, from now on."""
    settings = read_settings({"ALTYN_DATABASE": f"sqlite:///{folder}/shop.db"}, folder)
    container = make_container(settings)
    try:
        now = (await container.get(Clock)).now()
        sessions = await container.get(Sessions)
        ids = []
        for device in ("a phone", "a desk"):
            new = Session.begin(SessionId(uuid4()), UserId(42), device, now)
            await sessions.begin(new, digest(), digest())
            ids.append(str(new.id))
            now += TICK
        await (await container.get(SecondFactors)).put(second_factor())
        return ids
    finally:
        await container.close()
