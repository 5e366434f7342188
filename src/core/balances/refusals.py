"""Refusals as plain values, so that a storage can keep them and say them again word for word."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from attrs import fields

from ..errors import AltynError
from ..money import Asset, Money
from . import errors
from .hold import HoldState

KNOWN: Final[dict[str, type[AltynError]]] = {
    kind.code: kind
    for kind in vars(errors).values()
    if isinstance(kind, type)
    and issubclass(kind, AltynError)
    and kind.__module__ == errors.__name__
}
"""Every way in which a ledger refuses, by its code."""

Facts = dict[str, Any]


def facts_of(error: AltynError) -> Facts:
    """The facts of a refusal as values that JSON can hold."""
    return {name: _plain(value) for name, value in error.facts.items()}


def refusal_of(code: str, facts: Facts) -> AltynError:
    """The refusal again, from its code and `facts_of` it."""
    kind = KNOWN[code]
    types = {each.name: each.type for each in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: _typed(type_, facts[name]) for name, type_ in types.items()})


def _plain(value: object) -> object:
    match value:
        case Money(units, asset):
            return [units, asset.code, asset.scale]
        case Asset(code, scale):
            return [code, scale]
        case UUID():
            return str(value)
        case datetime():
            return value.isoformat()
    return value


def _typed(kind: Any, value: Any) -> object:
    if value is None:
        return None
    kind = getattr(kind, "__supertype__", kind)
    if kind is Money:
        units, code, scale = value
        return Money(units, Asset(code, scale))
    if kind is Asset:
        return Asset(*value)
    if kind in (datetime, datetime | None):
        return datetime.fromisoformat(value)
    if kind in (UUID, HoldState):
        return kind(value)
    return value
