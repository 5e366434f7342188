"""What happened, told to the rest of the house after it was committed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NewType, Protocol
from uuid import UUID

from attrs import define, field, frozen

from .errors import Conflict, Missing

EventId = NewType("EventId", UUID)
Fact = str | int | bool | None


@frozen(kw_only=True)
class Event:
    """One thing that happened; its name is a subject and a past participle: `hold.expired`."""

    id: EventId
    name: str
    at: datetime
    facts: Mapping[str, Fact] = field(factory=dict)


@frozen(kw_only=True)
class Stuck:
    """An event that could not be passed on, and why; it waits for a person."""

    event: Event
    why: str


@define
class EventMissing(Missing):
    """No event has this id."""

    event: UUID

    def __str__(self) -> str:
        return f"there is no event {self.event}"


@define
class EventNotStuck(Conflict):
    """It waits already, or was passed on."""

    event: UUID

    def __str__(self) -> str:
        return f"event {self.event} is not stuck"


@frozen(kw_only=True)
class Backlog:
    """How much has not been passed on yet."""

    waiting: int
    """Counted up to `COUNTED_MAX`: whoever is further behind need not know how far."""
    oldest: datetime | None
    """When the first of those happened."""
    stuck: int


COUNTED_MAX: Final = 10_000
WHY_MAX: Final = 200


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

    async def take(self, limit: int) -> Sequence[Event]:
        """
        The same, for whoever delivers them in the transaction that is open.

        Nobody else is given those until it ends; what others have taken is left out.
        """
        ...

    async def delivered(self, ids: Sequence[EventId]) -> None:
        """Forget these as waiting; naming one twice, or an unknown one, changes nothing."""
        ...

    async def set_aside(self, id: EventId, why: str) -> None:
        """It cannot be delivered, so it is not pending any more; if it waits no longer, nothing."""
        ...

    async def again(self, id: EventId) -> None:
        """
        One that was set aside is pending again, in its old place.

        Raises:
            EventMissing: nobody ever put it.
            EventNotStuck: it was not set aside.
        """
        ...

    async def stuck(self, limit: int) -> Sequence[Stuck]:
        """Those that were set aside, the oldest first."""
        ...

    async def after(self, place: int, limit: int) -> Sequence[tuple[int, Event]]:
        """
        What was put after that place, in order, delivered or not, each with its place; of all zero.

        Nothing is ever put before what was shown: what may still be overtaken is not shown yet.
        """
        ...

    async def place(self) -> int:
        """The place of the last that would be shown, or was; zero where there never was one."""
        ...

    async def forgotten(self) -> int:
        """
        Up to which place something may be missing: zero until the first event was forgotten.

        Whoever was shown less than that cannot go on from there.
        """
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """
        Forget so many that were delivered and happened before then; answers how many.

        What webhooks are told of stays until that is forgotten.
        """
        ...

    async def naming(self, account: str, limit: int) -> Sequence[Event]:
        """Events whose fact `buyer` is that and that have a fact `recipient`, in their order."""
        ...

    async def reword(self, event: Event) -> None:
        """Keep its facts in place of those that were put, whether it was delivered or not."""
        ...

    async def backlog(self) -> Backlog:
        """How much is pending, and how much was set aside."""
        ...
