"""Which events leave the house, and which of their facts: what others may build on."""

from collections.abc import Iterable, Mapping
from typing import Final

from ..balances import EXPIRED_EVENT
from ..events import Event, Fact
from ..payments import RefundState
from ..payments import State as PaymentState
from ..purchases import CampaignState
from ..purchases import State as PurchaseState
from ..support import State as TicketState

WHOSE: Final = ("payer", "buyer", "account")
"""Facts that name somebody by their account: whom an event is about."""

PAYMENT: Final = ("payment", "payer", "reference", "asked", "came", "credited")
REFUND: Final = ("refund", "payment", "payer", "method", "amount")
PURCHASE: Final = ("purchase", "buyer", "recipient", "kind", "quantity", "item", "price", "proof")
STANDING: Final = ("standing", "payer", "reference", "method", "until")
CAMPAIGN: Final = ("campaign", "item", "wanted", "delivered", "unknown", "refused", "released")
TICKET: Final = ("ticket", "account", "about")
WEBHOOK: Final = ("webhook", "account", "host", "why")
BROADCAST: Final = (
    "broadcast", "account", "state", "letters", "sent", "gone", "declined", "refused", "unknown",
)  # fmt: skip

ANNOUNCEMENT: Final = "announcement"
"""What tells of no event and is for many: whoever declines this kind gets none of it."""


def _all(subject: str, words: Iterable[str], facts: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return {f"{subject}.{word}": facts for word in sorted(words)}


PUBLIC: Final[Mapping[str, tuple[str, ...]]] = {
    EXPIRED_EVENT: ("hold",),
    **_all("payment", {*PaymentState, "unresolved"} - {PaymentState.CREATED}, PAYMENT),
    **_all("refund", {*RefundState, "outside", "unresolved"}, REFUND),
    **_all("purchase", {*PurchaseState, "waiting", "late", "borne"}, PURCHASE),
    **_all("standing", ("begun", "renewed", "resumed", "cancelled", "unpaid", "lapsed"), STANDING),
    **_all("campaign", CampaignState, CAMPAIGN),
    **_all("ticket", {*TicketState, "opened"} - {TicketState.OPEN}, TICKET),
    **_all("webhook", ("disabled", "given_up"), WEBHOOK),
    **_all("broadcast", ("ended",), BROADCAST),
}
"""By the name of the event."""


def whose(event: Event) -> str:
    """The account of whom it is about; empty where it is about nobody."""
    return next((str(told) for name in WHOSE if (told := event.facts.get(name))), "")


def public(event: Event) -> dict[str, Fact]:
    """The facts of it that others may know."""
    return {name: event.facts.get(name) for name in PUBLIC[event.name]}


def is_known(wanted: str) -> bool:
    """Whether that is an event, all events of a subject like `payment.*`, or `*`."""
    subject, _, rest = wanted.partition(".")
    if rest == "*":
        return any(name.startswith(f"{subject}.") for name in PUBLIC)
    return wanted == "*" or wanted in PUBLIC
