"""HTML as Telegram shows it: a few tags, all of them closed, and nothing else."""

from collections.abc import Mapping, Sequence
from html import unescape
from html.parser import HTMLParser
from typing import Final

from .errors import AnnouncementMalformed

RAW_MAX: Final = 16_384
SHOWN_MAX: Final = 4096
"""As Telegram counts, in units of UTF-16, and without the tags."""
WHAT: Final = "the text"
NO: Final[Sequence[str]] = ()
TAGS: Final[Mapping[str, Sequence[str]]] = {
    "b": NO,
    "strong": NO,
    "i": NO,
    "em": NO,
    "u": NO,
    "s": NO,
    "code": NO,
    "pre": NO,
    "blockquote": NO,
    "tg-spoiler": NO,
    "a": ("href",),
}
"""Each with what it has to have, and nothing besides."""
ENTITIES: Final = frozenset({"lt", "gt", "amp", "quot"})
SCHEMES: Final = ("https://", "http://", "tg://")


def checked_markup(text: str) -> str:
    """
    The text, if Telegram shows it.

    Raises:
        AnnouncementMalformed: it does not, and why.
    """
    if len(text) > RAW_MAX:
        raise AnnouncementMalformed(WHAT, f"{RAW_MAX} characters at most")
    reader = _Reader()
    reader.feed(text)
    reader.close()
    if reader.open:
        raise AnnouncementMalformed(WHAT, f"<{reader.open[-1]}> is not closed")
    if not reader.shown.strip():
        raise AnnouncementMalformed(WHAT, "it says nothing")
    if len(reader.shown.encode("utf-16-le", "surrogatepass")) // 2 > SHOWN_MAX:
        raise AnnouncementMalformed(WHAT, f"{SHOWN_MAX} characters are shown at most")
    return text


def checked_address(url: str) -> str:
    """The address, if a tap leads there."""
    if not url.startswith(SCHEMES) or not url.isprintable() or any(map(str.isspace, url)):
        raise AnnouncementMalformed("a link", "an address like https://shop.example")
    return url


class _Reader(HTMLParser):
    """Reads it piece by piece."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.shown = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise AnnouncementMalformed(WHAT, f"Telegram knows no <{tag[:20]}>")
        if tuple(name for name, _ in attrs) != tuple(TAGS[tag]):
            raise AnnouncementMalformed(WHAT, f"<{tag}> has {' '.join(TAGS[tag]) or 'nothing'}")
        for _, value in attrs:
            checked_address(value or "")
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        raise AnnouncementMalformed(WHAT, f"<{tag[:20]}/> is not closed by a tag of its own")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise AnnouncementMalformed(WHAT, f"</{tag[:20]}> closes nothing")

    def handle_data(self, data: str) -> None:
        if "<" in data:
            raise AnnouncementMalformed(WHAT, "< begins a tag: write &lt;")
        if any(not each.isprintable() and each != "\n" for each in data):
            raise AnnouncementMalformed(WHAT, "characters that can be seen, and line ends")
        self.shown += data

    def handle_entityref(self, name: str) -> None:
        if name not in ENTITIES:
            raise AnnouncementMalformed(WHAT, f"Telegram knows no &{name[:20]};")
        self.shown += unescape(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.shown += unescape(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        raise AnnouncementMalformed(WHAT, "Telegram knows no comments")

    def handle_decl(self, decl: str) -> None:
        self.handle_comment(decl)

    def handle_pi(self, data: str) -> None:
        self.handle_comment(data)

    def unknown_decl(self, data: str) -> None:
        self.handle_comment(data)
