"""
What somebody might try on the tables of notifications, and the laws that stop it.

Statements are plain SQL that goes around the code. What differs between the storages is filled in:
`{s}` is the schema, `{uuid}` an id nobody has, `{tick}` a little later, `{empty}` no
bytes, `{yes}` and `{no}` are truth values.
"""

from typing import Any, Final

from attrs import frozen

from altyn.core.events import Outbox
from altyn.core.notifications import (
    MOVES,
    Deliveries,
    DeliveryState,
    Notifications,
    Preference,
    Preferences,
    Recipient,
    State,
    Webhooks,
    WebhookState,
)
from altyn.entrypoints.testkit import notification
from altyn.entrypoints.testkit.notifications.ground import attempt, delivery, webhook
from altyn.entrypoints.testkit.outbox import event

ADDRESS: Final = "https://{}.example/"


@frozen
class Crime:
    """Something that the code never does, and the law that stops it."""

    what: str
    law: str
    statement: str


async def lived(
    outbox: Outbox,
    webhooks: Webhooks,
    deliveries: Deliveries,
    notifications: Notifications,
    preferences: Preferences,
) -> None:
    """Some of everything, in every state: webhooks are known by their addresses."""
    for end in State:
        waits: dict[str, Any] = {} if end is State.WAITING else {"check_at": None}
        await notifications.add([notification(kind=f"is.{end}", state=end, **waits)])
    await preferences.put(Preference(recipient=Recipient(1)))
    passed, stuck = event(), event()
    await outbox.put([passed, stuck])
    await outbox.delivered([passed.id])
    await outbox.set_aside(stuck.id, "why")
    for state in WebhookState:
        gone = {"secret": b"", "why": "removed"} if state is WebhookState.REMOVED else {}
        await webhooks.add(webhook(url=ADDRESS.format(state), state=state, **gone))
    told = await webhooks.add(webhook(url=ADDRESS.format("told")))
    for each in DeliveryState:
        waits = {} if each is DeliveryState.WAITING else {"check_at": None}
        made = delivery(told, name=f"is.{each}", state=each, attempts=2, tries=1, **waits)
        await deliveries.add([made])
    await deliveries.put(made.changed(), attempt(made))


def of_webhook(state: str, change: str) -> str:
    """One in that state is changed."""
    where = f"url = 'https://{state}.example/'"
    return f"UPDATE {{s}}webhook SET version = version + 1, {change} WHERE {where}"


def of_delivery(state: str, change: str) -> str:
    """One in that state is changed."""
    where = f"name = 'is.{state}'"
    return f"UPDATE {{s}}webhook_delivery SET version = version + 1, {change} WHERE {where}"


def of_notification(state: str, change: str) -> str:
    """One in that state is changed."""
    where = f"kind = 'is.{state}'"
    return f"UPDATE {{s}}notification SET version = version + 1, {change} WHERE {where}"


CRIMES: Final = (
    *(
        Crime(
            f"notified of another {column}",
            "notification_is_fixed",
            of_notification("waiting", f"{column} = {value}"),
        )
        for column, value in {
            "id": "{uuid}",
            "source": "{uuid}",
            "recipient": "recipient + 1",
            "kind": "'is.else'",
            "facts": "'{{}}'",
            "made_at": "made_at + {tick}",
            "until": "until + {tick}",
            "repeats": "{no}",
        }.items()
    ),
    *(
        Crime(
            f"from {one} to {two}",
            "notification_moves",
            of_notification(one, f"state = '{two}', check_at = {'made_at' if waits else 'NULL'}"),
        )
        for one in State
        for two in State
        for waits in [two is State.WAITING]
        if two is not one and two not in MOVES[one]
    ),
    Crime(
        "an odd state of a notification",
        "notification_state_is_known",
        of_notification("waiting", "state = 'odd', check_at = NULL"),
    ),
    Crime(
        "never sent",
        "notification_is_checked_while_waiting",
        of_notification("waiting", "check_at = NULL"),
    ),
    Crime(
        "sent in doubt",
        "notification_doubt_is_open",
        of_notification("sent", "in_doubt = {yes}"),
    ),
    Crime(
        "tried less than never",
        "notification_is_counted",
        of_notification("waiting", "tries = -1"),
    ),
    Crime(
        "a version of a notification left out",
        "notification_counts_on",
        "UPDATE {s}notification SET version = version + 2",
    ),
    Crime("notified twice", "notification_is_told_once", "{notified_again}"),
    Crime(
        "passed on and stuck",
        "{event}_stuck_is_waiting",
        "UPDATE {s}{event} SET stuck = 'why' WHERE stuck IS NULL",
    ),
    Crime(
        "forgotten before it was told",
        "{event}_waits_to_be_told",
        "DELETE FROM {s}{event} WHERE stuck IS NOT NULL",
    ),
    Crime(
        "remembered again",
        "{event}_forgotten_grows",
        "UPDATE {s}{event}_forgotten SET place = place - 1",
    ),
    Crime(
        "never forgotten",
        "{event}_forgotten_stays",
        "DELETE FROM {s}{event}_forgotten",
    ),
    Crime(
        "forgotten twice over",
        "{event}_forgotten_is_one",
        "INSERT INTO {s}{event}_forgotten (one, place) VALUES ({two}, 0)",
    ),
    *(
        Crime(f"another {column}", "webhook_is_fixed", of_webhook("enabled", f"{column} = {value}"))
        for column, value in {
            "id": "{uuid}",
            "url": "'https://other.example/'",
            "account": "'user:1'",
            "created_at": "created_at + {tick}",
        }.items()
    ),
    Crime(
        "no state",
        "webhook_state_is_known",
        "INSERT INTO {s}webhook SELECT {uuid}, url, events, account, secret, old_secret, old_until,"
        " 'odd', why, failing_since, resting_until, created_at, 0 FROM {s}webhook"
        " WHERE state = 'enabled' LIMIT 1",
    ),
    Crime("nothing wanted", "webhook_wants_something", of_webhook("enabled", "events = {none}")),
    Crime(
        "unsigned",
        "webhook_is_signed_until_removed",
        of_webhook("enabled", "secret = {empty}"),
    ),
    Crime(
        "removed with a secret",
        "webhook_is_signed_until_removed",
        of_webhook("enabled", "state = 'removed'"),
    ),
    Crime(
        "removed with an old secret",
        "webhook_is_signed_until_removed",
        of_webhook(
            "enabled",
            "state = 'removed', secret = {empty}, old_secret = secret, old_until = created_at",
        ),
    ),
    Crime(
        "an old secret for ever",
        "webhook_old_secret_ends",
        of_webhook("enabled", "old_secret = secret"),
    ),
    Crime(
        "back again", "webhook_moves", of_webhook("removed", "state = 'enabled', secret = id{b}")
    ),
    Crime(
        "back half way",
        "webhook_moves",
        of_webhook("removed", "state = 'disabled', secret = id{b}"),
    ),
    Crime(
        "a version left out",
        "webhook_counts_on",
        "UPDATE {s}webhook SET version = version + 2",
    ),
    Crime(
        "no address",
        "webhook_url_is_address",
        "INSERT INTO {s}webhook SELECT {uuid}, 'ftp://x/', {after_url} FROM {s}webhook LIMIT 1",
    ),
    Crime(
        "a negative version",
        "webhook_is_counted",
        "INSERT INTO {s}webhook SELECT {uuid}, url, {but_version}, -1 FROM {s}webhook LIMIT 1",
    ),
    *(
        Crime(
            f"told another {column}",
            "webhook_delivery_is_fixed",
            of_delivery("waiting", f"{column} = {value}"),
        )
        for column, value in {
            "id": "{uuid}",
            "webhook": "(SELECT id FROM {s}webhook WHERE state = 'disabled')",
            "event": "{uuid}",
            "name": "'payment.failed'",
            "body": "'{{}}'",
            "made_at": "made_at + {tick}",
        }.items()
    ),
    Crime("told twice", "webhook_delivery_is_told_once", "{again}"),
    Crime(
        "no such state of a delivery",
        "webhook_delivery_state_is_known",
        of_delivery("waiting", "state = 'odd', check_at = NULL"),
    ),
    Crime(
        "waits for ever",
        "webhook_delivery_is_checked_while_waiting",
        of_delivery("waiting", "check_at = NULL"),
    ),
    Crime(
        "ended and to be tried",
        "webhook_delivery_is_checked_while_waiting",
        of_delivery("dead", "check_at = made_at"),
    ),
    Crime(
        "more tries than attempts",
        "webhook_delivery_is_counted",
        of_delivery("waiting", "tries = attempts + 1"),
    ),
    Crime(
        "arrived after all", "webhook_delivery_moves", of_delivery("dead", "state = 'delivered'")
    ),
    Crime(
        "given up after all", "webhook_delivery_moves", of_delivery("delivered", "state = 'dead'")
    ),
    Crime(
        "an attempt that was not",
        "webhook_delivery_counts_on",
        of_delivery("waiting", "attempts = attempts - 1, tries = 0"),
    ),
    Crime(
        "a version of a delivery left out",
        "webhook_delivery_counts_on",
        "UPDATE {s}webhook_delivery SET version = version + 2",
    ),
    Crime(
        "another answer",
        "webhook_attempt_is_fixed",
        "UPDATE {s}webhook_attempt SET answer = 'ok'",
    ),
    Crime(
        "logged twice",
        "webhook_attempt_is_single",
        "INSERT INTO {s}webhook_attempt SELECT * FROM {s}webhook_attempt",
    ),
    Crime(
        "logged before the beginning",
        "webhook_attempt_is_counted",
        "INSERT INTO {s}webhook_attempt SELECT delivery, -1, at, milliseconds, status, answer, told"
        " FROM {s}webhook_attempt",
    ),
    Crime(
        "a log of nothing",
        "webhook_attempt_delivery_is_known",
        "INSERT INTO {s}webhook_attempt SELECT {uuid}, 9, at, milliseconds, status, answer, told"
        " FROM {s}webhook_attempt",
    ),
    Crime(
        "a webhook that is told something is deleted",
        "webhook_delivery_webhook_is_known",
        "DELETE FROM {s}webhook WHERE url = 'https://told.example/'",
    ),
)

HONEST: Final = {
    "sent": of_notification("waiting", "state = 'sent', check_at = NULL"),
    "being sent": of_notification("waiting", "in_doubt = {yes}"),
    "disabled": of_webhook("enabled", "state = 'disabled', why = 'why'"),
    "enabled": of_webhook("disabled", "state = 'enabled'"),
    "removed": of_webhook("disabled", "state = 'removed', secret = {empty}"),
    "rotated": of_webhook("enabled", "old_secret = secret, old_until = created_at"),
    "delivered": of_delivery("waiting", "state = 'delivered', check_at = NULL"),
    "given up": of_delivery("waiting", "state = 'dead', check_at = NULL"),
    "naming nobody": of_delivery("waiting", """body = '{{"data":{{"recipient":null}}}}'"""),
    "forgotten when it was told": "DELETE FROM {s}{event} WHERE stuck IS NULL",
    "forgotten up to there": "UPDATE {s}{event}_forgotten SET place = place + 1",
    "again": of_delivery("dead", "state = 'waiting', check_at = made_at, tries = 0"),
}
