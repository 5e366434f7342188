"""Where operators' commands, buttons and words lead; for customers there is nothing of it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from uuid import UUID

from attrs import frozen

from .....core.chats import Window
from .....core.identity import Caller, Permission, User
from ..guest import Facts, Guest, Shown
from .adjusting import Adjusting
from .broadcasting import LINK, Broadcasting
from .deeds import SCENE as DEED
from .deeds import Deeds
from .direct import NAME as DIRECT
from .direct import Direct
from .people import People
from .reading import Reading
from .refunding import Refunding
from .reviewing import Reviewing
from .sure import Sureness, is_code, still

STAFF: Final[Mapping[str, Permission]] = {
    "stats": Permission.SEE_OTHERS,
    "user": Permission.SEE_OTHERS,
    "payment": Permission.SEE_OTHERS,
    "refund": Permission.REFUND,
    "adjust": Permission.ADJUST,
    DIRECT: Permission.ADJUST,
    "review": Permission.SEE_OTHERS,
    "limits": Permission.SEE_OTHERS,
    "health": Permission.SEE_OTHERS,
    "case": Permission.SEE_OTHERS,
    "broadcast": Permission.BROADCAST,
}
"""Commands of those who look after the shop, and what each takes."""

Scene = Callable[[Guest, Facts], Awaitable[Shown]]
Action = Callable[[Guest, Facts, str], Awaitable[Shown]]


@frozen
class Office:
    """Leads operators."""

    sureness: Sureness
    reading: Reading
    people: People
    reviewing: Reviewing
    refunding: Refunding
    adjusting: Adjusting
    direct: Direct
    broadcasting: Broadcasting

    def commands(self, user: User) -> tuple[str, ...]:
        """Those that somebody may use."""
        by = Caller.of(user)
        there = STAFF.keys() - (set() if self.direct.is_open else {DIRECT})
        return tuple(name for name, needed in STAFF.items() if name in there and by.may(needed))

    async def command(self, guest: Guest, facts: Facts, name: str, argument: str) -> Shown:
        """Where a command leads that they may use."""
        kept = still(facts)
        if name in self._asking and not argument:
            return await self.people.ask(guest, {"what": name, **kept})
        if name in self._asking or name == "limits":
            return await self._finders[name](guest, kept, argument)
        return await self.scenes[name](guest, kept)

    def asks_secret(self, window: Window, text: str) -> bool:
        """Whether what somebody writes there is for nobody to read."""
        return window.scene == DEED and (self.deeds.asks(window.facts) or is_code(text))

    def reads_markup(self, window: Window) -> bool:
        """Whether it matters there how what somebody writes looks."""
        return window.scene == "say" and window.facts.get("what") != LINK

    @property
    def deeds(self) -> Deeds:
        """All that is done by hand."""
        return Deeds(
            self.sureness,
            {
                "refund": self.refunding.deed,
                "adjust": self.adjusting.deed,
                DIRECT: self.direct.deed,
                "decide": self.reviewing.deed,
            },
        )

    @property
    def scenes(self) -> Mapping[str, Scene]:
        """By what is kept of a window, and by buttons that have no argument."""
        return {
            "stats": self.reading.stats,
            "health": self.reading.health,
            "review": self.reviewing.queue,
            "doubt": self.reviewing.doubt,
            "ask": self.people.ask,
            "person": self.people.person_again,
            "money": self.people.money_again,
            "limits": self._limits_again,
            "case": self._case_again,
            "broadcast": self.broadcasting.newest,
            "letter": self.broadcasting.one,
            "say": self.broadcasting.say,
            "to": self.broadcasting.to,
            "look": self.broadcasting.look,
            "send": self.broadcasting.send,
            DEED: self.deeds.draft,
        }

    @property
    def buttons(self) -> Mapping[str, Scene]:
        """The others that have none."""
        return {
            **self.scenes,
            "do": self.deeds.do,
            "undo": self.deeds.undo,
            "compose": self.broadcasting.new,
            "send_yes": self.broadcasting.send_yes,
            "pause": self.broadcasting.pause,
            "resume": self.broadcasting.resume,
            "call_off": self.broadcasting.call_off,
        }

    @property
    def actions(self) -> Mapping[str, Action]:
        """By buttons that have one."""
        return {
            "person": self.people.person,
            "payment": self._payment,
            "limits": self.reading.limits,
            "case": self.reading.case,
            "refund": self._refund_chosen,
            "queue": self.reviewing.turn,
            "doubt": self.reviewing.chosen,
            "decide": self._decide,
            "letter": self.broadcasting.chosen,
            "say": self.broadcasting.ask,
            "to": self.broadcasting.to_them,
            "look": self.broadcasting.preview,
        }

    @property
    def readers(self) -> Mapping[str, Action]:
        """By scenes in which something is asked."""
        return {"ask": self._asked, "say": self.broadcasting.said, DEED: self.deeds.text}

    @property
    def _finders(self) -> Mapping[str, Action]:
        """By what is asked for."""
        return {
            "user": self.people.person,
            "payment": self.people.money,
            "refund": self._refund,
            "adjust": self._adjust,
            DIRECT: self._direct,
            "limits": self.reading.limits,
            "case": self.reading.case,
        }

    @property
    def _asking(self) -> frozenset[str]:
        return frozenset(self._finders) - {"limits"}

    async def _asked(self, guest: Guest, facts: Facts, text: str) -> Shown:
        return await self._finders[facts["what"]](guest, still(facts), text)

    async def _payment(self, guest: Guest, facts: Facts, hexadecimal: str) -> Shown:
        return await self.people.money(guest, facts, str(UUID(hexadecimal)))

    async def _limits_again(self, guest: Guest, facts: Facts) -> Shown:
        return await self.reading.limits(guest, facts, facts["user"])

    async def _case_again(self, guest: Guest, facts: Facts) -> Shown:
        return await self.reading.case(guest, facts, facts["case"])

    async def _drafted(self, guest: Guest, draft: Shown | Facts) -> Shown:
        return draft if isinstance(draft, Shown) else await self.deeds.draft(guest, draft)

    async def _refund(self, guest: Guest, facts: Facts, text: str) -> Shown:
        return await self._drafted(guest, await self.refunding.asked(guest, facts, text))

    async def _refund_chosen(self, guest: Guest, facts: Facts, argument: str) -> Shown:
        return await self._drafted(guest, await self.refunding.chosen(guest, facts, argument))

    async def _adjust(self, guest: Guest, facts: Facts, text: str) -> Shown:
        return await self._drafted(guest, await self.adjusting.asked(guest, facts, text))

    async def _direct(self, guest: Guest, facts: Facts, text: str) -> Shown:
        return await self._drafted(guest, await self.direct.asked(guest, facts, text))

    async def _decide(self, guest: Guest, facts: Facts, decision: str) -> Shown:
        if decision == "back":  # of what is in the drawer
            return await self._drafted(guest, await self.refunding.of_drawer(guest, facts))
        return await self.deeds.draft(guest, self.reviewing.drafted(guest, facts, decision))
