"""The relay: what happened becomes what is told, once, and nothing stops the rest."""

import logging
from collections.abc import Sequence

import pytest
from attrs import define, field, frozen

from altyn.adapters.memory import MemoryDeliveries, MemoryWebhooks
from altyn.core.errors import AltynError
from altyn.core.events import Event, EventId
from altyn.core.notifications import Delivery, Notification, RelayEvents, Webhook, relaying
from altyn.core.transaction import StorageBroken, StorageUnreachable, StorageUnwritable
from tests.unit.notifications_house import House


@pytest.fixture
def house() -> House:
    return House()


async def test_what_happens_is_told(house: House) -> None:
    """To whoever wants it; then it is out of the outbox."""
    shop = (await house.listens("payment.*")).webhook
    bank = (await house.listens("refund.*")).webhook
    paid, gone = await house.happens(), await house.happens("refund.done")
    await house.happens("cheque.unresolved")
    assert await house.relay() == 3
    assert [each.event for each in await house.told(shop)] == [paid.id]
    assert [each.event for each in await house.told(bank)] == [gone.id]
    assert list(await house.outbox.pending(9)) == []
    assert await house.relay() == 0


async def test_it_works_once(house: House) -> None:
    """What was relayed by somebody whose end of it is not known is told once all the same."""
    shop = (await house.listens()).webhook
    event = await house.happens()
    await house.relay()
    first = await house.told(shop)
    house.store.put(house.outbox._waiting, event.id, event)
    assert await house.relay() == 1
    assert await house.told(shop) == first


async def test_many_batches(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """One after the other, and not for ever: then it says how far it is behind."""
    monkeypatch.setattr(relaying, "BATCH", 2)
    monkeypatch.setattr(relaying, "BATCHES_MAX", 3)
    for _ in range(9):
        await house.happens()
    house.clock.advance(seconds=30)
    assert await house.relay() == 6
    assert house.signals.gauges["outbox_waiting", frozenset()] == 3
    assert house.signals.gauges["outbox_age_seconds", frozenset()] == 30
    assert await house.relay() == 3
    assert house.signals.gauges["outbox_waiting", frozenset()] == 0
    assert house.signals.gauges["outbox_age_seconds", frozenset()] == 0


@define
class Tripping(RelayEvents):
    """Trips over events of one name."""

    trouble: Exception | None = None

    def _follows(self, event: Event, *more: object) -> tuple[list[Delivery], list[Notification]]:
        if event.name == "hold.expired" and self.trouble is not None:
            raise self.trouble
        return super()._follows(event, *more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        (ZeroDivisionError("a secret"), "a mistake inside Altyn: ZeroDivisionError"),
        (StorageBroken("db", "why"), "storage_broken: db refused: why"),
    ],
)
async def test_a_mistake_about_one_stops_no_other(
    house: House, trouble: Exception, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It is set aside with the reason, and the log says so; put back, it is relayed."""
    shop = (await house.listens()).webhook
    before, odd, after = [
        await house.happens(name) for name in ("payment.settled", "hold.expired", "refund.done")
    ]
    relay = Tripping(**{name: getattr(house.relay, name) for name in FIELDS}, trouble=trouble)
    with caplog.at_level(logging.ERROR):
        assert await relay() == 3
    assert {each.event for each in await house.told(shop)} == {before.id, after.id}
    (stuck,) = await house.outbox.stuck(9)
    assert (stuck.event, stuck.why) == (odd, why)
    assert f"event {odd.id} (hold.expired) is set aside: {why}" in caplog.messages
    assert house.signals.gauges["outbox_stuck", frozenset()] == 1
    await house.outbox.again(odd.id)
    await house.relay()
    assert odd.id in {each.event for each in await house.told(shop)}


FIELDS = (
    "outbox",
    "webhooks",
    "deliveries",
    "notifications",
    "preferences",
    "transaction",
    "clock",
    "identifiers",
    "signals",
)


@frozen
class Choosy(MemoryDeliveries):
    """Cannot keep what is told of one event, as a database may not be able to."""

    refuses: dict[EventId, Exception] = field(factory=dict)

    async def add(self, deliveries: Sequence[Delivery]) -> None:
        for each in deliveries:
            if each.event in self.refuses:
                raise self.refuses[each.event]
        await super().add(deliveries)


async def test_what_the_storage_cannot_keep_stops_no_other(house: House) -> None:
    """It does not say which one it was, so they are tried one by one."""
    shop = (await house.listens()).webhook
    events = [await house.happens() for _ in range(3)]
    refuses: dict[EventId, Exception] = {events[1].id: StorageBroken("db", "no such text")}
    choosy = Choosy(house.store, house.webhooks, refuses)
    house.relay = RelayEvents(
        **{name: getattr(house.relay, name) for name in FIELDS if name != "deliveries"},
        deliveries=choosy,
    )
    assert await house.relay() == 3
    told = await choosy.of(shop.id, 9)
    assert {each.event for each in told} == {events[0].id, events[2].id}
    assert [each.event for each in await house.outbox.stuck(9)] == [events[1]]


@pytest.mark.parametrize(
    "away", [StorageUnreachable("db", "gone"), StorageUnwritable("db", "disk full")]
)
async def test_a_storage_that_is_away_sets_nothing_aside(house: House, away: AltynError) -> None:
    """All of it is tried again later, and nothing was done."""
    shop = (await house.listens()).webhook
    events = [await house.happens() for _ in range(3)]
    refuses: dict[EventId, Exception] = {events[1].id: away}
    choosy = Choosy(house.store, house.webhooks, refuses)
    house.relay = RelayEvents(
        **{name: getattr(house.relay, name) for name in FIELDS if name != "deliveries"},
        deliveries=choosy,
    )
    with pytest.raises(type(away)):
        await house.relay()
    assert list(await house.outbox.pending(9)) == events
    assert list(await choosy.of(shop.id, 9)) == []
    refuses.clear()
    assert await house.relay() == 3


async def test_a_disk_that_fills_up_meanwhile_sets_nothing_aside(house: House) -> None:
    """Even while it is looked for the one that cannot be kept."""
    await house.listens()
    events = [await house.happens() for _ in range(2)]
    refuses: dict[EventId, Exception] = {
        events[0].id: StorageBroken("db", "no such text"),
        events[1].id: StorageUnwritable("db", "disk full"),
    }
    choosy = Choosy(house.store, house.webhooks, refuses)
    fields = {name: getattr(house.relay, name) for name in FIELDS}
    with pytest.raises(StorageUnwritable):
        await RelayEvents(**(fields | {"deliveries": choosy}))()
    assert list(await house.outbox.pending(9)) == events[1:]
    assert [each.event for each in await house.outbox.stuck(9)] == events[:1]


@frozen
class Illegible(MemoryWebhooks):
    """Cannot be read."""

    async def all(self) -> Sequence[Webhook]:
        raise StorageBroken("db", "no such column")


async def test_webhooks_that_cannot_be_read_set_nothing_aside(house: House) -> None:
    """That is no event's fault: all of it is tried again later."""
    events = [await house.happens() for _ in range(3)]
    fields = {name: getattr(house.relay, name) for name in FIELDS}
    relay = RelayEvents(**(fields | {"webhooks": Illegible(house.store)}))
    with pytest.raises(StorageBroken):
        await relay()
    assert list(await house.outbox.pending(9)) == events
    assert await house.relay() == 3
