"""The shop of sticker packs: collections, and what is in them."""

from collections.abc import Sequence

from ....core.purchases import Collection, Priced
from ..texts import Html, Words
from .view import LABEL_MAX, Button, View, in_rows, menu_button


def collections(words: Words, found: Sequence[Collection], *, page: int, more: bool) -> View:
    """A page of them."""
    text = words("packs" if found else "packs-empty")
    shown = [
        Button(label=each.title[:LABEL_MAX], action="collection", argument=str(place))
        for place, each in enumerate(found)
    ]
    turning = _turning(words, "packs_page", page, more)
    return View(text=text, rows=[*in_rows(shown, 2), *turning, [menu_button(words)]])


def articles(words: Words, title: str, found: Sequence[Priced], *, page: int, more: bool) -> View:
    """A page of what is in a collection; what is sold out cannot be tapped."""
    lines = [_line(words, each) for each in found]
    text = words("packs-of", title=title, lines=Html("\n".join(lines) or words("packs-of-none")))
    shown = [
        Button(label=each.article.title[:LABEL_MAX], action="pack", argument=str(place))
        for place, each in enumerate(found)
        if each.article.left
    ]
    turning = _turning(words, "articles_page", page, more)
    back = Button(label=words.plain("button-back"), action="stickers")
    return View(text=text, rows=[*in_rows(shown, 2), *turning, [back, menu_button(words)]])


def _line(words: Words, priced: Priced) -> str:
    title, left = priced.article.title, priced.article.left
    if not left:
        return words("packs-line-none", title=title)
    if priced.price is None:
        return words("packs-line-unpriced", title=title, left=left)
    return words("packs-line", title=title, price=priced.price, left=left)


def closed(words: Words) -> View:
    """Nobody shows anything now."""
    again = Button(label=words.plain("button-again"), action="stickers")
    return View(text=words("packs-closed"), rows=[[again, menu_button(words)]])


def _turning(words: Words, action: str, page: int, more: bool) -> Sequence[Sequence[Button]]:
    pages = {"before": page - 1, "after": page + 1}
    shown = [where for where, is_there in (("before", page > 0), ("after", more)) if is_there]
    row = [
        Button(label=words.plain(f"button-page-{where}"), action=action, argument=str(pages[where]))
        for where in shown
    ]
    return [row] if row else []
