"""What is under way of everybody's, on the command line."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from altyn.adapters.system import SystemClock
from altyn.core.payments import Payments
from altyn.core.purchases import Purchases, State
from altyn.entrypoints.cli import program
from altyn.entrypoints.testkit.payments.ground import begun
from altyn.entrypoints.testkit.purchases.ground import quoted, stepped
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container

AGO = (90, 60, 0)
"""So many minutes ago each of them was begun."""


class Shop:
    """A database with three of each kind under way, the oldest first."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]):
        self.capsys = capsys
        assert program.run(["migrate"]) == 0
        now = SystemClock().now()
        moments = [now - timedelta(minutes=minutes) for minutes in AGO]
        bought = [quoted(at=moment) for moment in moments]
        asked = [begun(at=moment) for moment in moments]

        async def kept() -> None:
            house = make_container(read_settings({}, folder))
            purchases, payments = await house.get(Purchases), await house.get(Payments)
            await purchases.add(quoted(at=now - timedelta(days=1)))  # only priced
            for each in bought:
                await purchases.put(stepped(await purchases.add(each), State.RESERVED))
            for payment in asked:
                await payments.add(payment)
            await house.close()

        asyncio.run(kept())
        self.ids = {
            "purchases": [str(each.id) for each in bought],
            "payments": [str(each.id) for each in asked],
        }
        capsys.readouterr()

    def told(self, *words: str) -> Any:
        """The document of a command that does what it was asked to."""
        assert program.run([*words, "--json"]) == 0
        return json.loads(self.capsys.readouterr().out)


@pytest.fixture
def shop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shop:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return Shop(tmp_path, capsys)


@pytest.mark.parametrize(("what", "state"), [("purchases", "reserved"), ("payments", "created")])
def test_it_is_listed_page_by_page(shop: Shop, what: str, state: str) -> None:
    """The oldest first; those of a state, or begun so long ago."""

    def ids(*words: str) -> list[str]:
        return [each["id"] for each in shop.told(what, "list", *words)[what]]

    old, older, new = shop.ids[what]
    first = shop.told(what, "list", "--limit", "2")
    assert ([each["id"] for each in first[what]], first["after"]) == ([old, older], older)
    assert ids("--limit", "2", "--after", first["after"]) == [new]
    assert ids("--minutes", "30") == [old, older]
    assert ids("--state", state) == [old, older, new]
    assert ids("--state", "unknown") == []
    assert program.run([what, "list", "--limit", "1"]) == 0
    said = shop.capsys.readouterr().out
    assert old in said
    assert said.endswith(f"there are more: --after {old}\n")
    assert program.run([what, "list", "--minutes", "1000"]) == 0
    assert "is under way" in shop.capsys.readouterr().out


def test_what_somebody_bought_is_not_narrowed(shop: Shop) -> None:
    """It is told newest first, whatever became of it."""
    assert len(shop.told("purchases", "list", "user:ann")["purchases"]) == 4
    for narrowed in (
        ("--state", "paid"),
        ("--minutes", "5"),
        ("--after", shop.ids["purchases"][0]),
    ):
        assert program.run(["purchases", "list", "user:ann", *narrowed]) == 2
        assert "everybody's" in shop.capsys.readouterr().err
