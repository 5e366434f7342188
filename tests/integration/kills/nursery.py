"""A process that has imported the program, and forks one for each start: restarts become cheap."""

import gc
import importlib
import json
import os
import signal
import socket
import sys
import traceback
from typing import Any, Final, NoReturn

from . import mines, mistakes, times

NEEDED: Final = (
    "altyn.entrypoints.api.app",
    "altyn.entrypoints.api.metrics",
    "altyn.entrypoints.api.serving",
    "altyn.adapters.fragment",
    "altyn.adapters.ton",
    "altyn.entrypoints.bot.providing",
    "altyn.entrypoints.bot.running",
    "altyn.entrypoints.cli.program",
    "altyn.entrypoints.wiring.container",
    "altyn.entrypoints.wiring.heleket",
    "altyn.entrypoints.wiring.postgres",
    "altyn.entrypoints.wiring.psp",
    "altyn.entrypoints.wiring.spending",
    "altyn.entrypoints.wiring.sqlite",
    "altyn.entrypoints.wiring.telegram",
    "altyn.entrypoints.wiring.ton",
    "altyn.entrypoints.worker",
    "uvicorn.lifespan.off",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)
"""What the program would import when it needs it; whatever is forgotten here only costs time."""
MESSAGE_BYTES_MAX: Final = 65536


def serve(hotline: socket.socket) -> None:
    """Start and bury programs, one request after the other, until nobody asks any more."""
    for name in NEEDED:
        importlib.import_module(name)
    gc.freeze()
    hotline.sendall(b"0")
    while True:
        data, given, *_ = socket.recv_fds(hotline, MESSAGE_BYTES_MAX, 1)
        if not data:
            return
        asked = json.loads(data)
        answer = _start(hotline, given[0], asked) if given else _buried(asked["pid"])
        hotline.sendall(json.dumps(answer).encode())


def _start(hotline: socket.socket, said: int, asked: dict[str, Any]) -> int:
    """Fork one whose words go there; answers its number, which is that of its group too."""
    pid = os.fork()
    if not pid:
        hotline.close()
        _live(said, asked)
    os.close(said)
    os.setpgid(pid, pid)  # here too, so that it can be killed as soon as its number is known
    return pid


def _buried(pid: int) -> int:
    """How it ended. Until this was asked nobody else gets its number."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _live(said: int, asked: dict[str, Any]) -> NoReturn:
    """The program, as `altyn` starts it."""
    from altyn.entrypoints.cli.program import run

    code = 70
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number, name in ((1, "stdout"), (2, "stderr")):
            os.dup2(said, number)
            setattr(sys, name, os.fdopen(number, "w", 1, closefd=False))
        os.close(said)
        times.shift(asked["clock"])
        if asked["mistake"]:
            mistakes.make(asked["mistake"])
        if asked["mine"]:
            mines.lay(*asked["mine"])
        try:
            code = run(asked["words"])
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 1
    except BaseException:  # Python would go on in the nursery's own words
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as line:
        serve(line)
