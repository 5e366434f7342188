"""HTML as Telegram reads it: a few tags, all of them closed, and nothing else."""

from collections.abc import Mapping
from html import unescape
from html.parser import HTMLParser
from typing import Any, Final

from .telegram_wire import Refusal

KINDS: Final[Mapping[str, str]] = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "s": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
}


def plain_of(text: str) -> tuple[str, list[dict[str, Any]]]:
    """
    The text without its tags, and what those said of it.

    Raises:
        Refusal: it is not that HTML.
    """
    reader = Reader()
    reader.feed(text)
    reader.close()
    if reader.open:
        raise cannot(f"can't find end tag corresponding to start tag {reader.open[-1][0]}")
    return reader.text, [each for each in reader.entities if each["length"]]


def cannot(why: str) -> Refusal:
    """As Telegram words it."""
    return Refusal(400, f"can't parse entities: {why}")


class Reader(HTMLParser):
    """Reads it piece by piece."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.text = ""
        self.entities: list[dict[str, Any]] = []
        self.open: list[tuple[str, dict[str, Any]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag begins."""
        if tag not in KINDS:
            raise cannot(f'unsupported start tag "{tag}"')
        entity: dict[str, Any] = {"type": KINDS[tag], "offset": self._length, "length": 0}
        if tag == "a":
            entity["url"] = dict(attrs).get("href") or ""
        self.entities.append(entity)
        self.open.append((tag, entity))

    def handle_endtag(self, tag: str) -> None:
        """A tag ends."""
        if not self.open or self.open[-1][0] != tag:
            raise cannot(f'unexpected end tag "{tag}"')
        _, entity = self.open.pop()
        entity["length"] = self._length - entity["offset"]

    def handle_data(self, data: str) -> None:
        """Text as it is."""
        if "<" in data:
            raise cannot("a tag is not closed")
        self.text += data

    def handle_entityref(self, name: str) -> None:
        """`&amp;` and its like; Telegram knows four of them."""
        if name not in ("lt", "gt", "amp", "quot"):
            raise cannot(f'unsupported entity "{name}"')
        self.text += unescape(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """A sign by its number."""
        self.text += unescape(f"&#{name};")

    @property
    def _length(self) -> int:
        """In units of UTF-16, as Telegram counts."""
        return len(self.text.encode("utf-16-le")) // 2
