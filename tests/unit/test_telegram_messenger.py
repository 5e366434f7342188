"""Messengers pass the contract: over the bot, and without anybody outside."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest
from attrs import define, field

from altyn.adapters.telegram import ChatClosed, TelegramMessenger
from altyn.core.notifications import (
    KindUnworded,
    Messenger,
    Notification,
    Recipient,
    RecipientGone,
)
from altyn.entrypoints.sandbox import Fault
from altyn.entrypoints.testkit import FakeMessenger, Mailbox, MessengerContract, notification
from tests.unit.telegram_outside import Shop, open_shop

SEND = "sendMessage"


async def worded(notification: Notification) -> Mapping[str, Any]:
    """Words for what is paid."""
    if notification.kind != "payment.settled":
        raise KindUnworded(notification.kind)
    return {"text": f"Paid: {notification.facts['credited']}"}


@define
class Chats(Mailbox):
    """The chats of the desk."""

    shop: Shop
    people: tuple[Recipient, Recipient]
    begun: int = field(default=0)

    @property
    def reached(self) -> Sequence[Recipient]:
        chats = self.shop.desk.chats
        told = [
            (message["message_id"], Recipient(id))
            for id, messages in chats.messages.items()
            for message in messages
            if message["from"].get("is_bot")
        ]
        return [recipient for _, recipient in sorted(told)]

    def leave(self, recipient: Recipient) -> None:
        self.shop.desk.chats.blocked.add(recipient)

    def turn_away(self, seconds: int) -> None:
        said = {"ok": False, "error_code": 429, "parameters": {"retry_after": seconds}}
        self.shop.wire.says.append((429, said))

    def break_off(self) -> None:
        self.shop.desk.faults.plan(SEND, Fault.CUT_AFTER)

    def refuse(self) -> None:
        self.shop.wire.refuse("Bad Request: message is too long")


@pytest.fixture
async def mailbox() -> AsyncIterator[Chats]:
    async with open_shop() as shop:
        anna, boris = shop.desk.join("Anna"), shop.desk.join("Boris")
        for user in (anna, boris):
            shop.desk.say(user, "/start")
        yield Chats(shop, (Recipient(anna.id), Recipient(boris.id)))


@pytest.fixture
def messenger(mailbox: Chats) -> Messenger:
    return TelegramMessenger(mailbox.shop.api, worded)


class TestTelegramMessenger(MessengerContract):
    """Every sentence of the port."""

    @pytest.fixture
    def mailbox(self, mailbox: Chats) -> Mailbox:
        return mailbox

    @pytest.fixture
    def messenger(self, messenger: Messenger) -> Messenger:
        return messenger


class TestFakeMessenger(MessengerContract):
    """Every sentence of the port."""

    @pytest.fixture
    def mailbox(self) -> FakeMessenger:
        return FakeMessenger()

    @pytest.fixture
    def messenger(self, mailbox: FakeMessenger) -> Messenger:
        return mailbox


async def test_the_words_are_those_that_were_found(mailbox: Chats, messenger: Messenger) -> None:
    """With whatever else `sendMessage` takes."""
    await messenger.send(notification(mailbox.people[0], facts={"credited": "10 XTR"}))
    method, asked = mailbox.shop.wire.asked[-1]
    assert (method, asked) == (SEND, {"chat_id": mailbox.people[0], "text": "Paid: 10 XTR"})


async def test_nobody_is_written_to_who_never_wrote(mailbox: Chats, messenger: Messenger) -> None:
    """A chat that is not there is as good as one that was left."""
    stranger = Recipient(mailbox.shop.desk.join("Carla").id)
    with pytest.raises(RecipientGone, match="chat not found"):
        await messenger.send(notification(stranger))
    with pytest.raises(ChatClosed, match="the bot may not write there: Bad Request"):
        await mailbox.shop.api(SEND, {"chat_id": stranger, "text": "hello"})
