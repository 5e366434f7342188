"""DeepLinks into a chat with our bot: whoever follows one is led to what it is about."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from enum import IntEnum
from hashlib import sha256
from typing import Final

from attrs import field, frozen

from .errors import LinkForged

VERSION: Final = 1
SUBJECT_BYTES: Final = 16
MARK_BYTES: Final = 16
LENGTH: Final = 2 + SUBJECT_BYTES + MARK_BYTES
TEXT_MAX: Final = 64
"""Telegram hands on no more, of letters, digits, _ and -."""


class Topic(IntEnum):
    """What a link is about; a number of it is never given to something else."""

    PURCHASE = 1
    PAYMENT = 2
    REFERRAL = 3
    """Who brought them."""


@frozen
class DeepLink:
    """A topic, and the number of the one thing that is meant: of an id, or of a person."""

    topic: Topic
    subject: int = field()

    @subject.validator
    def _fits(self, _: object, subject: int) -> None:
        if not 0 <= subject < 2 ** (8 * SUBJECT_BYTES):
            raise ValueError("the subject of a link has 128 bits")


@frozen
class DeepLinks:
    """
    Writes and reads them. Nobody else can write one.

    That a link is ours says nothing of whoever follows it: what is shown to them is theirs anyway.
    """

    keys: Sequence[bytes] = field(repr=False)
    """The newest first: it marks new ones, and what any of them marked is good."""

    def written(self, link: DeepLink) -> str:
        """As Telegram hands it on when somebody follows it."""
        said = bytes([VERSION, link.topic]) + link.subject.to_bytes(SUBJECT_BYTES)
        return urlsafe_b64encode(said + _mark(self.keys[0], said)).decode().rstrip("=")

    def read(self, text: str) -> DeepLink:
        """
        What it is about.

        Raises:
            LinkForged: it is none of ours.
        """
        try:
            raw = urlsafe_b64decode(text + "=" * (-len(text) % 4)) if len(text) <= TEXT_MAX else b""
            said, mark = raw[:-MARK_BYTES], raw[-MARK_BYTES:]
            good = [hmac.compare_digest(mark, _mark(key, said)) for key in self.keys]
            if len(raw) != LENGTH or not any(good) or said[0] != VERSION:
                raise LinkForged(text[:TEXT_MAX])
            return DeepLink(Topic(said[1]), int.from_bytes(said[2:]))
        except ValueError:  # no text of ours, or a topic of a later version
            raise LinkForged(text[:TEXT_MAX]) from None


def _mark(key: bytes, said: bytes) -> bytes:
    return hmac.digest(key, said, sha256)[:MARK_BYTES]
