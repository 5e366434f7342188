"""What people are told while they look at something else, in the words of the bot."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from attrs import frozen

from ...core.chats import Windows
from ...core.events import Fact
from ...core.identity import Language, UserId, UserMissing, Users
from ...core.money import Assets, Money
from ...core.notifications import KindUnworded, Notification
from ...core.purchases import Kind, PurchaseId, Purchases
from ...core.resilience import NotExecuted
from ...core.support import Tickets
from .scenes.buying import expired
from .texts import Words, words_in
from .views.goods import goods_name

AMOUNTS: Final = ("asked", "came", "amount", "price")
REFUSED: Final = "purchase.refused"
ANSWERED: Final = "ticket.answered"
DELIVERED: Final = "purchase.delivered"
SHOWN_THERE: Final = ("payment", "purchase")
WAITS_MAX: Final = 3
"""How often it is left to a window that is looked at to show something first."""


@frozen
class Worded:
    """Finds the words for what happened; for what is shown to them already there are none."""

    bot: int
    users: Users
    windows: Windows
    purchases: Purchases
    tickets: Tickets
    assets: Assets

    async def __call__(self, notification: Notification) -> Mapping[str, Any]:
        """
        What `sendMessage` takes besides the chat.

        Raises:
            KindUnworded: there is nothing to be said.
            NotExecuted: what they look at is about to show it; ask again soon.
        """
        await self._leave_to_window(notification)
        facts = notification.facts
        if notification.kind == REFUSED and await self._never_begun(facts):
            raise KindUnworded(notification.kind)
        if notification.kind == ANSWERED:
            facts = {**facts, "answer": await self._answer(facts)}
        language = await self._language(notification.recipient)
        text = self.said(words_in(language), notification.kind, facts)
        return {"text": text, "parse_mode": "HTML"}

    async def _leave_to_window(self, notification: Notification) -> None:
        """Nothing, unless they have been shown it there, or are about to be."""
        window = await self.windows.get(self.bot, notification.recipient)
        subject, _, state = notification.kind.partition(".")
        if subject not in SHOWN_THERE or window.facts.get(subject) != notification.facts[subject]:
            return
        if state in (window.facts.get("seen"), window.facts.get("paid")):
            raise KindUnworded(notification.kind)
        # A window that is not looked at any more shows nothing new, and one may be looked at late.
        if window.look_at is not None and notification.tries < WAITS_MAX:
            raise NotExecuted("the window that they look at shows it first")

    async def _never_begun(self, facts: Mapping[str, Fact]) -> bool:
        """Whether they called it off, or let its price run out: that is no news to them."""
        purchase = await self.purchases.get(PurchaseId(UUID(str(facts["purchase"]))))
        own = purchase.decided_by == purchase.wish.buyer
        return own or expired(purchase)

    async def _answer(self, facts: Mapping[str, Fact]) -> str:
        """What we said: it is kept with the ticket alone; wiped, there is nothing to be said."""
        ticket = await self.tickets.get(int(str(facts["ticket"])))
        if not ticket.answer:
            raise KindUnworded(ANSWERED)
        return ticket.answer

    async def _language(self, recipient: int) -> Language:
        try:
            return (await self.users.get(UserId(recipient))).language
        except UserMissing:
            return Language.EN

    def said(self, words: Words, kind: str, facts: Mapping[str, Fact]) -> str:
        """What is told of a kind with those facts."""
        told: dict[str, object] = {
            name: self._amount(str(facts[name])) for name in AMOUNTS if name in facts
        }
        if "quantity" in facts:
            quantity = int(str(facts["quantity"]))
            told["goods"] = goods_name(words, str(facts["kind"]), quantity)
            told["recipient"] = str(facts["recipient"])
        if "answer" in facts:
            told |= {"number": str(facts["ticket"]), "answer": str(facts["answer"])}
        key = f"told-{kind.replace('.', '-')}"
        if kind == DELIVERED and facts["kind"] == Kind.PACK:
            key = "told-purchase-delivered-pack"
        return words(key, **told)

    def _amount(self, written: str) -> Money:
        """`181.50 RUB`, as events write it."""
        number, _, code = written.partition(" ")
        return Money.parse(number, self.assets.named(code))
