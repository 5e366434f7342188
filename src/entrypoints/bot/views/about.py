"""What the bot can do, on which terms, and what we keep."""

from collections.abc import Sequence

from ..texts import Html, Words
from .view import Button, View, menu_button


def help_with(words: Words, commands: Sequence[str]) -> View:
    """Every command with its words."""
    lines = [
        words("help-line", command=each, words=words.plain(f"command-{each}")) for each in commands
    ]
    return View(text=words("help", commands=Html("\n".join(lines))), rows=[[menu_button(words)]])


def terms(words: Words, written: str) -> View:
    """As the owner wrote them, or those that fit every shop of this kind."""
    text = written or Html(words("terms-none"))
    return View(text=words("terms", terms=text), rows=[[menu_button(words)]])


def privacy(words: Words) -> View:
    """What we keep, and how to have it, or have it wiped."""
    export = Button(label=words.plain("button-export"), action="export")
    erase = Button(label=words.plain("button-erase"), action="erase")
    return View(text=words("privacy"), rows=[[export], [erase], [menu_button(words)]])


def erase(words: Words) -> View:
    """What is wiped, and what is not."""
    yes = Button(label=words.plain("button-erase-yes"), action="erase_yes")
    no = Button(label=words.plain("button-cancel"), action="privacy")
    return View(text=words("erase"), rows=[[yes], [no]])


def erased(words: Words) -> View:
    """That it was."""
    return View(text=words("erased"), final=True)
