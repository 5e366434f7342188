"""The session of an account: whoever has it is the account, so it is sealed, and in one hand."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

from attrs import define, field, frozen
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from ...core.errors import Conflict, Refused, Unavailable

KEY_BYTES: Final = SecretBox.KEY_SIZE
OURS_ALONE: Final = 0o600


@define
class SessionTaken(Conflict):
    """Another process speaks for the account; two at once would lose it."""

    session: str

    def __str__(self) -> str:
        return f"another process has the session {self.session}"


@define
class SessionUnusable(Refused):
    """There is no session of an account that can be used; the words hold none of it."""

    session: str
    reason: str

    def __str__(self) -> str:
        return f"the session {self.session} cannot be used: {self.reason}"


@define
class AccountClosed(Unavailable):
    """Our account of Telegram is not signed in; a person has to do that."""

    reason: str

    def __str__(self) -> str:
        return f"our account of Telegram cannot be used: {self.reason}; altyn stars login signs in"


@frozen
class SealedSession:
    """A file that is only read with its key."""

    path: Path
    _key: bytes = field(repr=False)

    def __attrs_post_init__(self) -> None:
        if len(self._key) != KEY_BYTES:
            raise SessionUnusable(self.path.name, f"its key has {KEY_BYTES} bytes, in hexadecimal")

    @classmethod
    def opened_by(cls, path: Path, key: str) -> Self:
        """
        With a key as it stands in a file: 64 hexadecimal digits.

        Raises:
            SessionUnusable: that is no key.
        """
        try:
            raw = bytes.fromhex(key.strip())
        except ValueError:
            raw = b""
        return cls(path, raw)

    def read(self) -> str:
        """
        What is in it.

        Raises:
            SessionUnusable: there is none, or the key is another one.
        """
        try:
            return SecretBox(self._key).decrypt(self.path.read_bytes()).decode()
        except OSError as failed:
            raise SessionUnusable(self.path.name, failed.strerror or "it cannot be read") from None
        except (CryptoError, ValueError):
            raise SessionUnusable(self.path.name, "it was sealed with another key") from None

    def write(self, text: str) -> None:
        """Put that into it, whole or not at all; nobody else may read the file."""
        draft = self.path.with_name(f"{self.path.name}.new")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OURS_ALONE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(SecretBox(self._key).encrypt(text.encode()))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)

    @contextmanager
    def held(self) -> Iterator[None]:
        """
        Nobody else has it meanwhile; when this process dies, it is free.

        Raises:
            SessionTaken: somebody has.
            SessionUnusable: the lock beside it cannot be opened.
        """
        beside = self.path.with_name(f"{self.path.name}.lock")
        try:
            descriptor = os.open(beside, os.O_RDWR | os.O_CREAT, OURS_ALONE)
        except OSError as failed:
            raise SessionUnusable(self.path.name, failed.strerror or "no lock") from None
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SessionTaken(self.path.name) from None
            yield
        finally:
            os.close(descriptor)
