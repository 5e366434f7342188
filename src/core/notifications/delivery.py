"""A delivery: one event for one webhook, until it has arrived or is given up."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NewType, Self
from uuid import UUID

from attrs import evolve, frozen

from ..events import Event, EventId
from ..identifiers import Identifiers
from ..wording import one_line
from .catalogue import public
from .webhook import Webhook, WebhookId, WebhookState

DeliveryId = NewType("DeliveryId", UUID)

ANSWER_MAX: Final = 1000
"""How much of an answer is kept."""
TOLD_MAX: Final = 200
DELAYS: Final = tuple(
    timedelta(seconds=each) for each in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""How long to wait after the first attempt, the second, and so on: for 75.6 hours together."""
ATTEMPTS_MAX: Final = len(DELAYS) + 1
JITTER: Final = 0.1
"""The part of a delay by which it is longer at most, so that those who failed together part."""


class DeliveryState(StrEnum):
    """Where a delivery is in its life."""

    WAITING = "waiting"
    """It is to be made, or is being made."""
    DELIVERED = "delivered"
    DEAD = "dead"
    """It was given up, until a person has it made again."""


DELIVERY_MOVES: Final = {
    DeliveryState.WAITING: frozenset({DeliveryState.DELIVERED, DeliveryState.DEAD}),
    DeliveryState.DELIVERED: frozenset({DeliveryState.WAITING}),
    DeliveryState.DEAD: frozenset({DeliveryState.WAITING}),
}
"""Every move a delivery can make."""


@frozen(kw_only=True)
class Delivery:
    """What a webhook is told of an event: the same bytes and the same id at each attempt."""

    id: DeliveryId
    webhook: WebhookId
    event: EventId
    name: str
    body: str
    made_at: datetime
    state: DeliveryState = DeliveryState.WAITING
    attempts: int = 0
    """How often it was begun."""
    tries: int = 0
    """The same since a person last had it made again."""
    check_at: datetime | None
    """When to try, or when whoever is trying is taken for lost; None when nothing is left to do."""
    told: str = ""
    """Why the last attempt failed."""
    version: int = 0

    @property
    def message_id(self) -> str:
        """By which whoever is told knows that they were told before."""
        return f"msg_{self.id.hex}"

    def changed(self, **what: Any) -> Self:
        """The next version of it."""
        return evolve(self, version=self.version + 1, **what)

    def made(self) -> Self:
        """It has arrived."""
        return self.changed(state=DeliveryState.DELIVERED, check_at=None, told="")

    def failed(self, told: str, at: datetime, chance: float) -> Self:
        """This attempt came to nothing; `chance` is between nothing and one."""
        told = one_line(told, TOLD_MAX)
        if self.tries >= ATTEMPTS_MAX:
            return self.changed(state=DeliveryState.DEAD, check_at=None, told=told)
        delay = DELAYS[self.tries - 1]
        return self.changed(check_at=at + delay * (1 + JITTER * chance), told=told)

    def given_up(self, told: str) -> Self:
        """Nobody tries any more."""
        return self.changed(state=DeliveryState.DEAD, check_at=None, told=told)

    def again(self, at: datetime) -> Self:
        """A person has it made again, from the first attempt on."""
        return self.changed(state=DeliveryState.WAITING, tries=0, check_at=at)


@frozen(kw_only=True)
class Attempt:
    """One line of the log of a delivery."""

    delivery: DeliveryId
    number: int
    at: datetime
    milliseconds: int
    status: int | None
    """None when there was no answer."""
    answer: str
    """How it begins."""
    told: str
    """Why it counts as failed; empty when it does not."""


def deliveries_of(
    event: Event, webhooks: Iterable[Webhook], at: datetime, identifiers: Identifiers
) -> list[Delivery]:
    """What the webhooks that want to know are told of it."""
    return [
        Delivery(
            id=DeliveryId(identifiers()),
            webhook=each.id,
            event=event.id,
            name=event.name,
            body=body_of(event),
            made_at=at,
            check_at=at,
        )
        for each in webhooks
        if each.state is WebhookState.ENABLED and each.wants(event)
    ]


def body_of(event: Event) -> str:
    """What a webhook is told of it."""
    at = event.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    told = {"type": event.name, "timestamp": at, "data": public(event)}
    return json.dumps(told, separators=(",", ":"))
