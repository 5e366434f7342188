"""What safekeeping needs: a storage that can be copied whole, and a file that is whole or not."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from ..balances import Auditor
from ..identity import Trail
from .manifest import Manifest, Part

Chunks = AsyncIterator[bytes]


class Copy(Protocol):
    """One unchanging view of all that is kept."""

    @property
    def migrations(self) -> Sequence[tuple[int, str]]:
        """The numbers and digests of those that were applied."""
        ...

    @property
    def parts(self) -> Sequence[str]:
        """The names of its pieces, in the order in which they are put back."""
        ...

    @property
    def counters(self) -> Mapping[str, int]:
        """Where numbers that are given out have come; at least as far as what is kept."""
        ...

    @property
    def head(self) -> tuple[int, str]:
        """The number and digest of the last link of the trail."""
        ...

    @property
    def auditor(self) -> Auditor:
        """Examines what was copied, or what it was copied from."""
        ...

    @property
    def trail(self) -> Trail:
        """The trail of the same."""
        ...

    def chunks(self, part: str) -> Chunks:
        """A piece, bit by bit: it is never kept whole."""
        ...


class Vault(Protocol):
    """A storage, as something that is copied while others go on using it."""

    @property
    def kind(self) -> str:
        """Which storage it is: `sqlite`, `postgres`."""
        ...

    def copied(self, beside: Path) -> AbstractAsyncContextManager[Copy]:
        """Copy it; what has to be written down meanwhile lies beside that file, for its owner."""
        ...


class Sealing(Protocol):
    """A backup that is being written."""

    async def add(self, name: str, chunks: Chunks, *, table: bool) -> Part:
        """Write a piece; of tables, lines are counted."""
        ...

    async def seal(self, manifest: Manifest) -> None:
        """Write down what it is: from then on it is whole."""
        ...


class Safe(Protocol):
    """Where backups are: files that only their owner can read."""

    def writing(self, file: Path) -> AbstractAsyncContextManager[Sealing]:
        """
        Write one: it is there, flushed, when the block ends well, and else it never was.

        Raises:
            BackupRefused: there is one already, or none can be written there.
        """
        ...
