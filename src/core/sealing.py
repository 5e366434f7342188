"""Secrets that have to be kept: sealed where they lie, and opened by whoever has the key."""

from typing import Protocol

from attrs import define

from .errors import Refused


@define
class SealBroken(Refused):
    """What was sealed cannot be opened: the key is not here, or it was changed or moved."""

    about: str

    def __str__(self) -> str:
        return f"the secret of {self.about} cannot be opened with the keys that are here"


@define
class NothingSeals(Refused):
    """There is no key with which secrets could be sealed."""

    about: str

    def __str__(self) -> str:
        return (
            f"nothing seals the secret of {self.about}, so it is not made: give "
            "ALTYN_SEALING_KEYS a key of 64 hexadecimal digits"
        )


class Sealer(Protocol):
    """Seals secrets, and opens them again."""

    def seal(self, plain: bytes, about: str) -> bytes:
        """
        Sealed for what it is about; twice the same looks different.

        Raises:
            NothingSeals: there is no key.
        """
        ...

    def open(self, sealed: bytes, about: str) -> bytes:
        """
        What was sealed about just that, with this key or one that was in use before.

        Raises:
            SealBroken: it was not, or none of the keys fits.
        """
        ...
