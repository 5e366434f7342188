"""The bot at a desk of Telegram on this machine: a shop, people who talk with it, and one clock."""

import asyncio
from base64 import b32decode
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from attrs import define, field
from dishka import AsyncContainer, Provider, Scope, provide

from altyn.adapters.memory import ManualClock, MemoryLeases, MemoryStore
from altyn.adapters.stickerdom import Shelf, StickerdomShowcase, StickerdomSupplier
from altyn.adapters.system import SystemClock
from altyn.core.balances import (
    Account,
    AccountMissing,
    Auditor,
    Ledger,
    Move,
    Transfer,
    TransferId,
    account_name,
)
from altyn.core.chats import Inbox, UpdateMissing, Window, Windows
from altyn.core.clock import Clock
from altyn.core.identity import Caller, EnrolSecondFactor, Role, Trail, UserId, Users
from altyn.core.identity.one_time import STEP_SECONDS, code_of, step_of
from altyn.core.leases import Leases
from altyn.core.money import RUB, TON, Money
from altyn.core.payments import Payment, Payments
from altyn.core.purchases import Purchase, Purchases
from altyn.core.schema import Schema
from altyn.entrypoints.api.listening import listen
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.bot.providing import Talking
from altyn.entrypoints.bot.running import Talk, talk_of
from altyn.entrypoints.sandbox import StickerdomDesk, TelegramDesk
from altyn.entrypoints.sandbox.telegram_chats import Message, User
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.chatting import Stream
from altyn.entrypoints.wiring.container import make_container
from altyn.entrypoints.wiring.counters import Counters
from altyn.entrypoints.worker import chores_of
from tests.unit.fragment_outside import AtTheDesk
from tests.unit.purchases_house import FakeSupplier, FakeWallet
from tests.unit.stickerdom_outside import COINS, api_of

BANK: Final = account_name("clearing:bank")
PATIENCE_SECONDS: Final = 20


class OfTheStand(Provider):
    """
    Time is moved by hand, and goods come from a supplier who does as a test says; sticker packs
    from the store on this machine.
    """

    scope = Scope.APP

    def __init__(self, hand: ManualClock, supplier: FakeSupplier) -> None:
        super().__init__()
        self.hand = hand
        self.supplier = supplier
        self.store = StickerdomDesk(hand)

    @provide
    def clock(self) -> Clock:
        return self.hand

    @provide
    def leases(self) -> Leases:
        """By real time: it is not what these stories are about."""
        return MemoryLeases(MemoryStore(), SystemClock())

    @provide
    def counters(self) -> Counters:
        supplier, wallet = self.supplier, self.supplier.wallet
        self.store.sees = lambda order: order in _paid(wallet)
        api = api_of(AtTheDesk(self.store, "stickerdom"), self.hand)
        packs = StickerdomSupplier(api=api, shelf=Shelf(api, self.hand), way=COINS, clock=self.hand)
        return Counters(
            suppliers=(supplier, packs),
            wallets=(wallet,),
            payers={(each.name, TON.code): wallet.name for each in (supplier, packs)},
            showcases={packs.name: StickerdomShowcase(api, COINS)},
        )


def _paid(wallet: FakeWallet) -> set[str]:
    """The words of all payments that were carried out."""
    presented = zip(wallet.drawn, range(1, len(wallet.drawn) + 1), strict=True)
    return {
        part.comment
        for bills, number in presented
        if f"message {number}" in wallet.carried_out
        for bill in bills
        for part in bill.parts
    }


@define
class Phone:
    """An app that shows codes, each of them once."""

    clock: ManualClock
    secret: bytes
    paper: tuple[str, ...]

    def code(self) -> str:
        """The one that was not shown yet."""
        self.clock.advance(seconds=STEP_SECONDS)
        return code_of(self.secret, step_of(self.clock.now()))


@define
class Stand:
    """The shop, and everybody who comes there."""

    clock: ManualClock
    desk: TelegramDesk
    supplier: FakeSupplier
    store: StickerdomDesk
    """Where sticker packs are."""
    container: AsyncContainer
    talk: Talk
    seen: int = field(default=0, init=False)
    """Up to which update everything was handled."""

    async def get(self, wanted: Any) -> Any:
        """A port or use case."""
        return await self.container.get(wanted)

    async def settled(self) -> None:
        """Everything that people did is handled."""
        inbox: Inbox = await self.get(Inbox)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.seen < self.desk.updates.next_id - 1:
                if await self._handled(inbox, self.seen + 1):
                    self.seen += 1
                else:
                    await asyncio.sleep(0.005)

    async def until(self, holds: Callable[[], Awaitable[bool]]) -> None:
        """Wait for something that happens by itself."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                if await holds():
                    return
                await asyncio.sleep(0.005)

    async def _handled(self, inbox: Inbox, number: int) -> bool:
        if any(each["update_id"] == number for each in self.desk.updates.pending):
            return False
        try:
            return (await inbox.get(self.talk.bot.id, number)).due_at is None
        except UpdateMissing:
            return True  # it was about a payment

    async def say(self, user: User, text: str) -> None:
        """Somebody writes, and is answered."""
        self.desk.say(user, text)
        await self.settled()

    async def press(self, user: User, label: str) -> None:
        """Somebody taps a button, and something comes of it."""
        self.desk.press(user, label)
        await self.settled()

    def messages(self, user: User) -> Sequence[Message]:
        """What the bot wrote that is there still, the oldest first."""
        found = self.desk.chats.messages.get(user.id, [])
        return [each for each in found if each["from"]["is_bot"]]

    def text(self, user: User) -> str:
        """The newest message of the bot."""
        return str(self.messages(user)[-1]["text"]).replace("\u00a0", " ")

    def labels(self, user: User) -> str:
        """What the buttons below it say."""
        markup = self.messages(user)[-1].get("reply_markup", {})
        rows = markup.get("inline_keyboard", [])
        return " | ".join(each["text"].replace("\u00a0", " ") for row in rows for each in row)

    def link(self, user: User) -> str:
        """Where the first button leads that leads anywhere."""
        rows = self.messages(user)[-1]["reply_markup"]["inline_keyboard"]
        return str(next(button["url"] for row in rows for button in row if "url" in button))

    async def pays(self, user: User) -> None:
        """Somebody presses the button of the invoice that they were sent, and is charged."""
        self.desk.pay(self.link(user), user)
        await self.settled()  # asked whether they may
        await self.settled()  # told that they have

    async def passes(self, seconds: int) -> None:
        """Time goes by: the worker does its chores, and what is shown is looked at."""
        chores = await chores_of(self.container)
        for _ in range(seconds):
            for chore in chores:
                await chore.do()
            await self.talk.watch()
            self.clock.advance(seconds=1)

    async def given(self, user: User, rubles: str) -> None:
        """Somebody has money."""
        ledger: Ledger = await self.get(Ledger)
        name = account_name(f"user:{user.id}")
        await ledger.open(Account.unlimited(BANK, RUB))
        await ledger.open(Account(name, RUB))
        amount = Money.parse(rubles, RUB)
        gift = Transfer(id=TransferId(uuid4()), source=BANK, target=name, amount=amount)
        await ledger.carry_out([Move.of(gift)])

    async def appointed(self, user: User, role: Role = Role.OPERATOR) -> "Phone":
        """Somebody works here from now on, and has an app that shows codes."""
        await self.say(user, "/start")
        users: Users = await self.get(Users)
        known = await users.change(UserId(user.id), role=role)
        enrol: EnrolSecondFactor = await self.get(EnrolSecondFactor)
        told = await enrol(Caller.of(known), self.clock.now())
        return Phone(self.clock, b32decode(told.secret), told.recovery)

    async def deeds(self) -> Sequence[tuple[str, str]]:
        """What the trail tells: who did what, the oldest first."""
        trail: Trail = await self.get(Trail)
        return [(each.audited.who, each.audited.what) for each in await trail.onward(50)]

    async def holds(self, user: User) -> tuple[str, str]:
        """What somebody has, and what of it is set aside."""
        ledger: Ledger = await self.get(Ledger)
        try:
            balance = await ledger.balance(account_name(f"user:{user.id}"), RUB)
        except AccountMissing:
            return "0.00", "0.00"
        return balance.posted.decimal, balance.held.decimal

    async def bought(self, user: User) -> Sequence[Purchase]:
        """What somebody bought or wanted to, the newest first."""
        purchases: Purchases = await self.get(Purchases)
        return await purchases.of(f"user:{user.id}", 10)

    async def asked_to_pay(self, user: User) -> Sequence[Payment]:
        """What somebody was asked for, the newest first."""
        payments: Payments = await self.get(Payments)
        return await payments.of(f"user:{user.id}", 10)

    async def window(self, user: User) -> Window:
        """What is kept of what they see."""
        windows: Windows = await self.get(Windows)
        return await windows.get(self.talk.bot.id, user.id)

    async def sound(self) -> bool:
        """Whether the books agree with themselves."""
        auditor: Auditor = await self.get(Auditor)
        return all([each.finding is None async for each in auditor.examine()])


async def tapped(stand: Stand, user: Any, data: str, message: Any) -> None:
    """Somebody taps a button that is not there by now, or never was."""
    query = {
        "id": str(stand.desk.chats.number()),
        "from": user.as_sender(),
        "message": message,
        "chat_instance": "1",
        "data": data,
    }
    stand.desk.updates.make("callback_query", query)
    await stand.settled()


@asynccontextmanager
async def desk_of(clock: Clock) -> AsyncIterator[tuple[TelegramDesk, str]]:
    """Telegram, and where it is asked."""
    desk, stopping = TelegramDesk(clock), asyncio.Event()
    with closing(listen("127.0.0.1", 0)) as listener:
        serving = Serving(desk, listener)
        async with serving.until(stopping):
            yield desk, serving.address
            stopping.set()


@asynccontextmanager
async def house_of(
    folder: Path,
    desk: TelegramDesk,
    address: str,
    clock: ManualClock,
    supplier: FakeSupplier,
    **more: str,
) -> AsyncIterator[Stand]:
    """One process of the shop, which fetches updates; nothing is done before `working`."""
    settings = {
        "ALTYN_DATABASE": f"sqlite:///{folder}/shop.db",
        "ALTYN_TELEGRAM_TOKEN": desk.token,
        "ALTYN_TELEGRAM_API": address,
        "ALTYN_SEALING_KEYS": "ab" * 32,
        "ALTYN_BOT_ASSET": "RUB",
        "ALTYN_BOT_SUPPORT": "@help_of_the_shop",
        "ALTYN_GOODS_PRICES": 'percent = "10"\nrates = { "TON:RUB" = "300", "XTR:RUB" = "1.5" }',
        **more,
    }
    read = read_settings(settings, folder)
    shop = OfTheStand(clock, supplier)
    container = make_container(read, Talking(), shop, create=True)
    try:
        await (await container.get(Schema)).migrate()
        stream: Stream = await container.get(Stream)
        talk = await talk_of(container, stream.fetching)
        talk.watch.round_seconds = PATIENCE_SECONDS  # a second of the hand takes as long as it does
        yield Stand(clock, desk, supplier, shop.store, container, talk)
    finally:
        await container.close()


@asynccontextmanager
async def working(stand: Stand) -> AsyncIterator[Stand]:
    """Updates are fetched and handled meanwhile."""
    stopping = asyncio.Event()
    async with stand.talk.until(stopping):
        yield stand
        stopping.set()


@asynccontextmanager
async def open_stand(folder: Path, **more: str) -> AsyncIterator[Stand]:
    """All of it, at work."""
    clock = ManualClock()
    supplier = FakeSupplier(clock, FakeWallet(clock))
    async with AsyncExitStack() as opened:
        desk, address = await opened.enter_async_context(desk_of(clock))
        stand = await opened.enter_async_context(
            house_of(folder, desk, address, clock, supplier, **more)
        )
        yield await opened.enter_async_context(working(stand))
