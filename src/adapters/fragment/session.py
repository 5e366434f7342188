"""The cookies of somebody who has logged in to Fragment: whoever has them can spend."""

import json
import re
from collections.abc import Mapping
from typing import Final, Self

from attrs import define, field, frozen

from ...core.errors import Refused

NEEDED: Final[Mapping[str, str]] = {
    "stel_ssid": "the session",
    "stel_dt": "the time zone",
    "stel_token": "the login by Telegram",
    "stel_ton_token": "the connection of the wallet",
}
NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
VALUE: Final = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,4096}")
"""What may stand in a cookie; no end of line, with which a header could be forged."""


@define
class CookiesMalformed(Refused):
    """The cookies are not those of somebody who can buy; the words hold none of them."""

    reason: str

    def __str__(self) -> str:
        return f"these cookies of Fragment cannot be used: {self.reason}"


@frozen
class Session:
    """Who we are to Fragment."""

    cookies: Mapping[str, str] = field(repr=False)

    def __attrs_post_init__(self) -> None:
        for name, what in NEEDED.items():
            if not self.cookies.get(name):
                raise CookiesMalformed(f"{name} is missing, which is {what}")
        for name, value in self.cookies.items():
            if not NAME.fullmatch(name):
                raise CookiesMalformed("one of the names is none")
            if not VALUE.fullmatch(value):
                raise CookiesMalformed(f"{name} has no value that a cookie can have")

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read them as browsers give them out: `a=b; c=d`, or JSON by name, or as a list.

        Raises:
            CookiesMalformed: they cannot be read, or one is missing.
        """
        text = text.strip()
        try:
            told = json.loads(text) if text[:1] in ("{", "[") else _pairs(text)
            if isinstance(told, list):
                told = {each["name"]: each["value"] for each in told}
        except (ValueError, TypeError, KeyError, RecursionError):
            raise CookiesMalformed("they are neither JSON nor written like a=b; c=d") from None
        return cls({str(name): str(value) for name, value in told.items()})

    @property
    def header(self) -> str:
        """How they are told to Fragment."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


def _pairs(text: str) -> dict[str, str]:
    pairs = (each.strip().partition("=") for each in text.split(";") if each.strip())
    return {name: value for name, _, value in pairs}
