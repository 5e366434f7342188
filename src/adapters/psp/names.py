"""How a provider knows what is ours, and we what is his."""

import re
from typing import Final
from uuid import UUID

from ...core.payments import Arrival, PaymentId

GROWN: Final = re.compile(r"\+[0-9]+$")
"""What our books put behind his name for a payment when more came for it."""


def order_id(id: PaymentId) -> str:
    """His name for a payment of ours."""
    return id.hex


def payment_id(order: str) -> PaymentId | None:
    """Which payment that is; None when it cannot be one of ours."""
    try:
        id = UUID(hex=order)
    except ValueError:
        return None
    return PaymentId(id) if id.hex == order else None


def name_of(arrival: Arrival) -> str:
    """His own name for the payment by which that came."""
    return GROWN.sub("", arrival.inflow.key)
