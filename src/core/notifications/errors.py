"""How telling people says no."""

from uuid import UUID

from attrs import define

from ..errors import Conflict, Missing, Refused


@define
class KindMalformed(Refused):
    """Nothing is told under such a name."""

    kind: str

    def __str__(self) -> str:
        return f"{self.kind!r} is no kind: lower-case words with dots, like payment.settled"


@define
class KindUnworded(Missing):
    """There are no words for what is to be told."""

    kind: str

    def __str__(self) -> str:
        return f"there are no words for {self.kind}"


@define
class RecipientGone(Refused):
    """Whoever is to be told does not let us talk to them, or is not there any more."""

    recipient: int
    reason: str

    def __str__(self) -> str:
        return f"{self.recipient} cannot be told anything: {self.reason}"


@define
class NotificationMissing(Missing):
    """No notification has this id."""

    notification: UUID

    def __str__(self) -> str:
        return f"there is no notification {self.notification}"


@define
class NotificationMoved(Conflict):
    """Somebody else goes on with the notification, or from its state no move leads there."""

    notification: UUID
    state: str

    def __str__(self) -> str:
        return f"notification {self.notification} is {self.state} by now"


@define
class WebhookMalformed(Refused):
    """A webhook is an address and the names of events that it is told of."""

    what: str
    reason: str

    def __str__(self) -> str:
        return f"{self.what} is not allowed for a webhook: {self.reason}"


@define
class AddressRefused(Refused):
    """Nothing is ever sent there: it is no place for the outside, or not a safe one."""

    host: str
    reason: str

    def __str__(self) -> str:
        return f"nothing is sent to {self.host}: {self.reason}"


@define
class TooManyWebhooks(Refused):
    """Whoever asks has as many webhooks as they may have."""

    account: str
    most: int

    def __str__(self) -> str:
        return f"{self.account} has {self.most} webhooks, and no more are allowed: remove one"


@define
class WebhookMissing(Missing):
    """No webhook has this id."""

    webhook: UUID

    def __str__(self) -> str:
        return f"there is no webhook {self.webhook}"


@define
class WebhookMoved(Conflict):
    """Somebody else has changed the webhook, or it is in a state from which no move leads there."""

    webhook: UUID
    state: str

    def __str__(self) -> str:
        return f"webhook {self.webhook} is {self.state} by now"


@define
class DeliveryMissing(Missing):
    """No delivery has this id."""

    delivery: UUID

    def __str__(self) -> str:
        return f"there is no delivery {self.delivery}"


@define
class DeliveryMoved(Conflict):
    """Somebody else goes on with the delivery, or from its state no move leads there."""

    delivery: UUID
    state: str

    def __str__(self) -> str:
        return f"delivery {self.delivery} is {self.state} by now"
