"""Looking around: the menu, the balance, the history, and who we are."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from attrs import asdict, evolve, frozen

from ....core.balances import Ledger
from ....core.identity import Caller, EraseUser, ExportUser, Language, Users
from ....core.payments import Event, ReadHistory
from ....core.purchases import OnSale
from ..texts import words_in
from ..views import about, history, menu
from .guest import Facts, File, Front, Guest, Shown

PAGE: Final = 6


@frozen
class Looking:
    """Scenes in which nothing is done."""

    front: Front
    ledger: Ledger
    read_history: ReadHistory
    users: Users
    on_sale: OnSale
    export_user: ExportUser
    erase_user: EraseUser

    async def menu(self, guest: Guest, facts: Facts) -> Shown:
        """Where everything begins."""
        balances = await self.ledger.balances(guest.user.account)
        name = guest.user.name or guest.user.account
        kinds = await self.on_sale(self.front.asset)
        note = facts.get("note", "")
        view = menu.menu(guest.words, name, balances, kinds, self.front.can_pay, note)
        return Shown(scene="menu", view=view, facts={"note": note} if note else {})

    async def balance(self, guest: Guest, facts: Facts) -> Shown:
        """All that they have."""
        balances = await self.ledger.balances(guest.user.account)
        view = menu.balance(guest.words, balances, self.front.can_pay)
        return Shown(scene="balance", view=view)

    async def history(self, guest: Guest, facts: Facts) -> Shown:
        """A page of what came and went."""
        place = None
        if "at" in facts:
            place = datetime.fromisoformat(facts["at"]), UUID(facts["id"])
        events = await self.read_history(guest.user.account, PAGE + 1, place)
        return self._page(guest, facts, events)

    def _page(self, guest: Guest, facts: Facts, events: Sequence[Event]) -> Shown:
        shown, older = events[:PAGE], len(events) > PAGE
        view = history.history(guest.words, shown, older=older, newest="at" not in facts)
        told = {name: facts[name] for name in ("at", "id") if name in facts}
        if older:
            told |= {"next_at": shown[-1].at.isoformat(), "next_id": str(shown[-1].id)}
        return Shown(scene="history", view=view, facts=told)

    async def turn(self, guest: Guest, facts: Facts, where: str) -> Shown:
        """To the page after the one that is shown, or back to the newest."""
        if where == "older" and "next_at" in facts:
            return await self.history(guest, {"at": facts["next_at"], "id": facts["next_id"]})
        return await self.history(guest, {})

    async def change_language(self, guest: Guest, facts: Facts) -> Shown:
        """The other one, from now on."""
        other = Language.EN if guest.user.language is Language.RU else Language.RU
        user = await self.users.change(guest.user.id, language=other)
        there = Guest(user=user, words=words_in(user.language), cause=guest.cause)
        return await self.menu(there, {})

    async def terms(self, guest: Guest, facts: Facts) -> Shown:
        """On which terms."""
        return Shown(scene="terms", view=about.terms(guest.words, self.front.terms))

    async def privacy(self, guest: Guest, facts: Facts) -> Shown:
        """What we keep."""
        return Shown(scene="privacy", view=about.privacy(guest.words))

    async def export(self, guest: Guest, facts: Facts) -> Shown:
        """All that we know of them, as a file."""
        document = await self.export_user(Caller.of(guest.user), guest.user.id)
        told = json.dumps(asdict(document), ensure_ascii=False, indent=2)
        file = File(guest.words.plain("export-name"), told.encode())
        return evolve(await self.privacy(guest, {}), file=file)

    async def erase(self, guest: Guest, facts: Facts) -> Shown:
        """Whether they really want that."""
        return Shown(scene="erase", view=about.erase(guest.words))

    async def erase_yes(self, guest: Guest, facts: Facts) -> Shown:
        """They do: all that is personal is wiped, this window too."""
        await self.erase_user(Caller.of(guest.user), guest.user.id)
        return Shown(scene="erased", view=about.erased(guest.words))
