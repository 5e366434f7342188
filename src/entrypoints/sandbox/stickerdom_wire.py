"""How the store writes: envelopes, tokens for an hour, and what Telegram says of an account."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

BOT: Final = 7686366470
BOT_TOKEN: Final = f"{BOT}:the-bot-of-the-sandbox"
SIGNED_FOR: Final = timedelta(hours=24)
HEAD: Final = {"alg": "HS256", "typ": "JWT"}


class Refusal(Exception):
    """A no, with a code; how it comes is the desk's business."""

    def __init__(self, code: str) -> None:
        self.code = code


class NotSignedIn(Exception):
    """The token is none, or not taken any more."""


def yes(data: Any) -> bytes:
    """An answer that is a yes."""
    return _json({"ok": True, "data": data})


def no(code: str) -> bytes:
    """One that is a no."""
    return _json({"ok": False, "errorCode": code})


def opened(init_data: str) -> bytes:
    """What is answered by whoever opens the store for an account."""
    return _json({"init_data": init_data})


def number(coins: Decimal) -> float:
    """Coins as a number of JSON; it is written with as many digits as they have."""
    return float(coins)


def init_data(user: int, username: str, at: datetime, *, bot_token: str = BOT_TOKEN) -> str:
    """What Telegram tells a Mini App of whoever opened it."""
    pairs = {
        "query_id": "AAHdF6IQAAAAAN0XohDhrOrc",
        "user": _json({"id": user, "first_name": "Altyn", "username": username}).decode(),
        "auth_date": str(int(at.timestamp())),
        "signature": "a-signature-of-the-sandbox",
    }
    return urlencode(pairs | {"hash": _hash(pairs, bot_token)})


def user_in(raw: str, now: datetime, bot_token: str) -> int:
    """Whom it is about, if Telegram said so not too long ago."""
    try:
        pairs = dict(parse_qsl(raw, keep_blank_values=True, strict_parsing=True))
        told = pairs.pop("hash")
        at, user = int(pairs["auth_date"]), json.loads(pairs["user"])["id"]
    except (ValueError, KeyError, TypeError):
        raise NotSignedIn from None
    fresh = 0 <= now.timestamp() - at <= SIGNED_FOR.total_seconds()
    if not fresh or not hmac.compare_digest(told, _hash(pairs, bot_token)):
        raise NotSignedIn
    return int(user)


def token(user: int, number: int, at: datetime, life: timedelta, secret: bytes) -> str:
    """A JSON web token; with a number, so that no two are the same."""
    began = int(at.timestamp())
    claims = {"sub": user, "jti": number, "iat": began, "exp": began + int(life.total_seconds())}
    said = f"{_part(_json(HEAD))}.{_part(_json(claims))}"
    return f"{said}.{_part(_mac(secret, said))}"


def visitor(told: str, now: datetime, secret: bytes) -> tuple[int, int]:
    """Who has it, and its number."""
    said, _, mark = told.rpartition(".")
    if not hmac.compare_digest(mark, _part(_mac(secret, said))):
        raise NotSignedIn
    claims = json.loads(urlsafe_b64decode(said.partition(".")[2] + "=="))
    if now.timestamp() >= claims["exp"]:
        raise NotSignedIn
    return claims["sub"], claims["jti"]


def _hash(pairs: Mapping[str, str], bot_token: str) -> str:
    check = "\n".join(f"{name}={pairs[name]}" for name in sorted(pairs))
    return _mac(_mac(b"WebAppData", bot_token), check).hex()


def _mac(key: bytes, said: str) -> bytes:
    return hmac.new(key, said.encode(), sha256).digest()


def _part(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _json(said: Any) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
