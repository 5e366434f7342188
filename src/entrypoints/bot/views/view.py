"""A message with buttons, before anybody sees it."""

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from ..texts import Words

TEXT_MAX: Final = 4096
LABEL_MAX: Final = 64
"""Telegram takes more; a screen does not."""
BUTTONS_MAX: Final = 100


@frozen(kw_only=True)
class Button:
    """Something to tap: an action of ours, or an address elsewhere."""

    label: str
    action: str = ""
    argument: str = ""
    url: str = ""


@frozen(kw_only=True)
class View:
    """A message."""

    text: str
    rows: Sequence[Sequence[Button]] = ()
    final: bool = False
    """Whether it stays as it is: what comes next is a message of its own."""


def menu_button(words: Words) -> Button:
    """Where one always comes back to."""
    return Button(label=words.plain("button-menu"), action="menu")


def open_again(words: Words, address: str) -> Sequence[Sequence[Button]]:
    """A row with the link to what is shown, where there is one."""
    return [[Button(label=words.plain("button-link"), url=address)]] if address else []


def in_rows(buttons: Sequence[Button], width: int) -> list[Sequence[Button]]:
    """So many beside each other."""
    return [buttons[at : at + width] for at in range(0, len(buttons), width)]
