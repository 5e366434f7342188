"""Who is in front of us, what we have for them, and what they are shown."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID, uuid5

from attrs import field, frozen

from ....core.chats import Window
from ....core.identity import User
from ....core.money import Asset
from ....core.purchases import Kind
from ..texts import Words
from ..views import View

BEGUN: Final = UUID("6f0d9c4e-5d0b-5b5e-9a55-0f1c2a0c7b11")
"""What is begun in chats has ids of its own."""

Facts = Mapping[str, str]


@frozen(kw_only=True)
class Front:
    """The shop as people see it."""

    asset: Asset
    """What balances are in, and prices."""
    kinds: frozenset[Kind]
    """What has a price here; whether somebody sells it to us just now is another matter."""
    can_pay: bool
    contact: str = ""
    """Whom to ask: a name, or an address; empty when it was not said."""
    terms: str = ""


@frozen(kw_only=True)
class Guest:
    """Somebody who is here."""

    user: User
    words: Words
    cause: str
    """What they came with, the same each time that it is handled."""

    def fresh(self, what: str) -> UUID:
        """The id of something that they begin by that: however often it is handled, it is one."""
        return uuid5(BEGUN, f"{self.cause}\n{what}")


@frozen
class File:
    """Something to be kept outside of the chat."""

    name: str
    content: bytes


@frozen(kw_only=True)
class Shown:
    """What they are shown: what it is about is kept, so that it can be drawn anew."""

    scene: str
    view: View
    facts: Facts = field(factory=dict)
    look_in_seconds: float | None = None
    """When to see whether it has changed; None when it changes by its reader alone."""
    file: File | None = None
    """What they are handed besides."""
    goes_on: bool = False
    """Whether something follows by itself, once this is shown."""

    def differs_from(self, window: Window) -> bool:
        """Whether this is about something else than what is kept of that window."""
        return (self.scene, dict(self.facts)) != (window.scene, dict(window.facts))


THEN: Final = "then_"
"""What is kept under it tells how a purchase goes on that lacks money."""


def going_on(facts: Facts) -> Facts:
    """All of that."""
    return {name: fact for name, fact in facts.items() if name.startswith(THEN)}
