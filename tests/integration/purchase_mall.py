"""A mall: a house with its worker, shops and a chain over HTTP, and our account of Telegram."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from attrs import define
from dishka import AsyncContainer, Provider, Scope, provide

from altyn.adapters.memory import ManualClock
from altyn.adapters.stars import StarsWallet
from altyn.adapters.ton import Key, parse_address
from altyn.core.balances import (
    Account,
    Auditor,
    Ledger,
    Move,
    Transfer,
    TransferId,
    account_name,
)
from altyn.core.clock import Clock
from altyn.core.events import Outbox
from altyn.core.health import Conditions
from altyn.core.money import RUB, Money
from altyn.core.purchases import (
    Funding,
    Goods,
    Kind,
    Purchase,
    PurchaseId,
    Purchases,
    QuotePurchase,
    ReservePurchase,
    State,
    Wish,
)
from altyn.core.schema import Schema
from altyn.entrypoints.api.listening import listen
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.sandbox import StickerdomDesk
from altyn.entrypoints.sandbox.fragment import COOKIES, DESTINATION, FragmentDesk
from altyn.entrypoints.sandbox.stickerdom import WALLET
from altyn.entrypoints.sandbox.ton import TonDesk
from altyn.entrypoints.sandbox.ton_cells import comment_of, friendly
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container
from altyn.entrypoints.wiring.counters import TelegramAccount
from altyn.entrypoints.wiring.readiness import Readiness
from altyn.entrypoints.worker import chores_of
from tests.unit.stars_outside import TelegramOfTheStore
from tests.unit.stickerdom_outside import Telegram
from tests.unit.ton_purse import OURS

NANO = 10**9
STORE = parse_address(WALLET).raw.upper()
"""Where Stickerdom wants to be paid, as the chain writes it."""
BANK, ANN = account_name("clearing:bank"), account_name("user:ann")
PHRASE = (
    "alpha accident abandon address alarm access above actual amazing among alert admit "
    "almost among alarm alpha adult able actress actress alter actual admit acid"
)


class OfTheSandbox(Provider):
    """Time is moved by hand, and MTProto is spoken by nobody; the rest is as it always is."""

    scope = Scope.APP

    def __init__(self, hand: ManualClock, telegram: TelegramOfTheStore) -> None:
        super().__init__()
        self.hand = hand
        self.telegram = telegram

    @provide
    def clock(self) -> Clock:
        """Moved by hand: nobody waits for real."""
        return self.hand

    @provide
    def account(self) -> TelegramAccount | None:
        """One that speaks in values."""
        wallet = StarsWallet(client=self.telegram, clock=self.hand)
        return TelegramAccount(wallet=wallet, init_data=Telegram(self.hand))


PRICES = 'percent = "10"\nrates = { "TON:RUB" = "300", "XTR:RUB" = "1.5" }'


@define
class Mall:
    """The house with its worker, and those outside."""

    clock: ManualClock
    fragment: FragmentDesk
    stickerdom: StickerdomDesk
    telegram: TelegramOfTheStore
    chain: TonDesk
    container: AsyncContainer

    async def get(self, wanted: Callable[..., Any]) -> Any:
        """A port or use case."""
        return await self.container.get(wanted)

    async def until(self, id: PurchaseId, *states: State) -> Purchase:
        """Do the chores until the purchase is in one of these."""
        purchases: Purchases = await self.get(Purchases)
        chores = [each for each in await chores_of(self.container) if each.every_seconds <= 1]
        async with asyncio.timeout(60):
            while (purchase := await purchases.get(id)).state not in states:
                for chore in chores:
                    await chore.do()
                self.clock.advance(seconds=1)
        return purchase

    async def look(self) -> Conditions:
        """How those outside are, after the worker has looked."""
        for chore in await chores_of(self.container):
            if "looking" in chore.name:
                await chore.do()
        readiness: Readiness = await self.get(Readiness)
        return await readiness()

    async def bought(self, stars: int = 50) -> PurchaseId:
        """Ann buys Stars for Bob."""
        return await self.agreed(Goods(kind=Kind.STARS, quantity=stars))

    async def agreed(self, goods: Goods, supplier: str = "") -> PurchaseId:
        """Ann buys that, of that supplier if one is named."""
        wish = Wish(
            id=PurchaseId(uuid4()),
            goods=goods,
            recipient="bob",
            buyer="user:ann",
            funding=Funding(account=ANN),
            asset=RUB,
            supplier=supplier,
        )
        quoted = await (await self.get(QuotePurchase))(wish)
        await (await self.get(ReservePurchase))(quoted.id)
        id: PurchaseId = quoted.id
        return id

    async def state(self, id: PurchaseId) -> State:
        """How far it has come."""
        purchases: Purchases = await self.get(Purchases)
        return (await purchases.get(id)).state

    async def told(self, subject: str) -> list[str]:
        """What was told about that."""
        outbox: Outbox = await self.get(Outbox)
        names = [each.name for _, each in await outbox.after(0, 1000)]
        return [name for name in names if name.startswith(f"{subject}.")]

    async def units(self, name: str, asset: Any) -> int:
        """What an account holds."""
        ledger: Ledger = await self.get(Ledger)
        return (await ledger.balance(account_name(name), asset)).posted.units

    async def audited(self) -> bool:
        """Whether the books agree with themselves."""
        auditor: Auditor = await self.get(Auditor)
        return all([each.finding is None async for each in auditor.examine()])

    @property
    def came(self) -> list[int]:
        """What Fragment's address was paid, in nanotons."""
        return self.paid_to(DESTINATION)

    def paid_to(self, address: str) -> list[int]:
        """What that address was paid, in nanotons."""
        return [each.came.nano for each in paid(self.chain, address)]


def paid(chain: TonDesk, address: str) -> list[Any]:
    """The transactions by which that address was paid."""
    return [e for e in chain.chain.transactions if e.account == address and e.came.source]


def seen(chain: TonDesk, address: str, words: str) -> bool:
    """Whether that address was paid with these words."""
    return any(words in (comment_of(each.came.body) or "") for each in paid(chain, address))


@asynccontextmanager
async def opened_mall(folder: Path, **more: str) -> AsyncIterator[Mall]:
    """Everything begins anew, under more settings if there are some."""
    clock = ManualClock()
    chain = TonDesk(clock)
    chain.external(DESTINATION)
    chain.external(STORE)
    at = chain.wallet(Key.of_phrase(PHRASE).public, "v5r1", nano=100 * NANO, seqno=3)
    fragment = FragmentDesk(clock, sees=partial(seen, chain, DESTINATION))
    stickerdom = StickerdomDesk(clock, sees=partial(seen, chain, STORE))
    telegram = TelegramOfTheStore(clock, desk=stickerdom)
    stopping = asyncio.Event()
    async with AsyncExitStack() as opened:
        addresses = []
        for desk in (fragment, chain, stickerdom):
            listener = opened.enter_context(closing(listen("127.0.0.1", 0)))
            serving = Serving(desk, listener)
            await opened.enter_async_context(serving.until(stopping))
            addresses.append(serving.address)
        settings = {
            "ALTYN_DATABASE": f"sqlite:///{folder}/shop.db",
            "ALTYN_FRAGMENT_COOKIES": "; ".join(f"{name}={v}" for name, v in COOKIES.items()),
            "ALTYN_FRAGMENT_API": addresses[0],
            "ALTYN_TON_API": f"toncenter:{addresses[1]}",
            "ALTYN_TON_WALLET": friendly(at, bounceable=False),
            "ALTYN_TON_MNEMONIC": PHRASE,
            "ALTYN_TON_WALLET_CODES": ", ".join(f"{code}={kind}" for code, kind in OURS.items()),
            "ALTYN_STICKERDOM_API": addresses[2],
            "ALTYN_STICKERDOM_PAID_IN": "TON, XTR",
            "ALTYN_STARS_API_ID": "1",
            "ALTYN_STARS_API_HASH": "ab" * 16,
            "ALTYN_STARS_KEY": "ab" * 32,
            "ALTYN_GOODS_PRICES": PRICES,
            **more,
        }
        read = read_settings(settings, folder)
        container = make_container(read, OfTheSandbox(clock, telegram), create=True)
        await (await container.get(Schema)).migrate()
        ledger = await container.get(Ledger)
        await ledger.open(Account.unlimited(BANK, RUB))
        await ledger.open(Account(ANN, RUB))
        gift = Transfer(
            id=TransferId(uuid4()), source=BANK, target=ANN, amount=Money.parse("1000", RUB)
        )
        await ledger.carry_out([Move.of(gift)])
        yield Mall(clock, fragment, stickerdom, telegram, chain, container)
        await container.close()
        stopping.set()
