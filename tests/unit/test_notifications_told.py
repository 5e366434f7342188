"""What somebody was told is handed out to them, and wiped; nothing names them afterwards."""

from typing import Any
from uuid import uuid4

import pytest
from attrs import evolve, field, frozen

from altyn.adapters.memory import (
    MemoryDeliveries,
    MemoryNotifications,
    MemoryOutbox,
    MemoryPreferences,
    MemoryStore,
    MemoryWebhooks,
)
from altyn.core.events import Event, EventId
from altyn.core.identity import UserId
from altyn.core.notifications import Preference, Recipient, State, TellNotifications
from altyn.entrypoints.testkit import notification
from altyn.entrypoints.testkit.notifications.ground import MINUTE, NOON, delivery, webhook

ANN, BOB = UserId(42), UserId(43)


@frozen
class House:
    """All that tells of people, in one store."""

    store: MemoryStore = field(factory=MemoryStore)
    notifications: MemoryNotifications = field(init=False)
    preferences: MemoryPreferences = field(init=False)
    webhooks: MemoryWebhooks = field(init=False)
    deliveries: MemoryDeliveries = field(init=False)
    outbox: MemoryOutbox = field(init=False)

    @notifications.default
    def _notifications(self) -> MemoryNotifications:
        return MemoryNotifications(self.store)

    @preferences.default
    def _preferences(self) -> MemoryPreferences:
        return MemoryPreferences(self.store)

    @webhooks.default
    def _webhooks(self) -> MemoryWebhooks:
        return MemoryWebhooks(self.store)

    @deliveries.default
    def _deliveries(self) -> MemoryDeliveries:
        return MemoryDeliveries(self.store, self.webhooks)

    @outbox.default
    def _outbox(self) -> MemoryOutbox:
        return MemoryOutbox(self.store, deliveries=self.deliveries)

    @property
    def tell(self) -> TellNotifications:
        """The keeper."""
        return TellNotifications(self.notifications, self.preferences, self.outbox, self.deliveries)


@pytest.fixture
def house() -> House:
    return House()


def bought(name: str = "purchase.delivered", **facts: Any) -> Event:
    """Ann bought something for somebody."""
    told = {"buyer": "user:42", "recipient": "ann_the_first", "told": "@ann_the_first is gone"}
    return Event(id=EventId(uuid4()), name=name, at=NOON, facts={**told, **facts})


async def test_what_they_were_told_is_handed_out(house: House) -> None:
    """The newest first, with what they do not want to be told; nothing of others."""
    assert [row async for row in house.tell.told(ANN)] == []
    first = notification(Recipient(ANN), facts={"item": "cat"})
    second = notification(
        Recipient(ANN), state=State.SENT, check_at=None, made_at=NOON + MINUTE, facts={}
    )
    await house.notifications.add([first, second, notification(Recipient(BOB))])
    await house.preferences.put(Preference(recipient=Recipient(ANN), declined=frozenset({"a.*"})))
    kind = first.kind
    assert [row async for row in house.tell.told(ANN)] == [
        {"declined": "a.*", "gone_since": None},
        {"at": (NOON + MINUTE).isoformat(), "kind": kind, "state": "sent"},
        {"item": "cat", "at": NOON.isoformat(), "kind": kind, "state": "waiting"},
    ]
    await house.preferences.put(Preference(recipient=Recipient(BOB), gone_since=NOON))
    (row, _) = [row async for row in house.tell.told(BOB)]
    assert row == {"declined": "", "gone_since": NOON.isoformat()}


async def test_wiped_they_are_told_nothing(house: House) -> None:
    """What waits is not sent any more; that they have gone is kept. Others are told as before."""
    both = [notification(Recipient(ANN)), notification(Recipient(BOB))]
    await house.notifications.add(both)
    for who in (ANN, BOB):
        declined, gone = frozenset({"payment.*"}), NOON if who == ANN else None
        await house.preferences.put(
            Preference(recipient=Recipient(who), declined=declined, gone_since=gone)
        )
    await house.tell.wipe(ANN)
    assert list(await house.notifications.of(Recipient(ANN), 9)) == []
    assert list(await house.notifications.of(Recipient(BOB), 9)) == both[1:]
    kept = await house.preferences.of([Recipient(ANN), Recipient(BOB)])
    assert kept[Recipient(ANN)] == Preference(recipient=Recipient(ANN), gone_since=NOON)
    assert kept[Recipient(BOB)].declined == {"payment.*"}
    await house.tell.wipe(ANN)
    await house.tell.wipe(UserId(44))


async def test_wiped_they_are_named_to_nobody(house: House) -> None:
    """Systems are told the rest all the same, under the same ids; others stay named."""
    one = await house.webhooks.add(webhook())
    delivered, inside = bought(), bought("purchase.looked_at")
    others = bought(buyer="user:43")
    await house.outbox.put([delivered, inside, others])
    told = delivery(one, event=delivered.id, body='{"recipient":"ann_the_first"}')
    stays = delivery(one, event=others.id)
    await house.deliveries.add([told, stays])
    await house.tell.wipe(ANN)
    kept = {each.id: each for each in await house.outbox.pending(9)}
    for each in (delivered, inside):
        assert kept[each.id] == evolve(each, facts={"buyer": "user:42"})
    assert kept[others.id] == others
    reworded = await house.deliveries.get(told.id)
    assert "ann" not in reworded.body
    assert '"recipient":null' in reworded.body
    assert '"buyer":"user:42"' in reworded.body
    assert await house.deliveries.get(stays.id) == stays
