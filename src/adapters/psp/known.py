"""What is known when a call is made: what the names in a profile stand for."""

from datetime import UTC, datetime
from decimal import Decimal

from ...core.money import Money
from ...core.payments import Arrival, Payment, PaymentId, Refund
from .currencies import Code, Format
from .expressions import Known, Value
from .names import name_of, order_id
from .profile import Profile
from .shop import Shop


def to_open(profile: Profile, shop: Shop, payment: Payment) -> Known:
    """For asking the payer; all of it follows from the payment, so it is the same each time."""
    return {
        "shop.id": shop.id,
        "order.id": order_id(payment.id),
        "urls.success": shop.success_url,
        "urls.failure": shop.failure_url,
        "urls.notice": shop.notice_url,
        **_moment("expires", payment.expires_at),
        **_amount(profile, payment.asked),
    }


def to_ask(shop: Shop, order: PaymentId | None, name: str) -> Known:
    """For asking about a payment by our name for it or by his."""
    return {"shop.id": shop.id, "order.id": order_id(order) if order else "", "payment.id": name}


def to_return(profile: Profile, shop: Shop, refund: Refund, arrival: Arrival) -> Known:
    """For giving back of what came, and asking what became of that."""
    return {
        "shop.id": shop.id,
        "refund.id": refund.id.hex,
        "payment.id": name_of(arrival),
        **_amount(profile, refund.amount),
    }


def to_list(shop: Shop, since: datetime, until: datetime, number: int, cursor: str) -> Known:
    """For a page of his list."""
    span = _moment("since", since) | _moment("until", until)
    return {"shop.id": shop.id, "page.number": number, "page.cursor": cursor, **span}


def _amount(profile: Profile, amount: Money) -> dict[str, Value]:
    number = profile.amount.format is Format.DECIMAL_NUMBER
    return {
        "amount.minor": amount.units,
        "amount.decimal": Decimal(amount.decimal) if number else amount.decimal,
        "currency.alpha": profile.written(amount.asset, Code.ALPHA),
        "currency.numeric": profile.written(amount.asset, Code.NUMERIC),
    }


def _moment(name: str, at: datetime) -> dict[str, Value]:
    iso = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {f"{name}.iso": iso, f"{name}.unix": int(at.timestamp())}
