"""One-time codes by the clock (RFC 6238), as apps show them: six digits every 30 seconds."""

import hmac
from base64 import b32encode
from datetime import datetime
from hashlib import sha1
from typing import Final
from urllib.parse import quote

STEP_SECONDS: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20
DRIFT_STEPS: Final = 1
"""How far the clock of a phone may be from ours, either way."""


def step_of(moment: datetime) -> int:
    """The number of the half minute."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_of(secret: bytes, step: int) -> str:
    """What the app shows in that half minute."""
    # SHA-1 is what the apps know; nothing here rests on collisions.
    digest = hmac.digest(secret, step.to_bytes(8, "big"), sha1)
    place = digest[-1] & 0xF
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def matching(secret: bytes, code: str, now: datetime, after: int) -> int | None:
    """
    The half minute in which the app shows that code, around now; each counts once.

    Only those after the one that counted last are looked at: a code that was read over somebody's
    shoulder is worth nothing. The time it takes tells nothing.
    """
    middle, found = step_of(now), None
    for step in range(middle - DRIFT_STEPS, middle + DRIFT_STEPS + 1):
        same = hmac.compare_digest(code_of(secret, step).encode(), code.encode())
        if same and step > after and found is None:
            found = step
    return found


def spelled(secret: bytes) -> str:
    """The secret as people type it into an app."""
    return b32encode(secret).decode().rstrip("=")


def uri_of(secret: bytes, issuer: str, account: str) -> str:
    """What an app reads from a QR code."""
    label = quote(f"{issuer}:{account}", safe="")
    return f"otpauth://totp/{label}?secret={spelled(secret)}&issuer={quote(issuer, safe='')}"
