"""`altyn up` where nothing is configured: Altyn and, beside it, the world that it deals with."""

import asyncio
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Final

from ..wiring import Found, Settings
from ..wiring.settings import DATABASE
from .output import Output
from .stopping import stopped_by_signals

HOST: Final = "127.0.0.1"
ALLOWED: Final = frozenset({"api.port", "log"})
"""What may be decided about a shop that is in the sandbox."""
FOLDER: Final = DATABASE.path.parent / "sandbox"
"""Beside the books of a real shop, and never the same: no play money comes into those."""
NAMES: Final = {
    "telegram": "Telegram",
    "heleket": "Heleket",
    "ton": "TON",
    "fragment": "Fragment",
    "stickerdom": "Stickerdom",
}


def is_no_shop_yet(found: Found) -> bool:
    """Whether nothing is configured and there are no books, so that a play shop can be shown."""
    return found.given <= ALLOWED and not DATABASE.path.exists()


def is_installed() -> bool:
    """Whether all is there that the world is made of: the extra `ton`."""
    from ..wiring import SettingWrong
    from ..wiring.extras import with_ton

    try:
        with with_ton("up", "the sandbox needs"):
            from ..sandbox import world
    except SettingWrong:
        return False
    return bool(world)


async def serve_world(settings: Settings, output: Output) -> None:
    """
    Serve all of it until somebody says stop.

    Raises:
        PortTaken: one of the ports after that of the API is.
        WorldUnreadable: what was kept from the last time cannot be read.
        ShopWillNotStart: Altyn ends as soon as it begins.
    """
    from ..api.serving import Serving
    from ..sandbox.connection import Connection
    from ..sandbox.page import Page
    from ..sandbox.world import World, settings_file
    from ..wiring.machine import machine_clock

    config, stopping = FOLDER / "altyn.toml", asyncio.Event()
    altyn = [sys.executable, "-m", "altyn.entrypoints.cli", "--config", str(config)]
    async with AsyncExitStack() as serving:
        first, *others = _listeners(settings.api.port, serving)
        FOLDER.mkdir(parents=True, exist_ok=True)
        up = [*altyn, "up", "--json", "--until-eof"]
        world = World.open(machine_clock(), FOLDER, up)
        front = Page(world, stopping, altyn)
        page = Serving(front, first)
        desks = zip(world.doors, others, strict=True)
        doors = [Serving(each.app, at, Connection) for each, at in desks]
        told: dict[str, str] = {}
        for desk, door in zip(world.doors, doors, strict=True):
            told |= desk.settings_at(door.address)
        written = settings_file(told, f"sqlite:///{FOLDER / 'altyn.db'}", settings.api.port)
        config.touch(0o600)
        config.write_text(written, "utf-8")
        with stopped_by_signals(stopping):
            for each in (page, *doors):
                await serving.enter_async_context(each.until(stopping))
            await serving.enter_async_context(world.going_on())
            output.say(f"The sandbox listens on {page.address}; Altyn is starting beside it …")
            await serving.enter_async_context(world.shop.until(stopping))
            await serving.enter_async_context(front.watching())
            if not stopping.is_set():
                addresses = [each.address for each in doors]
                named = dict(zip(NAMES, addresses, strict=True))
                _announce(f"{page.address}/sandbox", world.shop.address, named, config, output)
            await stopping.wait()
            await serving.aclose()
    output.say("stopped")


def _listeners(port: int, serving: AsyncExitStack) -> Sequence[socket.socket]:
    """Of the page and of the desks, on the ports after that of the API, or on any free ones."""
    from ..api.listening import PortTaken, listen

    try:
        # The API's own is looked at as well: nothing is begun where it is taken.
        listen(HOST, port).close()
        places = range(1, len(NAMES) + 2)
        found = [listen(HOST, port + place if port else 0) for place in places]
    except PortTaken as taken:
        taken.setting = "ALTYN_API_PORT (the sandbox is on the ports after it)"
        raise
    for each in found:
        serving.enter_context(closing(each))
    return found


def _announce(page: str, api: str, desks: Mapping[str, str], config: Path, output: Output) -> None:
    output.document({"page": page, "serving": api, "desks": desks, "config": str(config)})
    output.say()
    output.say(f"  Open  {page}")
    output.say()
    output.say(
        "Nothing is configured, so this is the sandbox: a whole shop where all is play. You are its"
    )
    output.say("customers there, and those whom they pay, and see what Altyn does.")
    output.say(f"  API        {api}/docs")
    for name, address in desks.items():
        output.say(f"  {NAMES[name]:<10} {address}")
    output.say(f"  Data       {os.path.relpath(config.parent)}")
    output.say(f"  Settings   {config}, as in: altyn --config {config} check")
    output.say("With a token or any other setting of yours none of this is started.")
    output.say("Stop it with Ctrl-C.")
