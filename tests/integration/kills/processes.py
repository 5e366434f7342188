"""Processes of the program: started from the nursery, listened to, and killed with SIGKILL."""

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

from attrs import define, field

from .mines import Mine
from .times import LeapingClock

ROOT: Final = Path(__file__).parents[3]
DEADLINE_SECONDS: Final = 120.0
"""Nobody waits so long, even on a machine that does other things beside."""
WORDS: Final = ("-W", "error", "-m", "tests.integration.kills.nursery")
KILLED: Final = -signal.SIGKILL


@define(eq=False)
class Life:
    """One process, from its start to its end."""

    pid: int
    said: str = ""
    code: int | None = None
    """How it ended, once it has; negative: by that signal."""
    _change: asyncio.Condition = field(factory=asyncio.Condition)

    async def until(self, words: str) -> bool:
        """Wait until it has said this; answers whether it did before its end."""
        async with self._change:
            await self._change.wait_for(lambda: words in self.said or self.code is not None)
        return words in self.said

    async def end(self) -> int:
        """Wait for it; answers how it ended."""
        async with self._change:
            await self._change.wait_for(lambda: self.code is not None)
        assert self.code is not None
        return self.code

    def signal(self, how: signal.Signals) -> None:
        """To the whole group; to nobody, when it has ended."""
        if self.code is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, how)

    @property
    def document(self) -> Any:
        """What it answered under --json."""
        return json.loads(self.said.splitlines()[-1])

    async def listen(self, reader: asyncio.StreamReader) -> None:
        """Hear all that it says; it ends with its last word."""
        while said := await reader.read(65536):
            self.said += said.decode()
            await self._changed()

    async def ended(self, code: int) -> None:
        """It is no more."""
        self.code = code
        await self._changed()

    async def _changed(self) -> None:
        async with self._change:
            self._change.notify_all()


@define
class Nursery:
    """Where processes of the program come from, all with the same settings."""

    clock: LeapingClock
    mistake: str
    _hotline: socket.socket
    _alive: dict[int, Life] = field(factory=dict)
    _listening: set[asyncio.Task[None]] = field(factory=set)

    async def start(self, *words: str, mine: Mine | None = None) -> Life:
        """A process that does what the words say."""
        ours, its = os.pipe()
        asked = {
            "words": words,
            "mine": mine,
            "mistake": self.mistake,
            "clock": self.clock.told,
        }
        try:
            socket.send_fds(self._hotline, [json.dumps(asked).encode()], [its])
        finally:
            os.close(its)
        life = Life(self._answer())
        self._alive[life.pid] = life
        self._listening.add(task := asyncio.create_task(self._listen(life, ours)))
        task.add_done_callback(self._listening.discard)
        return life

    def crash(self) -> None:
        """The power fails: all of them are killed."""
        for each in self._alive.values():
            each.signal(signal.SIGKILL)

    async def empty(self) -> None:
        """Kill them, and see them off."""
        self.crash()
        await asyncio.gather(*self._listening)

    async def _listen(self, life: Life, pipe: int) -> None:
        reader = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(pipe, "rb", 0)
        )
        await life.listen(reader)
        transport.close()
        del self._alive[life.pid]
        self._hotline.sendall(json.dumps({"pid": life.pid}).encode())
        await life.ended(self._answer())

    def _answer(self) -> int:
        answer: int = json.loads(self._hotline.recv(64))
        return answer


@asynccontextmanager
async def open_nursery(
    folder: Path, settings: Mapping[str, str], clock: LeapingClock, mistake: str = ""
) -> AsyncIterator[Nursery]:
    """A nursery in that folder, and no process left behind."""
    ours, its = socket.socketpair()
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("ALTYN_")}
    with ours, its, (folder / "nursery.txt").open("w") as troubles:
        ours.settimeout(DEADLINE_SECONDS)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *WORDS,
            str(its.fileno()),
            cwd=folder,
            env={**inherited, "PYTHONPATH": str(ROOT), **settings},
            stdin=DEVNULL,
            stdout=troubles,
            stderr=troubles,
            pass_fds=[its.fileno()],
        )
        its.close()
        nursery = Nursery(clock, mistake, ours)
        try:
            await asyncio.to_thread(nursery._answer)
            yield nursery
        finally:
            await nursery.empty()
            ours.close()
            await process.wait()  # nobody asks it for anything any more
