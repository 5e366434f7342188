"""Broadcasts on the command line: begun by a file, steered, and told to programs."""

import json
from pathlib import Path

import pytest

from altyn.entrypoints.cli import program
from altyn.entrypoints.cli.broadcasts.written import read_announcement

NEWS = """
[texts]
en = "<b>News</b>"
ru = "Новости"

[button]
label = "Open"
url = "https://shop.example"

[to]
language = "ru"
role = "customer"
seen_since = 2026-01-01T00:00:00Z
bought_since = "2026-01-01T00:00:00Z"
"""
WRONG = {
    "no TOML": "[texts",
    "no texts": "[to]\nlanguage = 'ru'",
    "another language": "[texts]\nde = 'Neues'",
    "no HTML": "[texts]\nen = '<p>News</p>'",
    "no text": "[texts]\nen = 7",
    "a member too many": "[texts]\nen = 'News'\n[to]\nname = 'Bob'",
    "a button without an address": "[texts]\nen = 'News'\n[button]\nlabel = 'Open'",
    "no moment": "[texts]\nen = 'News'\n[to]\nseen_since = 'yesterday'",
    "no zone": "[texts]\nen = 'News'\n[to]\nseen_since = 2026-01-01T00:00:00",
    "too much": "#" * 70_000,
}


def test_a_broadcast_is_begun_and_steered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command says where it is then; what makes no sense by then is a conflict."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "news.toml").write_text(NEWS)
    assert program.run(["migrate"]) == 0
    capsys.readouterr()

    def said(*words: str) -> object:
        code = program.run(["broadcasts", *words, "--json"])
        told = json.loads(capsys.readouterr().out)
        return code, told.get("state") or (told["error"]["code"] if "error" in told else told)

    to = "language=ru role=customer bought_since=2026-01-01T00:00:00+00:00 "
    to += "seen_since=2026-01-01T00:00:00+00:00"
    assert said("begin", "news.toml", "--count") == (0, {"to": to, "recipients": {}})
    assert said("list") == (0, {"broadcasts": []})
    for _ in range(2):
        assert said("begin", "news.toml") == (0, "sending")
    id = str(read_announcement(tmp_path / "news.toml").id)
    assert said("pause", id) == (0, "paused")
    assert said("resume", id) == (0, "sending")
    assert said("status", id, "--letters", "unknown") == (0, {"letters": []})
    assert said("cancel", id) == (0, "cancelled")
    assert said("resume", id) == (5, "broadcast_moved")
    assert said("status", id) == (0, "cancelled")
    assert program.run(["broadcasts", "list", "--json"]) == 0
    (listed,) = json.loads(capsys.readouterr().out)["broadcasts"]
    assert listed["id"] == id
    assert listed["button"] == {"label": "Open", "url": "https://shop.example"}
    assert listed["texts"] == {"en": "<b>News</b>", "ru": "Новости"}
    for words in (["list"], ["status", id], ["status", id, "--letters", "sent"]):
        assert program.run(["broadcasts", *words]) == 0
    assert "no letter is sent" in capsys.readouterr().out


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_what_says_nothing_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    text: str,
) -> None:
    """Before anybody gets anything."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "news.toml").write_text(text)
    assert program.run(["broadcasts", "begin", "news.toml", "--json"]) != 0
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "announcement_malformed"
