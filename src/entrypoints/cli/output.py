"""What a command says: words and tables for people, or one JSON document for programs."""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from attrs import asdict, define, field, has

from ...core.errors import AltynError
from ..wiring.plain import facts
from ..wiring.redaction import hidden
from .table import Column, table

CLEAR_LINE: Final = "\r\x1b[K"


@define
class Output:
    """Answers go to stdout, everything else to stderr; no secret of the settings is in either."""

    json: bool
    _progress_shown: bool = field(default=False, init=False)

    def say(self, words: str = "") -> None:
        """A line for people; programs never see it."""
        if not self.json:
            self._clear_progress()
            print(hidden.known(words), flush=True)

    def table(
        self, columns: Sequence[Column], rows: Sequence[Sequence[str]], *, titled: bool = True
    ) -> None:
        """A table for people, fitted into their terminal; into a file it goes uncut."""
        for line in table(columns, rows, _width())[not titled :]:
            self.say(line)

    def document(self, value: object) -> None:
        """The one document for programs; people never see it."""
        if self.json:
            print(hidden.known(as_json(value)), flush=True)

    def part(self, text: str) -> None:
        """A part of a document too long to be kept whole; whoever begins it ends it."""
        if self.json:
            print(text, end="", flush=text.endswith("\n"))

    def note(self, words: str) -> None:
        """A line on stderr, for whoever watches."""
        self._clear_progress()
        print(f"altyn: {hidden.text(words)}", file=sys.stderr, flush=True)

    def failed(self, error: AltynError) -> None:
        """Why nothing came of it: one line and what can be done, or one document."""
        self.trouble(error.code, str(error), facts(error), getattr(error, "__notes__", []))

    def trouble(self, code: str, message: str, facts: Any, hints: Sequence[str] = ()) -> None:
        """The same for what is no typed error; no secret is in it."""
        message, facts = hidden.text(message), hidden.value(facts)
        self.document(
            {"error": {"code": code, "message": message, "facts": facts, "hints": list(hints)}}
        )
        if not self.json:
            for line in (message, *hints):
                self.note(" ".join(line.split()))

    @asynccontextmanager
    async def progress(self, words: str) -> AsyncIterator[None]:
        """Say on a terminal that work goes on, from its second second on."""
        if not sys.stderr.isatty():
            yield
            return
        task = asyncio.create_task(self._tell_time(words))
        try:
            yield
        finally:
            task.cancel()
            self._clear_progress()

    async def _tell_time(self, words: str) -> None:
        seconds = 0
        while True:  # ends by being cancelled
            await asyncio.sleep(1)
            seconds += 1
            self._progress_shown = True
            print(f"{CLEAR_LINE}{words}: {seconds} s", end="", file=sys.stderr, flush=True)

    def _clear_progress(self) -> None:
        if self._progress_shown:
            self._progress_shown = False
            print(CLEAR_LINE, end="", file=sys.stderr, flush=True)


def as_json(value: object) -> str:
    """The value in one line; shapes are written field by field."""
    return json.dumps(value, ensure_ascii=False, default=_fields)


def _fields(value: Any) -> object:
    if has(type(value)):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _width() -> int | None:
    if sys.stdout.isatty() or "COLUMNS" in os.environ:
        return shutil.get_terminal_size().columns
    return None
