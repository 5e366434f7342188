"""Secrets sealed with XChaCha20-Poly1305, under keys that can be changed."""

from hashlib import blake2b
from typing import Final

from attrs import field, frozen
from nacl.exceptions import CryptoError
from nacl.secret import Aead

from ...core.sealing import SealBroken

KEY_BYTES: Final = Aead.KEY_SIZE
FORM: Final = b"\x01"
NAME_BYTES: Final = 4


@frozen
class SodiumSealer:
    """
    Seals with the first of its keys, and opens with whichever has sealed.

    A byte for the form stands before the name of the key, which says nothing of it, and the rest;
    what it is about is not in it, but belongs to what is proven.
    """

    keys: tuple[bytes, ...] = field(repr=False)

    def __attrs_post_init__(self) -> None:
        if not self.keys or any(len(each) != KEY_BYTES for each in self.keys):
            raise ValueError(f"one key or more, each of {KEY_BYTES} bytes")

    def seal(self, plain: bytes, about: str) -> bytes:
        """As the port says."""
        key = self.keys[0]
        return FORM + _name(key) + bytes(Aead(key).encrypt(plain, about.encode()))

    def open(self, sealed: bytes, about: str) -> bytes:
        """As the port says."""
        beginning = len(FORM) + NAME_BYTES
        for key in self.keys:
            if sealed[:beginning] == FORM + _name(key):
                try:
                    return bytes(Aead(key).decrypt(sealed[beginning:], about.encode()))
                except (CryptoError, ValueError):
                    break
        raise SealBroken(about)


def _name(key: bytes) -> bytes:
    return blake2b(key, digest_size=NAME_BYTES, person=b"altyn sealing").digest()
