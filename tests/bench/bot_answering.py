"""Who answers `/balance`: our bot over a database, or a bare handler that says a constant."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final, Protocol, cast
from uuid import uuid4

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
from attrs import define, field, frozen
from dishka import AsyncContainer

from altyn.adapters.telegram.secret import HEADER
from altyn.core.balances import Account, Ledger, Move, Transfer, TransferId, account_name
from altyn.core.chats import Inbox, Update
from altyn.core.errors import Unavailable
from altyn.core.money import RUB, Money
from altyn.core.schema import Schema
from altyn.entrypoints.bot.lanes import AT_ONCE_MAX
from altyn.entrypoints.bot.providing import Talking
from altyn.entrypoints.bot.running import talk_of
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container
from altyn.entrypoints.wiring.intake import Intake

from .bot_telegram import BOT

TOKEN: Final = f"{BOT}:a-token-for-the-bot-of-the-benchmark"
PEOPLE: Final = 256
TOLD_AT_ONCE: Final = 16
"""So many are brought side by side; those that are handled want connections, too."""
AGAIN_SECONDS: Final = 0.05
BANK: Final = account_name("clearing:bank")
LIMITS: Final = "\n".join(
    f'"bot.{each}" = {{ count = 1000000, seconds = 1, burst = 1000000 }}'
    for each in ("write", "tap", "notice")
)


def update(number: int) -> bytes:
    """Somebody asks what they have; everybody in turn."""
    person = {"id": 1 + number % PEOPLE, "first_name": "Anna", "language_code": "en"}
    message = {
        "message_id": number,
        "date": 1,
        "from": {**person, "is_bot": False},
        "chat": {**person, "type": "private"},
        "text": "/balance",
        "entities": [{"type": "bot_command", "offset": 0, "length": 8}],
    }
    return json.dumps({"update_id": number, "message": message}).encode()


class Answering(Protocol):
    """Answers what it is told."""

    async def __call__(self, updates: Sequence[bytes]) -> None:
        """All of them; when this returns nothing of it is left to be done."""
        ...


@define
class Noted:
    """An inbox that tells how many updates were done with."""

    inbox: Inbox
    done: asyncio.Semaphore = field(factory=lambda: asyncio.Semaphore(0), init=False)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inbox, name)

    async def put(self, update: Update) -> None:
        """As ever."""
        await self.inbox.put(update)
        assert not update.trouble, update.outcome
        self.done.release()


@frozen
class Ours(Answering):
    """The bot: what comes is kept, taken by lanes, answered, and done with."""

    container: AsyncContainer
    intake: Intake
    headers: Mapping[str, str]
    noted: Noted

    async def __call__(self, updates: Sequence[bytes]) -> None:
        """Told by Telegram, so many at once."""
        turns = asyncio.Semaphore(TOLD_AT_ONCE)

        async def told(raw: bytes) -> None:
            async with turns:
                while True:
                    with suppress(Unavailable):  # Telegram comes again with it
                        await self.intake(raw, self.headers)
                        return
                    await asyncio.sleep(AGAIN_SECONDS)

        await asyncio.gather(*map(told, updates))
        for _ in updates:
            await self.noted.done.acquire()


@frozen
class Bare(Answering):
    """A handler of aiogram that knows nothing."""

    bot: Bot
    dispatcher: Dispatcher

    async def __call__(self, updates: Sequence[bytes]) -> None:
        """So many at once."""
        turns = asyncio.Semaphore(AT_ONCE_MAX)

        async def told(raw: bytes) -> None:
            async with turns:
                await self.dispatcher.feed_raw_update(self.bot, json.loads(raw))

        await asyncio.gather(*map(told, updates))


@asynccontextmanager
async def ours(database: str, api: str) -> AsyncIterator[Ours]:
    """The bot over that empty database; everybody has money."""
    nowhere = Path(os.devnull)  # whoever measures may have an altyn.toml of his own
    told = {
        "ALTYN_DATABASE": database,
        "ALTYN_TELEGRAM_TOKEN": TOKEN,
        "ALTYN_TELEGRAM_API": api,
        "ALTYN_BOT_ASSET": "RUB",
        "ALTYN_LIMITS": LIMITS,
    }
    settings = read_settings(told, Path.cwd(), nowhere)
    container = make_container(settings, Talking(), create=True)
    stopping = asyncio.Event()
    try:
        await (await container.get(Schema)).migrate()
        await _give(await container.get(Ledger))
        talk = await talk_of(container, None)
        noted = Noted(talk.lanes.inbox)
        talk.lanes.inbox = cast("Inbox", noted)
        headers = {HEADER: settings.telegram.secret.reveal()}
        handling = asyncio.create_task(talk.lanes.until(stopping))
        try:
            yield Ours(container, await container.get(Intake), headers, noted)
        finally:
            stopping.set()
            await handling
    finally:
        await container.close()


async def _give(ledger: Ledger) -> None:
    await ledger.open(Account.unlimited(BANK, RUB))
    for number in range(1, PEOPLE + 1):
        user = account_name(f"user:{number}")
        await ledger.open(Account(user, RUB))
        gift = Transfer(id=TransferId(uuid4()), source=BANK, target=user, amount=Money(100, RUB))
        await ledger.carry_out([Move.of(gift)])


@asynccontextmanager
async def bare(api: str) -> AsyncIterator[Bare]:
    """The constant."""
    dispatcher = Dispatcher(disable_fsm=True)

    async def answer(message: Message) -> None:
        await message.answer("Your balance: 1.00")

    dispatcher.message.register(answer)
    session = AiohttpSession(api=TelegramAPIServer.from_base(api))
    async with Bot(TOKEN, session) as bot:
        yield Bare(bot, dispatcher)
