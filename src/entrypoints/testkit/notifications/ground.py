"""Webhooks and deliveries to begin with."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from ....core.events import EventId
from ....core.notifications import Attempt, Delivery, DeliveryId, Webhook, WebhookId

NOON: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)


def webhook(**what: Any) -> Webhook:
    """An address that is told everything."""
    whole: dict[str, Any] = {
        "id": WebhookId(uuid4()),
        "url": "https://shop.example/altyn?of=us",
        "events": ("payment.*", "purchase.delivered"),
        "secret": b"sealed \x00\xff",
        "created_at": NOON,
    }
    return Webhook(**(whole | what))


def delivery(webhook: Webhook, **what: Any) -> Delivery:
    """Something it is told, due at noon."""
    whole: dict[str, Any] = {
        "id": DeliveryId(uuid4()),
        "webhook": webhook.id,
        "event": EventId(uuid4()),
        "name": "payment.settled",
        "body": '{"type":"payment.settled","data":{"payer":"user:1"}}',
        "made_at": NOON,
        "check_at": NOON,
    }
    return Delivery(**(whole | what))


def attempt(delivery: Delivery, **what: Any) -> Attempt:
    """A line of its log."""
    whole: dict[str, Any] = {
        "delivery": delivery.id,
        "number": delivery.attempts,
        "at": NOON,
        "milliseconds": 12,
        "status": 500,
        "answer": "<html>«oh»</html>",
        "told": "status 500",
    }
    return Attempt(**(whole | what))
