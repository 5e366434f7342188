"""The key of a wallet, and the 24 words it is made of: neither ever shows."""

import hmac
from hashlib import pbkdf2_hmac
from typing import Final, NoReturn

from attrs import define, field
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from ...core.errors import Refused

WORDS: Final = 24
SEED_BYTES: Final = 32
ROUNDS: Final = 100_000
ROUNDS_OF_THE_CHECK: Final = ROUNDS // 256


@define
class NotAPhrase(Refused):
    """The words are not those of a wallet; which words they were is not said."""

    words: int

    def __str__(self) -> str:
        if self.words != WORDS:
            return f"a wallet's phrase has {WORDS} words, not {self.words}"
        return "these are not the words of a wallet: one of them is wrong, or their order"


@define
class KeyWiped(Refused):
    """The key is gone, so nothing can be signed."""

    def __str__(self) -> str:
        return "the key of the wallet was wiped"


@define(eq=False, repr=False)
class Key:
    """
    Signs; shows nothing of itself, and is handed to nobody.

    The library that signs makes a copy each time, which lives as long as the call.
    """

    _seed: bytearray = field(converter=bytearray)

    @_seed.validator
    def _whole(self, _: object, seed: bytearray) -> None:
        if len(seed) != SEED_BYTES:
            raise ValueError(f"a key has {SEED_BYTES} bytes")  # not even how many there were

    @classmethod
    def of_phrase(cls, phrase: str) -> "Key":
        """
        The key of a wallet without a password.

        Raises:
            NotAPhrase: these are not the 24 words of one.
        """
        words = phrase.lower().split()
        if len(words) != WORDS:
            raise NotAPhrase(len(words))
        entropy = hmac.digest(" ".join(words).encode(), b"", "sha512")
        if pbkdf2_hmac("sha512", entropy, b"TON seed version", ROUNDS_OF_THE_CHECK)[0]:
            raise NotAPhrase(len(words))
        return cls(pbkdf2_hmac("sha512", entropy, b"TON default seed", ROUNDS)[:SEED_BYTES])

    @property
    def public(self) -> bytes:
        """What everybody may know of it."""
        return bytes(self._signing().verify_key)

    def sign(self, said: bytes) -> bytes:
        """The signature under that."""
        return self._signing().sign(said).signature

    def wipe(self) -> None:
        """Forget it: nothing is signed any more."""
        self._seed[:] = bytes(SEED_BYTES)

    def _signing(self) -> SigningKey:
        if not any(self._seed):
            raise KeyWiped
        return SigningKey(bytes(self._seed))

    def __repr__(self) -> str:
        return "Key(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key stays where it is")


def is_signed(public: bytes, said: bytes, signature: bytes) -> bool:
    """Whether whoever has the key of that one signed it."""
    try:
        VerifyKey(public).verify(said, signature)
    except (BadSignatureError, ValueError):
        return False
    return True
