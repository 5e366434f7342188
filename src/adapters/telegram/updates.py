"""What Telegram tells us of payments, in our words."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from attrs import frozen

from ...core.errors import AltynError
from ...core.money import Assets, Money
from ...core.payments import Checkout, Deposit, Inflow, NoticeUnreadable, PaymentId, Reversal
from .methods import TELEGRAM, method_of

NONSENSE: Final = (
    *(AttributeError, LookupError, TypeError),  # another shape
    *(ArithmeticError, OSError, ValueError),  # dates and numbers out of all bounds
    AltynError,  # what our own values cannot be
)
"""What reading something raises that is not as it should be."""


@frozen
class Paid:
    """Somebody was charged, by that method."""

    method: str
    deposit: Deposit


@frozen
class Returned:
    """Somebody has got back what they were charged, by that method."""

    method: str
    reversal: Reversal
    payment: PaymentId | None


def update_of(raw: bytes, assets: Assets) -> Checkout | Paid | Returned | None:
    """
    What an update says of a payment; None when it is about something else.

    Raises:
        NoticeUnreadable: it is no update, or lacks what it should have.
    """
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        raise NoticeUnreadable(TELEGRAM, "it is not JSON") from None
    if not isinstance(said, dict) or not isinstance(said.get("update_id"), int):
        raise NoticeUnreadable(TELEGRAM, "it is no update")
    message = said.get("message")
    try:
        if "pre_checkout_query" in said:
            return _checkout(said["pre_checkout_query"], assets)
        if isinstance(message, dict) and "successful_payment" in message:
            return _paid(message, message["successful_payment"], assets)
        if isinstance(message, dict) and "refunded_payment" in message:
            return _returned(message, message["refunded_payment"], assets)
    except NONSENSE as wrong:
        raise NoticeUnreadable(TELEGRAM, f"a payment lacks something ({wrong})"[:200]) from None
    return None


def _checkout(query: Mapping[str, Any], assets: Assets) -> Checkout:
    who = query["from"]
    language = who.get("language_code", "")
    return Checkout(
        id=text(query, "id"),
        method=method_of(text(query, "currency")),
        payment=payment_of(query.get("invoice_payload")),
        amount=money_of(query, assets),
        payer=str(whole(who, "id")),
        language=language if isinstance(language, str) else "",
    )


def _paid(message: Mapping[str, Any], paid: Mapping[str, Any], assets: Assets) -> Paid:
    amount = known(money_of(paid, assets))
    inflow = Inflow(
        key=text(paid, "telegram_payment_charge_id"),
        amount=amount,
        at=moment(message, "date"),
        sender=str(whole(message["from"], "id")),
    )
    # Nothing of ours renews itself: what does is for a person to look at.
    renews = paid.get("is_recurring") or paid.get("subscription_expiration_date")
    payment = None if renews else payment_of(paid.get("invoice_payload"))
    return Paid(method_of(amount.asset.code), Deposit(inflow, payment))


def _returned(message: Mapping[str, Any], back: Mapping[str, Any], assets: Assets) -> Returned:
    amount = known(money_of(back, assets))
    reversal = Reversal(
        key=text(back, "telegram_payment_charge_id"), amount=amount, at=moment(message, "date")
    )
    return Returned(method_of(amount.asset.code), reversal, payment_of(back.get("invoice_payload")))


def known(amount: Money | None) -> Money:
    """An amount of an asset that we count."""
    if amount is None:
        raise ValueError("its currency is not among the assets")
    return amount


def money_of(said: Mapping[str, Any], assets: Assets) -> Money | None:
    """An amount in units of its currency, all of which have the scale that ours have."""
    asset = assets.by_code.get(text(said, "currency"))
    units = whole(said, "total_amount")
    return None if asset is None else Money(units, asset)


def payload_of(id: PaymentId) -> str:
    """What Telegram repeats to us about a payment."""
    return id.hex


def payment_of(payload: object) -> PaymentId | None:
    """Which payment that is; None when it cannot be one of ours."""
    try:
        id = UUID(hex=payload) if isinstance(payload, str) else None
    except ValueError:
        return None
    return PaymentId(id) if id is not None and id.hex == payload else None


def text(said: Mapping[str, Any], name: str) -> str:
    """A member that has to be there."""
    value = said[name]
    if not isinstance(value, str) or not value or not value.isprintable():
        raise ValueError(f"{name} is no text")
    return value


def whole(said: Mapping[str, Any], name: str) -> int:
    """A number that has to be there."""
    value = said[name]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} is no whole number")
    return value


def moment(said: Mapping[str, Any], name: str) -> datetime:
    """A time that has to be there."""
    return datetime.fromtimestamp(whole(said, name), UTC)
