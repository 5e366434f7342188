"""How broadcasts say no."""

from uuid import UUID

from attrs import define

from ..errors import Conflict, Missing, Refused


@define
class AnnouncementMalformed(Refused):
    """Telegram would not show it, or it says nothing."""

    what: str
    reason: str

    def __str__(self) -> str:
        return f"{self.what} is not allowed in an announcement: {self.reason}"


@define
class BroadcastMissing(Missing):
    """No broadcast has this id."""

    broadcast: UUID

    def __str__(self) -> str:
        return f"there is no broadcast {self.broadcast}"


@define
class BroadcastReused(Conflict):
    """The id belongs to a broadcast that says something else, or says it to others."""

    broadcast: UUID

    def __str__(self) -> str:
        return f"broadcast {self.broadcast} is known with other contents: use a fresh id"


@define
class BroadcastMoved(Conflict):
    """Somebody else changed the broadcast first, or from its state no move leads there."""

    broadcast: UUID
    state: str

    def __str__(self) -> str:
        return f"broadcast {self.broadcast} is {self.state} by now"


@define
class LetterMoved(Conflict):
    """What became of a letter is known already, or it was never begun."""

    broadcast: UUID
    recipient: int

    def __str__(self) -> str:
        return f"the letter of broadcast {self.broadcast} to {self.recipient} is not being sent"
