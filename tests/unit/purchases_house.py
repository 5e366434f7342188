"""A house that buys: memory, a wallet and a supplier that do as a test says."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from attrs import define, field

from altyn.adapters.memory import (
    ManualClock,
    MemoryCampaigns,
    MemoryCheques,
    MemoryLedger,
    MemoryOutbox,
    MemoryOutlays,
    MemoryPayments,
    MemoryPurchases,
    MemoryShutters,
    MemorySignals,
    MemoryStandstill,
    MemoryStore,
    MemoryTrail,
)
from altyn.core.balances import Account, Move, Transfer, TransferId, account_name
from altyn.core.identifiers import TimeOrdered
from altyn.core.identity import Audit
from altyn.core.money import RUB, TON, XTR, Asset, Money, Percent
from altyn.core.payments import Order, Payment, PaymentId, Quote
from altyn.core.payments import Stage as PaymentStage
from altyn.core.purchases import (
    Article,
    AskOffer,
    Assortment,
    AwaitDelivery,
    BeginCampaign,
    BuyByHand,
    BuyForHouse,
    CampaignBook,
    CancelPurchase,
    Collection,
    DecidePurchase,
    Delivery,
    Doorkeeper,
    FollowOutlay,
    Funding,
    Goods,
    GoOn,
    Kind,
    LookForLate,
    Markup,
    Offer,
    Ordered,
    OrderPurchase,
    PayPurchase,
    PollCampaigns,
    PollPurchases,
    PriceList,
    Purchase,
    PurchaseId,
    QuotePurchase,
    Rate,
    Rates,
    ReopenSupplier,
    ReportLate,
    ReservePurchase,
    Salesbook,
    SettleLate,
    Stage,
    State,
    SteerCampaign,
    StepCampaign,
    Supplier,
    SupplierRefused,
    Suppliers,
    VisitSuppliers,
    Wish,
)
from altyn.core.wallets import (
    Bill,
    Caps,
    CashCheque,
    Cheque,
    ChequeId,
    DecideCheque,
    Draft,
    DrawCheque,
    Look,
    Outlay,
    OutlayId,
    Part,
    Paybook,
    PollWallets,
    RequestOutlay,
    Sight,
    VisitWallets,
    Wallets,
    WalletUnclear,
)
from altyn.core.wallets.cheque import CHEQUES

ANN = account_name("user:ann")
BANK = account_name("clearing:bank")
COST = Money.parse("0.5", TON)
RATE = Rate(Money.parse("1", TON), Money.parse("300", RUB))
STAR = Rate(Money.parse("1", XTR), Money.parse("1.5", RUB))


@define
class FakeWallet:
    """Signs under numbers in sequence; what was presented is carried out when a test says so."""

    clock: ManualClock
    name: str = "ton"
    assets: Sequence[Asset] = (TON,)
    bills_max: int = 4
    presents_are_single: bool = True
    lives: timedelta = timedelta(seconds=60)
    turns_away: list[Exception] = field(factory=list)
    """What presenting fails with, one after the other, before the cheque is taken."""
    fails: list[Exception] = field(factory=list)
    """The same, after it was taken."""
    keeps_silent: bool = False
    """About what it has."""
    blind: list[Exception] = field(factory=list)
    """What looking fails with."""
    refuses: list[Exception] = field(factory=list)
    """What drawing fails with."""
    prompt: bool = True
    """Whether what is presented is carried out at once."""
    skips: bool = False
    """Whether it is carried out without paying anything."""
    sequence: int = 0
    taken: dict[str, tuple[int, int]] = field(factory=dict)
    """What was presented: its sequence, and how many bills."""
    carried_out: list[str] = field(factory=list)
    drawn: list[Sequence[Bill]] = field(factory=list)
    presents: int = 0

    async def draw(self, bills: Sequence[Bill], last: int) -> Draft:
        if self.refuses:
            raise self.refuses.pop(0)
        self.drawn.append(bills)
        return Draft(
            message=f"message {len(self.drawn)}",
            hash=f"hash {len(self.drawn)}",
            sequence=self.sequence,
            expires_at=self.clock.now() + self.lives,
        )

    async def present(self, cheque: Cheque) -> Look:
        message = cheque.draft.message
        self.presents += 1
        if self.turns_away:
            raise self.turns_away.pop(0)
        self.taken[message] = cheque.draft.sequence, len(cheque.outlays)
        if self.prompt:
            self.carry_out(message)
        if self.fails:
            raise self.fails.pop(0)
        return Look(sight=Sight.NOTHING, as_of=self.clock.now() - self.lives)

    def carry_out(self, message: str) -> None:
        if message not in self.carried_out and self.taken[message][0] == self.sequence:
            self.carried_out.append(message)
            self.sequence += 1

    async def look(self, cheque: Cheque) -> Look:
        if self.blind:
            raise self.blind.pop(0)
        if cheque.draft.message in self.carried_out:
            paid = [not self.skips] * len(cheque.outlays)
            fee = Money.parse("0.01", TON)
            return Look(sight=Sight.CASHED, as_of=self.clock.now(), paid=paid, proof="tx", fee=fee)
        return Look(sight=Sight.NOTHING, as_of=self.clock.now())

    async def balance(self, asset: Asset) -> Money:
        if self.keeps_silent:
            raise WalletUnclear(self.name, "no answer")
        return Money(10**12, asset)


@define
class FakeSupplier:
    """Sells Stars for coins; delivers what was paid when a test says so."""

    clock: ManualClock
    wallet: FakeWallet
    name: str = "fragment"
    kinds: Sequence[Kind] = (Kind.STARS, Kind.PREMIUM)
    cost: Money = COST
    shown: str = "Bob"
    its_lane: str = ""
    bill_lives: timedelta = timedelta(minutes=30)
    fails: list[Exception] = field(factory=list)
    stage: Stage = Stage.DELIVERED
    proof: str = "seen"
    orders: list[PurchaseId] = field(factory=list)
    asked: int = 0
    left: int | None = None
    each: Money | None = None
    """What a piece costs, of whatever kind."""
    rises: Money | None = None
    """What it costs from the second time on that somebody asks."""
    meanwhile: Callable[[], Awaitable[None]] | None = None
    """What happens once while somebody asks for the price."""

    def lane(self, goods: Goods) -> str:
        return self.its_lane

    async def visit(self) -> None:
        if self.fails:
            raise self.fails.pop(0)

    async def offer(self, goods: Goods, recipient: str) -> Offer:
        if self.fails:
            raise self.fails.pop(0)
        if self.meanwhile is not None:
            happens, self.meanwhile = self.meanwhile, None
            await happens()
        offer = Offer(cost=self.costs(goods), shown=self.shown)
        self.cost = self.rises or self.cost
        return offer

    def costs(self, goods: Goods) -> Money:
        if self.each is not None:
            return Money(self.each.units * goods.quantity, self.each.asset)
        pieces = goods.quantity if goods.kind is Kind.PACK else 1
        return Money(self.cost.units * pieces, self.cost.asset)

    async def stock(self, goods: Goods) -> int | None:
        return self.left

    async def order(self, purchase: Purchase) -> Ordered:
        if self.fails:
            raise self.fails.pop(0)
        self.orders.append(purchase.id)
        part = Part(
            to="fragment",
            amount=self.costs(purchase.wish.goods),
            comment=f"order {len(self.orders)}",
        )
        bill = Bill(parts=(part,), pay_before=self.clock.now() + self.bill_lives)
        return Ordered(order_id=f"order {len(self.orders)}", bill=bill, shown=self.shown)

    async def delivery(self, purchase: Purchase, message: str) -> Delivery:
        self.asked += 1
        if self.fails:
            raise self.fails.pop(0)
        assert message in self.wallet.carried_out
        return Delivery(stage=self.stage, proof=self.proof, words="so he says")


@define
class FakeShowcase:
    """Shows what a test has put there."""

    articles_of: dict[Collection, list[Article]] = field(factory=dict)
    each: Money = COST
    withdrawn: set[str] = field(factory=set)
    fails: list[Exception] = field(factory=list)
    asked: int = 0

    def _ask(self) -> None:
        self.asked += 1
        if self.fails:
            raise self.fails.pop(0)

    async def collections(self) -> Sequence[Collection]:
        self._ask()
        return [each for each in self.articles_of if each.id not in self.withdrawn]

    async def articles(self, collection: str) -> Sequence[Article]:
        self._ask()
        for each, articles in self.articles_of.items():
            if each.id == collection:
                return [] if collection in self.withdrawn else articles
        raise SupplierRefused("packs", "no such collection")

    async def cost(self, item: str) -> Money:
        self._ask()
        if any(each.item == item for all in self.articles_of.values() for each in all):
            return self.each
        raise SupplierRefused("packs", "no such character")


FOREST = Collection(id="12", title="Forest")
FOX = Article(item="12/3", title="Fox", left=7)
OWL = Article(item="12/4", title="Owl", left=1)


def forest() -> FakeShowcase:
    """A collection of two."""
    return FakeShowcase({FOREST: [FOX, OWL]})


@define(slots=False)
class House:
    """All use cases over one memory."""

    clock: ManualClock = field(factory=ManualClock)
    store: MemoryStore = field(factory=MemoryStore)
    kind: Callable[[ManualClock], FakeWallet] = FakeWallet
    seller: Supplier | None = None
    """Who sells in place of the first fake."""

    def __attrs_post_init__(self) -> None:
        clock, store = self.clock, self.store
        self.ledger, self.outbox = MemoryLedger(store, clock), MemoryOutbox(store)
        self.outlays, self.cheques = MemoryOutlays(store), MemoryCheques(store)
        self.purchases, self.payments = MemoryPurchases(store), MemoryPayments(store)
        self.wallet = self.kind(clock)
        self.supplier = FakeSupplier(clock, self.wallet)
        self.second = FakeSupplier(clock, self.wallet, name="packs", kinds=(Kind.PACK,))
        self.showcase = forest()
        identifiers = TimeOrdered(clock)
        paybook = Paybook(self.ledger, self.outbox, clock, identifiers)
        wallets = Wallets.these(self.wallet)
        ten = {"TON": Money.parse("10", TON), "XTR": Money(10_000, XTR)}
        self.caps = {"ton": Caps(a_bill=ten, a_day=ten)}
        self.draw = DrawCheque(
            self.outlays, self.cheques, wallets, self.caps, paybook, store, clock
        )
        self.standstill = MemoryStandstill(store)
        self.cash = CashCheque(
            self.outlays, self.cheques, wallets, paybook, store, clock, self.standstill
        )
        self.trail = MemoryTrail(store)
        audit = Audit(self.trail, clock)
        self.decide_cheque = DecideCheque(self.cheques, self.cash, clock, audit)
        self.poll_wallets = PollWallets(self.cheques, wallets, self.draw, self.cash, clock)
        self.request = RequestOutlay(self.outlays, wallets)
        self.told_numbers = MemorySignals()
        self.visit_wallets = VisitWallets(wallets, self.told_numbers)
        suppliers = Suppliers.these(
            self.seller or self.supplier,
            self.second,
            wallets={
                **{(name, "TON"): "ton" for name in ("fragment", "packs", "stickerdom")},
                ("stickerdom_stars", "XTR"): "ton",
            },
            showcases={"packs": self.showcase},
        )
        salesbook = Salesbook(self.purchases, self.ledger, self.outbox, clock, identifiers)
        self.salesbook = salesbook
        prices = PriceList(
            rates=Rates.these(RATE, STAR), markup=Markup(percent=Percent.parse("10"))
        )
        self.shutters, self.suppliers = MemoryShutters(store), suppliers
        keeper = Doorkeeper(self.shutters, self.outbox, clock, identifiers)
        ask = AskOffer(keeper, store)
        self.visit = VisitSuppliers(suppliers, keeper, store)
        self.reopen = ReopenSupplier(keeper, store, audit)
        self.quote = QuotePurchase(salesbook, suppliers, ask, Assortment(), prices, store, clock)
        self.reserve = ReservePurchase(salesbook, suppliers, self.payments, store, clock)
        self.buy_for_house = BuyForHouse(self.quote, self.reserve, audit)
        self.buy_by_hand = BuyByHand(self.reserve, self.buy_for_house, audit)
        self.cancel = CancelPurchase(salesbook, store, clock, audit)
        self.decide = DecidePurchase(salesbook, store, clock, audit)
        self.go_on = GoOn(
            self.purchases,
            self.reserve,
            OrderPurchase(salesbook, suppliers, keeper, store, clock),
            PayPurchase(salesbook, suppliers, self.request, store, clock),
            FollowOutlay(salesbook, self.outlays, self.draw, store, clock),
            AwaitDelivery(salesbook, self.outlays, self.cheques, suppliers, keeper, store, clock),
        )
        after = salesbook, self.outlays, self.cheques, suppliers, store, clock
        self.look_for_late = LookForLate(*after)
        self.report_late = ReportLate(salesbook, store, clock, audit)
        self.settle_late = SettleLate(salesbook, store, clock, audit)
        self.poll = PollPurchases(self.purchases, self.go_on, store, clock)
        self.campaigns = MemoryCampaigns(store)
        book = CampaignBook(
            self.campaigns, self.purchases, self.ledger, self.outbox, clock, identifiers
        )
        self.begin = BeginCampaign(book, suppliers, store, clock, audit)
        self.steer = SteerCampaign(book, store, clock, audit)
        self.step = StepCampaign(book, suppliers, ask, self.quote, self.reserve, store, clock)
        self.poll_campaigns = PollCampaigns(self.campaigns, self.step, clock)

    async def furnished(self, rubles: str = "1000") -> "House":
        """Ann has money."""
        await self.ledger.open(Account.unlimited(BANK, RUB))
        await self.ledger.open(Account(ANN, RUB))
        amount = Money.parse(rubles, RUB)
        gift = Transfer(id=TransferId(uuid4()), source=BANK, target=ANN, amount=amount)
        await self.ledger.carry_out([Move.of(gift)])
        return self

    async def work(self, minutes: float = 1) -> None:
        """Go on with everything that is due, for so long."""
        end = self.clock.now() + timedelta(minutes=minutes)
        while self.clock.now() < end:
            await self.poll_campaigns()
            await self.poll()
            await self.poll_wallets()
            self.clock.advance(seconds=2)

    async def ann_has(self) -> tuple[str, str]:
        """What she has, and how much of that is held."""
        balance = await self.ledger.balance(ANN, RUB)
        return balance.posted.decimal, balance.held.decimal

    async def told(self) -> list[str]:
        """The names of all events."""
        return [each.name for each in await self.outbox.pending(1000)]

    async def bought(self, id: int = 1, **changes: Any) -> PurchaseId:
        """Something is quoted, and agreed to."""
        purchase = await self.quote(wish(id, **changes))
        await self.reserve(purchase.id)
        return purchase.id

    async def state(self, id: PurchaseId) -> State:
        """Where a purchase is."""
        return (await self.purchases.get(id)).state

    async def cheque(self, number: int = 1, wallet: str = "ton") -> Cheque:
        """The cheque of that number."""
        return await self.cheques.get(ChequeId(uuid5(CHEQUES, f"{wallet}\n{number}")))

    async def asked_of_ann(self, rubles: str, id: int = 1) -> PaymentId:
        """Somebody is to pay so much into her account."""
        amount = Money.parse(rubles, RUB)
        order = Order(
            id=PaymentId(UUID(int=id)),
            payer="user:ann",
            target=ANN,
            method="bank",
            quote=Quote.plain(amount),
        )
        now = self.clock.now()
        await self.payments.add(Payment.begun(order, now, now + timedelta(hours=1), now))
        return order.id

    async def settled(self, id: PaymentId) -> None:
        """That has come."""
        payment = await self.payments.get(id)
        amount = payment.asked
        gift = Transfer(id=TransferId(id), source=BANK, target=ANN, amount=amount)
        await self.ledger.carry_out([Move.of(gift)])
        came = payment.grown(amount, amount).reported(PaymentStage.CLOSED)
        await self.payments.put(came, was=payment.state)

    async def owed(self, reference: str, cost: Money = COST, **changes: object) -> Outlay:
        """A bill is to be paid."""
        part = Part(to="shop", amount=cost)
        told = {
            "id": OutlayId(uuid5(CHEQUES, reference)),
            "wallet": "ton",
            "bill": Bill(parts=(part,), pay_before=self.clock.now() + timedelta(hours=1)),
            "target": account_name("supply:shop"),
            "reference": reference,
            "created_at": self.clock.now(),
        }
        return await self.request(Outlay(**{**told, **changes}))  # type: ignore[arg-type]

    async def sound(self) -> None:
        """All accounts together hold nothing."""
        sums: Counter[str] = Counter()
        for account in await self.ledger.accounts():
            balance = await self.ledger.balance(account.name, account.asset)
            sums[account.asset.code] += balance.posted.units
        assert not any(sums.values())


def stars(n: int = 50) -> Goods:
    """So many Stars."""
    return Goods(kind=Kind.STARS, quantity=n)


def wish(id: int = 1, **changes: Any) -> Wish:
    """Ann wants to give Stars to Bob."""
    told = {
        "id": PurchaseId(UUID(int=id)),
        "goods": stars(),
        "recipient": "bob",
        "buyer": "user:ann",
        "funding": Funding(account=ANN),
        "asset": RUB,
    }
    return Wish(**{**told, **changes})
