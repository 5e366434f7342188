"""Figures, limits, health and cases: nothing is done here."""

from typing import Final

from attrs import frozen

from .....core.chats import UpdateMissing
from .....core.errors import Refused
from .....core.identity import Caller, FindUser, UserMissing
from .....core.oversight import ReadCases, ReadFigures, ReadLimits
from .....core.wording import one_line
from ....wiring.readiness import Readiness
from ...views.office import people, reading
from ..guest import Facts, Guest, Shown
from .sure import still

ACTIONS: Final = ("write", "tap", "notice")
"""What is counted of what somebody does with the bot."""
CASES: Final = 6
DIGITS_MAX: Final = 18
SHOWN_MAX: Final = 80


@frozen
class Reading:
    """Scenes that only show."""

    figures: ReadFigures
    read_limits: ReadLimits
    cases: ReadCases
    find: FindUser
    readiness: Readiness

    async def stats(self, guest: Guest, facts: Facts) -> Shown:
        """What today came to."""
        counted = await self.figures(Caller.of(guest.user))
        view = reading.figures(guest.words, counted)
        return Shown(scene="stats", view=view, facts=still(facts))

    async def limits(self, guest: Guest, facts: Facts, text: str) -> Shown:
        """What is left to somebody; to oneself, where nobody is named."""
        by, name = Caller.of(guest.user), text or str(guest.user.id)
        try:
            user = await self.find(by, name)
        except (Refused, UserMissing) as no:
            view = people.nobody(guest.words, "user", one_line(name, SHOWN_MAX), str(no))
            return Shown(scene="ask", view=view, facts={"what": "limits", **still(facts)})
        subjects = {"user": str(user.id), "chat": str(user.id)}
        found = {each: await self.read_limits(by, "bot", each, subjects) for each in ACTIONS}
        view = reading.limits(guest.words, str(user.id), found)
        return Shown(scene="limits", view=view, facts={"user": str(user.id), **still(facts)})

    async def health(self, guest: Guest, facts: Facts) -> Shown:
        """How everything is on which we stand."""
        cases = await self.cases(Caller.of(guest.user), CASES)
        view = reading.health(guest.words, await self.readiness(), cases)
        return Shown(scene="health", view=view, facts=still(facts))

    async def case(self, guest: Guest, facts: Facts, text: str) -> Shown:
        """What the bot could not answer, by the number that somebody was told."""
        number = text.strip()
        if number.isdecimal() and len(number) <= DIGITS_MAX:
            try:
                update = await self.cases.one(Caller.of(guest.user), int(number))
            except UpdateMissing:
                pass
            else:
                view = reading.case(guest.words, update)
                return Shown(scene="case", view=view, facts={"case": number, **still(facts)})
        view = people.nobody(guest.words, "case", one_line(number, SHOWN_MAX), "")
        return Shown(scene="ask", view=view, facts={"what": "case", **still(facts)})
