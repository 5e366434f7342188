"""A chequebook: how many cheques a wallet has drawn, which is open, and what it spent today."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from attrs import evolve, field, frozen

from ..money import Money, zero
from .cheque import Cheque, ChequeState
from .errors import BillTooLarge, ChequeOpen, SpentForToday
from .outlay import ChequeId, Outlay


@frozen(kw_only=True)
class Caps:
    """The most that a wallet pays, by the code of the asset; of one that is not named, nothing."""

    a_bill: Mapping[str, Money]
    a_day: Mapping[str, Money]
    payees: frozenset[str] | None = None
    """Whom it pays at all; None: whomever its suppliers name."""


@frozen(kw_only=True)
class Chequebook:
    """One for each wallet: whoever has it alone may draw."""

    wallet: str
    number: int = 0
    """Of the newest cheque."""
    sequence: int = -1
    """Of the newest that was cashed, where the outside counts them."""
    open: ChequeId | None = None
    day: date = date.min
    spent: Mapping[str, int] = field(factory=dict)
    """In units by asset, since that day began: what is signed and not known to be unpaid."""

    def draws(self, cheque: ChequeId, outlays: Sequence[Outlay], at: datetime) -> "Chequebook":
        """
        With one more cheque, which is open.

        Raises:
            ChequeOpen: what became of the one before is not known.
        """
        if self.open is not None:
            raise ChequeOpen(self.wallet, self.open)
        book = self.on(at)
        spent = dict(book.spent)
        for outlay in outlays:
            code = outlay.amount.asset.code
            spent[code] = spent.get(code, 0) + outlay.amount.units
        return evolve(book, number=book.number + 1, open=cheque, spent=spent)

    def closes(self, cheque: Cheque, unpaid: Sequence[Outlay]) -> "Chequebook":
        """With no cheque open; what was not paid by it is not spent."""
        spent = dict(self.spent)
        if self.day == _day(cheque.signed_at):
            for outlay in unpaid:
                spent[outlay.amount.asset.code] -= outlay.amount.units
        cashed = cheque.state is ChequeState.CASHED
        sequence = max(self.sequence, cheque.draft.sequence) if cashed else self.sequence
        return evolve(self, open=None, spent=spent, sequence=sequence)

    def on(self, at: datetime) -> "Chequebook":
        """As it is on the day of that moment."""
        today = _day(at)
        return self if today <= self.day else evolve(self, day=today, spent={})

    def room(self, caps: Caps, outlay: Outlay, also: Sequence[Outlay]) -> None:
        """
        That there is room for one more today, besides these others.

        Raises:
            BillTooLarge: it is more than this wallet ever pays at once, or goes to a stranger.
            SpentForToday: it would be too much for one day.
        """
        amount = outlay.amount
        code, nothing = amount.asset.code, zero(amount.asset)
        most = caps.a_bill.get(code, nothing)
        strangers = {part.to for part in outlay.bill.parts} - (caps.payees or set())
        if amount > most or (caps.payees is not None and strangers):
            raise BillTooLarge(self.wallet, amount, most, ", ".join(sorted(strangers)))
        others = sum(each.amount.units for each in also if each.amount.asset == amount.asset)
        spent = Money(self.spent.get(code, 0) + others, amount.asset)
        if spent + amount > caps.a_day.get(code, nothing):
            raise SpentForToday(self.wallet, amount, spent, caps.a_day.get(code, nothing))


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
