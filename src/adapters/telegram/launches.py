"""What a Mini App hands over when it is opened: Telegram signed it with the token of our bot."""

import hmac
import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final
from urllib.parse import parse_qsl

from attrs import field, frozen

from ...core.identity import Language, Launch, NotKnown, Profile, user_id
from .updates import NONSENSE

INIT_DATA_MAX: Final = 8 * 1024
FIELDS_MAX: Final = 64
WHAT: Final = "launch"


@frozen
class TelegramLaunches:
    """
    Reads `initData`, which is believed when its `hash` is right for our token.

    The hash is over all fields but itself, sorted; nothing of them is looked at before it was
    proven, and every one takes part, also those that nobody knows yet.
    """

    _token: str = field(repr=False)
    _key: bytes = field(init=False, repr=False)

    @_key.default
    def _made_of_the_token(self) -> bytes:
        return hmac.digest(b"WebAppData", self._token.encode(), sha256)

    def read(self, raw: str) -> Launch:
        """As the port says."""
        pairs = _pairs(raw)
        shown = pairs.pop("hash", "")
        lines = "\n".join(f"{name}={value}" for name, value in sorted(pairs.items(), key=_bytes))
        digest = hmac.digest(self._key, lines.encode("utf-8", "surrogatepass"), sha256)
        told = shown.encode("utf-8", "surrogatepass")
        # Without a token everybody could sign.
        if not self._token or not hmac.compare_digest(told, digest.hex().encode()):
            raise NotKnown(WHAT)
        try:
            return Launch(
                profile=_profile(json.loads(pairs["user"])),
                at=datetime.fromtimestamp(int(pairs["auth_date"]), UTC),
                digest=digest,
            )
        except NONSENSE:
            raise NotKnown(WHAT) from None


def _pairs(raw: str) -> dict[str, str]:
    """The fields as they were before they were written for a URL."""
    try:
        if len(raw) > INIT_DATA_MAX:
            raise NotKnown(WHAT)
        found = parse_qsl(
            raw, keep_blank_values=True, strict_parsing=True, max_num_fields=FIELDS_MAX
        )
    except ValueError:
        raise NotKnown(WHAT) from None
    pairs = dict(found)
    if len(pairs) != len(found):  # which of two is meant, Telegram and we might see otherwise
        raise NotKnown(WHAT)
    return pairs


def _bytes(pair: tuple[str, str]) -> bytes:
    return pair[0].encode("utf-8", "surrogatepass")


def _profile(user: Any) -> Profile:
    """Who opened the app; a bot opens nothing."""
    if user.get("is_bot"):
        raise NotKnown(WHAT)
    names = (user.get("first_name"), user.get("last_name"))
    return Profile(
        id=user_id(user["id"]),
        name=" ".join(str(each) for each in names if each),
        username=str(user.get("username") or ""),
        language=Language.of(str(user.get("language_code") or "")),
    )
