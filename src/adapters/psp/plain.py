"""Plain values as a profile writes them; a ValueError says what would be right."""

import typing
from collections.abc import Callable, Mapping
from enum import Enum
from ipaddress import ip_network
from typing import Any, Final

from .calls import Said
from .expressions import Expression, Template
from .pointers import Pointer
from .profile import Network
from .shop import Setting
from .writing import AnyText

TEXT_MAX: Final = 500


def text(written: object) -> str:
    """One line of text."""
    if not isinstance(written, str) or len(written) > TEXT_MAX or not written.isprintable():
        raise ValueError(f"is one line of text, of at most {TEXT_MAX} characters")
    return written


def whole(written: object) -> int:
    """A whole number."""
    if type(written) is not int:
        raise ValueError("is a whole number")
    return written


def flag(written: object) -> bool:
    """Yes or no."""
    if not isinstance(written, bool):
        raise ValueError("is true or false")
    return written


def table(written: object) -> Mapping[str, Any]:
    """Values by their names."""
    if not isinstance(written, dict):
        raise ValueError("is a table")
    return written


def array(written: object) -> list[Any]:
    """Values one after the other."""
    if not isinstance(written, list):
        raise ValueError("is a list in brackets")
    return written


def said(written: object) -> Said:
    """What a field of a call says."""
    if type(written) in (bool, int):
        return typing.cast(Said, written)
    return Expression.parse(text(written))


def network(written: object) -> Network:
    """Addresses."""
    try:
        return ip_network(text(written))
    except ValueError:
        raise ValueError("is an address or a network, like 192.0.2.0/24") from None


def one_of(kind: type[Enum], written: object) -> Enum:
    """A word of a short list."""
    for each in kind:
        if each.value == written:
            return each
    raise ValueError(f"is one of {', '.join(str(each.value) for each in kind)}")


PLAIN: Final[Mapping[Any, Callable[[object], object]]] = {
    str: text,
    AnyText: text,
    int: whole,
    bool: flag,
    Said: said,
    Expression: lambda written: Expression.parse(text(written)),
    Template: lambda written: Template(text(written)),
    Pointer: lambda written: Pointer.parse(text(written)),
    Setting: lambda written: Setting(text(written)),
    Network: network,
}
