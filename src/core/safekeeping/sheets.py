"""What an accountant needs, sheet by sheet, each with the columns that others can rely on."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from attrs import frozen


class Kind(StrEnum):
    """How a column is told."""

    ID = "id"
    TIME = "time"
    AMOUNT = "amount"
    """A decimal number of an asset, which another column names."""
    TEXT = "text"
    WHOLE = "whole"
    YES = "yes"
    JSON = "json"


@frozen
class Column:
    """One of a sheet."""

    name: str
    kind: Kind = Kind.TEXT
    of: str = "asset"
    """Of an amount: the column that names its asset."""


def _columns(*texts: str, **kinds: Kind) -> tuple[Column, ...]:
    return (*map(Column, texts), *(Column(name, kind) for name, kind in kinds.items()))


def _amount(name: str, of: str) -> Column:
    return Column(name, Kind.AMOUNT, of)


SHEETS: Final[Mapping[str, Sequence[Column]]] = {
    "accounts": _columns(
        *("name", "asset"),
        posted=Kind.AMOUNT,
        held=Kind.AMOUNT,
        floor=Kind.AMOUNT,
        ceiling=Kind.AMOUNT,
    ),
    "transfers": _columns(
        *("source", "target", "asset", "kind", "reference", "memo"),
        amount=Kind.AMOUNT,
        at=Kind.TIME,
        id=Kind.ID,
        corrects=Kind.ID,
        movement=Kind.ID,
        hold=Kind.ID,
    ),
    "holds": _columns(
        *("account", "asset", "reference", "state"),
        amount=Kind.AMOUNT,
        captured=Kind.AMOUNT,
        placed_at=Kind.TIME,
        expires_at=Kind.TIME,
        closed_at=Kind.TIME,
        id=Kind.ID,
    ),
    "payments": (
        *_columns("payer", "target", "method", "pays_asset", "gives_asset", "reference"),
        *_columns("goods", "place", "country", "state", "provider_id", "told"),
        *(_amount(name, "pays_asset") for name in ("pays", "came", "credited", "returned")),
        _amount("gives", "gives_asset"),
        *_columns(created_at=Kind.TIME, expires_at=Kind.TIME, id=Kind.ID),
    ),
    "arrivals": _columns(
        *("method", "key", "asset", "sender", "case", "given_to", "why_held"),
        amount=Kind.AMOUNT,
        credited=Kind.AMOUNT,
        held=Kind.AMOUNT,
        returned=Kind.AMOUNT,
        at=Kind.TIME,
        noted_at=Kind.TIME,
        payment=Kind.ID,
    ),
    "refunds": _columns(
        *("method", "key", "payer", "asset", "origin", "to", "reason", "by", "state"),
        *("approved_by", "told"),
        amount=Kind.AMOUNT,
        created_at=Kind.TIME,
        id=Kind.ID,
        payment=Kind.ID,
    ),
    "purchases": (
        *_columns("buyer", "account", "recipient", "kind", "item", "supplier", "price_asset"),
        *_columns("cost_asset", "state", "late", "order_id", "proof", "told"),
        *_columns("decided_by"),
        _amount("price", "price_asset"),
        _amount("cost", "cost_asset"),
        *_columns(quantity=Kind.WHOLE, created_at=Kind.TIME, since=Kind.TIME),
        *_columns(id=Kind.ID, payment=Kind.ID),
    ),
    "campaigns": _columns(
        *("state", "told"), plan=Kind.JSON, begun=Kind.WHOLE, created_at=Kind.TIME, id=Kind.ID
    ),
    "users": _columns(
        *("name", "username", "language", "role"),
        id=Kind.WHOLE,
        referrer=Kind.WHOLE,
        muted=Kind.YES,
        blocked=Kind.YES,
        since=Kind.TIME,
        seen_at=Kind.TIME,
        erased_at=Kind.TIME,
    ),
    "audit": _columns(
        *("who", "what", "about", "digest"), number=Kind.WHOLE, at=Kind.TIME, facts=Kind.JSON
    ),
}
"""By their names."""
