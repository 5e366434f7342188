"""HTML that is safe because it is built: what is no piece of it is text, and written as text."""

from collections.abc import Iterable
from html import escape
from typing import Final

VOID: Final = frozenset({"input", "link", "meta", "br", "img"})


class Html(str):
    """A finished piece."""

    __slots__ = ()


Child = str | None | Iterable["Child"]


def tag(name: str, /, *children: Child, **attributes: str | bool | None) -> Html:
    """
    An element. Names of attributes are written with `_` for `-`, and `class_` and `for_` so.

    True is an attribute without a value; False and None leave it out.
    """
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{inner(children)}</{name}>")


def inner(child: Child) -> Html:
    """What stands inside an element: pieces as they are, text as text."""
    if child is None:
        return Html("")
    if isinstance(child, Html):
        return child
    if isinstance(child, str):
        return Html(escape(child))
    return Html("".join(map(inner, child)))
