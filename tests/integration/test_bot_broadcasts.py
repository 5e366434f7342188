"""Operators write to many out of their chat with the bot, and those who do not want it say so."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from altyn.core.broadcasts import Broadcasts, BroadcastState, Counts, SendBroadcasts
from altyn.core.identity import Role, UserId, Users
from tests.integration.bot_stand import Stand, open_stand


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with open_stand(tmp_path, ALTYN_LIMITS='"bot.write".burst = 30') as stand:
        yield stand


async def operator(stand: Stand, role: Role = Role.OPERATOR, language: str = "en") -> Any:
    """Somebody who looks after the shop."""
    olga = stand.desk.join("Olga", language_code=language)
    await stand.say(olga, "/start")
    users: Users = await stand.get(Users)
    await users.change(UserId(olga.id), role=role)
    return olga


async def customers(stand: Stand, *languages: str) -> list[Any]:
    """People who have come once."""
    found = []
    for language in languages:
        found.append(stand.desk.join("Anna", language_code=language))
        await stand.say(found[-1], "/start")
    return found


async def test_from_a_draft_to_the_last_letter(stand: Stand) -> None:
    """Written, looked at, counted, sent; each has it as it was shown, and its author is told."""
    anna, boris = await customers(stand, "en", "ru")
    olga = await operator(stand)
    await stand.say(olga, "/broadcast")
    await stand.press(olga, "A new one")
    assert "Texts: none yet" in stand.text(olga)
    assert "Send" not in stand.labels(olga)
    await stand.press(olga, "English")
    bold = [{"type": "bold", "offset": 0, "length": 4}]
    stand.desk.chats.say(olga, text="News & <more>", entities=bold)
    await stand.settled()
    assert "Texts: English" in stand.text(olga)
    await stand.press(olga, "🔗 Button")
    await stand.say(olga, "Open")
    assert "This will not do" in stand.text(olga)
    await stand.say(olga, "Open | https://shop.example/news")
    assert "Button: Open" in stand.text(olga)
    await stand.press(olga, "To whom")
    await stand.press(olga, "Seen in 7 days")
    assert "To: seen since" in stand.text(olga)
    await stand.press(olga, "👁 In Russian")
    assert stand.text(olga) == "News & <more>"
    assert stand.link(olga) == "https://shop.example/news"
    await stand.press(olga, "Back")
    await stand.press(olga, "Send…")
    assert "So many: 3 (Russian: 1, English: 2)" in stand.text(olga).replace("\n", " ")
    await stand.press(olga, "Send it to 3")
    assert "Its recipients are being found" in stand.text(olga)
    await stand.passes(5)
    for person, quiet in ((anna, "No more"), (boris, "Больше не присылать")):
        letter = stand.messages(person)[-1]
        assert letter["text"] == "News & <more>"
        assert letter["entities"] == bold
        assert stand.link(person) == "https://shop.example/news"
        assert quiet in stand.labels(person)

    async def told() -> bool:
        await stand.passes(1)  # what one chat is told in a second is counted by real time
        return "Your broadcast is done" in stand.text(olga)

    await stand.until(told)
    await stand.passes(3)
    texts = [each.get("text", "") for each in stand.messages(olga)]
    assert any("Broadcast: done" in each for each in texts)
    assert sum("Your broadcast is done" in each for each in texts) == 1
    assert any("Got it: 3 of 3" in each for each in texts)


async def test_it_is_paused_goes_on_and_is_called_off(stand: Stand) -> None:
    """By buttons below its progress; nothing is sent meanwhile."""
    await customers(stand, "en")
    olga = await operator(stand, language="ru")
    await stand.say(olga, "/broadcast")
    await stand.press(olga, "Новая")
    await stand.press(olga, "По-русски")
    await stand.say(olga, "Новости")
    await stand.press(olga, "Отправить…")
    await stand.press(olga, "Отправить: 2")
    await stand.press(olga, "Пауза")
    assert "Рассылка: на паузе" in stand.text(olga)
    await (await stand.get(SendBroadcasts))()
    broadcasts: Broadcasts = await stand.get(Broadcasts)
    (paused,) = await broadcasts.newest(9)
    assert (paused.state, paused.counts) == (BroadcastState.PAUSED, Counts())
    await stand.press(olga, "Продолжить")
    assert "Рассылка: отправляется" in stand.text(olga)
    await stand.press(olga, "Отменить")
    await (await stand.get(SendBroadcasts))()
    (over,) = await broadcasts.newest(9)
    assert (over.state, over.counts) == (BroadcastState.CANCELLED, Counts())
    await stand.say(olga, "/broadcast")
    await stand.press(olga, "отменена")
    assert "Рассылка: отменена" in stand.text(olga)


async def test_whoever_wants_none_gets_none(stand: Stand) -> None:
    """By the button below an announcement, at any time; and again, when they change their mind."""
    (anna,) = await customers(stand, "en")
    olga = await operator(stand)

    async def over() -> bool:
        await stand.passes(1)
        broadcasts: Broadcasts = await stand.get(Broadcasts)
        return (await broadcasts.newest(1))[0].ended_at is not None

    async def announced(what: str) -> bool:
        await stand.say(olga, "/broadcast")
        await stand.press(olga, "A new one")
        await stand.press(olga, "English")
        await stand.say(olga, what)
        await stand.press(olga, "Send…")
        await stand.press(olga, "Send it to")
        await stand.until(over)
        return any(each.get("text") == what for each in stand.messages(anna))

    assert await announced("First")
    await stand.say(anna, "/balance")
    await stand.press(anna, "No more announcements")
    assert "You will get no more announcements" in stand.text(anna)
    assert not await announced("Second")
    await stand.press(anna, "I want them after all")
    assert await announced("Third")


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.SUPPORT])
async def test_nobody_else_may(stand: Stand, role: Role) -> None:
    """For them there is no such command."""
    olga = await operator(stand, role)
    await stand.say(olga, "/broadcast")
    assert "I did not get that" in stand.text(olga)
