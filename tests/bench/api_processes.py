"""A process that answers requests, and what it says when a line is written to it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from attrs import define, field

from .webhooks import ROOT


@define
class Process:
    """One that answers."""

    port: int
    _running: subprocess.Popen[str] = field(alias="running")

    def ask(self) -> str:
        """What it says to another line."""
        print(file=self._running.stdin, flush=True)
        return _line(self._running)

    def seconds(self) -> float:
        """How long it was at work since it began, where that is what it says."""
        return float(self.ask())


@contextmanager
def process(module: str, place: str, *arguments: str, core: int | None) -> Iterator[Process]:
    """That module over that database, on that core."""
    pinned = [] if core is None else [str(core)]
    with subprocess.Popen(
        [sys.executable, "-m", module, *arguments, *pinned],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:  # it ends when nobody holds its stdin any more
        print(place, file=running.stdin, flush=True)
        yield Process(int(_line(running)), running)


def _line(running: subprocess.Popen[str]) -> str:
    line = running.stdout.readline() if running.stdout else ""
    if not line:
        raise RuntimeError("a process that answers has ended")
    return line
