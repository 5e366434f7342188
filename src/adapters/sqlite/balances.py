"""The ledger in SQLite: the rules of the core over rows, one commit for all who wait."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Final
from uuid import UUID

from attrs import Factory, evolve, field, frozen

from ...core.balances import (
    Account,
    AccountDiffers,
    AccountMissing,
    AccountName,
    AssetDiffers,
    Balance,
    Command,
    HoldId,
    HoldMissing,
    KeptHold,
    LimitsBroken,
    Posted,
    Standing,
    Statement,
    TransferId,
    TransferMissing,
    Verdict,
    entry_of,
)
from ...core.clock import Clock, aware
from ...core.errors import AltynError
from ...core.lane import Lane
from ...core.money import Asset, Money
from .pages import carry_out
from .rows import (
    ACCOUNT,
    AFTER_ALL,
    HOLD,
    HOLD_JOINED,
    TRANSFER,
    TRANSFER_JOINED,
    Row,
    bounded,
    kept_of,
    posted_of,
    standing_of,
    ticks_of,
)
from .store import SqliteStore

SCALE: Final = """
SELECT scale
  FROM asset
 WHERE code = ?
"""

ONE_ACCOUNT: Final = f"""
SELECT {ACCOUNT}
  FROM account
  JOIN asset ON asset.code = account.asset
 WHERE account.name = ? AND account.asset = ?
"""

ACCOUNTS_OF_NAME: Final = f"""
SELECT {ACCOUNT}
  FROM account
  JOIN asset ON asset.code = account.asset
 WHERE account.name = ?
 ORDER BY account.asset
"""

ACCOUNTS_PAGE: Final = f"""
SELECT {ACCOUNT}
  FROM account
  JOIN asset ON asset.code = account.asset
 WHERE (account.name, account.asset) > (?, ?)
 ORDER BY account.name, account.asset
 LIMIT ?
"""

ADD_ASSET: Final = """
INSERT INTO asset (code, scale)
VALUES (?, ?)
"""

ADD_ACCOUNT: Final = """
INSERT INTO account (name, asset, floor, ceiling, touched_at)
VALUES (?, ?, ?, ?, ?)
"""

SET_LIMITS: Final = """
UPDATE account
   SET floor = ?, ceiling = ?
 WHERE name = ? AND asset = ?
"""

ENTRY: Final = """
SELECT at, source_after
  FROM transfer
 WHERE source = ?1 AND source_number = ?2
 UNION ALL
SELECT at, target_after
  FROM transfer
 WHERE target = ?1 AND target_number = ?2
"""

HELD_AT: Final = """
SELECT coalesce(sum(amount), 0)
  FROM hold
 WHERE account = ?1 AND placed_at <= ?2 AND (closed_at IS NULL OR closed_at > ?2)
"""

# Each half is read backwards from its index and no further than the page needs.
PAGE: Final = f"""
SELECT {TRANSFER}, entry.number
  FROM (SELECT *
          FROM (SELECT sequence, source_number AS number
                  FROM transfer
                 WHERE source = ?1 AND source_number < ?2
                 ORDER BY source_number DESC
                 LIMIT ?3)
         UNION ALL
        SELECT *
          FROM (SELECT sequence, target_number
                  FROM transfer
                 WHERE target = ?1 AND target_number < ?2
                 ORDER BY target_number DESC
                 LIMIT ?3)
         ORDER BY number DESC
         LIMIT ?3) AS entry
  JOIN transfer ON transfer.sequence = entry.sequence {TRANSFER_JOINED}
 ORDER BY entry.number DESC
"""

ONE_TRANSFER: Final = f"""
SELECT {TRANSFER}
  FROM transfer {TRANSFER_JOINED}
 WHERE transfer.id = ?
"""

ONE_HOLD: Final = f"""
SELECT {HOLD}
  FROM hold {HOLD_JOINED}
 WHERE hold.id = ?
"""

HOLDS: Final = f"""
SELECT {HOLD}
  FROM hold {HOLD_JOINED}
 WHERE hold.account = ? AND (hold.placed_at, hold.id) < (?, ?)
 ORDER BY hold.placed_at DESC, hold.id DESC
 LIMIT ?
"""

LATE_HOLDS: Final = """
SELECT id
  FROM hold
 WHERE state = 'open' AND expires_at IS NOT NULL AND expires_at <= ?
 ORDER BY expires_at, id
 LIMIT ?
"""


@frozen
class SqliteLedger:
    """Balances in one file."""

    store: SqliteStore
    clock: Clock
    _commands: Lane[Command, Verdict] = field(
        default=Factory(lambda self: Lane(self._carry_out), takes_self=True), init=False
    )
    _openings: Lane[Account, AltynError | None] = field(
        default=Factory(lambda self: Lane(self._open), takes_self=True), init=False
    )

    async def open(self, account: Account) -> None:
        """As the port says."""
        if await self.store.read(_is_open, account):
            return
        call = self._open if self.store.active else self._openings.ask
        (refused,) = await call([account])
        if refused is not None:
            raise refused

    async def limit(self, account: Account) -> None:
        """As the port says."""
        await self.store.write(_limit, account)

    async def carry_out(self, commands: Sequence[Command]) -> Sequence[Verdict]:
        """As the port says."""
        if not commands:
            return []
        call = self._carry_out if self.store.active else self._commands.ask
        return await call(commands)

    async def _carry_out(self, commands: Sequence[Command]) -> Sequence[Verdict]:
        return await self.store.write(carry_out, commands, self.clock.now())

    async def _open(self, accounts: Sequence[Account]) -> Sequence[AltynError | None]:
        return await self.store.write(_open, accounts, self.clock.now())

    async def accounts(
        self, *, after: tuple[AccountName, str] | None = None, limit: int = 100
    ) -> Sequence[Account]:
        """As the port says."""
        rows = await self.store.read(_rows, ACCOUNTS_PAGE, (*(after or ("", "")), bounded(limit)))
        return [standing_of(row).account for row in rows]

    async def balance(
        self, account: AccountName, asset: Asset, at: datetime | None = None
    ) -> Balance:
        """As the port says."""
        if at is None:
            _, standing = await self.store.read(_standing, account, asset)
            return standing.balance
        return await self.store.read(_balance_at, account, asset, ticks_of(aware(at)))

    async def balances(self, account: AccountName) -> Sequence[Balance]:
        """As the port says."""
        rows = await self.store.read(_rows, ACCOUNTS_OF_NAME, (account,))
        return [standing_of(row).balance for row in rows]

    async def statement(
        self, account: AccountName, asset: Asset, *, before: int | None = None, limit: int = 50
    ) -> Statement:
        """As the port says."""
        return await self.store.read(_statement, account, asset, before, limit)

    async def transfer(self, id: TransferId) -> Posted:
        """As the port says."""
        rows = await self.store.read(_rows, ONE_TRANSFER, (id.bytes,))
        if not rows:
            raise TransferMissing(id)
        return posted_of(rows[0])

    async def hold(self, id: HoldId) -> KeptHold:
        """As the port says."""
        rows = await self.store.read(_rows, ONE_HOLD, (id.bytes,))
        if not rows:
            raise HoldMissing(id)
        return kept_of(rows[0])

    async def holds(
        self,
        account: AccountName,
        asset: Asset,
        limit: int,
        before: tuple[datetime, HoldId] | None = None,
    ) -> Sequence[KeptHold]:
        """As the port says."""
        place = AFTER_ALL if before is None else (ticks_of(before[0]), before[1].bytes)
        rows = await self.store.read(_holds, account, asset, (*place, bounded(limit)))
        return [kept_of(row) for row in rows]

    async def late_holds(self, at: datetime, limit: int) -> Sequence[HoldId]:
        """As the port says."""
        rows = await self.store.read(_rows, LATE_HOLDS, (ticks_of(at), bounded(limit)))
        return [HoldId(UUID(bytes=id)) for (id,) in rows]


# What runs in the thread of a connection.


def _rows(connection: Connection, statement: str, values: Sequence[object]) -> list[Row]:
    return connection.execute(statement, values).fetchall()


def _check_scale(connection: Connection, asset: Asset) -> None:
    row = connection.execute(SCALE, (asset.code,)).fetchone()
    if row is not None and row[0] != asset.scale:
        raise AssetDiffers(asset, row[0])


def _standing(connection: Connection, name: AccountName, asset: Asset) -> tuple[int, Standing]:
    row = connection.execute(ONE_ACCOUNT, (name, asset.code)).fetchone()
    if row is None:
        raise AccountMissing(name, asset.code)
    standing = standing_of(row)
    if standing.account.asset != asset:
        raise AssetDiffers(asset, standing.account.asset.scale)
    return row[0], standing


def _is_open(connection: Connection, account: Account) -> bool:
    """Whether it is open just so; AccountDiffers or AssetDiffers when it can never be."""
    _check_scale(connection, account.asset)
    row = connection.execute(ONE_ACCOUNT, (account.name, account.asset.code)).fetchone()
    if row is not None and standing_of(row).account != account:
        raise AccountDiffers(account.name, account.asset.code)
    return row is not None


def _open(
    connection: Connection, accounts: Sequence[Account], now: datetime
) -> Sequence[AltynError | None]:
    return [_open_one(connection, account, ticks_of(now)) for account in accounts]


def _open_one(connection: Connection, account: Account, now: int) -> AltynError | None:
    try:
        if _is_open(connection, account):
            return None
    except (AccountDiffers, AssetDiffers) as refused:
        return refused
    name, asset = account.name, account.asset
    if connection.execute(SCALE, (asset.code,)).fetchone() is None:
        connection.execute(ADD_ASSET, (asset.code, asset.scale))
    values = name, asset.code, account.floor_units, account.ceiling_units, now
    connection.execute(ADD_ACCOUNT, values)
    return None


def _limit(connection: Connection, account: Account) -> None:
    _check_scale(connection, account.asset)
    _, standing = _standing(connection, account.name, account.asset)
    limited = evolve(standing, account=account)
    if limited.spendable < 0 or limited.room < 0:
        balance = standing.balance
        raise LimitsBroken(account.name, balance.posted, balance.available)
    limits = account.floor_units, account.ceiling_units
    connection.execute(SET_LIMITS, (*limits, account.name, account.asset.code))


def _balance_at(connection: Connection, name: AccountName, asset: Asset, at: int) -> Balance:
    id, standing = _standing(connection, name, asset)

    def entry(number: int) -> tuple[int, int]:
        found: tuple[int, int] = connection.execute(ENTRY, (id, number)).fetchone()
        return found

    number = bisect_right(range(1, standing.entries + 1), at, key=lambda each: entry(each)[0])
    posted = entry(number)[1] if number else 0
    (held,) = connection.execute(HELD_AT, (id, at)).fetchone()
    return Balance(name, Money(posted, asset), Money(held, asset))


def _holds(connection: Connection, name: AccountName, asset: Asset, page: Row) -> list[Row]:
    id, _ = _standing(connection, name, asset)
    return _rows(connection, HOLDS, (id, *page))


def _statement(
    connection: Connection, name: AccountName, asset: Asset, before: int | None, limit: int
) -> Statement:
    id, standing = _standing(connection, name, asset)
    below = standing.entries + 1 if before is None else bounded(before)
    rows = connection.execute(PAGE, (id, below, bounded(limit))).fetchall()
    entries = tuple(entry_of(posted_of(row[:-1]), name) for row in rows)
    more = bool(entries) and entries[-1].number > 1
    return Statement(entries, entries[-1].number if more else None)
