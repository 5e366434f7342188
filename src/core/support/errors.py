"""How support refuses."""

from attrs import define

from ..errors import Conflict, Missing, Refused


@define
class TicketMissing(Missing):
    """No ticket has this number."""

    number: int

    def __str__(self) -> str:
        return f"there is no ticket {self.number}"


@define
class TicketMoved(Conflict):
    """Somebody else has answered or closed the ticket."""

    number: int
    state: str

    def __str__(self) -> str:
        return f"ticket {self.number} is {self.state} by now"


@define
class TooManyTickets(Refused):
    """Somebody waits for answers to as many questions as one may ask at once."""

    most: int

    def __str__(self) -> str:
        return f"{self.most} tickets of theirs are open, which is all that one may have"
