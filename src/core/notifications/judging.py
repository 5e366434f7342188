"""What an attempt says about a delivery and its webhook: rules over values."""

from datetime import datetime, timedelta
from typing import Any, Final

from attrs import frozen

from ..events import Fact
from .delivery import Delivery, DeliveryState
from .ports import Answered
from .webhook import Webhook, WebhookState

GONE: Final = 410
TOO_MUCH: Final = frozenset({429, 502, 503, 504})
REST: Final = timedelta(minutes=1)
REST_MAX: Final = timedelta(hours=1)
FAILING_MAX: Final = timedelta(days=5)
"""For how long nothing may reach a webhook before it is disabled."""


@frozen(kw_only=True)
class Verdict:
    """What became of a delivery, of its webhook, and what the house is told of that."""

    delivery: Delivery
    webhook: Webhook
    told: tuple[tuple[str, dict[str, Fact]], ...] = ()
    """Events, by their names."""


def judged(
    delivery: Delivery,
    webhook: Webhook,
    answered: Answered | None,
    trouble: str,
    at: datetime,
    chance: float,
) -> Verdict:
    """After an attempt that was answered so, or was not, for that reason."""
    if answered is not None and 200 <= answered.status < 300:
        return Verdict(delivery=delivery.made(), webhook=_well(webhook))
    why = trouble if answered is None else f"status {answered.status}"
    after = delivery.failed(why, at, chance)
    told = []
    if after.state is DeliveryState.DEAD:
        told.append(("webhook.given_up", _facts(webhook, why, delivery)))
    since = webhook.failing_since or at
    changes: dict[str, Any] = {} if webhook.failing_since else {"failing_since": since}
    if answered is not None and answered.status in TOO_MUCH:
        asked = timedelta(seconds=answered.retry_after_seconds or REST.total_seconds())
        changes["resting_until"] = at + min(asked, REST_MAX)
    if webhook.state is WebhookState.ENABLED and (reason := _hopeless(since, answered, at)):
        changes |= {"state": WebhookState.DISABLED, "why": reason}
        told.append(("webhook.disabled", _facts(webhook, reason)))
    changed = webhook.changed(**changes) if changes else webhook
    return Verdict(delivery=after, webhook=changed, told=tuple(told))


def _well(webhook: Webhook) -> Webhook:
    if webhook.failing_since is None and webhook.resting_until is None:
        return webhook
    return webhook.changed(failing_since=None, resting_until=None)


def _hopeless(since: datetime, answered: Answered | None, at: datetime) -> str:
    """Why it is not told anything any more; empty where it is."""
    if answered is not None and answered.status == GONE:
        return f"it says that it is gone ({GONE})"
    if at - since >= FAILING_MAX:
        return f"nothing has reached it for {FAILING_MAX.days} days"
    return ""


def _facts(webhook: Webhook, why: str, delivery: Delivery | None = None) -> dict[str, Fact]:
    facts: dict[str, Fact] = {
        "webhook": str(webhook.id),
        "account": webhook.account,
        "host": webhook.host,
        "why": why,
    }
    if delivery is not None:
        facts |= {"delivery": str(delivery.id), "event": delivery.name}
    return facts
