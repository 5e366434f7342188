"""Who sells to us, on the command line: shown to people and programs, and opened again by name."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from altyn.adapters.fragment import FLOWS
from altyn.core.purchases import Doorkeeper, Kind, Step, SupplierClosed
from altyn.core.transaction import Transaction
from altyn.entrypoints.cli import program
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container
from altyn.entrypoints.wiring.sellers import sellers

COOKIES = "stel_ssid=a; stel_dt=-180; stel_token=b; stel_ton_token=c"
GIVEN = {
    "ALTYN_FRAGMENT_COOKIES": COOKIES,
    "ALTYN_TON_WALLET": "0:" + "a" * 64,
    "ALTYN_TON_MNEMONIC": "alpha " * 23 + "acid",
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database, and Fragment enabled."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)  # of a terminal in which tables would be cut
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)
    assert program.run(["migrate"]) == 0
    return tmp_path


def close(folder: Path, supplier: str) -> None:
    """As somebody would who is turned away there."""

    async def turned_away() -> None:
        container = make_container(read_settings(GIVEN, folder))
        keeper = await container.get(Doorkeeper)
        transaction: Any = await container.get(Transaction)
        async with transaction():
            why = SupplierClosed(supplier, "it wants the account to be verified")
            await keeper.turned_away(supplier, Step.ORDER, why)
        await container.close()

    asyncio.run(turned_away())


def test_who_sells_to_us(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And who does not, since when and why; what is off is not held against it."""
    capsys.readouterr()
    assert program.run(["purchases", "suppliers", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["suppliers"]
    assert [(each["name"], each["state"], each["why"]) for each in told] == [
        ("fragment", "open", ""),
        ("stickerdom", "off", "ALTYN_STICKERDOM_PAID_IN enables it"),
        ("stickerdom_stars", "off", "ALTYN_STICKERDOM_PAID_IN enables it"),
    ]
    close(shop, "fragment")
    close(shop, "stickerdom")
    assert program.run(["purchases", "suppliers"]) == 1
    said = capsys.readouterr().out
    assert "closed" in said
    assert "it wants the account to be verified" in said
    assert program.run(["purchases", "reopen", "fragment", "--by", "olga"]) == 0
    assert "it wants the account" in capsys.readouterr().out
    assert program.run(["purchases", "reopen", "fragment", "--by", "olga"]) == 0
    assert "as he was before" in capsys.readouterr().out
    assert program.run(["purchases", "suppliers", "--json"]) == 0
    fragment, *off = json.loads(capsys.readouterr().out)["suppliers"]
    assert (fragment["state"], fragment["try_at"]) == ("open", None)
    assert fragment["since"]
    assert [each["state"] for each in off] == ["off", "off"]


def test_what_they_sell(tmp_path: Path) -> None:
    """It is what each of them says himself."""
    fragment, *packs = sellers(read_settings({}, tmp_path))
    assert fragment.sells == tuple(FLOWS)
    assert [each.sells for each in packs] == [(Kind.PACK,)] * 2
