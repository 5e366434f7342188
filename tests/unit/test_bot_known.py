"""Whoever does something in the bot is there: they can be told again what they wait for."""

from typing import Any

import pytest
from aiogram.types import Chat, ChatMemberBanned, ChatMemberMember, ChatMemberUpdated, Message
from aiogram.types import Update as TelegramUpdate
from aiogram.types import User as Sender
from attrs import field, frozen

from altyn.adapters.memory import ManualClock, MemoryPreferences, MemoryStore, MemoryTrail
from altyn.adapters.memory import MemoryUsers as Users
from altyn.core.chats import DeepLink, DeepLinks, Topic
from altyn.core.identity import Audit, Owners, SeeUser
from altyn.core.notifications import ChangePreferences, Preference, Recipient
from altyn.entrypoints.bot.addresses import referrer_in
from altyn.entrypoints.bot.middlewares import Known
from altyn.entrypoints.testkit.notifications.messenger import NOON

ANNA, BOT = Recipient(42), 7
HER_CHAT, SENDER = Chat(id=ANNA, type="private"), Sender(id=ANNA, is_bot=False, first_name="Anna")
MESSAGE = Message(message_id=1, date=NOON, chat=HER_CHAT, from_user=SENDER, text="/start")
BOT_USER = Sender(id=BOT, is_bot=True, first_name="Altyn")
LINKS = DeepLinks((b"k" * 32,))
IS_IN, IS_OUT = ChatMemberMember(user=BOT_USER), ChatMemberBanned(user=BOT_USER, until_date=NOON)


def changed(before: Any, after: Any) -> ChatMemberUpdated:
    """She has let the bot in, or stopped it."""
    return ChatMemberUpdated(
        chat=HER_CHAT, from_user=SENDER, date=NOON, old_chat_member=before, new_chat_member=after
    )


@frozen
class Wishes(MemoryPreferences):
    """Knows what was written."""

    written: list[Preference] = field(factory=list)

    async def put(self, preference: Preference) -> None:
        self.written.append(preference)
        await super().put(preference)


async def does(wishes: Wishes, update: TelegramUpdate) -> None:
    """That comes from her."""
    clock, store = ManualClock(NOON), wishes.store
    see = SeeUser(Users(store), Owners(), Audit(MemoryTrail(store), clock), store)

    async def handled(event: object, data: dict[str, Any]) -> str:
        return f"for {data['guest'].user.id}"

    known = Known(BOT, see, ChangePreferences(wishes, store), LINKS)
    assert await known(handled, update, {"event_from_user": SENDER}) == f"for {ANNA}"


@pytest.mark.parametrize(
    ("update", "back"),
    [
        (TelegramUpdate(update_id=1, message=MESSAGE), True),
        (TelegramUpdate(update_id=1, my_chat_member=changed(IS_OUT, IS_IN)), True),
        (TelegramUpdate(update_id=1, my_chat_member=changed(IS_IN, IS_OUT)), False),
    ],
)
async def test_whoever_comes_back_is_told_again(update: TelegramUpdate, back: bool) -> None:
    """By anything that they do but to leave; what they declined stays declined."""
    wishes, declined = Wishes(MemoryStore()), frozenset({"refund.*"})
    await wishes.put(Preference(recipient=ANNA, declined=declined, gone_since=NOON))
    await does(wishes, update)
    kept = (await wishes.of([ANNA]))[ANNA]
    assert (kept.gone_since is None, kept.declined) == (back, declined)


async def test_nothing_is_written_of_those_who_were_not_gone() -> None:
    """Most who write are here all the time."""
    wishes = Wishes(MemoryStore())
    await does(wishes, TelegramUpdate(update_id=1, message=MESSAGE))
    there = Preference(recipient=ANNA, declined=frozenset({"refund.*"}))
    await wishes.put(there)
    await does(wishes, TelegramUpdate(update_id=2, message=MESSAGE))
    assert wishes.written == [there]


def test_who_brought_somebody_is_in_the_link_that_they_follow() -> None:
    """In a command to start, written by us, and about that."""
    text = LINKS.written(DeepLink(Topic.REFERRAL, BOT))
    assert referrer_in(f"/start {text}", LINKS) == BOT
    other = LINKS.written(DeepLink(Topic.PURCHASE, BOT))
    for nothing in ("", "/start", "/start hello", text, f"/help {text}", f"/start {other}"):
        assert referrer_in(nothing, LINKS) is None
