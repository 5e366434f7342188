"""What happened, told to the rest of the house after it was committed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NewType, Protocol
from uuid import UUID

from attrs import field, frozen

EventId = NewType("EventId", UUID)
Fact = str | int | bool | None


@frozen(kw_only=True)
class Event:
    """One thing that happened; its name is a subject and a past participle: `hold.expired`."""

    id: EventId
    name: str
    at: datetime
    facts: Mapping[str, Fact] = field(factory=dict)


class Outbox(Protocol):
    """Events on their way out, kept with the change that caused them."""

    async def put(self, events: Sequence[Event]) -> None:
        """
        Keep the events; inside a transaction they are kept only if it commits.

        An event whose id is known already is not kept twice.
        """
        ...

    async def pending(self, limit: int) -> Sequence[Event]:
        """The oldest events not yet delivered, in the order in which they were put."""
        ...

    async def delivered(self, ids: Sequence[EventId]) -> None:
        """Forget these as waiting; naming one twice, or an unknown one, changes nothing."""
        ...
