"""What telling needs: places to keep what is told, and whoever brings it there."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from attrs import frozen

from ..events import EventId
from .delivery import Attempt, Delivery, DeliveryId, DeliveryState
from .notification import Notification, NotificationId, Recipient
from .webhook import Webhook, WebhookId


class Messenger(Protocol):
    """
    Whoever puts a notification into words and brings it to its recipient.

    Nothing is sent twice by one call, and limits are the caller's business.
    """

    async def send(self, notification: Notification) -> None:
        """
        Send it, in the recipient's language.

        Raises:
            KindUnworded: there are no words for it; nothing was sent.
            RecipientGone: they do not let us talk to them; nothing was sent, nor will be.
            Refused: it cannot be sent as it is; nothing was sent, nor will be.
            NotExecuted, TurnedAway, CircuitOpen: nothing was sent, perhaps it can be later.
            Unavailable: perhaps it was sent.
        """
        ...


@frozen(kw_only=True)
class Unsent:
    """How much was not sent."""

    due: int
    oldest: datetime | None
    """Since when the first of those is due."""


class Notifications(Protocol):
    """What people are told, kept."""

    async def add(self, notifications: Sequence[Notification]) -> None:
        """Keep new ones; of what a source tells a recipient of a kind already, nothing again."""
        ...

    async def get(self, id: NotificationId) -> Notification:
        """
        The notification as it is.

        Raises:
            NotificationMissing: none has this id.
        """
        ...

    async def claim(
        self, at: datetime, until: datetime, limit: int, kinds: Collection[str] | None = None
    ) -> Sequence[Notification]:
        """
        Take those that are due into one's hands: in nobody else's until that moment.

        Only of the kinds that are named, or of any, where none are.

        First those that are sent again when in doubt, for somebody waits for them; among their
        like the longest overdue first.
        """
        ...

    async def put(self, notification: Notification) -> None:
        """
        Keep its next version; whom it tells of what stays.

        Raises:
            NotificationMoved: the version before is not the newest, or no move leads to its state;
                nothing was written.
            NotificationMissing: none has this id.
        """
        ...

    async def of(
        self,
        recipient: Recipient,
        limit: int,
        before: tuple[datetime, NotificationId] | None = None,
    ) -> Sequence[Notification]:
        """What a recipient was to be told, the newest first, a page of it; ids break ties."""
        ...

    async def unsent(self, at: datetime) -> Unsent:
        """How much could be sent now."""
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Forget so many that were made before then and have ended; answers how many."""
        ...

    async def wipe(self, recipient: Recipient) -> int:
        """Forget all that a recipient was to be told, and what still is; answers how much."""
        ...


@frozen(kw_only=True)
class Preference:
    """What a recipient does not want to be told, and whether they can be told anything."""

    recipient: Recipient
    declined: frozenset[str] = frozenset()
    """Kinds, or all of a subject: `payment.*`."""
    gone_since: datetime | None = None
    """Since when they do not let us talk to them."""

    def wants(self, kind: str) -> bool:
        """Whether that is to be told."""
        subject = kind.partition(".")[0]
        declined = kind in self.declined or f"{subject}.*" in self.declined
        return self.gone_since is None and not declined


class Preferences(Protocol):
    """What recipients prefer, kept; whoever said nothing wants everything."""

    async def of(self, recipients: Collection[Recipient]) -> Mapping[Recipient, Preference]:
        """The preferences of those who have any."""
        ...

    async def put(self, preference: Preference) -> None:
        """Keep it in place of what they wished before."""
        ...


class Webhooks(Protocol):
    """Webhooks, kept for good."""

    async def add(self, webhook: Webhook) -> Webhook:
        """Keep a new one; when the id is known, the webhook that has it is answered instead."""
        ...

    async def get(self, id: WebhookId) -> Webhook:
        """
        The webhook as it is; inside a transaction nobody else changes it until the end.

        Raises:
            WebhookMissing: none has this id.
        """
        ...

    async def put(self, webhook: Webhook) -> None:
        """
        Keep its next version; its address, its account and since when it is there stay.

        Raises:
            WebhookMoved: the version before is not the newest, or no move leads to its state;
                nothing was written.
            WebhookMissing: none has this id.
        """
        ...

    async def all(self) -> Sequence[Webhook]:
        """All that were not removed, the oldest first."""
        ...


@frozen(kw_only=True)
class Undelivered:
    """How much was not delivered."""

    due: int
    """How many could be made now."""
    oldest: datetime | None
    """Since when the first of those is due."""
    dead: int


class Deliveries(Protocol):
    """What webhooks are told, and how each attempt went; kept until it is forgotten."""

    async def add(self, deliveries: Sequence[Delivery]) -> None:
        """Keep new ones; of what a webhook is told of an event already, nothing is kept again."""
        ...

    async def get(self, id: DeliveryId) -> Delivery:
        """
        The delivery as it is.

        Raises:
            DeliveryMissing: none has this id.
        """
        ...

    async def claim(
        self,
        at: datetime,
        until: datetime,
        limit: int,
        each: int,
        but: Collection[WebhookId] = (),
    ) -> Sequence[Delivery]:
        """
        Begin attempts: of those that are due, the longest overdue of each webhook first.

        Only of webhooks that are enabled, do not rest, and are not among those left out; so many
        of each at most, and so many together. They are answered as they are by now: counted, and
        in nobody else's hands until that moment.
        """
        ...

    async def put(self, delivery: Delivery, attempt: Attempt | None = None) -> None:
        """
        Keep its next version, with what is to be logged of the attempt; what is told stays.

        Raises:
            DeliveryMoved: the version before is not the newest, or no move leads to its state;
                nothing was written.
            DeliveryMissing: none has this id.
        """
        ...

    async def drop(self, webhook: WebhookId, told: str) -> None:
        """Give up all that waits for a webhook, for that reason."""
        ...

    async def attempts(self, id: DeliveryId) -> Sequence[Attempt]:
        """The log of one, the first attempt first."""
        ...

    async def of(
        self,
        webhook: WebhookId,
        limit: int,
        *,
        state: DeliveryState | None = None,
        before: tuple[datetime, DeliveryId] | None = None,
    ) -> Sequence[Delivery]:
        """What a webhook is told, the newest first, a page of it; ids break ties."""
        ...

    async def undelivered(self, at: datetime) -> Undelivered:
        """How much of what is for enabled webhooks is due, and how much was given up."""
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """
        Forget so many that were made before then and do not wait, with their logs.

        Answers how many.
        """
        ...

    async def reword(self, event: EventId, body: str) -> None:
        """
        Tell of that event in these words from now on, which name no recipient, at each webhook.

        What was answered to the words before is forgotten. Each is another version by then.
        """
        ...


@frozen(kw_only=True)
class Answered:
    """What a webhook answered."""

    status: int
    beginning: str
    """Of what it said."""
    retry_after_seconds: float | None = None


class WebhookSender(Protocol):
    """Whoever carries what is told to the address of a webhook."""

    def check(self, url: str) -> None:
        """
        Whether it goes there at all, as far as the address itself shows.

        Raises:
            AddressRefused: nothing is ever sent there.
        """
        ...

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answered:
        """
        Post it, once; whatever is answered, no redirect is followed.

        Raises:
            AddressRefused: nothing was sent, for it leads where nothing is sent to.
            NotExecuted: nothing was sent.
            Unavailable: perhaps it was.
        """
        ...
