"""Many people at a desk of Telegram that takes its time, and processes that write to all."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from attrs import define, field
from dishka import AsyncContainer, Provider, Scope, provide

from altyn.core.broadcasts import (
    Announcement,
    Broadcast,
    BroadcastId,
    Broadcasts,
    ComposeBroadcast,
    Letters,
    LetterState,
    SendBroadcasts,
    SteerBroadcast,
)
from altyn.core.clock import Clock
from altyn.core.identity import Language, Profile, UserId, Users
from altyn.core.schema import Schema
from altyn.core.transaction import Transaction
from altyn.entrypoints.api.listening import listen
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.bot.providing import Talking
from altyn.entrypoints.sandbox import Fault, TelegramDesk
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container
from tests.integration.webhook_processes import Ahead
from tests.unit.staff import ANNA

RECIPIENTS: Final = int(os.environ.get("ALTYN_TEST_BROADCAST_RECIPIENTS", "120"))
PATIENCE_SECONDS: Final = 60 + RECIPIENTS / 10
NEWS: Final = Announcement(texts={Language.EN: "<b>News</b>", Language.RU: "<b>Новости</b>"})
FORKS: Final = get_context("forkserver")
FORKS.set_forkserver_preload([__name__])


class Later(Provider):
    """A process whose clock is ahead: the leases of those before it are over."""

    scope = Scope.APP

    def __init__(self, minutes: int) -> None:
        super().__init__()
        self.minutes = minutes

    @provide
    def clock(self) -> Clock:
        return Ahead(timedelta(minutes=self.minutes))


def house_of(settings: Mapping[str, str], folder: Path, minutes: int = 0) -> AsyncContainer:
    """The house as a worker with a bot has it."""
    return make_container(read_settings(settings, folder), Talking(), Later(minutes), create=True)


def sends(settings: Mapping[str, str], folder: Path, minutes: int) -> None:
    """A process that sends what there is to send, until somebody kills it."""

    async def go_on() -> None:
        container = house_of(settings, folder, minutes)
        send = await container.get(SendBroadcasts)
        while True:
            await send()
            await asyncio.sleep(0.1)

    asyncio.run(go_on())


@define
class Executioner:
    """Stands before the desk, which takes its time; kills whoever makes a certain request."""

    desk: TelegramDesk
    seconds: float = 0.03
    pid: int = 0
    kills_at: int = 0
    """At which message of all; none, where it is 0."""
    storm_at: int = 0
    """At which message faults begin."""
    storm: Sequence[Fault] = ()
    met: int = field(default=0, init=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.met += 1
        if self.met == self.kills_at:
            os.kill(self.pid, signal.SIGKILL)
        if self.met == self.storm_at:
            self.desk.faults.plan("sendMessage", *self.storm)
        await asyncio.sleep(self.seconds)
        await self.desk(scope, receive, send)


@define
class Town:
    """The shop's side and Telegram's, to be compared."""

    desk: TelegramDesk
    executioner: Executioner
    settings: Mapping[str, str]
    folder: Path
    container: AsyncContainer

    async def settle(self, many: int) -> None:
        """So many people have talked with the bot."""
        users: Users = await self.container.get(Users)
        transaction: Transaction = await self.container.get(Transaction)
        now = (await self.container.get(Clock)).now()
        people = [self.desk.join(f"P{number}") for number in range(many)]
        for person in people:
            self.desk.chats.users[person.id] = person
            self.desk.chats.messages[person.id] = []
        for at in range(0, many, 1000):
            async with transaction():
                for person in people[at : at + 1000]:
                    await users.seen(Profile(id=UserId(person.id), name=person.first_name), now)

    async def begun(self) -> Broadcast:
        """Somebody says something to all of them."""
        compose = await self.container.get(ComposeBroadcast)
        draft = await compose.draft(BroadcastId(uuid4()), ANNA, NEWS)
        return await (await self.container.get(SteerBroadcast)).begin(draft.id, ANNA)

    async def now(self, broadcast: Broadcast) -> Broadcast:
        """As it is by now."""
        broadcasts: Broadcasts = await self.container.get(Broadcasts)
        return await broadcasts.get(broadcast.id)

    async def those(self, broadcast: Broadcast, state: LetterState) -> set[int]:
        """Whose letters are in that state."""
        letters: Letters = await self.container.get(Letters)
        return {each.recipient for each in await letters.of(broadcast.id, state, 1_000_000)}

    async def ended(
        self, broadcast: Broadcast, send: Callable[[], Awaitable[object]] | None = None
    ) -> None:
        """Wait until it is over, while somebody sends."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            for _ in count():
                if (await self.now(broadcast)).ended_at is not None:
                    return
                if send is not None:
                    await send()
                await asyncio.sleep(0.05)

    @property
    def reached(self) -> Counter[int]:
        """Who got it, how often."""
        return Counter(
            {
                chat: sum("News" in str(each.get("text")) for each in messages)
                for chat, messages in self.desk.chats.messages.items()
                if messages
            }
        )


@asynccontextmanager
async def town_at(database: str, folder: Path) -> AsyncIterator[Town]:
    """All of it."""
    desk, stopping = TelegramDesk(Ahead(timedelta())), asyncio.Event()
    executioner = Executioner(desk)
    with closing(listen("127.0.0.1", 0)) as listener:
        serving = Serving(executioner, listener)
        async with serving.until(stopping):
            settings = {
                "ALTYN_DATABASE": database,
                "ALTYN_TELEGRAM_TOKEN": desk.token,
                "ALTYN_TELEGRAM_API": serving.address,
            }
            container = house_of(settings, folder)
            try:
                await (await container.get(Schema)).migrate()
                yield Town(desk, executioner, settings, folder, container)
            finally:
                await container.close()
                stopping.set()
