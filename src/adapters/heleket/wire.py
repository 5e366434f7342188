"""What Heleket says, in our words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from ...core.balances import MalformedText
from ...core.clock import parse_instant
from ...core.errors import AltynError
from ...core.money import UNITS_MAX, Asset, Assets, Money
from ...core.payments import (
    Inflow,
    PaymentId,
    ProviderUnclear,
    RefundStage,
    Report,
    Stage,
    Uncounted,
)
from .signing import METHOD

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

REFUND_STAGES: Final[Mapping[str, RefundStage]] = {
    "refund_process": RefundStage.ACCEPTED,
    "refund_paid": RefundStage.DONE,
    "refund_fail": RefundStage.FAILED,
}
"""What the statuses after a refund was asked for say of it."""

MONEY_IS_HERE: Final = frozenset(status for status, its in STAGES.items() if its is Stage.CLOSED)

SENDER_MAX: Final = 256
CODE_MAX: Final = 20
DECIMAL: Final = re.compile(r"[0-9]{1,40}(\.[0-9]{1,40})?")


class Unintelligible(ValueError):
    """It is not what the provider has promised to say; the words hold nothing secret."""


@contextmanager
def understood() -> Iterator[None]:
    """What we cannot read leaves us in doubt."""
    try:
        yield
    except (Unintelligible, MalformedText) as wrong:
        raise ProviderUnclear(METHOD, str(wrong)) from None


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
    if invoice.get("is_final") is False and status not in REFUND_STAGES:
        return Report(Stage.SEEN)
    inflows, uncounted = what_came(invoice, assets, now)
    return Report(stage, inflows, uncounted)


def what_came(
    invoice: Mapping[str, Any], assets: Assets, now: datetime
) -> tuple[Sequence[Inflow], Sequence[Uncounted]]:
    """What came under an invoice, in the asset in which it came, as far as our books can say it."""
    sender = invoice.get("from")
    printable = isinstance(sender, str) and sender.isprintable()
    # It came when the invoice became what it is now; of one that was refunded since, before.
    moved = "created_at" if status_of(invoice) in REFUND_STAGES else "updated_at"
    key, at = text_of(invoice, "uuid"), moment_of(invoice, moved) or now
    amount, rest = came_under(invoice, assets)
    sent_by = str(sender)[:SENDER_MAX] if printable else ""
    try:
        came = [] if amount is None else [Inflow(key=key, amount=amount, at=at, sender=sent_by)]
        return came, [Uncounted(key=key, said=rest, at=at)] if rest else []
    except AltynError as wrong:
        raise Unintelligible(str(wrong)) from None


def came_under(invoice: Mapping[str, Any], assets: Assets) -> tuple[Money | None, str]:
    """
    How much came under an invoice, and of what cannot be said in our money, how much in his words.

    What is too fine for our scale is never rounded: whole units are what came, the rest is told.
    """
    code, text = text_of(invoice, "payer_currency"), decimal_of(invoice, "payment_amount")
    asset, said = assets.by_code.get(code.upper()), f"{text} {code[:CODE_MAX]}"
    if asset is None:
        return None, said
    whole, _, decimals = text.partition(".")
    fine = decimals[asset.scale :]
    rest = f"0.{'0' * asset.scale}{fine} of {said}" if fine else ""
    units = int(whole + decimals[: asset.scale].ljust(asset.scale, "0"))
    if units > UNITS_MAX:
        return None, said
    return Money(units, asset) if units or not rest else None, rest


def status_of(invoice: Mapping[str, Any]) -> str:
    """`status`, and where it is missing `payment_status`: they mean the same."""
    return text_of(invoice, "status" if invoice.get("status") else "payment_status")


def money_of(said: Mapping[str, Any], name: str, asset: Asset) -> Money:
    """An amount of that asset."""
    text = decimal_of(said, name)
    try:
        return Money.parse(text, asset)
    except AltynError:
        raise Unintelligible(f"{name} {text[:40]!r} is no amount of {asset}") from None


def decimal_of(said: Mapping[str, Any], name: str) -> str:
    """A number: mostly text, now and then not; zeros at its end are no part of it."""
    value = said.get(name)
    if not isinstance(value, (str, int, Decimal)) or isinstance(value, bool):
        raise Unintelligible(f"{name} is no amount")
    text = str(value)
    if not DECIMAL.fullmatch(text):
        raise Unintelligible(f"{name} {text[:40]!r} is no amount")
    return text.rstrip("0").rstrip(".") if "." in text else text


def text_of(said: Mapping[str, Any], name: str) -> str:
    """A member that has to be there."""
    value = said.get(name)
    if not isinstance(value, str) or not value or not value.isprintable():
        raise Unintelligible(f"{name} is missing or is no text")
    return value


def object_of(said: object) -> dict[str, Any]:
    """What has to be an object."""
    if not isinstance(said, dict):
        raise Unintelligible("an object was to be expected")
    return said


def list_of(said: object) -> list[Any]:
    """What has to be a list."""
    if not isinstance(said, list):
        raise Unintelligible("a list was to be expected")
    return said


def moment_of(said: Mapping[str, Any], name: str) -> datetime | None:
    """A moment, if it can be read."""
    told = said.get(name)
    if not isinstance(told, str):
        return None
    try:
        return parse_instant(told)
    except AltynError:
        return None


def order_id(id: PaymentId) -> str:
    """How Heleket knows a payment: 32 characters are as many as all of its calls take."""
    return id.hex


def payment_id(order: object) -> PaymentId | None:
    """Which payment that is; None when it cannot be one of ours."""
    try:
        id = UUID(hex=order) if isinstance(order, str) else None
    except ValueError:
        return None
    return PaymentId(id) if id is not None and id.hex == order else None
