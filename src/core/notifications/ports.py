"""What telling needs: places to keep what is told, and whoever brings it there."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from attrs import frozen

from .delivery import Attempt, Delivery, DeliveryId, DeliveryState
from .notification import Notification
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
    """What webhooks are told, and how each attempt went; kept for good."""

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
