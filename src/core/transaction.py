"""Several writes as one, and the ways in which the place they go to can fail us."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from attrs import define

from .errors import Refused, Unavailable


class Transaction(Protocol):
    """Whatever ports of one storage write inside is kept together or not at all."""

    def __call__(self) -> AbstractAsyncContextManager[None]:
        """
        Begin; commit when the block ends well, undo everything when it raises.

        Inside, the task that began it sees its own writes and nobody else does. Transactions
        are short and never wait for the outside world; beginning one inside another is a
        mistake of the program and raises RuntimeError.
        """
        ...

    @property
    def active(self) -> bool:
        """Whether the running task is inside a transaction of its own."""
        ...


@define
class StorageUnreachable(Unavailable):
    """The database does not answer; whether the last write arrived is not known."""

    where: str
    reason: str

    def __str__(self) -> str:
        return f"cannot reach {self.where}: {self.reason}"


@define
class StorageBusy(Unavailable):
    """The database answers, but others hold what is needed for too long."""

    where: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where} is busy: {self.reason}; try again"

    @property
    def retry_after_seconds(self) -> float:
        """A moment: locks are held for milliseconds."""
        return 1.0


@define
class StorageUnwritable(Refused):
    """The place where data should go cannot be written."""

    where: str
    reason: str

    def __str__(self) -> str:
        return f"cannot write {self.where}: {self.reason}"


@define
class StorageBroken(Refused):
    """The storage answered with something that our own statements never cause."""

    where: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where} refused: {self.reason}"
