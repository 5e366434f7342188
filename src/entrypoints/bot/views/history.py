"""What came and went, a page of it."""

from collections.abc import Sequence

from ....core.payments import Event
from ..texts import Html, Words
from .view import Button, View, menu_button


def history(words: Words, events: Sequence[Event], *, older: bool, newest: bool) -> View:
    """The newest first; with buttons for what is older, and back to the newest."""
    lines = [
        words(
            "history-line",
            kind=words.plain(f"kind-{each.kind}"),
            at=each.at,
            amount=each.amount,
            progress=words.plain(f"progress-{each.progress}"),
        )
        for each in events
    ]
    text = "\n".join(lines) if lines else words("history-empty")
    turning = [
        Button(label=words.plain(f"button-{where}"), action="history", argument=where)
        for where, is_shown in (("newest", not newest), ("older", older))
        if is_shown
    ]
    return View(
        text=words("history", lines=Html(text)),
        rows=[turning, [menu_button(words)]] if turning else [[menu_button(words)]],
    )
