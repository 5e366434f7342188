"""A ledger as one would keep it on paper: slow, plain, and made without the core's books."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from attrs import define, evolve, field

from ...core.balances import (
    Account,
    AccountDiffers,
    AccountMissing,
    AccountName,
    AssetDiffers,
    Balance,
    CeilingReached,
    Closed,
    Command,
    Company,
    Entry,
    Expire,
    Hold,
    HoldClosed,
    HoldElsewhere,
    HoldExceeded,
    HoldId,
    HoldLate,
    HoldMissing,
    HoldNotDue,
    HoldReused,
    HoldState,
    InsufficientFunds,
    KeptHold,
    LimitsBroken,
    Move,
    NotOpposite,
    OverCorrected,
    Place,
    Placed,
    Posted,
    Receipt,
    Release,
    Transfer,
    TransferId,
    TransferMissing,
    TransferReused,
    Verdict,
)
from ...core.errors import AltynError
from ...core.money import UNITS_MAX, Asset, Money, zero

Key = tuple[AccountName, str]


@define
class LedgerModel:
    """What a ledger must answer; balances are what `entries` and open `holds` sum to."""

    accounts: dict[Key, Account] = field(factory=dict)
    entries: dict[Key, list[Entry]] = field(factory=dict)
    """By account, oldest first."""
    holds: dict[HoldId, KeptHold] = field(factory=dict)
    transfers: dict[TransferId, Posted] = field(factory=dict)
    touched: dict[Key, datetime] = field(factory=dict)
    asked: dict[UUID, object] = field(factory=dict)
    """What was asked for under an id, with all that makes it different from something else."""
    answered: dict[UUID, Verdict] = field(factory=dict)

    def open(self, account: Account, now: datetime) -> AltynError | None:
        """Open it, or say why not."""
        key = account.name, account.asset.code
        if error := self._other_scale(account.asset):
            return error
        if key in self.accounts:
            return None if self.accounts[key] == account else AccountDiffers(*key)
        self.accounts[key], self.entries[key], self.touched[key] = account, [], now
        return None

    def limit(self, account: Account) -> AltynError | None:
        """Limit it, or say why not."""
        key = account.name, account.asset.code
        if error := self._other_scale(account.asset):
            return error
        if key not in self.accounts:
            return AccountMissing(*key)
        balance = self.balance(*key)
        if balance.available.units < account.floor_units:
            return LimitsBroken(account.name, balance.posted, balance.available)
        if balance.posted.units > account.ceiling_units:
            return LimitsBroken(account.name, balance.posted, balance.available)
        self.accounts[key] = account
        return None

    def carry_out(self, commands: Sequence[Command], now: datetime) -> list[Verdict]:
        """Answer each in turn; all happen now, or when the newest account was last touched."""
        keys = {key for command in commands for key in self._keys(command)}
        at = max([now, *(self.touched[key] for key in keys if key in self.touched)])
        return [self._answer(command, at) for command in commands]

    def balance(self, name: AccountName, code: str, at: datetime | None = None) -> Balance:
        """What the account holds, or held at that moment."""
        asset = self.accounts[name, code].asset
        entries, holds = self.entries[name, code], self._holds_on(name, code)
        if at is None:
            posted = entries[-1].after if entries else zero(asset)
            held = [kept for kept in holds if kept.state == HoldState.OPEN]
        else:
            changes = (entry.change.units for entry in entries if entry.posted.at <= at)
            posted = Money(sum(changes), asset)
            held = [
                kept
                for kept in holds
                if kept.placed_at <= at and (kept.closed_at is None or at < kept.closed_at)
            ]
        return Balance(name, posted, Money(sum(kept.hold.amount.units for kept in held), asset))

    def late_holds(self, at: datetime) -> list[HoldId]:
        """Open holds whose time is over, the oldest first, twins by id."""
        late = [
            (kept.hold.expires_at, id)
            for id, kept in self.holds.items()
            if kept.state == HoldState.OPEN and kept.hold.expires_at and kept.hold.expires_at <= at
        ]
        return [id for _, id in sorted(late)]

    def _answer(self, command: Command, at: datetime) -> Verdict:
        match command:
            case Move():
                return self._move(command, at)
            case Place(hold):
                return self._place(hold, at)
            case Release(id):
                return self._give_back(id, HoldState.RELEASED, at)
            case Expire(id):
                return self._give_back(id, HoldState.EXPIRED, at)

    def _move(self, move: Move, at: datetime) -> Verdict:
        first, many = move.transfers[0].id, len(move.transfers)
        contents = {
            transfer.id: (transfer, Company(first, leg, many, move.hold))
            for leg, transfer in enumerate(move.transfers)
        }
        known = [id for id in contents if id in self.asked]
        for id in known:
            if self.asked[id] != contents[id]:
                return TransferReused(id)
        if known:
            return self.answered[first] if len(known) == many else TransferReused(known[0])

        # A movement is tried on a copy that replaces the original when all of it went well.
        draft = evolve(
            self,
            entries=dict(self.entries),
            holds=dict(self.holds),
            transfers=dict(self.transfers),
            touched=dict(self.touched),
        )
        verdict = draft._try(move, contents, at)
        if isinstance(verdict, Receipt):
            self.entries, self.holds = draft.entries, draft.holds
            self.transfers, self.touched = draft.transfers, draft.touched
        for id, content in contents.items():
            self.asked[id], self.answered[id] = content, verdict
        return verdict

    def _try(
        self, move: Move, contents: dict[TransferId, tuple[Transfer, Company]], at: datetime
    ) -> Verdict:
        if move.hold is not None and (error := self._capture(move, move.hold, at)):
            return error
        posted: list[Posted] = []
        for transfer, company in contents.values():
            if error := self._why_not(transfer):
                return error
            posted.append(self._post(transfer, company, at))
        return Receipt(tuple(posted))

    def _capture(self, move: Move, id: HoldId, at: datetime) -> AltynError | None:
        kept = self.holds.get(id)
        if kept is None:
            return HoldMissing(id)
        hold = kept.hold
        if kept.state != HoldState.OPEN:
            return HoldClosed(id, kept.state)
        if hold.expires_at is not None and at >= hold.expires_at:
            return HoldLate(id, hold.expires_at)
        place = hold.account, hold.amount.asset
        if any((each.source, each.amount.asset) != place for each in move.transfers):
            return HoldElsewhere(id, hold.account, hold.amount.asset.code)
        asked = Money(sum(each.amount.units for each in move.transfers), hold.amount.asset)
        if asked > hold.amount:
            return HoldExceeded(id, hold.amount, asked)
        self.holds[id] = evolve(kept, state=HoldState.CAPTURED, captured=asked, closed_at=at)
        self.touched[hold.account, hold.amount.asset.code] = at
        return None

    def _why_not(self, transfer: Transfer) -> AltynError | None:
        amount = transfer.amount
        for name in (transfer.source, transfer.target):
            if error := self._no_account(name, amount.asset):
                return error
        if transfer.corrects is not None and (error := self._not_correct(transfer)):
            return error
        source = self.balance(transfer.source, amount.asset.code)
        floor = self.accounts[transfer.source, amount.asset.code].floor_units
        if source.available.units - amount.units < floor:
            available = Money(source.available.units - floor, amount.asset)
            return InsufficientFunds(transfer.source, available, amount)
        target = self.balance(transfer.target, amount.asset.code)
        ceiling = self.accounts[transfer.target, amount.asset.code].ceiling_units
        if target.posted.units + amount.units > ceiling:
            most = Money(ceiling, amount.asset)
            return CeilingReached(transfer.target, most, target.posted, amount)
        return None

    def _not_correct(self, transfer: Transfer) -> AltynError | None:
        assert transfer.corrects is not None
        if transfer.corrects not in self.transfers:
            return TransferMissing(transfer.corrects)
        mistake = self.transfers[transfer.corrects].transfer
        forth = mistake.source, mistake.target, mistake.amount.asset
        if forth != (transfer.target, transfer.source, transfer.amount.asset):
            return NotOpposite(transfer.id, mistake.id)
        # Corrections of a transfer are entries of its source.
        taken_back = sum(
            entry.change.units
            for entry in self.entries[mistake.source, mistake.amount.asset.code]
            if entry.posted.transfer.corrects == mistake.id
        )
        left = Money(mistake.amount.units - taken_back, transfer.amount.asset)
        return OverCorrected(mistake.id, left, transfer.amount) if transfer.amount > left else None

    def _post(self, transfer: Transfer, company: Company, at: datetime) -> Posted:
        source = transfer.source, transfer.amount.asset.code
        target = transfer.target, transfer.amount.asset.code
        posted = Posted(
            transfer,
            company,
            at,
            len(self.entries[source]) + 1,
            len(self.entries[target]) + 1,
            self.balance(*source).posted - transfer.amount,
            self.balance(*target).posted + transfer.amount,
        )
        left = Entry(posted.source_number, posted, -transfer.amount, posted.source_after)
        came = Entry(posted.target_number, posted, transfer.amount, posted.target_after)
        self.entries[source] = [*self.entries[source], left]
        self.entries[target] = [*self.entries[target], came]
        self.touched[source] = self.touched[target] = at
        self.transfers[transfer.id] = posted
        return posted

    def _place(self, hold: Hold, at: datetime) -> Verdict:
        if hold.id in self.asked:
            return self.answered[hold.id] if self.asked[hold.id] == hold else HoldReused(hold.id)
        verdict: Verdict = self._why_not_placed(hold, at) or Placed(hold, at)
        self.asked[hold.id], self.answered[hold.id] = hold, verdict
        if isinstance(verdict, Placed):
            self.holds[hold.id] = KeptHold(hold, HoldState.OPEN, zero(hold.amount.asset), at)
            self.touched[hold.account, hold.amount.asset.code] = at
        return verdict

    def _why_not_placed(self, hold: Hold, at: datetime) -> AltynError | None:
        amount = hold.amount
        if error := self._no_account(hold.account, amount.asset):
            return error
        if hold.expires_at is not None and at >= hold.expires_at:
            return HoldLate(hold.id, hold.expires_at)
        balance = self.balance(hold.account, amount.asset.code)
        floor = self.accounts[hold.account, amount.asset.code].floor_units
        free = min(balance.available.units - floor, UNITS_MAX - balance.held.units)
        if amount.units > free:
            return InsufficientFunds(hold.account, Money(free, amount.asset), amount)
        return None

    def _give_back(self, id: HoldId, state: HoldState, at: datetime) -> Verdict:
        kept = self.holds.get(id)
        if kept is None:
            return HoldMissing(id)
        if kept.state == state and kept.closed_at is not None:
            return Closed(id, state, kept.closed_at)
        if kept.state != HoldState.OPEN:
            return HoldClosed(id, kept.state)
        until = kept.hold.expires_at
        if state == HoldState.EXPIRED and (until is None or at < until):
            return HoldNotDue(id, until)
        self.holds[id] = evolve(kept, state=state, closed_at=at)
        self.touched[kept.hold.account, kept.hold.amount.asset.code] = at
        return Closed(id, state, at)

    def _keys(self, command: Command) -> list[Key]:
        if isinstance(command, Place):
            return [(command.hold.account, command.hold.amount.asset.code)]
        keys: list[Key] = []
        if isinstance(command, Move):
            for each in command.transfers:
                keys += [(name, each.amount.asset.code) for name in (each.source, each.target)]
        if command.hold in self.holds:
            hold = self.holds[command.hold].hold
            keys.append((hold.account, hold.amount.asset.code))
        return keys

    def _holds_on(self, name: AccountName, code: str) -> list[KeptHold]:
        place = name, code
        return [
            kept
            for kept in self.holds.values()
            if (kept.hold.account, kept.hold.amount.asset.code) == place
        ]

    def _no_account(self, name: AccountName, asset: Asset) -> AltynError | None:
        if (name, asset.code) not in self.accounts:
            return AccountMissing(name, asset.code)
        return self._other_scale(asset)

    def _other_scale(self, asset: Asset) -> AltynError | None:
        for account in self.accounts.values():
            if account.asset.code == asset.code and account.asset != asset:
                return AssetDiffers(asset, account.asset.scale)
        return None
