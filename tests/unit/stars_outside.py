"""An account of Telegram that pays Stars, as tests play with it; it speaks in values."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from attrs import define, evolve, field

from altyn.adapters.http import NoAnswer
from altyn.adapters.memory import ManualClock
from altyn.adapters.stars import Declined, Form, Spendings, Spent, StarsWallet
from altyn.core.money import TON, XTR, Money
from altyn.core.resilience import TurnedAway
from altyn.core.wallets import CLOCKS_APART, Bill, Cheque, Part, Wallet
from altyn.entrypoints.sandbox import StickerdomDesk
from altyn.entrypoints.testkit.wallet import Call, Outside, Trait, Trouble

BOT = 7686366470


@define
class FakeTelegram:
    """Has invoices, and one account; forms live for ten minutes and pay once."""

    clock: ManualClock
    stars: int = 100_000
    invoices: dict[str, Form] = field(factory=dict)
    """By slug; the id of each form is put in when somebody asks."""
    forms: dict[int, tuple[str, datetime]] = field(factory=dict)
    paid: list[int] = field(factory=list)
    """Forms, each as often as it was paid."""
    spendings: list[Spent] = field(factory=list)
    """The newest first."""
    hidden: int = 0
    """So many of the newest are not shown yet."""
    troubles: dict[str, list[Trouble]] = field(factory=dict)
    declines: list[str] = field(factory=list)
    """With which codes payments are declined; they are not carried out."""
    asked: list[str] = field(factory=list)

    def invoice(self, stars: int, **odd: Any) -> str:
        """Somebody wants so many Stars."""
        slug = f"slug_{len(self.invoices) + 1}"
        form = Form(id=0, bot=BOT, currency="XTR", prices=(stars,))
        self.invoices[slug] = evolve(form, **odd)
        return slug

    def spend(self, price: int, **odd: Any) -> Spent:
        """So much leaves the account, for whatever."""
        id = f"stx{len(self.spendings) + 1}"
        row = Spent(id=id, stars=price, at=self.clock.now(), to=BOT)
        self.spendings.insert(0, evolve(row, **odd))
        self.stars -= price
        return self.spendings[0]

    async def form(self, slug: str) -> Form | None:
        trouble = self._trouble("form")
        if slug not in self.invoices:
            raise Declined("SLUG_INVALID")
        id = 1000 + len(self.forms)
        self.forms[id] = slug, self.clock.now() + timedelta(minutes=10)
        self._answer(trouble)
        return evolve(self.invoices[slug], id=id)

    async def pay(self, form: int, slug: str) -> None:
        trouble = self._trouble("pay")
        if self.declines:
            raise Declined(self.declines.pop(0))
        of, until = self.forms[form]
        assert of == slug
        if form in self.paid:
            raise Declined("FORM_SUBMIT_DUPLICATE")
        if self.clock.now() >= until:
            raise Declined("FORM_EXPIRED")
        if self.stars < (price := sum(self.invoices[slug].prices)):
            raise Declined("BALANCE_TOO_LOW")
        self.paid.append(form)
        self.spend(price, to=self.invoices[slug].bot)
        self._answer(trouble)

    async def balance(self) -> int:
        self._answer(self._trouble("balance"))
        return self.stars

    async def spent(self, offset: str, limit: int) -> Spendings:
        self._answer(self._trouble("spent"))
        rows = self.spendings[self.hidden :]
        begin = int(offset or 0)
        end = begin + limit
        return Spendings(rows[begin:end], str(end) if end < len(rows) else "")

    def _trouble(self, call: str) -> Trouble | None:
        self.asked.append(call)
        planned = self.troubles.get(call)
        trouble = planned.pop(0) if planned else None
        if trouble is Trouble.BUSY:
            raise TurnedAway("telegram wants us to wait", 17)
        if trouble is Trouble.BEFORE:
            raise NoAnswer("telegram", "ServerError")
        return trouble

    def _answer(self, trouble: Trouble | None) -> None:
        if trouble is not None:
            raise NoAnswer("telegram", trouble)


@define
class TelegramOfTheStore(FakeTelegram):
    """Has the invoices of the store, which hears of what was paid."""

    desk: StickerdomDesk | None = None
    adds: int = 0
    """So many Stars more than the store says are on each invoice."""

    async def form(self, slug: str) -> Form | None:
        assert self.desk is not None
        price = self.desk.orders[slug].units + self.adds
        self.invoices[slug] = Form(id=0, bot=BOT, currency="XTR", prices=(price,))
        return await super().form(slug)

    async def pay(self, form: int, slug: str) -> None:
        try:
            await super().pay(form, slug)
        finally:
            if form in self.paid and self.desk is not None:
                self.desk.pay(slug)


class StarsOutside(Outside):
    """It, as the contract wants to play with it."""

    traits = frozenset({Trait.RUNS_OUT})

    def __init__(self, telegram: FakeTelegram, clock: ManualClock) -> None:
        self.telegram = telegram
        self.clock = clock
        self.number = 0

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def pass_time(self, time: timedelta) -> None:
        self.clock.moment += time

    def trouble(self, call: Call, *troubles: Trouble) -> None:
        asked = {
            Call.DRAW: "form",
            Call.PRESENT: "pay",
            Call.LOOK: "spent",
            Call.BALANCE: "balance",
        }
        self.telegram.troubles.setdefault(asked[call], []).extend(troubles)

    def anew(self) -> Wallet:
        return StarsWallet(client=self.telegram, clock=self.clock)

    def bill(self) -> Bill:
        return self.billed(500, self.telegram.invoice(500))

    def wrong_bills(self) -> Sequence[Bill]:
        odd: tuple[dict[str, Any], ...] = (
            {"bot": BOT + 1},
            {"currency": "USD"},
            {"prices": (400,)},
            {"prices": (600, -100)},
            {"prices": ()},
            {"test": True},
            {"subscription": True},
        )
        forms = [self.billed(500, self.telegram.invoice(500, **each)) for each in odd]
        slug = self.telegram.invoice(500)
        part = self.billed(500, slug).parts[0]
        until = self.now + timedelta(hours=1)
        return (
            *forms,
            self.billed(500, "of_nobody"),
            self.billed(500, ""),
            self.billed(500, "a slug"),
            self.billed(500, slug, to="durov"),
            self.billed(500, slug, to="-7"),
            Bill(parts=(part, part), pay_before=until),
            Bill(parts=(evolve(part, amount=Money(500, TON)),), pay_before=until),
        )

    def too_much(self) -> Bill:
        stars = self.telegram.stars + 1
        return self.billed(stars, self.telegram.invoice(stars))

    def paid(self, bill: Bill) -> int:
        slugs = [self.telegram.forms[form][0] for form in self.telegram.paid]
        return slugs.count(bill.parts[0].body)

    def seen(self, cheque: Cheque) -> None:
        self.pass_time(CLOCKS_APART)

    def billed(self, stars: int, slug: str, to: str = str(BOT)) -> Bill:
        """A bill for an invoice."""
        part = Part(to=to, amount=Money(stars, XTR), body=slug)
        return Bill(parts=(part,), pay_before=self.now + timedelta(hours=1))
