"""Money leaving one account for another, and what the books say about it afterwards."""

from datetime import datetime
from typing import Final, NewType
from uuid import UUID

from attrs import define, field, frozen

from ..errors import Refused
from ..money import Money, NotPositive
from ..wording import checked_text, checked_word
from .account import AccountName, account_name
from .hold import REFERENCE_MAX, HoldId

TransferId = NewType("TransferId", UUID)

MEMO_MAX: Final = 500

RECHARGE: Final = "recharge"
PURCHASE: Final = "purchase"
REFUND: Final = "refund"
BONUS: Final = "bonus"
ADJUSTMENT: Final = "adjustment"
CORRECTION: Final = "correction"


@define
class SameAccount(Refused):
    """Money cannot move from an account to itself."""

    account: AccountName

    def __str__(self) -> str:
        return f"a transfer needs two accounts, {self.account} is both"


@frozen(kw_only=True)
class Transfer:
    """Money leaving one account for another; the id is the idempotency key."""

    id: TransferId
    source: AccountName
    target: AccountName
    amount: Money
    kind: str = ADJUSTMENT
    reference: str = ""
    memo: str = ""
    corrects: TransferId | None = None
    """The mistaken transfer that this one takes back, whole or in part."""

    def __attrs_post_init__(self) -> None:
        account_name(self.source)
        account_name(self.target)
        if self.amount.units <= 0:
            raise NotPositive(self.amount)
        if self.source == self.target:
            raise SameAccount(self.source)
        checked_word("kind", self.kind)
        checked_text("reference", self.reference, REFERENCE_MAX)
        checked_text("memo", self.memo, MEMO_MAX)

    def opposite(
        self, id: TransferId, *, amount: Money | None = None, memo: str = ""
    ) -> "Transfer":
        """The transfer that takes this one back, or the given part of it."""
        return Transfer(
            id=id,
            source=self.target,
            target=self.source,
            amount=self.amount if amount is None else amount,
            kind=CORRECTION,
            reference=self.reference,
            memo=memo,
            corrects=self.id,
        )


@frozen
class Company:
    """With which others a transfer was made: part of its contents when its id is used again."""

    movement: TransferId
    """The first transfer of those that happened together."""
    leg: int
    legs: int
    hold: HoldId | None = None
    """The hold that was captured by it."""


@frozen
class Posted:
    """A transfer as it stands in the books."""

    transfer: Transfer
    company: Company
    at: datetime
    source_number: int
    """Which entry of its source this is, counted from one without gaps."""
    target_number: int
    source_after: Money
    """What the source held right after it."""
    target_after: Money


@frozen
class Entry:
    """A transfer as one account sees it: a line of its statement."""

    number: int
    posted: Posted
    change: Money
    """Positive when money came, negative when it left."""
    after: Money

    @property
    def counterpart(self) -> AccountName:
        """The account at the other end."""
        transfer = self.posted.transfer
        return transfer.source if self.change.units > 0 else transfer.target


def entry_of(posted: Posted, account: AccountName) -> Entry:
    """How that account sees it."""
    transfer = posted.transfer
    if account == transfer.source:
        return Entry(posted.source_number, posted, -transfer.amount, posted.source_after)
    return Entry(posted.target_number, posted, transfer.amount, posted.target_after)


@frozen
class Statement:
    """A page of an account's history, newest first."""

    entries: tuple[Entry, ...] = field(factory=tuple)
    next: int | None = None
    """Ask for entries before this number to go on; None when the page reaches the beginning."""
