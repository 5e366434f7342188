"""What whoever owns a webhook does about it."""

from contextlib import suppress
from uuid import UUID

from attrs import frozen

from ..clock import Clock
from ..events import Fact
from ..identity import Audit, Caller, Permission, Users
from ..sealing import SealBroken, Sealer
from ..transaction import Transaction
from ..wording import one_line
from .catalogue import is_known
from .errors import TooManyWebhooks, WebhookMalformed, WebhookMoved
from .owning import OwnWebhooks
from .ports import Deliveries, Webhooks, WebhookSender
from .signing import new_secret, was_made_under
from .webhook import WEBHOOK_MOVES, Webhook, WebhookId, WebhookState


@frozen
class Shown:
    """A webhook with its new secret, which nobody is shown again."""

    webhook: Webhook
    secret: str


@frozen
class AddWebhook:
    """Begin to tell an address of events."""

    webhooks: Webhooks
    sender: WebhookSender
    sealer: Sealer
    clock: Clock
    transaction: Transaction
    audit: Audit
    users: Users
    own: OwnWebhooks

    async def __call__(
        self, by: Caller, id: UUID, url: str, events: tuple[str, ...], account: str = ""
    ) -> Shown:
        """
        The webhook and its secret.

        Raises:
            NotAllowed: they may not let a program hear what happens to everybody, or to others.
            NotSure: the same, and they have not shown their second factor just now.
            TooManyWebhooks: they have as many of their own as they may have.
            WebhookMalformed: it is no address, or nobody will ever tell of such an event.
            AddressRefused: nothing is ever sent there.
            WebhookMoved: one with this id is there already.
            NothingSeals: there is no key with which its secret could be sealed.
        """
        for each in events:
            if not is_known(each):
                raise WebhookMalformed(one_line(each, 40), "there is no such event")
        self.own.must_be_shown_secrets(by, account)
        secret = new_secret(id)
        draft = Webhook(
            id=WebhookId(id),
            url=url,
            events=events,
            account=account,
            secret=b"",
            created_at=self.clock.now(),
        )
        self.sender.check(url)
        sealed = self.sealer.seal(secret.encode(), draft.about)
        webhook = draft.changed(secret=sealed)
        async with self.transaction():
            await self._must_have_room(by, webhook)
            kept = await self.webhooks.add(webhook)
            if kept.secret != sealed:
                raise WebhookMoved(kept.id, kept.state)
            await self.audit(by, "webhook.added", about(webhook), **told(webhook))
        return Shown(webhook, secret)

    async def _must_have_room(self, by: Caller, webhook: Webhook) -> None:
        if by.user is None or by.may(Permission.MANAGE_KEYS):
            return
        await self.users.get(by.user)  # of one user at a time, so that nobody has one too many
        others = [
            each.id
            for each in await self.webhooks.all()
            if each.account == webhook.account and each.id != webhook.id
        ]
        if len(others) >= self.own.most:
            raise TooManyWebhooks(webhook.account, self.own.most)


@frozen
class SteerWebhook:
    """Enable it, disable it, remove it, give it another secret."""

    webhooks: Webhooks
    deliveries: Deliveries
    sealer: Sealer
    transaction: Transaction
    clock: Clock
    audit: Audit
    own: OwnWebhooks

    async def rotate(self, id: WebhookId, by: Caller, errand: UUID) -> Shown:
        """
        Another secret; with the one before, it is signed for a day longer.

        Asked for again under the id of the same errand, it is the same secret: rotated once more,
        nothing would be signed any longer with the one that its owner knows.

        Raises:
            NotAllowed: they may not look after webhooks.
            NotSure: it is not their own, and they have not shown their second factor just now.
            WebhookMissing: none has this id.
            WebhookMoved: it was removed, or has had another secret since then.
        """
        self.own.must_tend_some(by)
        secret = new_secret(errand)
        async with self.transaction():
            webhook = await self.webhooks.get(id)
            self.own.must_be_shown_secrets(by, webhook.account)
            if webhook.state is WebhookState.REMOVED:
                raise WebhookMoved(id, webhook.state)
            if (given := self._given_before(webhook, errand)) is not None:
                return Shown(webhook, given)
            sealed = self.sealer.seal(secret.encode(), webhook.about)
            webhook = webhook.rotated(sealed, self.clock.now())
            await self.webhooks.put(webhook)
            await self.audit(by, "webhook.rotated", about(webhook))
        return Shown(webhook, secret)

    def _given_before(self, webhook: Webhook, errand: UUID) -> str | None:
        for sealed in filter(None, (webhook.secret, webhook.old_secret)):
            with suppress(SealBroken):  # without the key there is none to be shown again
                secret = self.sealer.open(sealed, webhook.about).decode()
                if was_made_under(secret, errand):
                    if sealed != webhook.secret:
                        raise WebhookMoved(webhook.id, webhook.state)
                    return secret
        return None

    async def disable(self, id: WebhookId, by: Caller, why: str) -> Webhook:
        """Tell it nothing until it is enabled; nothing, where that is so already."""
        return await self._moved(id, by, WebhookState.DISABLED, why)

    async def enable(self, id: WebhookId, by: Caller) -> Webhook:
        """Tell it again, first what it waits for; nothing, where that is so already."""
        return await self._moved(id, by, WebhookState.ENABLED)

    async def remove(self, id: WebhookId, by: Caller) -> Webhook:
        """Tell it nothing ever again, and forget its secrets; nothing, where that is so already."""
        return await self._moved(id, by, WebhookState.REMOVED)

    async def _moved(
        self, id: WebhookId, by: Caller, state: WebhookState, why: str = ""
    ) -> Webhook:
        self.own.must_tend_some(by)
        async with self.transaction():
            webhook = await self.webhooks.get(id)
            self.own.must_tend(by, webhook.account)
            if webhook.state is state:
                return webhook
            if state not in WEBHOOK_MOVES[webhook.state]:
                raise WebhookMoved(id, webhook.state)
            if state is WebhookState.REMOVED:
                webhook = webhook.removed()
                await self.deliveries.drop(id, "the webhook was removed")
            else:
                enabled = state is WebhookState.ENABLED
                webhook = webhook.enabled() if enabled else webhook.disabled(why)
            await self.webhooks.put(webhook)
            facts: dict[str, Fact] = {"state": state, "why": webhook.why}
            await self.audit(by, "webhook.steered", about(webhook), **facts)
            return webhook


def about(webhook: Webhook) -> str:
    """What the trail calls it."""
    return f"webhook:{webhook.id}"


def told(webhook: Webhook) -> dict[str, Fact]:
    """What the trail tells of a new one."""
    return {
        "url": webhook.url,
        "events": " ".join(webhook.events),
        "account": webhook.account or None,
    }
