"""Whether an update comes from Telegram: it repeats a secret that nobody else knows."""

import hmac
from collections.abc import Mapping
from typing import Final

from ...core.payments import NoticeForged
from .methods import TELEGRAM

HEADER: Final = "x-telegram-bot-api-secret-token"


def admit(headers: Mapping[str, str], secret: str) -> None:
    """That it does, or NoticeForged; without a secret nothing does."""
    told = headers.get(HEADER, "").encode("utf-8", "surrogatepass")
    if not secret or not hmac.compare_digest(told, secret.encode()):
        raise NoticeForged(TELEGRAM)
