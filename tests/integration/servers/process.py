"""A server as a process of ours: start it, wait until it answers, stop it or kill it."""

import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from attrs import define, field

START_SECONDS_MAX: Final = 60
STOP_SECONDS_MAX: Final = 30


class NoServer(RuntimeError):
    """There is no server to be had; the message says what was tried and how it failed."""


def free_port() -> int:
    """A port of the loopback interface that nobody listens on.

    It lies below the ports that systems give to outgoing connections: a client that calls while
    its server is down must neither take the server's port nor be connected to itself. Neither may
    another worker of pytest-xdist take it meanwhile, so each has ports of its own.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    for port in random.sample(range(20_000 + worker, 32_000, workers), 200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise NoServer("no free port between 20000 and 32000")


@define(kw_only=True)
class Process:
    """One server program, started again and again with the same command."""

    command: Sequence[str | Path]
    log: Path
    answers: Callable[[], bool]
    stop_signal: signal.Signals
    user: int | None = None
    # What it says when it cannot start *yet*; started again until it can.
    not_yet: str | None = None
    _running: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def pid(self) -> int:
        if self._running is None:
            raise RuntimeError(f"{self.command[0]} does not run")
        return self._running.pid

    def start(self) -> None:
        """Return when the server answers; NoServer with its log when it does not."""
        if self._running is not None:
            raise RuntimeError(f"{self.command[0]} runs already")
        deadline = time.monotonic() + START_SECONDS_MAX
        self._launch()
        while not self.answers():
            if self._ended():
                said = self.log.read_text(errors="replace")
                if self.not_yet is None or self.not_yet not in said:
                    raise NoServer(f"{self.command[0]} did not start:\n{said}")
                self._launch()
            if time.monotonic() > deadline:
                self.kill()
                said = self.log.read_text(errors="replace")
                raise NoServer(f"{self.command[0]} did not answer in time:\n{said}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ask it to end in its own way, and insist after a while; nothing if it does not run."""
        if self._running is None:
            return
        self._running.send_signal(self.stop_signal)
        try:
            self._running.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self._running.kill()
            self._running.wait()
        self._running = None

    def kill(self) -> None:
        """`kill -9` of this very process, not of its children; nothing if it does not run."""
        if self._running is None:
            return
        self._running.kill()
        self._running.wait()
        self._running = None

    def _ended(self) -> bool:
        if self._running is not None and self._running.poll() is None:
            return False
        self._running = None
        return True

    def _launch(self) -> None:
        with self.log.open("wb") as out:
            self._running = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd="/",
                start_new_session=True,  # Ctrl-C is for pytest, which then stops the server
                **as_user(self.user),
            )


def as_user(user: int | None) -> dict[str, Any]:
    """Arguments that make a subprocess run as that user, without our groups."""
    return {} if user is None else {"user": user, "group": user, "extra_groups": ()}
