"""Refunds of Heleket: what was begun, and what is left of an invoice."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from attrs import define, field

from .heleket_invoices import Invoice
from .heleket_wire import Refusal

STATES_OF_MONEY: Final = frozenset(
    {"paid", "paid_over", "wrong_amount", "refund_process", "refund_paid", "refund_fail"}
)


@define(kw_only=True)
class Back:
    """Money on its way back to a payer, or there."""

    invoice: Invoice
    amount: Decimal
    address: str
    failed: bool = False


@define
class Refunds:
    """
    Every refund that was begun.

    A part goes back again and again until nothing is left: whether Heleket would do that is not
    confirmed, and whoever asks twice is to be seen doing it.
    """

    begun: list[Back] = field(factory=list)
    refusals: list[str] = field(factory=list)
    """Why the next ones are refused, whatever else speaks for them."""

    def begin(self, invoice: Invoice, asked: Mapping[str, Any]) -> None:
        """Send that much of it back, or all that is left; or Refusal."""
        if self.refusals:
            raise Refusal(200, message=self.refusals.pop(0))
        if invoice["status"] not in STATES_OF_MONEY:
            raise Refusal(200, message="Payment is not paid")
        left = Decimal(invoice["payment_amount"]) - sum(each.amount for each in self._of(invoice))
        try:
            amount = Decimal(asked.get("amount") or left)
        except InvalidOperation:
            raise Refusal(422, errors={"amount": ["validation.numeric"]}) from None
        if not 0 < amount <= left:
            raise Refusal(200, message="Refund amount is more than there is")
        self.begun.append(Back(invoice=invoice, amount=amount, address=asked["address"]))

    def fail(self, invoice: Invoice) -> None:
        """The last one did not arrive."""
        self._of(invoice)[-1].failed = True

    def _of(self, invoice: Invoice) -> list[Back]:
        return [each for each in self.begun if each.invoice is invoice and not each.failed]
