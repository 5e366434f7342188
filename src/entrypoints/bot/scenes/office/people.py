"""Somebody, and money that came: looked at."""

from typing import Final

from attrs import frozen

from .....core.errors import Missing, Refused
from .....core.identity import Caller, Permission
from .....core.oversight import ReadPerson, TraceMoney
from .....core.wording import one_line
from ...views.office import people
from ..guest import Facts, Guest, Shown
from .sure import still

LATEST: Final = 5
SHOWN_MAX: Final = 80


@frozen
class People:
    """Scenes in which somebody is found."""

    read: ReadPerson
    trace: TraceMoney

    async def ask(self, guest: Guest, facts: Facts) -> Shown:
        """What is to be found."""
        view = people.asking(guest.words, facts["what"])
        return Shown(scene="ask", view=view, facts={"what": facts["what"], **still(facts)})

    async def nobody(self, guest: Guest, facts: Facts, what: str, text: str, why: str) -> Shown:
        """There is no such thing; another name may be sent."""
        view = people.nobody(guest.words, what, one_line(text, SHOWN_MAX), one_line(why, 200))
        return Shown(scene="ask", view=view, facts={"what": what, **still(facts)})

    async def person(self, guest: Guest, facts: Facts, text: str) -> Shown:
        """Whoever has that number or username."""
        try:
            found = await self.read(Caller.of(guest.user), text, LATEST)
        except (Refused, Missing) as no:
            return await self.nobody(guest, facts, "user", text, str(no))
        view = people.person(guest.words, found)
        return Shown(scene="person", view=view, facts={"user": str(found.user.id), **still(facts)})

    async def money(self, guest: Guest, facts: Facts, text: str) -> Shown:
        """A payment by our id, also in short, or what came by its provider's name."""
        name, by = text.strip(), Caller.of(guest.user)
        try:
            trace = await self.trace(by, name)
        except (Refused, Missing) as no:
            return await self.nobody(guest, facts, "payment", name, str(no))
        view = people.money(guest.words, trace, by.may(Permission.REFUND))
        return Shown(scene="money", view=view, facts={"money": name, **still(facts)})

    async def person_again(self, guest: Guest, facts: Facts) -> Shown:
        """The same one, as they are by now."""
        return await self.person(guest, facts, facts["user"])

    async def money_again(self, guest: Guest, facts: Facts) -> Shown:
        """The same, as it is by now."""
        return await self.money(guest, facts, facts["money"])
