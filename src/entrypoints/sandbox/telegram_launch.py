"""Mini Apps behind buttons: which addresses a bot may name, and how Telegram opens them."""

import hmac
import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from .telegram_wire import Asked, Refusal

VERSION: Final = "8.0"


def markup_of(asked: Asked) -> Any:
    """
    The keyboard that was asked for; an empty one where none was.

    Raises:
        Refusal: it is none, or opens what Telegram does not open: only HTTPS, here this machine
            as well.
    """
    markup = asked.json("reply_markup", dict)
    if not _is_keyboard(markup.get("inline_keyboard", [])):
        raise Refusal(400, "can't parse inline keyboard button")
    for url in apps_in(markup):
        if not _may_open(url):
            why = f"Web App URL '{url}' is invalid: Only HTTPS links are allowed"
            raise Refusal(400, f"inline keyboard button {why}")
    return markup


def apps_in(markup: Mapping[str, Any]) -> Iterator[str]:
    """The addresses of the Mini Apps that its buttons open."""
    for row in markup.get("inline_keyboard", []):
        for button in row:
            if "web_app" in button:
                yield str(button["web_app"].get("url", ""))


def launched(token: str, url: str, user: Mapping[str, Any], now: int, query: str) -> str:
    """
    Where a browser is sent to when that user taps the button: who it is stands in the fragment.

    Signed by what the bot's token makes, as bots prove it; Telegram's own signature, for those
    who have no token, is its own alone, and is left out as old apps leave it out.
    """
    told = {
        "query_id": query,
        "user": json.dumps(user, ensure_ascii=False, separators=(",", ":")),
        "auth_date": str(now),
    }
    lines = "\n".join(f"{name}={value}" for name, value in sorted(told.items()))
    key = hmac.digest(b"WebAppData", token.encode(), sha256)
    told["hash"] = hmac.digest(key, lines.encode(), sha256).hex()
    fragment = {
        "tgWebAppData": urlencode(told, quote_via=quote),
        "tgWebAppVersion": VERSION,
        "tgWebAppPlatform": "web",
        "tgWebAppThemeParams": "{}",
    }
    return f"{url}{'&' if '#' in url else '#'}{urlencode(fragment, quote_via=quote)}"


def _is_keyboard(rows: object) -> bool:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return False
    buttons = [button for row in rows for button in row]
    return all(
        isinstance(button, dict) and isinstance(button.get("web_app", {}), dict)
        for button in buttons
    )


def _may_open(url: str) -> bool:
    try:
        parts = urlsplit(url)
        if parts.scheme == "https":
            return bool(parts.hostname)
        return parts.scheme == "http" and _is_here(parts.hostname or "")
    except ValueError:
        return False


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
