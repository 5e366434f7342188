"""How a process that serves writes its log, as the operator decided."""

import logging
import sys
import threading
from typing import Final

from attrs import frozen

from .redaction import hidden

LEVELS: Final = ("debug", "info", "warning", "error")
JSON: Final = "json"
TEXT: Final = "text"
FORMS: Final = (JSON, TEXT)
CHATTY: Final = ("httpx", "httpcore", "aiogram", "telethon")
"""Whose everyday news is for whoever looks for a mistake."""

log: Final = logging.getLogger("altyn.process")


@frozen(kw_only=True)
class Log:
    """From which level on, and how each line looks."""

    level: str = "warning"
    form: str = ""
    """Without one it is text on a terminal, and JSON for everybody else."""


def log_of(written: object) -> Log:
    """Read `info`, `json`, or `info json`."""
    words = written.replace(",", " ").split() if isinstance(written, str) else []
    levels = [word for word in words if word in LEVELS]
    forms = [word for word in words if word in FORMS]
    if not words or len(levels) + len(forms) < len(words) or max(len(levels), len(forms)) > 1:
        raise ValueError(f"expected one of {', '.join(LEVELS)}, one of json and text, or both")
    return Log(level=(levels or [Log().level])[0], form=(forms or [""])[0])


class Redacted(logging.Formatter):
    """Lines for people, of a command that ends by itself."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without any secret."""
        return hidden.text(super().format(record))


def write_log(chosen: Log, role: str, *, debug: bool = False) -> None:
    """From now on the log of this process is written so, to where it was written before."""
    from ...adapters.structlog import formatter  # only those who serve wait for it

    root = logging.getLogger()
    for handler in root.handlers:
        if type(handler) is logging.StreamHandler:  # others belong to somebody else
            form = chosen.form or (TEXT if handler.stream.isatty() else JSON)
            handler.setFormatter(formatter(form == JSON, role, hidden.value))
    level = logging.DEBUG if debug else logging.getLevelNamesMapping()[chosen.level.upper()]
    root.setLevel(level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(level if level == logging.DEBUG else logging.WARNING)
    logging.captureWarnings(True)
    # Python would write these to stderr by itself, with whatever their words hold.
    sys.unraisablehook = _unraisable
    threading.excepthook = _of_thread


def _unraisable(what: "sys.UnraisableHookArgs") -> None:
    words = what.err_msg or "nobody could be told"
    log.error("%s: %r", words, what.object, exc_info=what.exc_value)


def _of_thread(what: threading.ExceptHookArgs) -> None:
    name = what.thread.name if what.thread else "a thread"
    log.error("%s has died", name, exc_info=what.exc_value)
