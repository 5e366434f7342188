"""Who follows what this process does: a collector of OpenTelemetry, where there is one."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final
from urllib.parse import unquote

from .extras import with_otel
from .redaction import hidden
from .secret import Secret

SETTING: Final = "ALTYN_TRACES"
HEADERS: Final = ("OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS")
"""Where the key of a collector is, if it has one."""


@contextmanager
def telling_traces(chosen: bool, role: str) -> Iterator[None]:
    """
    Inside the block a collector, if that was chosen, is told what this process does.

    Raises:
        SettingWrong: what tells it is not installed.
    """
    if not chosen:
        yield
        return
    with with_otel(SETTING, "OpenTelemetry needs"):
        from ...adapters.otel import open_tracer
    from ... import __version__
    from ...core.spans import followed_by

    hidden.learn(_keys())
    with open_tracer(role, __version__, hidden.value) as tracer, followed_by(tracer):
        yield


def _keys() -> Sequence[Secret]:
    """The values of headers, whatever they are called."""
    written = [part for name in HEADERS for part in os.environ.get(name, "").split(",")]
    return [Secret(unquote(each.partition("=")[2].strip())) for each in written]
