"""Lines of a log: what is in them, in which order, and what is not."""

import json
import logging
import re
import sys
import threading
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from altyn.core.correlation import concerning
from altyn.core.spans import followed_by, span
from altyn.entrypoints.testkit import Recorder
from altyn.entrypoints.wiring import SettingWrong, read_settings
from altyn.entrypoints.wiring.logs import CHATTY, Log, log_of, write_log
from altyn.entrypoints.wiring.redaction import HIDDEN

TOKEN = "7000000001:a-token-of-some-length-nobody-may-see"


class Stream(StringIO):
    """Where the log goes."""

    terminal = False

    def isatty(self) -> bool:
        return self.terminal

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture
def stream() -> Iterator[Stream]:
    """The one handler of the root, as the program has it; afterwards all is as it was."""
    root, stream = logging.getLogger(), Stream()
    were = [(logging.getLogger(name), logging.getLogger(name).level) for name in ("", *CHATTY)]
    hooks, kept = (sys.unraisablehook, threading.excepthook), root.handlers[:]
    root.handlers[:] = [logging.StreamHandler(stream)]
    yield stream
    root.handlers[:] = kept
    logging.captureWarnings(False)
    sys.unraisablehook, threading.excepthook = hooks
    for logger, level in were:
        logger.setLevel(level)


def test_json(stream: Stream) -> None:
    """One document a line: when, how bad, who, in which role, what about, and the words."""
    write_log(Log(), "worker")
    with concerning(payment="0193"):
        logging.getLogger("altyn.core").warning("asked %s", "twice", extra={"tries": 2})
    logging.getLogger("altyn.core").info("left out")
    (line,) = stream.lines
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", line.pop("at"))
    assert line == {
        "level": "warning", "logger": "altyn.core", "role": "worker",
        "event": "asked twice", "tries": 2, "payment": "0193",
    }  # fmt: skip


def test_spans(stream: Stream) -> None:
    """What is said while something is done that is told names it, and so does nothing else."""
    write_log(Log(), "worker")
    with followed_by(Recorder()), span("outer"), span("inner"):
        logging.getLogger("altyn.core").warning("inside")
    logging.getLogger("altyn.core").warning("outside")
    inside, outside = stream.lines
    assert (inside["trace_id"], inside["span_id"]) == ("0", "1")
    assert not {"trace_id", "span_id"} & outside.keys()


def test_text(stream: Stream) -> None:
    """On a terminal it is words."""
    stream.terminal = True
    write_log(Log(), "up")
    with concerning(request="abc", payment="0193"):
        logging.getLogger("altyn.api").error("oh")
    assert stream.getvalue().endswith("Z ERROR altyn.api: oh (request abc, payment 0193)\n")


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_secret(stream: Stream, form: str) -> None:
    """Neither words nor tracebacks nor values beside them hold what is secret."""
    write_log(Log(form=form), "up")
    try:
        raise ValueError(f"https://api.telegram.org/bot{TOKEN}/getMe")
    except ValueError as bug:
        logging.getLogger("x").error(
            "on %s and %s", TOKEN, TOKEN, exc_info=bug, extra={"token": "short"}
        )
    written = stream.getvalue()
    assert "ValueError" in written
    assert written.count(HIDDEN) >= 3
    assert "nobody-may-see" not in written
    assert "short" not in written


def test_what_python_would_write_itself(stream: Stream) -> None:
    """A thread that dies and a warning end up in the log like everything else."""
    write_log(Log(form="json"), "up")
    nothing: dict[str, str] = {}
    thread = threading.Thread(target=lambda: nothing[TOKEN], name="diver")
    thread.start()
    thread.join()
    died, *_ = stream.lines
    assert died["event"] == "diver has died"
    assert "KeyError" in died["exception"]
    assert "nobody-may-see" not in stream.getvalue()


def test_levels(stream: Stream) -> None:
    """Libraries tell their everyday news only to whoever wants to see everything."""
    write_log(Log(level="info", form="json"), "up")
    logging.getLogger("httpx").info("news")
    logging.getLogger("altyn.api").info("ours")
    write_log(Log(form="json"), "up", debug=True)
    logging.getLogger("httpx").debug("all")
    assert [line["event"] for line in stream.lines] == ["ours", "all"]


@pytest.mark.parametrize(
    ("written", "log"),
    [
        ("info", Log(level="info")),
        ("json", Log(form="json")),
        ("text debug", Log(level="debug", form="text")),
    ],
)
def test_settings(tmp_path: Path, written: str, log: Log) -> None:
    """A level, a form, or both, in any order."""
    assert read_settings({"ALTYN_LOG": written}, tmp_path).log == log == log_of(written)


@pytest.mark.parametrize("written", ["loud", "info info", "json text", "info json more"])
def test_wrong_settings(tmp_path: Path, written: str) -> None:
    """Anything else stops the start."""
    with pytest.raises(SettingWrong, match="ALTYN_LOG: expected one of debug, info"):
        read_settings({"ALTYN_LOG": written}, tmp_path)
