"""The name of the request that is being answered: in problems, and in what is logged of it."""

import re
from typing import Final

from ...core.correlation import concerns, henceforth

SANE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:=~+/-]{7,127}")
"""What is taken from whoever asks: no spaces, no percent signs, nothing that ends a line."""
REQUEST: Final = "request"


def request_name() -> str:
    """What the request is called; empty outside of any."""
    return concerns().get(REQUEST, "")


def call_request(name: str) -> None:
    """Call it so, for as long as the running task lives: each request has one of its own."""
    henceforth(**{REQUEST: name})
