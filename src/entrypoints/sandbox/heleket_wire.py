"""How Heleket writes, signs and refuses."""

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from hashlib import md5
from typing import Any, Final

MOSCOW: Final = timezone(timedelta(hours=3))


class Refusal(Exception):
    """An answer that is no."""

    def __init__(self, status: int, **said: Any) -> None:
        self.status = status
        self.said = {"state": 1, **said}


def signature(body: bytes, key: str) -> str:
    """How Heleket signs."""
    return md5(b64encode(body) + key.encode()).hexdigest()  # noqa: S324


def php(said: Mapping[str, Any]) -> bytes:
    """How Heleket writes JSON."""
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return text.replace("/", "\\/").encode()


def moscow(at: datetime) -> str:
    """Moments as Heleket writes them."""
    return at.astimezone(MOSCOW).isoformat()


def moment_of(asked: Mapping[str, Any], name: str) -> datetime | None:
    """A moment as Heleket wants it written, where there is one."""
    if (told := asked.get(name)) is None:
        return None
    try:
        return datetime.strptime(told, "%Y-%m-%d %H:%M:%S").replace(tzinfo=MOSCOW)
    except (TypeError, ValueError):
        raise Refusal(422, errors={name: ["validation.date_format"]}) from None


def required(asked: Mapping[str, Any], *names: str) -> None:
    """That all of these are there, or Refusal."""
    if missing := [name for name in names if asked.get(name) in (None, "")]:
        raise Refusal(422, errors={name: ["validation.required"] for name in missing})
