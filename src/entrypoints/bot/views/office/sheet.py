"""A sheet: a title, and facts with their names below it."""

from collections.abc import Iterable, Sequence
from typing import Final

from .....core.wording import one_line
from ...texts import Html, Words
from ..view import Button, menu_button

SHOWN_MAX: Final = 240
LINES_MAX: Final = 12

Line = tuple[str, object]
"""The name of a fact, and what it is; empty is not shown."""


def sheet(words: Words, title: str, lines: Iterable[Line]) -> str:
    """All of it as HTML; facts can be copied by a tap."""
    shown = [
        words("office-line", label=words.plain(f"label-{name}"), value=_short(value))
        for name, value in lines
        if value not in ("", None)
    ]
    return words("office-sheet", title=title, lines=Html("\n".join(shown)))


def _short(value: object) -> object:
    return one_line(value, SHOWN_MAX) if isinstance(value, str) else value


def state(words: Words, state: str) -> str:
    """Where something is in its life."""
    return words.plain(f"state-{state}")


def back_to(words: Words, scene: str, argument: str = "") -> Sequence[Button]:
    """Where one came from, and the menu."""
    back = Button(label=words.plain("button-back"), action=scene, argument=argument)
    return [back, menu_button(words)]
