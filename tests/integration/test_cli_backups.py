"""Backups, restores and exports on the command line, on a file of SQLite."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.integration.test_cli_payments import _told as told


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database that is set up, with one account."""
    for name in [name for name in os.environ if name.startswith("ALTYN_") or name == "COLUMNS"]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALTYN_DATABASE", f"sqlite:///{tmp_path}/shop.db")
    for words in (("migrate",), ("open", "user:42", "RUB"), ("open", "a:b", "RUB", "--unlimited")):
        assert told(words).code == 0
    assert told(("transfer", "a:b", "user:42", "12.50", "RUB")).code == 0
    return tmp_path


def done(*words: str) -> Any:
    """The document of a command that does what it was asked to."""
    answer = told((*words, "--json"))
    assert answer.code == 0, answer
    return answer.document


def test_there_and_back(shop: Path) -> None:
    """It is proven, put back, stands still until somebody resumes; the outside comes first."""
    out = told(("backup", "b", "--by", "ann")).out
    assert "bytes, proven" in out
    noted = out.split("ends with ")[1].strip()
    assert told(("restore", "b", "--json")).error["code"] == "restore_refused"
    done("transfer", "a:b", "user:42", "7", "RUB")
    restored = done("restore", "b", "--replace")
    assert restored["stands_still"]
    assert done("balance", "user:42", "RUB")["posted"]["amount"] == "12.50"
    assert done("audit", "verify", "--noted", noted)["well"]
    assert "it stood still since" in told(("resume",)).out
    (shop / "shop.db").unlink()
    out = told(("restore", restored["safety"])).out
    assert "altyn reconcile" in out
    assert "altyn resume" in out
    assert done("balance", "user:42", "RUB")["posted"]["amount"] == "19.50"


def test_the_books_are_handed_out(shop: Path) -> None:
    """For programs a document, for people a list of sheets."""
    exported = done("export", "books")
    assert exported["sums"] == {"held_by_all": {"RUB": "0.00"}, "moved": {"RUB": "12.50"}}
    out = told(("export", "tables", "--csv", "--by", "ann")).out
    assert "           1 transfers\n" in out
    assert (shop / "tables" / "transfers.csv").is_file()
