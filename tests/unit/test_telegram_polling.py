"""Updates that we fetch ourselves: acknowledged when they are safe, and askers come first."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from attrs import define

from altyn.adapters.memory import ManualClock, MemoryInbox, MemoryStore
from altyn.adapters.telegram import Polling, place_of
from altyn.core.bells import HandBell
from altyn.core.chats import Doorbell, TakeIn
from altyn.core.errors import Refused, Unavailable
from altyn.core.payments import NoticeForged, NoticeUnreadable, ProviderUnclear, State
from altyn.entrypoints.sandbox.telegram_sales import Outcome
from altyn.entrypoints.wiring.intake import Fetching, Intake
from tests.unit.telegram_outside import SECRET, Shop, open_shop


@define
class Desk:
    """A shop that fetches."""

    shop: Shop
    inbox: MemoryInbox
    fetching: Fetching

    @property
    def kept(self) -> list[int]:
        """The numbers of what the bot has to answer."""
        return [number for _, number in self.inbox._kept]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with open_shop() as shop:
        inbox, clock = MemoryInbox(MemoryStore()), ManualClock()
        intake = Intake(42, shop.update, TakeIn(inbox, Doorbell(HandBell()), clock))
        fetching = Fetching(Polling(shop.api, SECRET, wait_seconds=0), intake)
        yield Desk(shop, inbox, fetching)


async def test_what_people_write_is_kept_before_it_is_acknowledged(desk: Desk) -> None:
    """The webhook is taken away, and what waited there is not."""
    anna = desk.shop.desk.join("Anna")
    assert await desk.fetching() == 0
    desk.shop.desk.say(anna, "/start")
    assert await desk.fetching() == 1
    kept = await desk.inbox.get(42, 1)
    assert (kept.lane, json.loads(kept.raw)["message"]["text"]) == (str(anna.id), "/start")
    assert len(desk.shop.desk.updates.pending) == 1  # not acknowledged yet
    assert await desk.fetching() == 0
    assert not desk.shop.desk.updates.pending
    assert desk.kept == [1]


async def test_who_asks_whether_they_may_pay_waits_for_nobody(desk: Desk) -> None:
    """They are answered before what others wrote is kept; what they paid is in the books."""
    await desk.fetching()
    payment = await desk.shop.opened(100)
    anna = desk.shop.desk.join("Anna")
    desk.shop.desk.say(anna, "/start")
    checkout = desk.shop.desk.pay(payment.link, anna)
    async with desk.fetching.polling.updates() as told:
        assert [b"pre_checkout_query" in raw for raw, _ in told] == [True, False]
    assert isinstance(desk.fetching.polling, Polling)
    desk.fetching.polling._next = 0
    await desk.fetching()
    assert checkout.outcome is Outcome.PAID
    await desk.fetching()
    await desk.shop.house.read()
    assert (await desk.shop.now(payment)).state is State.SETTLED
    assert desk.kept == [1]  # payments are no talk


async def test_what_could_not_be_kept_is_fetched_again(desk: Desk) -> None:
    """Nothing is acknowledged when something went wrong; what is refused does not stop the rest."""
    anna = desk.shop.desk.join("Anna")
    await desk.fetching()
    desk.shop.desk.say(anna, "/start")

    class Broken:
        fails: Any = Unavailable()

        async def __call__(self, raw: bytes, headers: Any) -> None:
            raise self.fails

    broken: Any = Broken()
    with pytest.raises(Unavailable):
        await Fetching(desk.fetching.polling, broken)()
    assert await desk.fetching() == 1
    assert desk.kept == [1]
    desk.shop.desk.say(anna, "/help")
    broken.fails = Refused()
    assert await Fetching(desk.fetching.polling, broken)() == 1
    assert await desk.fetching() == 0


async def test_it_is_polled_again_after_somebody_set_a_webhook(desk: Desk) -> None:
    """The refusal is told, and the next time the webhook is taken away."""
    await desk.fetching()
    await desk.shop.api("setWebhook", {"url": "https://elsewhere.example/"})
    with pytest.raises(Refused):
        await desk.fetching()
    assert await desk.fetching() == 0
    assert desk.shop.desk.updates.webhook is None


@pytest.mark.parametrize("nonsense", [{}, [1], [{"update_id": True}], None])
async def test_nonsense_acknowledges_nothing(desk: Desk, nonsense: Any) -> None:
    """Updates that cannot be told apart are in doubt."""
    await desk.fetching()
    desk.shop.wire.says.append((200, {"ok": True, "result": nonsense}))
    with pytest.raises(ProviderUnclear):
        await desk.fetching()


async def test_only_telegram_is_believed(desk: Desk) -> None:
    """What somebody else tells is not kept."""
    with pytest.raises(NoticeForged):
        await desk.fetching.intake(b'{"update_id": 1}', {})
    assert desk.kept == []


@pytest.mark.parametrize(
    ("event", "chat"),
    [
        ({"message": {"chat": {"id": -100}, "from": {"id": 7}}}, "-100"),
        ({"callback_query": {"data": "a", "message": {"chat": {"id": 5}}, "from": {"id": 7}}}, "5"),
        ({"callback_query": {"data": "a", "from": {"id": 7}}}, "7"),
        ({"subscription": {"user": {"id": 7}}}, "7"),
        ({"message": {"chat": "nonsense", "from": {"id": "7"}}}, ""),
        ({"poll": {}}, ""),
        ({}, ""),
    ],
)
def test_an_update_belongs_to_a_chat_or_to_whoever_caused_it(event: Any, chat: str) -> None:
    """Of what belongs to nobody there is one lane."""
    place = place_of(json.dumps({"update_id": 9, **event}).encode())
    assert (place.number, place.chat) == (9, chat)


def test_what_is_no_update_belongs_nowhere() -> None:
    """It is not kept."""
    with pytest.raises(NoticeUnreadable):
        place_of(b"[]")
