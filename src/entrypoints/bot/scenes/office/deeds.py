"""What is done by hand: a draft in the window, a code where it takes one, and then one tap."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from uuid import UUID

from attrs import frozen

from .....core.errors import Conflict, Missing, Refused
from .....core.identity import Caller, NotSure
from .....core.wording import one_line
from ...views.office import deeds
from ..guest import Facts, Guest, Shown
from .sure import WAIT, WRONG, Sureness, is_code

SCENE: Final = "deed"
DEED: Final = "deed"
FREELY: Final = "freely"
BECAUSE: Final = "because"
ID: Final = "id"
BECAUSE_MAX: Final = 300
SHOWN_MAX: Final = 300


@frozen(kw_only=True)
class Deed:
    """One kind of thing that is done by hand; what it is about is in the facts."""

    tell: Callable[[Guest, Facts], Awaitable[str]]
    """What will be done, as HTML."""
    do: Callable[[Caller, Facts], Awaitable[None]]
    """Do it, once under the id in the facts."""
    after: Callable[[Guest, Facts], Awaitable[Shown]]
    """What is shown when it was done."""
    before: Callable[[Guest, Facts], Awaitable[Shown]]
    """Where one comes from, and goes when it is not to be done."""


def drafted(guest: Guest, name: str, facts: Facts, *, because: str = "") -> Facts:
    """The facts of a deed that is begun by whatever the guest came with: of an id of its own."""
    because = one_line(because.strip(), BECAUSE_MAX)
    told = {BECAUSE: because} if because else {}
    return {**facts, **told, DEED: name, ID: str(guest.fresh(f"deed {name}"))}


def id_of(facts: Facts) -> UUID:
    """Under which it happens once."""
    return UUID(facts[ID])


def because_of(facts: Facts, caller: Caller) -> str:
    """Why it is done; who does it, where nothing was said."""
    return facts.get(BECAUSE) or f"decided in the bot by {caller.name}"


@frozen
class Deeds:
    """Leads from a draft to the deed."""

    sureness: Sureness
    by_name: Mapping[str, Deed]

    async def draft(self, guest: Guest, facts: Facts) -> Shown:
        """What will be done; and a code is asked for, where somebody has to be sure and is not."""
        what = await self.by_name[facts[DEED]].tell(guest, facts)
        wrong, wait = facts.get(WRONG, ""), float(facts.get(WAIT, "0"))
        kept = {name: facts[name] for name in facts if name not in (WRONG, WAIT)}
        if not self.asks(facts):
            view = deeds.confirm(guest.words, what, facts.get(BECAUSE, ""))
        elif await self.sureness.can(guest):
            view = deeds.code(guest.words, what, wrong, wait)
        else:
            view = deeds.no_factor(guest.words, what, str(guest.user.id))
        return Shown(scene=SCENE, view=view, facts=kept)

    def asks(self, facts: Facts) -> bool:
        """Whether a code is asked for: what is sent then is a secret."""
        return FREELY not in facts and not self.sureness.lasts(facts)

    async def text(self, guest: Guest, facts: Facts, text: str) -> Shown:
        """A code, or words that say why."""
        if self.asks(facts) or is_code(text):
            return await self.draft(guest, {**facts, **await self.sureness.shown(guest, text)})
        return await self.draft(guest, {**facts, BECAUSE: one_line(text.strip(), BECAUSE_MAX)})

    async def do(self, guest: Guest, facts: Facts) -> Shown:
        """They mean it."""
        deed = self.by_name[facts[DEED]]
        try:
            await deed.do(self.sureness.caller(guest, facts), facts)
        except NotSure:  # not any more
            return await self.draft(guest, facts)
        except (Refused, Missing, Conflict) as no:
            why = one_line(str(no), SHOWN_MAX)
            view = deeds.failed(guest.words, await deed.tell(guest, facts), why)
            return Shown(scene=SCENE, view=view, facts=facts)
        return await deed.after(guest, facts)

    async def undo(self, guest: Guest, facts: Facts) -> Shown:
        """They do not: nothing was done."""
        return await self.by_name[facts[DEED]].before(guest, facts)
