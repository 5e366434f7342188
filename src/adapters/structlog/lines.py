"""Lines of a log: JSON for programs, words for people; what is secret is in neither."""

import logging
from collections.abc import Callable, MutableMapping
from typing import Any, Final

from structlog import processors, stdlib
from structlog.typing import EventDict, Processor

from ...core.correlation import concerns
from ...core.spans import whereabouts

OURS: Final = ("at", "level", "logger", "role")
"""Written by us, so that there is nothing to hide, and first in every line."""
TOLD: Final = "event"
TRACEBACK: Final = "exception"


def formatter(json: bool, role: str, redact: Callable[[Any, str], Any]) -> logging.Formatter:
    """
    What turns each record into a line.

    Whatever logger it came by, a line has the moment, the level, the logger, the role of the
    process, the ids of what was worked on, those of the span that is told of it, and the words;
    `redact` is shown every value with its name before it is written.
    """

    def tell(_: Any, __: str, event: EventDict) -> EventDict:
        event["role"] = role
        for name, id in (*concerns().items(), *whereabouts().items()):
            event.setdefault(name, id)
        return event

    def hide(_: Any, __: str, event: EventDict) -> EventDict:
        first = {name: event.pop(name) for name in OURS}
        return {**first, **{name: redact(value, name) for name, value in event.items()}}

    shared: list[Processor] = [
        stdlib.add_log_level,
        stdlib.add_logger_name,
        stdlib.ExtraAdder(),
        processors.TimeStamper(fmt="iso", utc=True, key="at"),
        tell,
    ]
    return stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            stdlib.ProcessorFormatter.remove_processors_meta,
            processors.format_exc_info,
            hide,
            processors.JSONRenderer(ensure_ascii=False, default=str) if json else _words,
        ],
    )


def _words(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
    at, level, logger = (event.pop(name) for name in ("at", "level", "logger"))
    event.pop("role")
    told, traceback = event.pop(TOLD), event.pop(TRACEBACK, "")
    about = ", ".join(f"{name} {value}" for name, value in event.items())
    line = f"{at} {level.upper()} {logger}: {told}" + (f" ({about})" if about else "")
    return f"{line}\n{traceback}" if traceback else line
