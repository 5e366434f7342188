"""How payments refuse."""

from uuid import UUID

from attrs import define

from ..errors import Conflict, Missing, Refused, Unavailable
from ..money import Asset, Money


@define
class MethodUnknown(Missing):
    """No way of paying has this name here."""

    method: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        known = f"there are: {', '.join(self.known)}" if self.known else "none is enabled"
        return f"there is no payment method {self.method!r}; {known}"


@define
class AssetNotTaken(Refused):
    """The method does not take this asset."""

    method: str
    asset: Asset

    def __str__(self) -> str:
        return f"{self.method} does not take {self.asset}"


@define
class AmountOutOfBounds(Refused):
    """The method takes no payment of this size."""

    method: str
    amount: Money
    least: Money
    most: Money

    def __str__(self) -> str:
        return f"{self.method} takes from {self.least} to {self.most}, not {self.amount}"


@define
class MethodForbidden(Refused):
    """The route of the method says that it is not for such a sale."""

    method: str
    obstacle: str
    goods: str
    place: str
    country: str
    """Empty when it is not known."""

    def __str__(self) -> str:
        if self.obstacle == "goods":
            where = "inside Telegram" if self.place == "telegram" else "outside Telegram"
            goods = "services" if self.goods == "service" else f"{self.goods} goods"
            return f"{self.method} is not for {goods} that are sold {where}"
        if self.country:
            return f"{self.method} is not for payers from {self.country}"
        return f"{self.method} is only for payers from some countries: say from where this one is"


@define
class PaymentMissing(Missing):
    """No payment has this id."""

    payment: UUID

    def __str__(self) -> str:
        return f"there is no payment {self.payment}"


@define
class PaymentReused(Conflict):
    """The id belongs to a payment with other contents."""

    payment: UUID

    def __str__(self) -> str:
        return f"payment {self.payment} is known with other contents: use a fresh id"


@define
class PaymentMoved(Conflict):
    """Somebody else changed the payment first."""

    payment: UUID
    state: str

    def __str__(self) -> str:
        return f"payment {self.payment} is {self.state} by now"


@define
class InvoiceMissing(Missing):
    """The provider knows no invoice of this payment."""

    payment: UUID
    method: str

    def __str__(self) -> str:
        return f"{self.method} knows no invoice of payment {self.payment}"


@define
class ProviderRefused(Refused):
    """The provider said no, for good."""

    method: str
    reason: str

    def __str__(self) -> str:
        return f"{self.method} refused: {self.reason}"


@define
class ProviderUnclear(Unavailable):
    """The provider did not answer, or not in a way that tells what happened."""

    method: str
    reason: str
    retry_after_seconds: float | None = None

    def __str__(self) -> str:
        return f"{self.method} left us in doubt: {self.reason}"


@define
class NoticeForged(Refused):
    """The signature is not that of the provider."""

    method: str

    def __str__(self) -> str:
        return f"this notice was not signed by {self.method}"


@define
class NoticeUnreadable(Refused):
    """The notice cannot be understood."""

    method: str
    what: str

    def __str__(self) -> str:
        return f"not a notice of {self.method}: {self.what}"


@define
class FeedStuck(Unavailable):
    """Something in a feed cannot be booked; it is tried again, and in the end held."""

    feed: str
    why: str

    def __str__(self) -> str:
        return f"feed {self.feed} cannot be read on: {self.why}"


@define
class ListMissing(Missing):
    """This provider keeps no list, so there is nothing to compare our books with."""

    method: str

    def __str__(self) -> str:
        return f"{self.method} keeps no list: compare those in the provider's cabinet"


@define
class NoticeMissing(Missing):
    """We were never told that."""

    method: str
    key: str

    def __str__(self) -> str:
        return f"there is no notice {self.key!r} of {self.method}"


@define
class NoticeUnconfirmed(Unavailable):
    """A notice says that money came, and whoever sent it does not say so when he is asked."""

    method: str
    key: str
    said: str

    def __str__(self) -> str:
        return f"{self.method} told of {self.said} under {self.key!r}, and does not show it"


@define
class NothingUnresolved(Conflict):
    """This notice waits for no person."""

    method: str
    key: str

    def __str__(self) -> str:
        return f"notice {self.key!r} of {self.method} waits for nobody"


@define
class ArrivalMissing(Missing):
    """Nothing came under this key."""

    method: str
    key: str

    def __str__(self) -> str:
        return f"nothing came by {self.method} under {self.key!r}"


@define
class ArrivalMoved(Conflict):
    """Somebody else decided about the arrival first."""

    method: str
    key: str

    def __str__(self) -> str:
        return f"somebody else has just decided about {self.key!r} of {self.method}"


@define
class CursorMoved(Conflict):
    """Somebody else has read the feed on from there."""

    feed: str

    def __str__(self) -> str:
        return f"feed {self.feed} was read on by somebody else"


@define
class RefundMissing(Missing):
    """No refund has this id."""

    refund: UUID

    def __str__(self) -> str:
        return f"there is no refund {self.refund}"


@define
class RefundReused(Conflict):
    """The id belongs to a refund with other contents."""

    refund: UUID

    def __str__(self) -> str:
        return f"refund {self.refund} is known with other contents: use a fresh id"


@define
class RefundMoved(Conflict):
    """The refund is not in a state in which that can be done."""

    refund: UUID
    state: str

    def __str__(self) -> str:
        return f"refund {self.refund} is {self.state} by now"


@define
class StandingMissing(Missing):
    """No standing order has this id."""

    standing: UUID

    def __str__(self) -> str:
        return f"there is no standing order {self.standing}"


@define
class StandingReused(Conflict):
    """The id belongs to a standing order with other contents."""

    standing: UUID

    def __str__(self) -> str:
        return f"standing order {self.standing} is known with other contents: use a fresh id"


@define
class NotRenewable(Refused):
    """Nothing was paid under the standing order that would renew itself."""

    standing: UUID

    def __str__(self) -> str:
        return f"nothing that renews itself was paid under standing order {self.standing}"


@define
class NotReturnable(Refused):
    """This cannot be given back in this way."""

    method: str
    why: str

    def __str__(self) -> str:
        return f"{self.method} cannot give that back: {self.why}"


@define
class RuleNotKept(Refused):
    """The rules send money back by a method that gives nothing back by itself."""

    method: str
    cases: tuple[str, ...]

    def __str__(self) -> str:
        cases = ", ".join(self.cases)
        return f"{self.method} returns nothing by rule ({cases}): hold it there, or credit it"


@define
class TooMuchBack(Refused):
    """More would go back than there is of what came."""

    asked: Money
    left: Money

    def __str__(self) -> str:
        return f"{self.left} can go back, not {self.asked}"


@define
class OwnApproval(Refused):
    """Whoever asked for a refund does not approve it."""

    refund: UUID
    by: str

    def __str__(self) -> str:
        return f"refund {self.refund} was asked for by {self.by}: somebody else has to agree"


@define
class NotCancellable(Conflict):
    """The payment is too far to be called off."""

    payment: UUID
    state: str

    def __str__(self) -> str:
        return f"payment {self.payment} is {self.state}: it cannot be called off"


@define
class NothingHeld(Conflict):
    """Nothing of this arrival waits for a decision any more."""

    method: str
    key: str

    def __str__(self) -> str:
        return f"nothing of {self.key!r} of {self.method} waits for a decision"
