"""Whose webhooks are whose: who looks after them, and what is left of them when somebody goes."""

from collections.abc import AsyncIterator

from attrs import frozen

from ..events import Fact
from ..identity import Caller, Permission, UserId, account_of
from .ports import Deliveries, Webhooks


@frozen
class OwnWebhooks:
    """Owners look after all webhooks; customers after those about themselves, where they may."""

    most: int = 0
    """How many a customer may have: none, unless the shop was set up so."""

    def are_theirs(self, by: Caller, account: str) -> bool:
        """Whether they look after what is about that account because it is their own."""
        return self.most > 0 and by.owns(account) and by.may(Permission.SEE_OWN)

    def must_tend_some(self, by: Caller, others: Permission = Permission.MANAGE_KEYS) -> None:
        """
        Nothing, when there may be webhooks that they look after: asked before one is looked for.

        Raises:
            NotAllowed: they look after none, so they are not told whether there is such a one.
        """
        if self.most == 0 or by.user is None or not by.may(Permission.SEE_OWN):
            by.must(others)

    def must_tend(
        self, by: Caller, account: str, others: Permission = Permission.MANAGE_KEYS
    ) -> None:
        """
        Nothing, when they look after webhooks about that account.

        Raises:
            NotAllowed: it is not their own, and they may not look after those of others.
        """
        if not self.are_theirs(by, account):
            by.must(others)

    def must_be_shown_secrets(self, by: Caller, account: str) -> None:
        """
        Nothing, when they look after such webhooks and may be shown a new secret of one.

        Whoever has one can tell a shop of payments that never were.

        Raises:
            NotAllowed: it is not their own, and they may not look after those of others.
            NotSure: the same, and they have not shown their second factor just now.
        """
        self.must_tend(by, account)
        if not self.are_theirs(by, account):
            by.must_be_sure()


@frozen
class TellWebhooks:
    """A keeper: whom somebody lets be told what happens to them."""

    webhooks: Webhooks
    deliveries: Deliveries
    name: str = "webhooks"

    async def told(self, user: UserId) -> AsyncIterator[dict[str, Fact]]:
        """As the port says."""
        for each in await self.webhooks.all():
            if each.account == account_of(user):
                yield {
                    "id": str(each.id),
                    "at": each.created_at.isoformat(),
                    "url": each.url,
                    "events": " ".join(each.events),
                    "state": each.state.value,
                }

    async def wipe(self, user: UserId) -> None:
        """Nobody is told any more what happens to them."""
        for each in await self.webhooks.all():
            if each.account == account_of(user):
                webhook = await self.webhooks.get(each.id)
                await self.deliveries.drop(webhook.id, "whom it is about was erased")
                await self.webhooks.put(webhook.removed())
