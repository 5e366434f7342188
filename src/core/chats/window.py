"""What somebody sees in a chat with a bot: one living message, and what it is about."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from attrs import evolve, field, frozen

from ..clock import aware
from ..wording import checked_word
from .errors import WindowMalformed

FACTS_MAX: Final = 40
FACT_MAX: Final = 1024


@frozen(kw_only=True)
class Window:
    """
    The living message of one chat. Each turn changes it; whoever acts on an earlier one is late.

    What is about money is in the facts: they are kept before anything is shown or done.
    """

    bot: int
    chat: int
    turn: int = 0
    """How often it changed; 0 when nothing was ever shown."""
    scene: str = "menu"
    facts: Mapping[str, str] = field(factory=dict)
    message: int | None = None
    """In which message it is; None when it has to be sent."""
    drawn: int = 0
    """The turn that is shown there: an earlier one, where somebody died before they showed it."""
    look_at: datetime | None = None
    """When to see whether what it shows has changed; None when it changes by its reader alone."""

    def __attrs_post_init__(self) -> None:
        checked_word("scene", self.scene)
        if self.look_at is not None:
            aware(self.look_at)
        if len(self.facts) > FACTS_MAX:
            raise WindowMalformed(self.scene, f"{FACTS_MAX} facts at most")
        for name, fact in self.facts.items():
            checked_word("fact", name)
            if not fact.isprintable() or len(fact) > FACT_MAX:
                raise WindowMalformed(
                    self.scene, f"{name} is one line of {FACT_MAX} characters at most"
                )

    def turned(
        self, scene: str, facts: Mapping[str, str], look_at: datetime | None = None
    ) -> "Window":
        """The next turn."""
        return evolve(self, turn=self.turn + 1, scene=scene, facts=facts, look_at=look_at)

    def placed(self, message: int | None, look_at: datetime | None) -> "Window":
        """The same turn, shown there; None when what comes next needs a message of its own."""
        return evolve(self, message=message, drawn=self.turn, look_at=look_at)
