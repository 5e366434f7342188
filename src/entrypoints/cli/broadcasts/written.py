"""An announcement and to whom it goes, as they are written in a file."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

from attrs import frozen

from ....core.broadcasts import (
    Announcement,
    AnnouncementMalformed,
    BroadcastId,
    Link,
    Segment,
)
from ....core.clock import aware, parse_instant
from ....core.errors import AltynError
from ....core.identifiers import parse_id
from ....core.identity import Language, Role

FILE_BYTES_MAX: Final = 64 * 1024
FILES: Final = UUID("0d0a3c1e-4f0d-5f0c-8a55-6f1c2a0c7b11")
WHOLE: Final = frozenset({"id", "texts", "button", "to"})
OF_BUTTONS: Final = frozenset({"label", "url"})
SINCE: Final = frozenset({"bought_since", "not_bought_since", "seen_since"})
OF_SEGMENTS: Final = frozenset({"language", "role"}) | SINCE


@frozen
class Written:
    """What is to be said, to whom, and under which id."""

    id: BroadcastId
    announcement: Announcement
    segment: Segment


def read_announcement(path: Path) -> Written:
    """
    What that file says; without an id it gets one from its contents, so that it is sent once.

    Raises:
        AnnouncementMalformed: it cannot be read, or Telegram would not show it.
    """
    try:
        raw = path.read_bytes()[: FILE_BYTES_MAX + 1]
        if len(raw) > FILE_BYTES_MAX:
            raise AnnouncementMalformed(str(path), "it is too large")
        written = tomllib.loads(raw.decode())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise AnnouncementMalformed(str(path), f"it cannot be read: {wrong}") from None
    try:
        return _written(written, uuid5(FILES, raw.decode()))
    except AnnouncementMalformed:
        raise
    except (AltynError, KeyError, TypeError, ValueError, AttributeError) as wrong:
        what = f"{wrong.args[0]} is missing" if isinstance(wrong, KeyError) else str(wrong)
        raise AnnouncementMalformed(str(path), what) from None


def _written(written: Mapping[str, Any], id: UUID) -> Written:
    _only(written, WHOLE, "a file")
    texts = {Language(language): text for language, text in written["texts"].items()}
    link = None
    if "button" in written:
        _only(written["button"], OF_BUTTONS, "button")
        link = Link(written["button"]["label"], written["button"]["url"])
    return Written(
        BroadcastId(parse_id(written["id"]) if "id" in written else id),
        Announcement(texts=texts, link=link),
        _segment(written.get("to", {})),
    )


def _segment(to: Mapping[str, Any]) -> Segment:
    _only(to, OF_SEGMENTS, "to")
    return Segment(
        language=Language(to["language"]) if "language" in to else None,
        role=Role(to["role"]) if "role" in to else None,
        **{name: _moment(to[name]) for name in SINCE & set(to)},
    )


def _moment(written: Any) -> datetime:
    return aware(written) if isinstance(written, datetime) else parse_instant(written)


def _only(written: Mapping[str, Any], members: frozenset[str], what: str) -> None:
    if unknown := sorted(set(written) - members):
        has = ", ".join(sorted(members))
        raise AnnouncementMalformed(unknown[0], f"{what} has only {has}")
