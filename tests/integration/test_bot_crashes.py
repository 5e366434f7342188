"""Whatever dies, is refused or breaks off: what people do is not lost, and not done twice."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from altyn.adapters.memory import ManualClock
from altyn.core.chats import TRIES_MAX, Inbox, Windows
from altyn.core.identity import UserId, Users
from altyn.core.purchases import State
from altyn.entrypoints.bot.lanes import CLAIMED, Lanes
from altyn.entrypoints.sandbox import Fault
from tests.integration.bot_stand import Stand, desk_of, house_of, open_stand, working
from tests.unit.purchases_house import FakeSupplier, FakeWallet


class Died(BaseException):
    """The process is gone."""


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with open_stand(tmp_path) as stand:
        yield stand


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Any]:
    """Opens processes of one shop, one after the other or side by side."""
    clock = ManualClock()
    supplier = FakeSupplier(clock, FakeWallet(clock))
    async with AsyncExitStack() as stack:
        desk, address = await stack.enter_async_context(desk_of(clock))

        async def open_one() -> Stand:
            house = house_of(tmp_path, desk, address, clock, supplier)
            return await stack.enter_async_context(house)

        yield open_one


async def test_a_crash_between_inbox_and_handler_loses_nothing(opened: Any) -> None:
    """What one process kept and took, and died over, the next one answers."""
    first = await opened()
    anna = first.desk.join("Anna")
    first.desk.say(anna, "/start")
    await first.talk.fetching()
    await first.talk.fetching.polling.api("getUpdates", {"offset": 2})  # it was acknowledged
    inbox: Inbox = await first.get(Inbox)
    now = first.clock.now()
    assert len(await inbox.claim(first.talk.bot.id, now, now + CLAIMED, 10)) == 1
    second = await opened()
    async with working(second):
        boris = first.desk.join("Boris")
        first.desk.say(boris, "/start")  # others are answered meanwhile

        async def answered() -> bool:
            return bool(second.messages(boris))

        await second.until(answered)
        assert not second.messages(anna)
        second.clock.advance(seconds=CLAIMED.total_seconds())
        await second.settled()
        assert "Anna" in second.text(anna)


async def test_a_crash_after_the_handler_does_nothing_twice(opened: Any) -> None:
    """It was done and kept, and nobody could say so any more: done again, it is the same."""
    first: Stand = await opened()
    anna = first.desk.join("Anna", username="anna")
    await first.given(anna, "1000")
    async with working(first):
        await first.say(anna, "/buy_stars 50 @bob")
    first.desk.press(anna, "Buy for")
    await first.talk.fetching()  # type: ignore[misc]
    inbox: Inbox = await first.get(Inbox)
    now, lanes = first.clock.now(), first.talk.lanes
    (update,) = await inbox.claim(first.talk.bot.id, now, now + CLAIMED, 10)
    await lanes.answer(update)  # and then it dies
    assert [each.state for each in await first.bought(anna)] == [State.RESERVED]
    second: Stand = await opened()
    async with working(second):
        second.clock.advance(seconds=CLAIMED.total_seconds())
        await second.settled()
        assert (await inbox.get(first.talk.bot.id, update.number)).tries == 2
        assert await second.holds(anna) == ("1000.00", "165.00")
        assert len(await second.bought(anna)) == 1
        assert "165.00 ₽ set aside" in second.text(anna)
        await second.passes(20)
    assert "50 Stars delivered" in second.text(anna)
    assert await second.sound()


async def test_a_tap_after_a_crash_is_not_lost(opened: Any) -> None:
    """What was shown before the process died can be tapped: it is handled again, and nothing new
    is shown by that."""
    first: Stand = await opened()
    anna = first.desk.join("Anna", username="anna")
    await first.given(anna, "1000")
    async with working(first):
        await first.say(anna, "/buy_stars 50 @bob")
    first.desk.press(anna, "Somebody else")
    await first.talk.fetching()  # type: ignore[misc]
    inbox: Inbox = await first.get(Inbox)
    now, lanes = first.clock.now(), first.talk.lanes
    (update,) = await inbox.claim(first.talk.bot.id, now, now + CLAIMED, 10)
    await lanes.answer(update)  # and then it dies
    first.desk.press(anna, "For me (@anna)")
    second: Stand = await opened()
    async with working(second):
        second.clock.advance(seconds=CLAIMED.total_seconds())
        await second.settled()
        assert "(@anna)" in second.text(anna)
        assert "Buy for" in second.labels(anna)


async def test_a_payment_is_asked_for_once(opened: Any) -> None:
    """However often the tap that asks for it is handled."""
    first: Stand = await opened()
    anna = first.desk.join("Anna")
    async with working(first):
        await first.say(anna, "/recharge 100")
    first.desk.press(anna, "Telegram Stars")
    await first.talk.fetching()  # type: ignore[misc]
    inbox: Inbox = await first.get(Inbox)
    now = first.clock.now()
    (update,) = await inbox.claim(first.talk.bot.id, now, now + CLAIMED, 10)
    windows = first.talk.watch.windows

    class Dying:
        """Keeps no turn any more."""

        def __getattr__(self, name: str) -> Any:
            return getattr(windows, name)

        async def put(self, window: object) -> None:
            raise Died

    object.__setattr__(first.talk.watch.screen, "windows", Dying())
    with pytest.raises(Died):
        await first.talk.lanes.answer(update)
    second: Stand = await opened()
    async with working(second):
        second.clock.advance(seconds=CLAIMED.total_seconds())
        await second.settled()
        assert "To pay: 67 ⭐" in second.text(anna)
    assert len(await second.asked_to_pay(anna)) == 1
    assert len(first.desk.sales.links) == 1


async def test_an_update_told_twice_is_handled_once(stand: Stand) -> None:
    """Telegram tells again what it does not know to be safe."""
    anna = stand.desk.join("Anna")
    stand.desk.say(anna, "/start")
    again = list(stand.desk.updates.pending)
    await stand.settled()
    stand.desk.updates.pending = [*again, *stand.desk.updates.pending]
    await stand.say(anna, "/balance")
    assert stand.desk.calls.count("sendMessage") == 2


async def test_what_could_not_be_shown_is_shown_later(stand: Stand) -> None:
    """The tap has done its work; Telegram answered with an error, and did not show it."""
    anna = stand.desk.join("Anna")
    await stand.say(anna, "/start")
    stand.desk.faults.plan("editMessageText", Fault.FAIL_BEFORE)
    await stand.press(anna, "Balance")
    assert "Your balance is empty" in stand.text(anna)
    await stand.passes(10)
    assert "Your balance is empty" in stand.text(anna)
    await stand.passes(6)
    assert "Nothing yet" in stand.text(anna)
    assert (await stand.window(anna)).look_at is None


async def test_a_message_that_is_gone_is_sent_anew(stand: Stand) -> None:
    """Whoever deletes the living message gets another one."""
    anna = stand.desk.join("Anna")
    await stand.say(anna, "/start")
    (menu,) = stand.messages(anna)
    stand.desk.press(anna, "Balance")
    stand.desk.chats.messages[anna.id].remove(menu)
    await stand.settled()
    assert "Nothing yet" in stand.text(anna)


async def test_telegram_asks_for_patience(stand: Stand) -> None:
    """What was refused with 429 is asked again when that time is over."""
    anna = stand.desk.join("Anna")
    stand.desk.faults.plan("sendMessage", Fault.BUSY)
    await stand.say(anna, "/start")
    assert "Anna" in stand.text(anna)
    assert stand.desk.calls.count("sendMessage") == 2


async def test_the_blocked_are_left_alone(stand: Stand) -> None:
    """403: nothing more is sent, and it is known that they are gone."""
    anna = stand.desk.join("Anna")
    await stand.say(anna, "/start")
    stand.desk.chats.blocked.add(anna.id)
    await stand.press(anna, "Balance")
    users: Users = await stand.get(Users)
    assert (await users.get(UserId(anna.id))).blocked
    assert (await stand.window(anna)).look_at is None


async def test_a_mistake_of_ours_is_a_case(stand: Stand, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever met it is told its number; under that an operator finds what went wrong."""
    anna = stand.desk.join("Anna", language_code="ru")
    await stand.say(anna, "/start")
    looking = stand.talk.stage.looking
    object.__setattr__(looking, "ledger", None)
    await stand.press(anna, "Баланс")
    inbox: Inbox = await stand.get(Inbox)
    (case,) = await inbox.troubled(stand.talk.bot.id, 10)
    assert f"назовите обращение {case.number}." in stand.text(anna)
    assert "AttributeError" in case.outcome
    assert f"case {case.number}" in caplog.text
    await stand.say(anna, "/help")  # others go on
    assert "Что я умею" in stand.text(anna)


async def test_an_update_that_kills_is_given_up(stand: Stand) -> None:
    """Whoever has it dies: after a few times nobody is given it any more."""
    anna = stand.desk.join("Anna")
    await stand.say(anna, "/start")
    inbox: Inbox = await stand.get(Inbox)
    told = await inbox.get(stand.talk.bot.id, 1)
    deadly = evolve(told, number=1000, due_at=stand.clock.now(), outcome="", tries=TRIES_MAX)
    await inbox.add(deadly)
    stand.talk.lanes.bell.ring()

    async def given_up() -> bool:
        return (await inbox.get(stand.talk.bot.id, 1000)).trouble

    await stand.until(given_up)
    assert stand.desk.calls.count("sendMessage") == 1


async def test_those_of_a_chat_are_handled_in_order(stand: Stand) -> None:
    """However many there are at once, and those of others beside them."""
    people = [stand.desk.join(f"P{number}") for number in range(3)]
    lanes: Lanes = stand.talk.lanes
    answer, running, most, order = lanes.answer, set[str](), [0], []

    async def watched(update: Any) -> str:
        assert update.lane not in running
        running.add(update.lane)
        most[0] = max(most[0], len(running))
        order.append(update.number)
        try:
            return await answer(update)
        finally:
            running.discard(update.lane)

    lanes.answer = watched
    for command in ("/start", "/balance", "/help"):
        for each in people:
            stand.desk.say(each, command)
    await stand.settled()
    for number in range(3):
        mine = [each for each in order if (each - 1) % 3 == number]
        assert mine == sorted(mine)
    assert most[0] > 1
    assert all("What I can do" in stand.text(each) for each in people)


async def test_a_receipt_that_could_not_be_shown_comes_first(stand: Stand) -> None:
    """Somebody has paid for a purchase, and Telegram fails: they see that, and then what it was
    for."""
    anna = stand.desk.join("Anna", username="anna")
    await stand.say(anna, "/buy_stars 50")
    await stand.press(anna, "Top up")
    await stand.press(anna, "Telegram Stars")
    await stand.pays(anna)
    stand.desk.faults.plan("editMessageText", Fault.FAIL_BEFORE)
    await stand.passes(20)
    receipt, bought = (each["text"] for each in stand.messages(anna))
    assert "Your balance grew" in receipt
    assert "50 Stars" in bought
    await stand.passes(20)
    assert "50 Stars delivered" in stand.text(anna)


async def test_a_receipt_is_not_sent_again(stand: Stand) -> None:
    """By a tap that comes late: it stays where it is."""
    anna = stand.desk.join("Anna", username="anna")
    await stand.given(anna, "1000")
    await stand.say(anna, "/buy_stars 50")
    stand.desk.press(anna, "Buy for")
    late = stand.desk.updates.pending[-1]["callback_query"]
    await stand.settled()
    await stand.passes(20)
    assert "50 Stars delivered" in stand.text(anna)
    stand.desk.updates.make("callback_query", {**late, "id": "again"})
    await stand.settled()
    assert len(stand.messages(anna)) == 1


async def test_what_was_shown_though_nobody_heard_is_not_shown_twice(stand: Stand) -> None:
    """Edited, and the answer was lost: «message is not modified» says that all is well."""
    anna = stand.desk.join("Anna")
    await stand.say(anna, "/start")
    stand.desk.faults.plan("editMessageText", Fault.FAIL_AFTER)
    await stand.press(anna, "Balance")
    assert (await stand.window(anna)).drawn == 1
    await stand.passes(20)
    assert (await stand.window(anna)).drawn == 2
    assert len(stand.messages(anna)) == 1
    assert "Nothing yet" in stand.text(anna)


async def test_a_button_of_a_forgotten_window_does_nothing(stand: Stand) -> None:
    """Turns are counted anew then: a number alone does not say which message was tapped."""
    anna = stand.desk.join("Anna", username="anna")
    await stand.given(anna, "1000")
    await stand.say(anna, "/start")
    await stand.press(anna, "Balance")
    stand.desk.press(anna, "History")
    old = stand.desk.updates.pending[-1]["callback_query"]
    await stand.settled()
    windows: Windows = await stand.get(Windows)
    await windows.forget(stand.talk.bot.id, anna.id)
    await stand.say(anna, "/start")
    await stand.say(anna, "/buy_stars 50")
    assert old["data"] == "1:2:history:"
    assert (await stand.window(anna)).turn == 2
    stand.desk.updates.make("callback_query", {**old, "id": "again"})
    await stand.settled()
    assert "The price holds until" in stand.text(anna)


async def test_what_is_asked_for_comes_before_the_old_goes(stand: Stand) -> None:
    """And is the living message, whatever becomes of the old one."""
    anna = stand.desk.join("Anna")
    await stand.say(anna, "/start")
    stand.desk.faults.plan("deleteMessage", Fault.FAIL_BEFORE)
    await stand.say(anna, "/balance")
    assert stand.desk.calls[-2:] == ["sendMessage", "deleteMessage"]
    await stand.press(anna, "History")
    await stand.passes(20)
    menu, history = stand.messages(anna)
    assert "Nothing yet" not in menu["text"]
    assert (await stand.window(anna)).message == history["message_id"]
