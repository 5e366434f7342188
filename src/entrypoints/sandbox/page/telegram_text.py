"""What a bot wrote, as a chat shows it: text with its entities."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from .html import Html, inner, tag
from .links import Links

TAGS: Final = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}


def shown(text: str, entities: Sequence[Mapping[str, Any]], links: Links) -> Html:
    """The text; entities may lie in each other, and are counted in units of UTF-16."""
    raw = text.encode("utf-16-le")
    return _part(raw, 0, len(raw) // 2, list(entities), links)


def _part(
    raw: bytes, begin: int, end: int, entities: list[Mapping[str, Any]], links: Links
) -> Html:
    pieces: list[Html] = []
    at = begin
    while entities and entities[0]["offset"] < end:
        entity = entities.pop(0)
        first, last = entity["offset"], min(entity["offset"] + entity["length"], end)
        pieces.append(_plain(raw, at, first))
        within = [each for each in entities if each["offset"] < last]
        del entities[: len(within)]
        pieces.append(_wrapped(entity, _part(raw, first, last, within, links), links))
        at = last
    return inner([*pieces, _plain(raw, at, end)])


def _plain(raw: bytes, begin: int, end: int) -> Html:
    return inner(raw[2 * begin : 2 * end].decode("utf-16-le"))


def _wrapped(entity: Mapping[str, Any], within: Html, links: Links) -> Html:
    kind = entity["type"]
    if kind == "text_link":
        return tag("a", within, **links.to(entity["url"]))
    if kind == "spoiler":
        return tag("span", within, class_="spoiler")
    return tag(TAGS[kind], within) if kind in TAGS else within
