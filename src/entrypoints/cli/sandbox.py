"""Start the sandbox alone: servers on this machine that speak as the providers do.

What it says on stdout is for a shell to read: the settings by which `altyn up` deals with these
servers instead of the real ones. Nothing is kept when it stops. Its wallet is known to everybody:
let nothing of worth become its own. Stop it with Ctrl-C, or with SIGTERM."""

import asyncio
import shlex
from argparse import ArgumentParser, Namespace
from collections.abc import Collection
from contextlib import AsyncExitStack, closing
from typing import Any, Final

from .exits import Exit
from .output import Output
from .stopping import stopped_by_signals
from .usage import WrongUsage, whole

NAME: Final = "sandbox"

HOST: Final = "127.0.0.1"
PORT_MAX: Final = 65_000
SERVERS: Final = ("fragment", "ton", "stickerdom", "telegram", "heleket", "psp")


def arguments(parser: ArgumentParser) -> None:
    """Which, and where they listen."""
    parser.add_argument(
        "servers",
        metavar="SERVER",
        nargs="*",
        help=f"any of {', '.join(SERVERS)}; all of them when none is named",
    )
    parser.add_argument(
        "--port",
        metavar="PORT",
        type=whole(1, PORT_MAX),
        help="that of the first server, the others follow; any free ones when it is left out",
    )


async def run(arguments: Namespace, output: Output) -> int:
    """Serve until somebody says stop."""
    wanted = arguments.servers or SERVERS
    if unknown := set(wanted) - set(SERVERS):
        reason = f"{min(unknown)!r} is none of {', '.join(SERVERS)}"
        raise WrongUsage("altyn sandbox", reason)
    stopping = asyncio.Event()
    with stopped_by_signals(stopping):
        async with AsyncExitStack() as serving:
            _announce(await _serve(wanted, arguments.port, serving, stopping), output)
    output.say("# stopped")
    return Exit.DONE


async def _serve(
    wanted: Collection[str], port: int | None, serving: AsyncExitStack, stopping: asyncio.Event
) -> list[dict[str, Any]]:
    """Those servers, each with its name, its address and its settings."""
    from ..api.listening import PortTaken, listen
    from ..api.serving import Serving
    from ..wiring.extras import with_ton
    from ..wiring.machine import machine_clock

    with with_ton("sandbox", "the servers need"):
        from ..sandbox.desks import Desks
    listed: list[dict[str, Any]] = []
    for desk in Desks.open(machine_clock()).listed():
        if desk.name not in wanted:
            continue
        try:
            listener = listen(HOST, port + len(listed) if port else 0)
        except PortTaken as taken:
            taken.setting = "--port"
            raise
        server = Serving(desk.app, serving.enter_context(closing(listener)))
        await serving.enter_async_context(server.until(stopping))
        its = {"server": desk.name, "address": server.address}
        listed.append({**its, "settings": desk.settings_at(server.address)})
    return listed


def _announce(listed: list[dict[str, Any]], output: Output) -> None:
    output.document({"servers": listed})
    for each in listed:
        output.say(f"# {each['server']} listens on {each['address']}")
        for setting, value in each["settings"].items():
            output.say(f"export {setting}={shlex.quote(value)}")
    output.say("# Stop it with Ctrl-C.")
