"""How bills look in a row of PostgreSQL, and back."""

import json
from datetime import UTC, datetime
from typing import Any

from ...core.money import Asset, Money
from ...core.wallets import Bill, Part


def written(bill: Bill) -> str:
    """A bill as JSON, always the same."""
    told = {
        "asset": [bill.asset.code, bill.asset.scale],
        "pay_before": bill.pay_before.astimezone(UTC).isoformat(),
        "parts": [[each.to, each.amount.units, each.comment, each.body] for each in bill.parts],
    }
    return json.dumps(told, separators=(",", ":"))


def bill_of(told: dict[str, Any]) -> Bill:
    """The bill that was written so."""
    asset = Asset(*told["asset"])
    return Bill(
        parts=tuple(
            Part(to=to, amount=Money(units, asset), comment=comment, body=body)
            for to, units, comment, body in told["parts"]
        ),
        pay_before=datetime.fromisoformat(told["pay_before"]),
    )
