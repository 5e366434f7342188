"""Who follows what this process does: a collector of OpenTelemetry, where there is one."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final
from urllib.parse import unquote

from .errors import SettingWrong
from .extras import with_otel
from .redaction import hidden
from .secret import Secret

SETTING: Final = "ALTYN_TRACES"
VARIABLES: Final = "OTEL_*"
"""Those that decide the rest, and name themselves when they are wrong."""
HEADERS: Final = ("OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS")
"""Where the key of a collector is, if it has one."""


@contextmanager
def telling_traces(chosen: bool, role: str) -> Iterator[None]:
    """
    Inside the block a collector, if that was chosen, is told what this process does.

    Raises:
        SettingWrong: what tells it is not installed, or cannot read a variable of its own.
    """
    if not chosen:
        yield
        return
    from ... import __version__
    from ...core.spans import followed_by

    hidden.learn(_keys())
    with ExitStack() as told:
        try:
            with with_otel(SETTING, "OpenTelemetry needs"):
                from ...adapters.otel import open_tracer
            tracer = told.enter_context(open_tracer(role, __version__, hidden.value))
        except ValueError as wrong:
            raise SettingWrong(VARIABLES, str(wrong)) from None
        told.enter_context(followed_by(tracer))
        yield


def _keys() -> Sequence[Secret]:
    """The values of headers, whatever they are called."""
    written = [part for name in HEADERS for part in os.environ.get(name, "").split(",")]
    return [Secret(unquote(each.partition("=")[2].strip())) for each in written]
