"""Invoices of Heleket, and the addresses that stand: what they look like, and what they become."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from .heleket_wire import moscow

Invoice = dict[str, Any]

STATES_OF_THE_END: Final = frozenset(
    {"paid", "paid_over", "wrong_amount", "cancel", "fail", "refund_paid", "refund_fail"}
)


def new_invoice(
    uuid: str, now: datetime, page: str, *, lifetime: int = 0, **members: Any
) -> dict[str, Any]:
    """A new one, which nobody has paid."""
    return {
        "uuid": uuid,
        "payment_amount": None,
        "payer_currency": None,
        "network": None,
        "address": None,
        "from": None,
        "txid": None,
        "status": "check",
        "is_final": False,
        "url": f"{page}/{uuid}",
        "expired_at": int(now.timestamp()) + lifetime,
        "created_at": moscow(now),
        "updated_at": moscow(now),
        **members,
    }


def new_wallet(uuid: str, page: str, **members: Any) -> dict[str, Any]:
    """A new address that stands."""
    address = f"T{uuid.replace('-', '')}"
    return {
        "wallet_uuid": uuid,
        "uuid": uuid,
        "address": address,
        "url": f"{page}/{uuid}",
        **members,
    }


def status_by_what_came(paid: Invoice) -> str:
    """What an invoice has become by what came."""
    asked, came = Decimal(paid["amount"]), Decimal(paid["payment_amount"])
    if paid["payer_currency"] != paid["currency"]:
        return "wrong_amount"
    if came < asked:
        closed = paid["status"] in STATES_OF_THE_END
        return "wrong_amount" if closed else "wrong_amount_waiting"
    return "paid" if came == asked else "paid_over"
