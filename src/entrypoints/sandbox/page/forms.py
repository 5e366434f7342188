"""Forms: what one can do on the page, each in one step, with or without the script."""

from .html import Child, Html, tag
from .look import Look


def form(look: Look, deed: str, /, *within: Child, **said: str) -> Html:
    """A form that does something, with what goes without saying."""
    hidden = [tag("input", type="hidden", name=name, value=value) for name, value in said.items()]
    return tag("form", hidden, *within, method="post", action=look.url(f"/do/{deed}"))


def button(*words: Child, class_: str = "", **attributes: str | bool | None) -> Html:
    """One that does it."""
    return tag("button", *words, type="submit", class_=class_ or None, **attributes)
