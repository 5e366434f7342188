"""What the numbers of a policy may be; each raises OutOfBounds for others."""

from math import inf
from typing import Any

from attrs import Attribute

from .errors import OutOfBounds


def positive(_: object, attribute: "Attribute[Any]", value: float) -> None:
    """More than nothing, and not for ever."""
    if not 0 < value < inf:
        raise OutOfBounds(attribute.name, value, "more than 0 and finite")


def not_negative(_: object, attribute: "Attribute[Any]", value: float) -> None:
    """Nothing or more, and not for ever."""
    if not 0 <= value < inf:
        raise OutOfBounds(attribute.name, value, "0 or more and finite")


def at_least_one(_: object, attribute: "Attribute[Any]", value: int) -> None:
    """One of them or more."""
    if value < 1:
        raise OutOfBounds(attribute.name, value, "at least 1")


def a_rate(_: object, attribute: "Attribute[Any]", value: float) -> None:
    """A part of a whole, but not none of it."""
    if not 0 < value <= 1:
        raise OutOfBounds(attribute.name, value, "more than 0 and at most 1")
