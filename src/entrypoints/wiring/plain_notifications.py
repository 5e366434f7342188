"""Webhooks, what they are told and events that are stuck, as they go over a wire."""

from collections.abc import Mapping, Sequence
from typing import Self

from attrs import frozen

from ...core.events import Fact, Stuck
from ...core.notifications import Attempt, Delivery, Notification, Webhook
from .plain import iso


@frozen
class PlainWebhook:
    """An address that is told of events; its secrets are not shown."""

    id: str
    url: str
    events: tuple[str, ...]
    account: str | None
    state: str
    why: str
    old_secret_until: str | None
    failing_since: str | None
    resting_until: str | None
    created_at: str

    @classmethod
    def of(cls, webhook: Webhook) -> Self:
        """That webhook."""
        return cls(
            id=str(webhook.id),
            url=webhook.url,
            events=webhook.events,
            account=webhook.account or None,
            state=webhook.state,
            why=webhook.why,
            old_secret_until=iso(webhook.old_until) if webhook.old_until else None,
            failing_since=iso(webhook.failing_since) if webhook.failing_since else None,
            resting_until=iso(webhook.resting_until) if webhook.resting_until else None,
            created_at=iso(webhook.created_at),
        )


@frozen
class PlainAttempt:
    """One request to a webhook."""

    number: int
    at: str
    milliseconds: int
    status: int | None
    answer: str
    told: str

    @classmethod
    def of(cls, attempt: Attempt) -> Self:
        """That attempt."""
        return cls(
            number=attempt.number,
            at=iso(attempt.at),
            milliseconds=attempt.milliseconds,
            status=attempt.status,
            answer=attempt.answer,
            told=attempt.told,
        )


@frozen
class PlainDelivery:
    """What a webhook is told of an event, and how that goes."""

    id: str
    webhook: str
    event: str
    name: str
    state: str
    attempts: int
    next_at: str | None
    told: str
    made_at: str
    log: tuple[PlainAttempt, ...] | None = None

    @classmethod
    def of(cls, delivery: Delivery, log: Sequence[Attempt] | None = None) -> Self:
        """That delivery."""
        return cls(
            id=str(delivery.id),
            webhook=str(delivery.webhook),
            event=str(delivery.event),
            name=delivery.name,
            state=delivery.state,
            attempts=delivery.attempts,
            next_at=iso(delivery.check_at) if delivery.check_at else None,
            told=delivery.told,
            made_at=iso(delivery.made_at),
            log=None if log is None else tuple(map(PlainAttempt.of, log)),
        )


@frozen
class PlainNotification:
    """One thing that somebody is told."""

    id: str
    kind: str
    facts: Mapping[str, Fact]
    state: str
    told: str
    made_at: str

    @classmethod
    def of(cls, notification: Notification) -> Self:
        """That one; its words are found when it is sent."""
        return cls(
            id=str(notification.id),
            kind=notification.kind,
            facts=notification.facts,
            state=notification.state,
            told=notification.told,
            made_at=iso(notification.made_at),
        )


@frozen
class PlainStuck:
    """An event that could not be passed on."""

    id: str
    name: str
    at: str
    why: str

    @classmethod
    def of(cls, stuck: Stuck) -> Self:
        """That event."""
        event = stuck.event
        return cls(id=str(event.id), name=event.name, at=iso(event.at), why=stuck.why)
