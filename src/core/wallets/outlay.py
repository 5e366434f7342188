"""An outlay: one bill that one of our wallets pays, once."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType
from uuid import UUID

from attrs import evolve, frozen

from ..balances import AccountName, account_name
from ..clock import aware
from ..money import Money
from ..wording import checked_text, checked_word, one_line
from .bill import Bill

OutlayId = NewType("OutlayId", UUID)
ChequeId = NewType("ChequeId", UUID)

REFERENCE_MAX: Final = 128
TOLD_MAX: Final = 500


class OutlayState(StrEnum):
    """Where an outlay is in its life."""

    DUE = "due"
    """To be paid; nothing that could pay it exists."""
    SIGNED = "signed"
    """A cheque that pays it exists: it may be paid at any moment, by whoever has the cheque."""
    PAID = "paid"
    UNPAID = "unpaid"
    """It was not paid and never will be."""


OUTLAY_MOVES: Final[Mapping[OutlayState, frozenset[OutlayState]]] = {
    OutlayState.DUE: frozenset({OutlayState.SIGNED, OutlayState.UNPAID}),
    OutlayState.SIGNED: frozenset({OutlayState.PAID, OutlayState.UNPAID}),
    OutlayState.PAID: frozenset(),
    OutlayState.UNPAID: frozenset(),
}
"""Every move an outlay can make; nothing leads back to where it could be signed again."""


@frozen(kw_only=True)
class Outlay:
    """A bill to be paid; the id is the idempotency key."""

    id: OutlayId
    wallet: str
    bill: Bill
    target: AccountName
    """Where the money shows in our books once it has left: `supply:fragment`."""
    reference: str
    """What it is for; of one thing there is one outlay that is not unpaid."""
    state: OutlayState = OutlayState.DUE
    created_at: datetime
    cheque: ChequeId | None = None
    proof: str = ""
    """What was seen of the payment outside, such as the hash of a transaction."""
    told: str = ""

    def __attrs_post_init__(self) -> None:
        checked_word("wallet", self.wallet)
        account_name(self.target)
        checked_text("reference", self.reference, REFERENCE_MAX)
        checked_text("proof", self.proof, REFERENCE_MAX)
        checked_text("told", self.told, TOLD_MAX)
        aware(self.created_at)

    @property
    def amount(self) -> Money:
        """What it costs, fees of the chain apart."""
        return self.bill.total

    @property
    def ended(self) -> bool:
        """Whether nothing more becomes of it."""
        return not OUTLAY_MOVES[self.state]

    def signed(self, cheque: ChequeId) -> "Outlay":
        """On that cheque."""
        return evolve(self, state=OutlayState.SIGNED, cheque=cheque)

    def paid(self, proof: str) -> "Outlay":
        """Seen to be paid."""
        return evolve(self, state=OutlayState.PAID, proof=one_line(proof, REFERENCE_MAX), told="")

    def unpaid(self, why: object) -> "Outlay":
        """Certainly not paid, and never to be."""
        return evolve(self, state=OutlayState.UNPAID, told=one_line(str(why), TOLD_MAX))
