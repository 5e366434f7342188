"""Being sure in a chat: a code that is sent makes somebody sure for a while."""

from datetime import datetime
from typing import Final

from attrs import evolve, frozen

from .....core.clock import Clock
from .....core.identity import (
    Caller,
    NotKnown,
    SecondFactorMissing,
    SecondFactors,
    ShowSecondFactor,
    recovery_digest,
)
from .....core.limits import TooOften
from ..guest import Facts, Guest

SURE: Final = "sure"
WRONG: Final = "wrong"
WAIT: Final = "wait"
WAY_IN: Final = "telegram"
DIGITS: Final = 6


def still(facts: Facts) -> Facts:
    """What of the facts says until when somebody is sure, to be kept by what comes next."""
    return {SURE: facts[SURE]} if SURE in facts else {}


def is_code(text: str) -> bool:
    """Whether that looks like something out of the app, or from paper."""
    bare = text.strip()
    return (len(bare) == DIGITS and bare.isdecimal()) or recovery_digest(bare) is not None


@frozen
class Sureness:
    """Who is sure, and how one gets there."""

    show: ShowSecondFactor
    factors: SecondFactors
    clock: Clock

    def lasts(self, facts: Facts) -> bool:
        """Whether they are now."""
        return SURE in facts and self.clock.now() < datetime.fromisoformat(facts[SURE])

    def caller(self, guest: Guest, facts: Facts) -> Caller:
        """Who asks."""
        return evolve(Caller.of(guest.user), sure=self.lasts(facts))

    async def can(self, guest: Guest) -> bool:
        """Whether they have anything that they could show."""
        try:
            await self.factors.get(guest.user.id)
        except SecondFactorMissing:
            return False
        return True

    async def shown(self, guest: Guest, code: str) -> Facts:
        """They show a code: what is to be known of that. Each counts once."""
        try:
            until = await self.show(Caller.of(guest.user), code, WAY_IN)
        except (NotKnown, SecondFactorMissing):
            return {WRONG: "yes"}
        except TooOften as often:
            return {WAIT: f"{often.retry_after_seconds:.0f}"}
        return {SURE: until.isoformat()}
