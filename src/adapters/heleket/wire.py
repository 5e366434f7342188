"""What Heleket says, in our words."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from ...core.clock import parse_instant
from ...core.errors import AltynError
from ...core.money import Assets, Money
from ...core.payments import Inflow, Report, Stage

STAGES: Final[Mapping[str, Stage]] = {
    "check": Stage.OPEN,
    "process": Stage.OPEN,
    "confirm_check": Stage.SEEN,
    "wrong_amount_waiting": Stage.SEEN,
    "paid": Stage.CLOSED,
    "paid_over": Stage.CLOSED,
    "wrong_amount": Stage.CLOSED,
    "cancel": Stage.EXPIRED,
    "fail": Stage.FAILED,
    "system_fail": Stage.LOCKED,  # a mistake of theirs, about which a person has to ask them
    "locked": Stage.LOCKED,
    "refund_process": Stage.CLOSED,
    "refund_paid": Stage.CLOSED,
    "refund_fail": Stage.CLOSED,
}
"""A status that is not here is not final."""

MONEY_IS_HERE: Final = frozenset(status for status, its in STAGES.items() if its is Stage.CLOSED)

SENDER_MAX: Final = 256


class Unintelligible(ValueError):
    """It is not what the provider has promised to say; the words hold nothing secret."""


def report_of(invoice: Mapping[str, Any], assets: Assets, now: datetime) -> Report:
    """
    What an invoice says of its payment.

    Raises:
        Unintelligible: a member that matters is missing or makes no sense.
    """
    status = status_of(invoice)
    stage = STAGES.get(status, Stage.OPEN)
    if status not in MONEY_IS_HERE:
        return Report(stage)
    if invoice.get("is_final") is False and not status.startswith("refund"):
        return Report(Stage.SEEN)
    return Report(stage, [inflow_of(invoice, assets, now)])


def inflow_of(invoice: Mapping[str, Any], assets: Assets, now: datetime) -> Inflow:
    """What came under an invoice, in the asset in which it came."""
    code = text_of(invoice, "payer_currency")
    asset = assets.by_code.get(code)
    if asset is None:
        raise Unintelligible(f"money came in {code[:20]!r}, which is not among the assets")
    amount = money_of(invoice, "payment_amount", Assets.of(asset), code)
    sender = invoice.get("from")
    printable = isinstance(sender, str) and sender.isprintable()
    try:
        return Inflow(
            key=text_of(invoice, "uuid"),
            amount=amount,
            at=_moment(invoice, now),
            sender=str(sender)[:SENDER_MAX] if printable else "",
        )
    except AltynError as wrong:
        raise Unintelligible(str(wrong)) from None


def status_of(invoice: Mapping[str, Any]) -> str:
    """`status`, and where it is missing `payment_status`: they mean the same."""
    return text_of(invoice, "status" if invoice.get("status") else "payment_status")


def money_of(invoice: Mapping[str, Any], name: str, assets: Assets, code: str) -> Money:
    """An amount: mostly text, now and then a number; zeros at its end are no part of it."""
    value = invoice.get(name)
    if not isinstance(value, (str, int, Decimal)) or isinstance(value, bool):
        raise Unintelligible(f"{name} is no amount")
    text = str(value)
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    try:
        return Money.parse(text, assets.named(code))
    except AltynError:
        raise Unintelligible(f"{name} {str(value)[:40]!r} is no amount of {code[:20]}") from None


def text_of(said: Mapping[str, Any], name: str) -> str:
    """A member that has to be there."""
    value = said.get(name)
    if not isinstance(value, str) or not value or not value.isprintable():
        raise Unintelligible(f"{name} is missing or is no text")
    return value


def _moment(invoice: Mapping[str, Any], now: datetime) -> datetime:
    told = invoice.get("updated_at")
    if not isinstance(told, str):
        return now
    try:
        return parse_instant(told)
    except AltynError:
        return now
