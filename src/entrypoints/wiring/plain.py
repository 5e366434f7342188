"""What goes over a wire: the same shapes on every way in."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID

from attrs import frozen

from ...core.balances import (
    AccountName,
    Balance,
    Entry,
    KeptHold,
    NothingOpen,
    Posted,
    Statement,
)
from ...core.errors import AltynError
from ...core.money import Asset, Money


def iso(moment: datetime) -> str:
    """The moment in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


@frozen
class Amount:
    """Money: as people read it, and as smallest units; text, since JSON numbers may be floats."""

    amount: str
    asset: str
    units: str

    @classmethod
    def of(cls, money: Money) -> Self:
        """That money."""
        return cls(money.decimal, money.asset.code, str(money.units))


@frozen
class PlainBalance:
    """What an account holds of one asset."""

    account: str
    asset: str
    available: Amount
    held: Amount
    posted: Amount

    @classmethod
    def of(cls, balance: Balance) -> Self:
        """That balance."""
        return cls(
            balance.account,
            balance.posted.asset.code,
            Amount.of(balance.available),
            Amount.of(balance.held),
            Amount.of(balance.posted),
        )


@frozen
class PlainBalances:
    """What an account holds, asset by asset."""

    account: str
    balances: tuple[PlainBalance, ...]

    @classmethod
    def of(cls, account: AccountName, balances: Sequence[Balance]) -> Self:
        """
        Those balances of the account.

        Raises:
            NothingOpen: there is none.
        """
        if not balances:
            raise NothingOpen(account)
        return cls(account, tuple(map(PlainBalance.of, balances)))


@frozen
class PlainEntry:
    """A line of a statement."""

    number: int
    at: str
    change: Amount
    after: Amount
    counterpart: str
    transfer: str
    kind: str
    reference: str
    memo: str
    corrects: str | None

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """That entry."""
        transfer = entry.posted.transfer
        return cls(
            number=entry.number,
            at=iso(entry.posted.at),
            change=Amount.of(entry.change),
            after=Amount.of(entry.after),
            counterpart=entry.counterpart,
            transfer=str(transfer.id),
            kind=transfer.kind,
            reference=transfer.reference,
            memo=transfer.memo,
            corrects=str(transfer.corrects) if transfer.corrects else None,
        )


@frozen
class PlainStatement:
    """A page of history, newest first; `next` is the `before` of the page that follows."""

    account: str
    asset: str
    entries: tuple[PlainEntry, ...]
    next: int | None

    @classmethod
    def of(cls, account: AccountName, asset: Asset, statement: Statement) -> Self:
        """That page."""
        entries = tuple(map(PlainEntry.of, statement.entries))
        return cls(account, asset.code, entries, statement.next)


@frozen
class PlainHold:
    """Money that is or was set aside."""

    id: str
    account: str
    amount: Amount
    state: str
    captured: Amount
    reference: str
    placed_at: str
    expires_at: str | None
    closed_at: str | None

    @classmethod
    def of(cls, kept: KeptHold) -> Self:
        """That hold."""
        hold = kept.hold
        return cls(
            id=str(hold.id),
            account=hold.account,
            amount=Amount.of(hold.amount),
            state=kept.state,
            captured=Amount.of(kept.captured),
            reference=hold.reference,
            placed_at=iso(kept.placed_at),
            expires_at=iso(hold.expires_at) if hold.expires_at else None,
            closed_at=iso(kept.closed_at) if kept.closed_at else None,
        )


@frozen
class PlainTransfer:
    """A transfer as it stands in the books."""

    id: str
    source: str
    target: str
    amount: Amount
    kind: str
    reference: str
    memo: str
    corrects: str | None
    at: str
    source_after: Amount
    target_after: Amount

    @classmethod
    def of(cls, posted: Posted) -> Self:
        """That transfer."""
        transfer = posted.transfer
        return cls(
            id=str(transfer.id),
            source=transfer.source,
            target=transfer.target,
            amount=Amount.of(transfer.amount),
            kind=transfer.kind,
            reference=transfer.reference,
            memo=transfer.memo,
            corrects=str(transfer.corrects) if transfer.corrects else None,
            at=iso(posted.at),
            source_after=Amount.of(posted.source_after),
            target_after=Amount.of(posted.target_after),
        )


def facts(error: AltynError) -> dict[str, Any]:
    """The facts of an error as values that JSON can hold; units are text, as in `Amount`."""
    return {
        name: str(value) if name.endswith("units") else _fact(value)
        for name, value in error.facts.items()
    }


def _fact(value: object) -> object:
    match value:
        case Money():
            return {"amount": value.decimal, "asset": value.asset.code, "units": str(value.units)}
        case Asset():
            return {"asset": value.code, "scale": value.scale}
        case datetime():
            # One without a zone is shown as it was given: to read it in any zone is a guess.
            return value.isoformat() if value.utcoffset() is None else iso(value)
        case UUID():
            return str(value)
        case None | bool() | int() | str():
            return value
        case Mapping():
            return {str(name): _fact(inner) for name, inner in value.items()}
        case Sequence():
            return [_fact(inner) for inner in value]
    return str(value)
