"""Signatures of what we tell other systems, as Standard Webhooks 1.0.0 has them."""

import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid4

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32
MARK_BYTES: Final = 8


def new_secret(id: UUID | None = None) -> str:
    """
    A secret, as it is shown once to whoever checks our signatures.

    It ends with what tells under which id it was made; all before that is random.
    """
    mark = _mark(uuid4() if id is None else id)
    return PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES) + mark).decode()


def was_made_under(secret: str, id: UUID) -> bool:
    """Whether that secret was made under that id."""
    return b64decode(secret.removeprefix(PREFIX)).endswith(_mark(id))


def _mark(id: UUID) -> bytes:
    return sha256(id.bytes).digest()[:MARK_BYTES]


def signed(secrets: Iterable[str], id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers that prove who sent the body, under which id, and when; one of each secret."""
    timestamp = str(int(at.timestamp()))
    content = b".".join((id.encode(), timestamp.encode(), body))
    signatures = (
        b64encode(hmac.digest(b64decode(each.removeprefix(PREFIX)), content, sha256))
        for each in secrets
    )
    return {
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{each.decode()}" for each in signatures),
    }
