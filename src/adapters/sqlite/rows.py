"""How values of the core look in a row, and back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from ...core.balances import (
    Account,
    AccountName,
    Company,
    Hold,
    HoldId,
    HoldState,
    KeptHold,
    Posted,
    Standing,
    Transfer,
    TransferId,
)
from ...core.identifiers import EPOCH, MICROSECOND
from ...core.money import UNITS_MAX, Asset, Money

Row = Sequence[Any]

ACCOUNTS_KEPT: Final = 16_384

BEFORE_ALL: Final = (-(2**63), b"")
"""A place before all rows that are read by moment and id."""
AFTER_ALL: Final = (2**63 - 1, b"")

ACCOUNT: Final = """
       account.id, account.name, account.asset, asset.scale, account.floor, account.ceiling,
       account.posted, account.held, account.entries, account.touched_at"""

TRANSFER: Final = """
       transfer.id, source.name, target.name, transfer.asset, asset.scale, transfer.amount,
       transfer.kind, transfer.reference, transfer.memo, transfer.corrects, transfer.movement,
       transfer.leg, transfer.legs, transfer.hold, transfer.at, transfer.source_number,
       transfer.target_number, transfer.source_after, transfer.target_after"""

TRANSFER_JOINED: Final = """
  JOIN account AS source ON source.id = transfer.source
  JOIN account AS target ON target.id = transfer.target
  JOIN asset ON asset.code = transfer.asset"""

HOLD: Final = """
       hold.id, account.name, account.asset, asset.scale, hold.amount, hold.reference,
       hold.expires_at, hold.state, hold.captured, hold.placed_at, hold.closed_at"""

HOLD_JOINED: Final = """
  JOIN account ON account.id = hold.account
  JOIN asset ON asset.code = account.asset"""


def ticks_of(moment: datetime) -> int:
    """Microseconds since 1970 in UTC."""
    return (moment - EPOCH) // MICROSECOND


def moment_of(ticks: int) -> datetime:
    """The moment that many microseconds after 1970 began."""
    return EPOCH + timedelta(microseconds=ticks)


def maybe_ticks(moment: datetime | None) -> int | None:
    """The same of what may never happen."""
    return None if moment is None else ticks_of(moment)


def maybe_moment(ticks: int | None) -> datetime | None:
    """The moment, if it is any."""
    return None if ticks is None else moment_of(ticks)


def marks(times: int, one: str = "?") -> str:
    """So many placeholders for values."""
    return ", ".join([one] * times)


def bounded(number: int) -> int:
    """The number, or the greatest that a column can hold: for asking, never for storing."""
    return max(min(number, UNITS_MAX), -UNITS_MAX)


@lru_cache(ACCOUNTS_KEPT)
def account_of(name: str, code: str, scale: int, floor: int, ceiling: int) -> Account:
    """The account with these columns; checking its name is most of the work of reading a row."""
    return Account(AccountName(name), Asset(code, scale), floor, ceiling)


def standing_of(row: Row) -> Standing:
    """An account's figures from the columns ACCOUNT."""
    _, name, code, scale, floor, ceiling, posted, held, entries, touched_at = row
    account = account_of(name, code, scale, floor, ceiling)
    return Standing(account, posted, held, entries, moment_of(touched_at))


def posted_of(row: Row) -> Posted:
    """A transfer from the columns TRANSFER."""
    id, source, target, code, scale, amount, kind, reference, memo, corrects, movement = row[:11]
    leg, legs, hold, at, source_number, target_number, source_after, target_after = row[11:]
    asset = Asset(code, scale)
    transfer = Transfer(
        id=TransferId(UUID(bytes=id)),
        source=AccountName(source),
        target=AccountName(target),
        amount=Money(amount, asset),
        kind=kind,
        reference=reference,
        memo=memo,
        corrects=None if corrects is None else TransferId(UUID(bytes=corrects)),
    )
    company = Company(
        TransferId(UUID(bytes=movement)),
        leg,
        legs,
        None if hold is None else HoldId(UUID(bytes=hold)),
    )
    return Posted(
        transfer,
        company,
        moment_of(at),
        source_number,
        target_number,
        Money(source_after, asset),
        Money(target_after, asset),
    )


def kept_of(row: Row) -> KeptHold:
    """A hold from the columns HOLD."""
    id, account, code, scale, amount, reference, expires_at, state, captured, placed, closed = row
    asset = Asset(code, scale)
    hold = Hold(
        id=HoldId(UUID(bytes=id)),
        account=AccountName(account),
        amount=Money(amount, asset),
        reference=reference,
        expires_at=None if expires_at is None else moment_of(expires_at),
    )
    return KeptHold(
        hold,
        HoldState(state),
        Money(captured, asset),
        moment_of(placed),
        None if closed is None else moment_of(closed),
    )
