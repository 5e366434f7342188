"""Altyn as a process beside the world: started, killed, started again, and stopped with it."""

import asyncio
import sys
from pathlib import Path

import pytest

from altyn.entrypoints.sandbox.bell import Bell
from altyn.entrypoints.sandbox.shop import Shop, ShopWillNotStart, State

SERVES = """
import json, pathlib, sys
print(json.dumps({"serving": "http://127.0.0.1:1", "metrics": None}), flush=True)
sys.stdin.read()
pathlib.Path(sys.argv[1]).write_text("stopped")
"""


def shop_of(folder: Path, program: str) -> Shop:
    """One that does as that program says."""
    words = [sys.executable, "-c", program, str(folder / "end")]
    return Shop(words, folder / "altyn.log", Bell())


async def test_it_is_started_again_whenever_it_dies(tmp_path: Path) -> None:
    """As another process; and at the end it is told to stop, and does."""
    shop, stopping = shop_of(tmp_path, SERVES), asyncio.Event()
    async with shop.until(stopping):
        first = shop.pid
        assert shop.address == "http://127.0.0.1:1"
        shop.kill()
        assert (shop.state, shop.address) == (State.DOWN, "")
        await shop.served()
        assert shop.pid != first
        shop.shut()
        await asyncio.sleep(0)
        shop.reopen()
        await shop.served()
        assert not (tmp_path / "end").exists()
        stopping.set()
    assert (tmp_path / "end").read_text() == "stopped"
    assert shop.state is State.DOWN


async def test_what_cannot_start_is_not_started_for_ever(tmp_path: Path) -> None:
    """It is told how its log ends."""
    shop = shop_of(tmp_path, "import sys; sys.exit('the disk is full')")
    with pytest.raises(ShopWillNotStart, match=r"altyn\.log ends with: the disk is full"):
        async with shop.until(asyncio.Event()):
            raise AssertionError("it never served")


async def test_told_to_stop_before_it_served(tmp_path: Path) -> None:
    """Nobody waits for it."""
    shop, stopping = shop_of(tmp_path, "import sys; sys.stdin.read()"), asyncio.Event()
    stopping.set()
    async with shop.until(stopping):
        assert shop.state is not State.UP
    assert shop.address == ""
