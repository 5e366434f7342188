"""The list of all transactions of the bot's Stars: what was sold, and what of it went back."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from attrs import frozen

from ...core.money import XTR, Money
from ...core.payments import Deposit, Inflow, Line, PaymentId, Period, ProviderUnclear, Reversal
from .bot import BotApi
from .methods import TELEGRAM
from .updates import NONSENSE, moment, payment_of, text, whole

ROWS: Final = 100
PERIOD: Final = "subscription_period"
NANO: Final = 10**9
SALE: Final = ("user", "invoice_payment")


@frozen(kw_only=True)
class Sale:
    """One transaction with somebody who bought of us, or got it back."""

    paid: Inflow
    """By whoever bought, as the update about it says: also what an affiliate had of it."""
    earned: Money
    """What was left for the bot, without the billionths."""
    back: bool
    payment: PaymentId | None
    period: Period | None = None
    """Of a subscription; whether it began then is not said there."""

    @property
    def deposit(self) -> Deposit:
        """What it says has come."""
        return Deposit(self.paid, self.payment, self.period, self.fee)

    @property
    def fee(self) -> Money | None:
        """What an affiliate had, and what of a Star is left over; None when that is nothing."""
        fee = self.paid.amount - self.earned
        return fee if fee.units else None

    @property
    def reversal(self) -> Reversal:
        """What it says went back."""
        paid = self.paid
        return Reversal(key=paid.key, amount=paid.amount, at=paid.at, fee=self.fee)

    @property
    def line(self) -> Line:
        """What it says about the bot's Stars."""
        key, at = self.paid.key, self.paid.at
        return Line(
            key=key,
            amount=self.earned,
            at=at,
            back=self.back,
            payment=self.payment,
            fee=self.fee,
        )


@frozen
class StarsList:
    """All transactions, the oldest first, by their place."""

    api: BotApi

    async def rows(self, offset: int) -> tuple[Sequence[Sale], int]:
        """A page from that place on: the sales of it, and how many there were of any kind."""
        transactions = await self._from(offset, ROWS)
        try:
            sales = [sale for each in transactions if (sale := sale_of(each)) is not None]
        except NONSENSE:
            raise senseless() from None
        return sales, len(transactions)

    async def place(self, at: datetime) -> int:
        """How many of them are older than that."""
        known, step = 0, 1
        while await self._older(known + step - 1, at):
            known, step = known + step, step * 2
        low, high = known, known + step - 1
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if await self._older(middle, at) else (low, middle)
        return low

    async def _older(self, place: int, at: datetime) -> bool:
        """Whether there is one at that place, and it is older."""
        transactions = await self._from(place, 1)
        try:
            return any(moment(each, "date") < at for each in transactions)
        except NONSENSE:
            raise senseless() from None

    async def _from(self, offset: int, limit: int) -> Sequence[Any]:
        said = await self.api("getStarTransactions", {"offset": offset, "limit": limit})
        found = said.get("transactions") if isinstance(said, dict) else None
        if not isinstance(found, list):
            raise senseless()
        return found


def sale_of(said: Mapping[str, Any]) -> Sale | None:
    """A sale, or one that went back; None when it is something else."""
    back = "receiver" in said
    partner = said["receiver" if back else "source"]
    if (partner["type"], partner.get("transaction_type")) != SALE:
        return None
    whole_paid, rest = divmod(nano_of(said) + nano_of(partner.get("affiliate")), NANO)
    if rest:
        raise ValueError("nobody pays parts of a Star")
    at, period = moment(said, "date"), None
    if PERIOD in partner:
        period = Period(at + timedelta(seconds=whole(partner, PERIOD)))
    return Sale(
        paid=Inflow(
            key=text(said, "id"),
            amount=Money(whole_paid, XTR),
            at=at,
            sender=str(whole(partner["user"], "id")),
        ),
        earned=Money(whole(said, "amount"), XTR),
        back=back,
        payment=payment_of(partner.get("invoice_payload")),
        period=period,
    )


def nano_of(said: Mapping[str, Any] | None) -> int:
    """So many billionths of a Star; what an affiliate gives back is below zero, and counts too."""
    if said is None:
        return 0
    units, rest = said["amount"], said.get("nanostar_amount", 0)
    if type(units) is not int or type(rest) is not int:
        raise ValueError("that is no amount")
    return abs(units * NANO + rest)


def senseless() -> ProviderUnclear:
    """A page that cannot be read. It is not skipped: what came by it would be lost."""
    return ProviderUnclear(TELEGRAM, "a list of transactions that makes no sense")
