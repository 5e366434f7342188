"""Altyn as a process of its own beside the world, started again whenever it dies."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from attrs import define, field

from ...core.errors import Unavailable
from .bell import Bell

AGAIN_SECONDS: Final = 0.5
STARTS_MAX: Final = 3
"""So many times in a row it may end before it serves: it would do so for ever."""
GRACE_SECONDS: Final = 15.0
LAST_WORDS: Final = 600


class State(StrEnum):
    """How it is."""

    STARTING = "starting"
    UP = "up"
    DOWN = "down"


@define
class ShopWillNotStart(Unavailable):
    """It ended before it served, again and again."""

    log: Path
    words: str

    def __str__(self) -> str:
        return f"Altyn does not start beside the sandbox; {self.log} ends with: {self.words}"


@define(eq=False)
class Shop:
    """
    The process. It ends when this one does, however that happens: it reads our end of a pipe.

    Ctrl-C is told to us alone, so that it is stopped before the world that it deals with.
    """

    words: Sequence[str]
    """The command."""
    log: Path
    """Where it writes what it has to say."""
    bell: Bell
    state: State = field(default=State.DOWN, init=False)
    address: str = field(default="", init=False)
    """Of its API; empty while nobody is there."""
    metrics: str = field(default="", init=False)
    pid: int | None = field(default=None, init=False)
    kills: int = field(default=0, init=False)
    starts: int = field(default=0, init=False)
    _wanted: asyncio.Event = field(factory=asyncio.Event, init=False)
    _process: asyncio.subprocess.Process | None = field(default=None, init=False)

    def kill(self) -> None:
        """Now, in the middle of whatever it does: `kill -9`."""
        if self._process is not None and self._process.returncode is None:
            self.kills += 1
            self._process.kill()

    def shut(self) -> None:
        """Kill it, and leave it dead."""
        self._wanted.clear()
        self.kill()

    def reopen(self) -> None:
        """Let it be started again."""
        self._wanted.set()

    async def served(self) -> None:
        """Wait until it serves."""
        while self.state is not State.UP:
            await self.bell.after(self.bell.rung)

    @asynccontextmanager
    async def until(self, stopping: asyncio.Event) -> AsyncIterator[None]:
        """
        It runs from within the block on until somebody says stop.

        Raises:
            ShopWillNotStart: it does not.
        """
        self._wanted.set()
        running = asyncio.create_task(self._run(stopping))
        try:
            ready = asyncio.create_task(self.served())
            told = asyncio.create_task(stopping.wait())
            await asyncio.wait({ready, running, told}, return_when=asyncio.FIRST_COMPLETED)
            ready.cancel()
            if not running.done():
                yield
                await asyncio.wait({told, running}, return_when=asyncio.FIRST_COMPLETED)
            told.cancel()
        finally:
            stopping.set()
            self._wanted.set()
            await self._stop()
            await running

    async def _run(self, stopping: asyncio.Event) -> None:
        failures = 0
        while not stopping.is_set():
            await self._wanted.wait()
            if stopping.is_set():
                return
            kills = self.kills
            served = await self._live(stopping)
            failures = 0 if served or kills != self.kills else failures + 1
            if failures == STARTS_MAX and not stopping.is_set():
                stopping.set()
                raise ShopWillNotStart(self.log, self._last_words())
            if not stopping.is_set():
                await asyncio.sleep(AGAIN_SECONDS)

    async def _live(self, stopping: asyncio.Event) -> bool:
        """One life; whether it served."""
        with self.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *self.words,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                process_group=0,
            )
        self._process, self.pid, self.starts = process, process.pid, self.starts + 1
        if stopping.is_set():  # somebody said stop while it was being started
            await self._stop()
        self._is(State.STARTING)
        told = await process.stdout.readline() if process.stdout else b""
        if served := bool(told):
            self._note(json.loads(told))
            self._is(State.UP)
        await process.wait()
        self.address = self.metrics = ""
        self.pid = None
        self._is(State.DOWN)
        return served

    def _note(self, told: Any) -> None:
        self.address, self.metrics = told.get("serving") or "", told.get("metrics") or ""

    def _is(self, state: State) -> None:
        self.state = state
        self.bell.ring()

    async def _stop(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(GRACE_SECONDS):
                await process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()

    def _last_words(self) -> str:
        text = self.log.read_text("utf-8", "replace").strip()
        return " ".join(text[-LAST_WORDS:].split()[-60:])
