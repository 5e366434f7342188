"""How bills look in a row of SQLite, and back."""

import json

from ...core.money import Asset, Money
from ...core.wallets import Bill, Part
from .rows import moment_of, ticks_of


def written(bill: Bill) -> str:
    """A bill as JSON, always the same."""
    told = {
        "asset": [bill.asset.code, bill.asset.scale],
        "pay_before": ticks_of(bill.pay_before),
        "parts": [[each.to, each.amount.units, each.comment, each.body] for each in bill.parts],
    }
    return json.dumps(told, separators=(",", ":"))


def bill_of(text: str) -> Bill:
    """The bill that was written so."""
    told = json.loads(text)
    asset = Asset(*told["asset"])
    return Bill(
        parts=tuple(
            Part(to=to, amount=Money(units, asset), comment=comment, body=body)
            for to, units, comment, body in told["parts"]
        ),
        pay_before=moment_of(told["pay_before"]),
    )
