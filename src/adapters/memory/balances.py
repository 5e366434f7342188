"""The ledger in memory: the rules of the core over plain dictionaries."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from attrs import evolve, field, frozen

from ...core.balances import (
    Account,
    AccountDiffers,
    AccountKey,
    AccountMissing,
    AccountName,
    AssetDiffers,
    Balance,
    Books,
    Command,
    HoldId,
    HoldMissing,
    HoldState,
    KeptHold,
    LimitsBroken,
    Posted,
    Refusal,
    Standing,
    Statement,
    TransferId,
    TransferMissing,
    Verdict,
    entry_of,
    needs_of,
)
from ...core.clock import Clock
from ...core.money import Asset, Money
from .store import MemoryStore


@frozen
class MemoryLedger:
    """Balances that live as long as the process."""

    store: MemoryStore
    clock: Clock
    _assets: dict[str, Asset] = field(factory=dict, init=False)
    _standings: dict[AccountKey, Standing] = field(factory=dict, init=False)
    _entries: dict[tuple[AccountKey, int], TransferId] = field(factory=dict, init=False)
    _transfers: dict[TransferId, Posted] = field(factory=dict, init=False)
    _corrected: dict[TransferId, int] = field(factory=dict, init=False)
    _holds: dict[HoldId, KeptHold] = field(factory=dict, init=False)
    _refusals: dict[UUID, Refusal] = field(factory=dict, init=False)

    async def open(self, account: Account) -> None:
        """As the port says."""
        async with self.store.using():
            key = account.name, account.asset.code
            self._check_scale(account.asset)
            if standing := self._standings.get(key):
                if standing.account != account:
                    raise AccountDiffers(account.name, account.asset.code)
                return
            self.store.put(self._assets, account.asset.code, account.asset)
            standing = Standing(account, 0, 0, 0, self.clock.now())
            self.store.put(self._standings, key, standing)

    async def limit(self, account: Account) -> None:
        """As the port says."""
        async with self.store.using():
            self._check_scale(account.asset)
            standing = evolve(self._standing(account.name, account.asset), account=account)
            if standing.spendable < 0 or standing.room < 0:
                balance = standing.balance
                raise LimitsBroken(account.name, balance.posted, balance.available)
            self.store.put(self._standings, (account.name, account.asset.code), standing)

    async def carry_out(self, commands: Sequence[Command]) -> Sequence[Verdict]:
        """As the port says."""
        async with self.store.using():
            books = self._books(commands)
            verdicts = [books.carry_out(command) for command in commands]
            self._write(books)
            return verdicts

    def _books(self, commands: Sequence[Command]) -> Books:
        needs = needs_of(commands)
        holds = {id: self._holds[id] for id in needs.holds if id in self._holds}
        keys = needs.accounts | {
            (kept.hold.account, kept.hold.amount.asset.code) for kept in holds.values()
        }
        standings = {key: self._standings[key] for key in keys if key in self._standings}
        asked = needs.transfers | needs.holds
        return Books(
            max([self.clock.now(), *(each.touched_at for each in standings.values())]),
            standings,
            {id: self._transfers[id] for id in needs.transfers if id in self._transfers},
            {id: self._corrected[id] for id in needs.transfers if id in self._corrected},
            holds,
            {id: self._refusals[id] for id in asked if id in self._refusals},
        )

    def _write(self, books: Books) -> None:
        put = self.store.put
        for posted in books.new_transfers:
            transfer, asset = posted.transfer, posted.transfer.amount.asset.code
            put(self._transfers, transfer.id, posted)
            put(self._entries, ((transfer.source, asset), posted.source_number), transfer.id)
            put(self._entries, ((transfer.target, asset), posted.target_number), transfer.id)
            if transfer.corrects is not None:
                put(self._corrected, transfer.corrects, books.corrected[transfer.corrects])
        for kept in [*books.new_holds, *books.closed_holds]:
            put(self._holds, kept.hold.id, kept)
        for id, refusal in books.new_refusals.items():
            put(self._refusals, id, refusal)
        for key in books.touched:
            put(self._standings, key, books.standings[key])

    async def accounts(
        self, *, after: tuple[AccountName, str] | None = None, limit: int = 100
    ) -> Sequence[Account]:
        """As the port says."""
        async with self.store.using():
            keys = sorted(key for key in self._standings if after is None or key > after)
            return [self._standings[key].account for key in keys[:limit]]

    async def balance(
        self, account: AccountName, asset: Asset, at: datetime | None = None
    ) -> Balance:
        """As the port says."""
        async with self.store.using():
            standing = self._standing(account, asset)
            return standing.balance if at is None else self._balance_at(standing, at)

    def _balance_at(self, standing: Standing, at: datetime) -> Balance:
        name, asset = standing.account.name, standing.account.asset
        key = name, asset.code
        numbers = range(1, standing.entries + 1)
        number = bisect_right(
            numbers, at, key=lambda each: self._transfers[self._entries[key, each]].at
        )
        posted = Money(0, asset)
        if number:
            posted = entry_of(self._transfers[self._entries[key, number]], name).after
        held = sum(
            kept.hold.amount.units
            for kept in self._holds.values()
            if (kept.hold.account, kept.hold.amount.asset) == (name, asset)
            and kept.placed_at <= at
            and (kept.closed_at is None or kept.closed_at > at)
        )
        return Balance(name, posted, Money(held, asset))

    async def balances(self, account: AccountName) -> Sequence[Balance]:
        """As the port says."""
        async with self.store.using():
            keys = sorted(key for key in self._standings if key[0] == account)
            return [self._standings[key].balance for key in keys]

    async def statement(
        self, account: AccountName, asset: Asset, *, before: int | None = None, limit: int = 50
    ) -> Statement:
        """As the port says."""
        async with self.store.using():
            newest = self._standing(account, asset).entries
            top = newest if before is None else min(before - 1, newest)
            numbers = range(top, max(top - limit, 0), -1)
            entries = tuple(
                entry_of(self._transfers[self._entries[(account, asset.code), number]], account)
                for number in numbers
            )
            more = bool(entries) and entries[-1].number > 1
            return Statement(entries, entries[-1].number if more else None)

    async def transfer(self, id: TransferId) -> Posted:
        """As the port says."""
        async with self.store.using():
            if id not in self._transfers:
                raise TransferMissing(id)
            return self._transfers[id]

    async def hold(self, id: HoldId) -> KeptHold:
        """As the port says."""
        async with self.store.using():
            if id not in self._holds:
                raise HoldMissing(id)
            return self._holds[id]

    async def holds(
        self,
        account: AccountName,
        asset: Asset,
        limit: int,
        before: tuple[datetime, HoldId] | None = None,
    ) -> Sequence[KeptHold]:
        """As the port says."""
        async with self.store.using():
            self._standing(account, asset)
            theirs = [
                kept
                for kept in self._holds.values()
                if (kept.hold.account, kept.hold.amount.asset) == (account, asset)
                and (before is None or (kept.placed_at, kept.hold.id) < before)
            ]
            theirs.sort(key=lambda kept: (kept.placed_at, kept.hold.id), reverse=True)
            return theirs[:limit]

    async def late_holds(self, at: datetime, limit: int) -> Sequence[HoldId]:
        """As the port says."""
        async with self.store.using():
            late = [
                (kept.hold.expires_at, id)
                for id, kept in self._holds.items()
                if kept.state == HoldState.OPEN and kept.hold.expires_at and kept.hold.late(at)
            ]
            return [id for _, id in sorted(late)[:limit]]

    def _standing(self, name: AccountName, asset: Asset) -> Standing:
        if (standing := self._standings.get((name, asset.code))) is None:
            raise AccountMissing(name, asset.code)
        self._check_scale(asset)
        return standing

    def _check_scale(self, asset: Asset) -> None:
        known = self._assets.get(asset.code, asset)
        if known != asset:
            raise AssetDiffers(asset, known.scale)
