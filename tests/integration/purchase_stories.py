"""Purchases from the price to the goods, through the use cases, wherever they are kept."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from attrs import define, field, frozen

from altyn.adapters.memory import ManualClock, MemoryStandstill, MemoryStore
from altyn.core.balances import (
    Account,
    AccountName,
    Auditor,
    Ledger,
    Move,
    Transfer,
    TransferId,
    account_name,
)
from altyn.core.events import Outbox
from altyn.core.identifiers import TimeOrdered
from altyn.core.identity import Audit, Trail
from altyn.core.money import RUB, TON, Asset, Money, Percent
from altyn.core.payments import Payments
from altyn.core.purchases import (
    AskOffer,
    Assortment,
    AwaitDelivery,
    BeginCampaign,
    Campaign,
    CampaignBook,
    CampaignId,
    CampaignMoved,
    Campaigns,
    CampaignState,
    Doorkeeper,
    FollowOutlay,
    GoOn,
    Kind,
    Markup,
    OrderPurchase,
    PayPurchase,
    Plan,
    PollCampaigns,
    PollPurchases,
    PriceList,
    Purchases,
    QuotePurchase,
    Rates,
    ReservePurchase,
    Salesbook,
    Shutters,
    State,
    StepCampaign,
    Strategy,
    Suppliers,
    Tally,
)
from altyn.core.transaction import Transaction
from altyn.core.wallets import (
    Caps,
    CashCheque,
    Cheques,
    DrawCheque,
    Outlays,
    OutlayState,
    Paybook,
    PollWallets,
    RequestOutlay,
    Wallets,
)
from tests.unit.purchases_house import ANN, BANK, RATE, FakeSupplier, FakeWallet, wish
from tests.unit.staff import ANNA

SUPPLY: Final = account_name("supply:fragment")
INCOME: Final = account_name("income:stars")
TEN: Final = {"TON": Money.parse("10", TON)}


@frozen(kw_only=True)
class House:
    """One process: the use cases of purchases and wallets over the storage that it was given."""

    purchases: Purchases
    shutters: Shutters
    campaigns: Campaigns
    outlays: Outlays
    cheques: Cheques
    payments: Payments
    ledger: Ledger
    outbox: Outbox
    trail: Trail
    transaction: Transaction
    clock: ManualClock
    wallet: FakeWallet
    supplier: FakeSupplier
    packs: FakeSupplier
    paybook: Paybook = field(init=False)
    salesbook: Salesbook = field(init=False)

    @paybook.default
    def _its_paybook(self) -> Paybook:
        return Paybook(self.ledger, self.outbox, self.clock, TimeOrdered(self.clock))

    @salesbook.default
    def _its_salesbook(self) -> Salesbook:
        identifiers = TimeOrdered(self.clock)
        return Salesbook(self.purchases, self.ledger, self.outbox, self.clock, identifiers)

    @property
    def wallets(self) -> Wallets:
        return Wallets.these(self.wallet)

    @property
    def suppliers(self) -> Suppliers:
        wallets = {(name, "TON"): "ton" for name in ("fragment", "packs")}
        return Suppliers.these(self.supplier, self.packs, wallets=wallets)

    @property
    def keeper(self) -> Doorkeeper:
        return Doorkeeper(self.shutters, self.outbox, self.clock, TimeOrdered(self.clock))

    @property
    def ask(self) -> AskOffer:
        return AskOffer(self.keeper, self.transaction)

    @property
    def draw(self) -> DrawCheque:
        caps = {"ton": Caps(a_bill=TEN, a_day=TEN)}
        return DrawCheque(
            self.outlays,
            self.cheques,
            self.wallets,
            caps,
            self.paybook,
            self.transaction,
            self.clock,
        )

    @property
    def cash(self) -> CashCheque:
        return CashCheque(
            self.outlays,
            self.cheques,
            self.wallets,
            self.paybook,
            self.transaction,
            self.clock,
            MemoryStandstill(MemoryStore()),
        )

    @property
    def request(self) -> RequestOutlay:
        return RequestOutlay(self.outlays, self.wallets)

    @property
    def poll_wallets(self) -> PollWallets:
        return PollWallets(self.cheques, self.wallets, self.draw, self.cash, self.clock)

    @property
    def quote(self) -> QuotePurchase:
        prices = PriceList(rates=Rates.these(RATE), markup=Markup(percent=Percent.parse("10")))
        return QuotePurchase(
            self.salesbook,
            self.suppliers,
            self.ask,
            Assortment(),
            prices,
            self.transaction,
            self.clock,
        )

    @property
    def reserve(self) -> ReservePurchase:
        return ReservePurchase(
            self.salesbook, self.suppliers, self.payments, self.transaction, self.clock
        )

    @property
    def order(self) -> OrderPurchase:
        return OrderPurchase(
            self.salesbook, self.suppliers, self.keeper, self.transaction, self.clock
        )

    @property
    def go_on(self) -> GoOn:
        both = self.transaction, self.clock
        return GoOn(
            self.purchases,
            self.reserve,
            self.order,
            PayPurchase(self.salesbook, self.suppliers, self.request, *both),
            FollowOutlay(self.salesbook, self.outlays, self.draw, *both),
            AwaitDelivery(
                self.salesbook, self.outlays, self.cheques, self.suppliers, self.keeper, *both
            ),
        )

    @property
    def poll(self) -> PollPurchases:
        return PollPurchases(self.purchases, self.go_on, self.transaction, self.clock)

    @property
    def book(self) -> CampaignBook:
        return CampaignBook(
            self.campaigns,
            self.purchases,
            self.ledger,
            self.outbox,
            self.clock,
            TimeOrdered(self.clock),
        )

    @property
    def begin(self) -> BeginCampaign:
        return BeginCampaign(
            self.book, self.suppliers, self.transaction, self.clock, Audit(self.trail, self.clock)
        )

    @property
    def step(self) -> StepCampaign:
        return StepCampaign(
            self.book,
            self.suppliers,
            self.ask,
            self.quote,
            self.reserve,
            self.transaction,
            self.clock,
        )

    @property
    def poll_campaigns(self) -> PollCampaigns:
        return PollCampaigns(self.campaigns, self.step, self.clock)

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

    async def has(self, name: AccountName, asset: Asset) -> tuple[str, str]:
        """What is on that account, and how much of it is held."""
        balance = await self.ledger.balance(name, asset)
        return balance.posted.decimal, balance.held.decimal

    async def told(self) -> Sequence[str]:
        """The names of all events."""
        return [each.name for each in await self.outbox.pending(1000)]


@define
class Outside:
    """A wallet and a supplier, the same for all processes."""

    clock: ManualClock = field(factory=ManualClock)
    wallet: FakeWallet = field(init=False)
    supplier: FakeSupplier = field(init=False)
    packs: FakeSupplier = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.wallet = FakeWallet(self.clock)
        self.supplier = FakeSupplier(self.clock, self.wallet)
        self.packs = FakeSupplier(self.clock, self.wallet, name="packs", kinds=(Kind.PACK,))


def last_piece(clock: ManualClock, number: int = 7) -> Plan:
    """Ten strategies want one piece, and have together what it costs, to the nanoton."""
    tenth, cost = Money.parse("0.05", TON), Money.parse("0.5", TON)
    return Plan(
        id=CampaignId(UUID(int=number)),
        kind=Kind.PACK,
        item="19/3",
        recipient="us",
        wanted=1,
        strategies=(Strategy(supplier="packs", budget=tenth, unit_max=cost),) * 10,
        deadline=clock.now() + timedelta(hours=1),
    )


async def bought_once(house: House, begun: Campaign) -> None:
    """One piece was bought, the campaign has ended, and nothing is left of its budget."""
    ended = await house.campaigns.get(begun.id)
    assert (ended.state, ended.told) == (CampaignState.ENDED, "all that was wanted is there")
    tally = Tally.of(await house.purchases.of(begun.buyer, 100))
    assert (tally.delivered, tally.under_way, tally.unknown) == (1, 0, 0)
    assert tally.spent == {"TON": Money.parse("0.5", TON)}
    assert len(house.wallet.carried_out) == len(house.packs.orders) == 1
    left = [each.posted.units for each in await house.ledger.balances(begun.plan.account)]
    assert left == [0, 0]


async def sound(auditor: Auditor) -> bool:
    """Whether the books agree."""
    return not [each.finding async for each in auditor.examine() if each.finding]


class PurchaseStories:
    """
    What becomes of purchases; whoever runs them overrides the fixtures `house`, `auditor` and
    `crew`: several houses, each with a store of its own, in one storage.
    """

    async def test_stars_are_bought_and_delivered(self, house: House, auditor: Auditor) -> None:
        """Our money has left once, the customer's is ours, and nothing is open any more."""
        await house.furnished()
        purchase = await house.quote(wish())
        assert (await house.reserve(purchase.id)).state is State.RESERVED
        assert await house.has(ANN, RUB) == ("1000.00", "165.00")
        await house.work()
        bought = await house.purchases.get(purchase.id)
        assert (bought.state, bought.proof) == (State.DELIVERED, "seen")
        assert await house.has(ANN, RUB) == ("835.00", "0.00")
        assert await house.has(INCOME, RUB) == ("165.00", "0.00")
        assert await house.has(SUPPLY, TON) == ("0.500000000", "0.000000000")
        book = await house.cheques.book("ton")
        assert (book.number, book.open, book.spent) == (1, None, {"TON": 500_000_000})
        assert await house.told() == [
            "purchase.quoted",
            "purchase.reserved",
            "purchase.ordered",
            "purchase.paying",
            "outlay.paid",
            "purchase.paid",
            "purchase.delivered",
        ]
        assert await sound(auditor)

    async def test_what_was_not_paid_is_ordered_again_and_given_up(
        self, house: House, auditor: Auditor
    ) -> None:
        """Each attempt has an outlay of its own, and there is never a second one that is alive."""
        await house.furnished()
        house.wallet.skips = True
        purchase = await house.quote(wish())
        await house.reserve(purchase.id)
        await house.work(2)
        kept = await house.purchases.get(purchase.id)
        assert (kept.state, kept.attempt) == (State.RELEASED, 3)
        outlays = await house.outlays.of(str(purchase.id))
        assert [each.state for each in outlays] == [OutlayState.UNPAID] * 3
        assert await house.has(ANN, RUB) == ("1000.00", "0.00")
        book = await house.cheques.book("ton")
        assert (book.number, book.open, book.spent) == (3, None, {"TON": 0})
        assert await sound(auditor)

    async def test_a_lane_is_left_when_it_is_paid(self, house: House) -> None:
        """Who waits for his turn has it then, and both are delivered."""
        await house.furnished()
        house.supplier.its_lane = "fragment"
        for id in (1, 2):
            await house.reserve((await house.quote(wish(id))).id)
        await house.work(3)
        states = [(await house.purchases.get(wish(id).id)).state for id in (1, 2)]
        assert states == [State.DELIVERED] * 2
        assert house.supplier.orders == [wish(1).id, wish(2).id]

    async def test_ten_strategies_want_the_last_piece_for_the_last_nanoton(
        self, crew: Sequence[House], auditor: Auditor
    ) -> None:
        """Several workers step the campaign at once, and exactly one piece is bought."""
        begun = await crew[0].begin(last_piece(crew[0].clock), ANNA)
        steps = (each.step(begun.id) for each in crew)
        said = await asyncio.gather(*steps, return_exceptions=True)
        assert {type(each) for each in said} <= {Campaign, CampaignMoved}
        assert len(await crew[0].purchases.of(begun.buyer, 100)) == 1
        await crew[0].work(3)
        await bought_once(crew[0], begun)
        assert await sound(auditor)

    async def test_a_slow_worker_finds_the_last_piece_gone(
        self, crew: Sequence[House], auditor: Auditor
    ) -> None:
        """While he asked for the price others took his campaign over, and it is bought once."""
        slow, *others = crew
        begun = await slow.begin(last_piece(slow.clock), ANNA)

        async def step() -> None:
            slow.clock.advance(minutes=2)
            for each in others:
                await each.step(begun.id)

        slow.packs.meanwhile = step
        await slow.step(begun.id)
        states = [each.state for each in await slow.purchases.of(begun.buyer, 100)]
        assert sorted(states) == [State.QUOTED, State.RESERVED]
        await slow.work(3)
        await bought_once(slow, begun)
        assert await sound(auditor)
