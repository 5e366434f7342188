"""The phone of whoever owns the shop: an app that shows codes, as she would have a real one."""

import asyncio
import hmac
import json
from base64 import b32decode, b32encode
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from attrs import define, field

from ..people import OWNER, Person
from ..world import World
from .forms import button, form
from .html import Html, tag
from .look import Look

KEPT: Final = "phone"
"""The file with its secret, beside what else is kept of the world."""


@define(eq=False)
class Phone:
    """It has nothing to show until the shop was asked for a second factor, on the command line."""

    path: Path
    command: Sequence[str]
    """Of Altyn's command line, in front of what it is to do."""
    _secret: bytes = field(default=b"", init=False, repr=False)

    @classmethod
    def of(cls, world: World, command: Sequence[str]) -> "Phone":
        """As it was left beside that world."""
        phone = cls(world.keeping.path.with_name(KEPT), command)
        if phone.path.exists():
            phone._secret = b32decode(phone.path.read_text("ascii"))
        return phone

    @property
    def is_set_up(self) -> bool:
        """Whether it shows codes."""
        return bool(self._secret)

    def code(self, now: datetime) -> str:
        """The one that it shows now, by RFC 6238."""
        half_minute = int(now.timestamp()) // 30
        digest = hmac.digest(self._secret, half_minute.to_bytes(8, "big"), "sha1")
        place = digest[-1] & 15
        number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFFFFFF
        return f"{number % 1_000_000:06}"

    async def set_up(self, who: Person) -> None:
        """
        Have the second factor handed out, as one does beside an operator, and keep it.

        Raises:
            LookupError: she is not known there yet, or has one already.
        """
        words = ("sessions", "enrol", str(who.user.id), "--by", "sandbox", "--json")
        process = await asyncio.create_subprocess_exec(
            *self.command, *words, stdout=asyncio.subprocess.PIPE
        )
        told = json.loads((await process.communicate())[0])
        if process.returncode:
            raise LookupError(str(told))
        secret = told["secret"]
        self._secret = b32decode(secret + "=" * (-len(secret) % 8))
        self.path.touch(0o600)
        self.path.write_text(b32encode(self._secret).decode(), "ascii")


def phone(world: World, its: Phone, look: Look) -> Html | None:
    """The app, beside the chat of her who has it, once she has talked with the bot."""
    if look.who is not OWNER or OWNER.user.id not in world.desks.telegram.chats.messages:
        return None
    if its.is_set_up:
        code = its.code(world.clock.now())
        shown = form(
            look,
            "say",
            button(code, class_="code", aria_label=look("send_code", code=code)),
            text=code,
        )
    else:
        shown = form(look, "set_up", button(look("set_up")))
    about = tag(
        "span", tag("b", look("phone")), " ", tag("span", look("phone_about"), class_="small")
    )
    return tag("div", about, shown, class_="phone")
