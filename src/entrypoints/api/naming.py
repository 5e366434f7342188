"""The name of the request that is being answered: in problems, and in what is logged of it."""

import logging
import re
from contextvars import ContextVar
from typing import Final

SANE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:=~+/-]{7,127}")
"""What is taken from whoever asks: no spaces, no percent signs, nothing that ends a line."""

_name: ContextVar[str] = ContextVar("altyn_request", default="")


def request_name() -> str:
    """What the request is called; empty outside of any."""
    return _name.get()


def call_request(name: str) -> None:
    """Call it so, for as long as the running task lives: each request has one of its own."""
    _name.set(name)


def tell_names(record: logging.LogRecord) -> bool:
    """A filter for handlers of logs: each line says about which request it is."""
    if (name := request_name()) and not hasattr(record, "request_name"):
        record.request_name = name
        record.msg = f"{record.msg} (request {name})"
    return True
