"""What Telegram tells us of payments, in our words."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from attrs import frozen

from ...core.errors import AltynError
from ...core.money import Assets, Money
from ...core.payments import (
    Checkout,
    Deposit,
    Hint,
    Inflow,
    NoticeUnreadable,
    PaymentId,
    Period,
    Renewal,
    RenewalChange,
    Reversal,
    Told,
)
from .methods import STARS, TELEGRAM, method_of

NONSENSE: Final = (
    *(AttributeError, LookupError, TypeError),  # another shape
    *(ArithmeticError, OSError, ValueError),  # dates and numbers out of all bounds
    AltynError,  # what our own values cannot be
)
"""What reading something raises that is not as it should be."""

QUERY: Final = "pre_checkout_query"
PAID: Final = "successful_payment"
BACK: Final = "refunded_payment"
UNTIL: Final = "subscription_expiration_date"
CHANGED: Final = "subscription"
RENEWALS: Final = {
    "active": Renewal.ACTIVE,
    "canceled": Renewal.CANCELLED,
    "failed": Renewal.FAILED,
}
CHARGE: Final = "telegram_payment_charge_id"
NUMBERS: Final = 2**63
CHAT_MAX: Final = 20
NAME: Final = re.compile(r"[!-~]{1,200}")
"""What a charge can be called where we keep it."""


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


def told_of(raw: bytes) -> Told | None:
    """
    What an update is to be kept under, if it tells of money that moved or will, whatever it says.

    Raises:
        NoticeUnreadable: it is no update.
    """
    said = _update(raw)
    for kind in (PAID, BACK):
        if (moved := _moved(said, kind)) is not None:
            charge, update = moved.get(CHARGE), f"update {said['update_id']}"
            name = charge if isinstance(charge, str) and NAME.fullmatch(charge) else update
            # A subscription may use one id for all of its charges.
            until = moved.get(UNTIL)
            ending = f" until {until}" if isinstance(until, int) and 0 < until < NUMBERS else ""
            hint = Hint(
                f"{name}{ending}" if kind == PAID else f"{name} went back",
                payment_of(moved.get("invoice_payload")),
                name,
            )
            return Told(method_of(moved.get("currency", "")), hint)
    if isinstance(changed := said.get(CHANGED), dict):
        payment = payment_of(changed.get("invoice_payload"))
        return Told(STARS, Hint(f"{CHANGED} {said['update_id']}", payment))
    return None


@frozen
class Place:
    """Where an update belongs: its number, and the chat in which it happened."""

    number: int
    chat: str


def place_of(raw: bytes) -> Place:
    """
    Where an update belongs, whatever it says; what happened in no chat belongs to whoever did it.

    Raises:
        NoticeUnreadable: it is no update.
    """
    said = _update(raw)
    number: int = said["update_id"]
    for event in said.values():
        if isinstance(event, dict):
            within = event.get("message") if "data" in event else event
            chat = within.get("chat") if isinstance(within, dict) else None
            for where in (chat, event.get("from"), event.get("user")):
                if isinstance(where, dict) and isinstance(where.get("id"), int):
                    return Place(number, str(where["id"])[:CHAT_MAX])
    return Place(number, "")


def update_of(raw: bytes, assets: Assets) -> Paid | Returned | RenewalChange | None:
    """
    What an update says of money that moved, or will; None when it is about something else.

    Raises:
        NoticeUnreadable: it is no update, or lacks what it should have.
    """
    said = _update(raw)
    paid, back = _moved(said, PAID), _moved(said, BACK)
    try:
        if paid is not None:
            return _paid(said["message"], paid, assets)
        if back is not None:
            return _returned(said["message"], back, assets)
        if isinstance(changed := said.get(CHANGED), dict):
            renewal = RENEWALS[text(changed, "state")]
            return RenewalChange(payment_of(changed.get("invoice_payload")), renewal)
    except NONSENSE as wrong:
        raise lacking(wrong) from None
    return None


def checkout_of(raw: bytes, assets: Assets) -> Checkout | None:
    """
    An attempt to pay; None when it is about something else.

    Raises:
        NoticeUnreadable: it is no update, or lacks what it should have.
    """
    said = _update(raw)
    try:
        return _checkout(said[QUERY], assets) if QUERY in said else None
    except NONSENSE as wrong:
        raise lacking(wrong) from None


def lacking(wrong: Exception) -> NoticeUnreadable:
    """It is about a payment, and nobody can say what."""
    return NoticeUnreadable(TELEGRAM, f"a payment lacks something ({wrong})"[:200])


def _update(raw: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        raise NoticeUnreadable(TELEGRAM, "it is not JSON") from None
    number = said.get("update_id") if isinstance(said, dict) else None
    if not isinstance(number, int) or not 0 <= number < NUMBERS:
        raise NoticeUnreadable(TELEGRAM, "it is no update")
    known: Mapping[str, Any] = said
    return known


def _moved(said: Mapping[str, Any], kind: str) -> Mapping[str, Any] | None:
    """What an update says under that name; nothing of it where that is no object."""
    message = said.get("message")
    if not isinstance(message, dict) or kind not in message:
        return None
    moved = message[kind]
    return moved if isinstance(moved, dict) else {}


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
        key=text(paid, CHARGE),
        amount=amount,
        at=moment(message, "date"),
        sender=str(whole(message["from"], "id")),
    )
    period = None
    if UNTIL in paid:
        period = Period(moment(paid, UNTIL), first=paid.get("is_first_recurring") is True)
    payment = payment_of(paid.get("invoice_payload"))
    return Paid(method_of(amount.asset.code), Deposit(inflow, payment, period))


def _returned(message: Mapping[str, Any], back: Mapping[str, Any], assets: Assets) -> Returned:
    amount = known(money_of(back, assets))
    reversal = Reversal(key=text(back, CHARGE), amount=amount, at=moment(message, "date"))
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
