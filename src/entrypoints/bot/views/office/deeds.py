"""What somebody is about to do by hand: told once more, a code asked for, and done or not."""

from math import ceil

from ...texts import Html, Words
from ..view import Button, View


def confirm(words: Words, what: str, because: str) -> View:
    """All that will be done; a tap does it, and words that are sent are kept as why."""
    text = words("deed-confirm", what=Html(what), because=because or "–")
    do = Button(label=words.plain("button-do"), action="do")
    return View(text=text, rows=[[do], [_cancel(words)]])


def code(words: Words, what: str, wrong: str, wait_seconds: float) -> View:
    """The same, and a code that is asked for first."""
    if wait_seconds:
        asked = words("code-too-often", minutes=ceil(wait_seconds / 60))
    else:
        asked = words("code-wrong") if wrong else words("code-asked")
    return View(
        text=words("deed-code", what=Html(what), asked=Html(asked)), rows=[[_cancel(words)]]
    )


def no_factor(words: Words, what: str, user: str) -> View:
    """That it takes a second factor, and how to get one."""
    asked = words("code-none", user=user)
    return View(
        text=words("deed-code", what=Html(what), asked=Html(asked)), rows=[[_cancel(words)]]
    )


def failed(words: Words, what: str, why: str) -> View:
    """That nothing was done."""
    text = words("deed-failed", what=Html(what), why=why)
    back = Button(label=words.plain("button-back"), action="undo")
    return View(text=text, rows=[[back]])


def _cancel(words: Words) -> Button:
    return Button(label=words.plain("button-cancel"), action="undo")
