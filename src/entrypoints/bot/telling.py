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
from ...core.purchases import PurchaseId, Purchases, QuoteExpired
from .texts import Words, words_in
from .views.goods import goods_name

AMOUNTS: Final = ("asked", "came", "amount", "price")
REFUSED: Final = "purchase.refused"
SHOWN_THERE: Final = ("payment", "purchase")


@frozen
class Worded:
    """Finds the words for what happened; for what is shown to them already there are none."""

    bot: int
    users: Users
    windows: Windows
    purchases: Purchases
    assets: Assets

    async def __call__(self, notification: Notification) -> Mapping[str, Any]:
        """
        What `sendMessage` takes besides the chat.

        Raises:
            KindUnworded: there is nothing to be said.
        """
        window = await self.windows.get(self.bot, notification.recipient)
        facts = notification.facts
        if any(name in facts and window.facts.get(name) == facts[name] for name in SHOWN_THERE):
            raise KindUnworded(notification.kind)
        if notification.kind == REFUSED and await self._never_begun(facts):
            raise KindUnworded(notification.kind)
        language = await self._language(notification.recipient)
        text = self.said(words_in(language), notification.kind, facts)
        return {"text": text, "parse_mode": "HTML"}

    async def _never_begun(self, facts: Mapping[str, Fact]) -> bool:
        """Whether they called it off, or let its price run out: that is no news to them."""
        purchase = await self.purchases.get(PurchaseId(UUID(str(facts["purchase"]))))
        return bool(purchase.decided_by) or purchase.told.startswith(QuoteExpired.code)

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
        return words(f"told-{kind.replace('.', '-')}", **told)

    def _amount(self, written: str) -> Money:
        """`181.50 RUB`, as events write it."""
        number, _, code = written.partition(" ")
        return Money.parse(number, self.assets.named(code))
