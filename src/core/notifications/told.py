"""What somebody was told, told to themselves, and wiped when they want that."""

from collections.abc import AsyncIterator
from typing import Final

from attrs import evolve, frozen

from ..events import Fact, Outbox
from ..identity import UserId, account_of
from .catalogue import PUBLIC
from .delivery import body_of
from .notification import NotificationId, Recipient
from .ports import Deliveries, Notifications, Preferences

PAGE: Final = 200
NAMES: Final = frozenset({"recipient", "told"})
"""Facts that may name who was given something: perhaps the buyer, perhaps in a supplier's words."""


@frozen
class TellNotifications:
    """
    What people are told is forgotten with them; what systems are told of them is only reworded.

    Where a name was, nothing is: systems go on to be told what became of a purchase.
    """

    notifications: Notifications
    preferences: Preferences
    outbox: Outbox
    deliveries: Deliveries
    name: str = "notifications"

    async def told(self, user: UserId) -> AsyncIterator[dict[str, Fact]]:
        """As the port says. A chat with somebody has their number."""
        recipient, place = Recipient(user), None
        preference = (await self.preferences.of([recipient])).get(recipient)
        if preference is not None:
            gone = preference.gone_since
            yield {
                "declined": " ".join(sorted(preference.declined)),
                "gone_since": None if gone is None else gone.isoformat(),
            }
        while page := await self.notifications.of(recipient, PAGE, place):
            for each in page:
                about = {"at": each.made_at.isoformat(), "kind": each.kind}
                yield {**each.facts, **about, "state": each.state.value}
            place = page[-1].made_at, NotificationId(page[-1].id)

    async def wipe(self, user: UserId) -> None:
        """As the port says. That they do not let us talk to them stays."""
        recipient = Recipient(user)
        preference = (await self.preferences.of([recipient])).get(recipient)
        if preference is not None and preference.declined:
            await self.preferences.put(evolve(preference, declined=frozenset()))
        await self.notifications.wipe(recipient)
        while events := await self.outbox.naming(account_of(user), PAGE):
            for event in events:
                facts = {name: fact for name, fact in event.facts.items() if name not in NAMES}
                reworded = evolve(event, facts=facts)
                await self.outbox.reword(reworded)
                if event.name in PUBLIC:
                    await self.deliveries.reword(event.id, body_of(reworded))
