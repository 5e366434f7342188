"""The rules of the ledger, carried out on the few pages of it that a batch of commands touches."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, assert_never
from uuid import UUID

from attrs import define, evolve, field, frozen

from ..errors import AltynError
from ..money import Money
from .account import AccountName, Standing
from .commands import Closed, Command, Expire, Move, Place, Placed, Receipt, Release, Verdict
from .errors import (
    AccountMissing,
    AssetDiffers,
    CeilingReached,
    HoldClosed,
    HoldElsewhere,
    HoldExceeded,
    HoldLate,
    HoldMissing,
    HoldNotDue,
    HoldReused,
    InsufficientFunds,
    NotOpposite,
    OverCorrected,
    TransferMissing,
    TransferReused,
)
from .hold import Hold, HoldId, HoldState, KeptHold
from .transfer import Company, Posted, Transfer, TransferId

AccountKey = tuple[AccountName, str]
"""An account's name and its asset's code."""

SEPARATOR: Final = "\x1f"  # no text of a command may hold it


@frozen
class Refusal:
    """A no that was said; it is said again to whoever asks the same under the same id."""

    fingerprint: bytes
    error: AltynError


@frozen
class Needs:
    """What of the ledger has to be at hand to carry commands out."""

    accounts: frozenset[AccountKey]
    transfers: frozenset[TransferId]
    """Stored transfers, and what was corrected of them already."""
    holds: frozenset[HoldId]
    """Stored holds, and the accounts that they are on."""


def needs_of(commands: Sequence[Command]) -> Needs:
    """What these commands look at."""
    accounts: set[AccountKey] = set()
    transfers: set[TransferId] = set()
    holds: set[HoldId] = set()
    for command in commands:
        match command:
            case Move():
                for transfer in command.transfers:
                    asset = transfer.amount.asset.code
                    accounts |= {(transfer.source, asset), (transfer.target, asset)}
                    transfers.add(transfer.id)
                    if transfer.corrects is not None:
                        transfers.add(transfer.corrects)
                if command.hold is not None:
                    holds.add(command.hold)
            case Place(hold):
                accounts.add((hold.account, hold.amount.asset.code))
                holds.add(hold.id)
            case Release(id) | Expire(id):
                holds.add(id)
            case _:
                assert_never(command)
    return Needs(frozenset(accounts), frozenset(transfers), frozenset(holds))


@define
class Books:
    """
    Pages of the ledger and the pen: each command is carried out whole or refused alone.

    A storage fills in what `needs_of` names, calls `carry_out` for one command after the other
    and writes down what changed. It decides nothing itself.
    """

    at: datetime
    """When all of it happens; not before any standing at hand was last touched."""
    standings: dict[AccountKey, Standing] = field(factory=dict)
    transfers: dict[TransferId, Posted] = field(factory=dict)
    corrected: dict[TransferId, int] = field(factory=dict)
    holds: dict[HoldId, KeptHold] = field(factory=dict)
    refusals: dict[UUID, Refusal] = field(factory=dict)

    new_transfers: list[Posted] = field(factory=list, init=False)
    new_holds: list[KeptHold] = field(factory=list, init=False)
    closed_holds: list[KeptHold] = field(factory=list, init=False)
    new_refusals: dict[UUID, Refusal] = field(factory=dict, init=False)
    touched: set[AccountKey] = field(factory=set, init=False)
    _log: list[tuple[dict[Any, Any], Any, Any]] = field(factory=list, init=False)

    def carry_out(self, command: Command) -> Verdict:
        """Do it, answer as before when it was done before, or say why not; never raises."""
        try:
            match command:
                case Move():
                    return self._move(command)
                case Place(hold):
                    return self._place(hold)
                case Release(id):
                    return self._give_back(id, HoldState.RELEASED)
                case Expire(id):
                    return self._give_back(id, HoldState.EXPIRED)
                case _:
                    assert_never(command)
        except AltynError as refused:
            # Kept and said again: with its traceback it would hold on to these pages for ever.
            return refused.with_traceback(None)

    # Movements

    def _move(self, command: Move) -> Receipt:
        legs = tuple(zip(command.transfers, command.companies, strict=True))
        if (known := self._known(legs)) is not None:
            return known
        mark, posted, closed = len(self._log), len(self.new_transfers), len(self.closed_holds)
        try:
            if command.hold is not None:
                self._capture(command.hold, command.transfers)
            return Receipt(tuple(self._post(*leg) for leg in legs))
        except AltynError as refused:
            self._undo(mark)
            del self.new_transfers[posted:], self.closed_holds[closed:]
            for transfer, company in legs:
                self._refuse(transfer.id, fingerprint_of_transfer(transfer, company), refused)
            raise

    def _known(self, legs: Sequence[tuple[Transfer, Company]]) -> Receipt | None:
        """The answer given before; None for a movement nobody asked for yet."""
        stored = [self.transfers.get(transfer.id) for transfer, _ in legs]
        refused = [self.refusals.get(transfer.id) for transfer, _ in legs]
        answers = zip(legs, stored, refused, strict=True)
        known = [transfer.id for (transfer, _), *answer in answers if any(answer)]
        if not known:
            return None
        done: list[Posted] = []
        said: list[AltynError] = []
        for (transfer, company), posted, refusal in zip(legs, stored, refused, strict=True):
            if posted and (posted.transfer, posted.company) == (transfer, company):
                done.append(posted)
            elif refusal and refusal.fingerprint == fingerprint_of_transfer(transfer, company):
                said.append(refusal.error)
            elif posted or refusal:
                raise TransferReused(transfer.id)
        if len(known) < len(legs):  # the others are new, so these happened in other company
            raise TransferReused(known[0])
        if said:
            raise said[0]
        return Receipt(tuple(done))

    def _post(self, transfer: Transfer, company: Company) -> Posted:
        source = self._standing(transfer.source, transfer.amount)
        target = self._standing(transfer.target, transfer.amount)
        corrected = self._corrected_with(transfer)
        units, asset = transfer.amount.units, transfer.amount.asset
        if units > source.spendable:
            raise InsufficientFunds(
                transfer.source, Money(source.spendable, asset), transfer.amount
            )
        if units > target.room:
            ceiling, holds = target.account.ceiling_units, target.posted
            raise CeilingReached(
                transfer.target, Money(ceiling, asset), Money(holds, asset), transfer.amount
            )
        if transfer.corrects is not None:
            self._set(self.corrected, transfer.corrects, corrected)
        source = self._touch(source, posted=-units, entries=1)
        target = self._touch(target, posted=units, entries=1)
        posted = Posted(
            transfer,
            company,
            self.at,
            source.entries,
            target.entries,
            Money(source.posted, asset),
            Money(target.posted, asset),
        )
        self._set(self.transfers, transfer.id, posted)
        self.new_transfers.append(posted)
        return posted

    def _corrected_with(self, transfer: Transfer) -> int:
        """How much of what it names would be taken back after it; nothing when it names none."""
        if (id := transfer.corrects) is None:
            return 0
        if (original := self.transfers.get(id)) is None:
            raise TransferMissing(id)
        mistaken, amount = original.transfer, transfer.amount
        if (mistaken.source, mistaken.target) != (
            transfer.target,
            transfer.source,
        ) or mistaken.amount.asset != amount.asset:
            raise NotOpposite(transfer.id, id)
        already = self.corrected.get(id, 0)
        left = mistaken.amount.units - already
        if amount.units > left:
            raise OverCorrected(id, Money(left, amount.asset), amount)
        return already + amount.units

    def _capture(self, id: HoldId, transfers: Sequence[Transfer]) -> None:
        kept = self._open_hold(id)
        hold = kept.hold
        if hold.expires_at is not None and hold.late(self.at):
            raise HoldLate(id, hold.expires_at)
        for each in transfers:
            if (each.source, each.amount.asset) != (hold.account, hold.amount.asset):
                raise HoldElsewhere(id, hold.account, hold.amount.asset.code)
        asked = sum(each.amount.units for each in transfers)
        if asked > hold.amount.units:
            raise HoldExceeded(id, hold.amount, Money(asked, hold.amount.asset))
        self._close(kept, HoldState.CAPTURED, asked)

    # Holds

    def _place(self, hold: Hold) -> Placed:
        fingerprint = fingerprint_of_hold(hold)
        if kept := self.holds.get(hold.id):
            if kept.hold != hold:
                raise HoldReused(hold.id)
            return Placed(kept.hold, kept.placed_at)
        if refusal := self.refusals.get(hold.id):
            raise refusal.error if refusal.fingerprint == fingerprint else HoldReused(hold.id)
        try:
            standing = self._standing(hold.account, hold.amount)
            if hold.expires_at is not None and hold.late(self.at):
                raise HoldLate(hold.id, hold.expires_at)
            if hold.amount.units > standing.reservable:
                reservable = Money(standing.reservable, hold.amount.asset)
                raise InsufficientFunds(hold.account, reservable, hold.amount)
        except AltynError as refused:
            self._refuse(hold.id, fingerprint, refused)
            raise
        self._touch(standing, held=hold.amount.units)
        kept = KeptHold(hold, HoldState.OPEN, Money(0, hold.amount.asset), self.at)
        self._set(self.holds, hold.id, kept)
        self.new_holds.append(kept)
        return Placed(hold, self.at)

    def _give_back(self, id: HoldId, state: HoldState) -> Closed:
        kept = self.holds.get(id)
        if kept is not None and kept.state == state and kept.closed_at is not None:
            return Closed(id, state, kept.closed_at)
        kept = self._open_hold(id)
        if state == HoldState.EXPIRED and not kept.hold.late(self.at):
            raise HoldNotDue(id, kept.hold.expires_at)
        self._close(kept, state, 0)
        return Closed(id, state, self.at)

    def _open_hold(self, id: HoldId) -> KeptHold:
        kept = self.holds.get(id)
        if kept is None:
            raise HoldMissing(id)
        if kept.state != HoldState.OPEN:
            raise HoldClosed(id, kept.state)
        return kept

    def _close(self, kept: KeptHold, state: HoldState, captured: int) -> None:
        hold = kept.hold
        self._touch(self.standings[hold.account, hold.amount.asset.code], held=-hold.amount.units)
        closed = evolve(
            kept, state=state, captured=Money(captured, hold.amount.asset), closed_at=self.at
        )
        self._set(self.holds, hold.id, closed)
        self.closed_holds.append(closed)

    # Pages

    def _standing(self, name: AccountName, amount: Money) -> Standing:
        asset = amount.asset
        if (standing := self.standings.get((name, asset.code))) is None:
            raise AccountMissing(name, asset.code)
        if standing.account.asset != asset:
            raise AssetDiffers(asset, standing.account.asset.scale)
        return standing

    def _touch(
        self, standing: Standing, posted: int = 0, held: int = 0, entries: int = 0
    ) -> Standing:
        key = standing.account.name, standing.account.asset.code
        self.touched.add(key)
        now = Standing(
            standing.account,
            standing.posted + posted,
            standing.held + held,
            standing.entries + entries,
            self.at,
        )
        self._set(self.standings, key, now)
        return now

    def _refuse(self, id: UUID, fingerprint: bytes, refused: AltynError) -> None:
        self.refusals[id] = self.new_refusals[id] = Refusal(fingerprint, refused)

    def _set(self, page: dict[Any, Any], key: object, value: object) -> None:
        self._log.append((page, key, page.get(key)))
        page[key] = value

    def _undo(self, mark: int) -> None:
        """Put the pages back to what they were: a movement that fails half-way leaves no trace."""
        while len(self._log) > mark:
            page, key, before = self._log.pop()
            if before is None:
                del page[key]
            else:
                page[key] = before


def fingerprint_of_transfer(transfer: Transfer, company: Company) -> bytes:
    """The contents of a transfer, its company included, as a digest: same contents, same bytes."""
    return _fingerprint(
        transfer.source,
        transfer.target,
        transfer.amount.units,
        transfer.amount.asset.code,
        transfer.amount.asset.scale,
        transfer.kind,
        transfer.reference,
        transfer.memo,
        transfer.corrects,
        company.movement,
        company.leg,
        company.legs,
        company.hold,
    )


def fingerprint_of_hold(hold: Hold) -> bytes:
    """The contents of a hold as a digest."""
    until = None if hold.expires_at is None else hold.expires_at.astimezone(UTC).isoformat()
    return _fingerprint(
        hold.account,
        hold.amount.units,
        hold.amount.asset.code,
        hold.amount.asset.scale,
        hold.reference,
        until,
    )


def _fingerprint(*parts: object) -> bytes:
    return sha256(SEPARATOR.join(map(str, parts)).encode()).digest()
