"""The pages of the ledger that a batch of commands needs, read from the file and written back."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Any, Final
from uuid import UUID

from attrs import field, frozen

from ...core.balances import (
    AccountKey,
    Books,
    Command,
    HoldId,
    KeptHold,
    Move,
    Posted,
    Refusal,
    Standing,
    TransferId,
    Verdict,
    facts_of,
    needs_of,
    refusal_of,
)
from .rows import (
    ACCOUNT,
    HOLD,
    HOLD_JOINED,
    TRANSFER,
    TRANSFER_JOINED,
    Row,
    kept_of,
    marks,
    posted_of,
    standing_of,
    ticks_of,
)

CHUNK: Final = 512
"""The most keys one statement asks for; fewer are filled up with nulls to a power of two, so that
a handful of statements is prepared once and for all."""

# CROSS JOIN keeps SQLite from reading all accounts and looking for each among the wanted ones.
ACCOUNTS: Final = f"""
  WITH wanted (name, asset) AS (VALUES %s)
SELECT {ACCOUNT}
  FROM wanted
 CROSS JOIN account ON account.name = wanted.name AND account.asset = wanted.asset
 CROSS JOIN asset ON asset.code = account.asset
"""

TRANSFERS: Final = f"""
SELECT {TRANSFER}
  FROM transfer {TRANSFER_JOINED}
 WHERE transfer.id IN (%s)
"""

CORRECTED: Final = """
SELECT corrects, sum(amount)
  FROM transfer
 WHERE corrects IN (%s)
 GROUP BY corrects
"""

HOLDS: Final = f"""
SELECT {HOLD}
  FROM hold {HOLD_JOINED}
 WHERE hold.id IN (%s)
"""

REFUSALS: Final = """
SELECT id, fingerprint, code, facts
  FROM refusal
 WHERE id IN (%s)
"""

# The rest of what a transfer, a new hold and a closed one change is done by triggers.
POST: Final = f"""
INSERT INTO transfer
       (id, source, target, asset, amount, kind, reference, memo, corrects, movement, leg, legs,
        hold, at, source_number, target_number, source_after, target_after)
VALUES ({marks(18)})
"""

PLACE: Final = f"""
INSERT INTO hold (id, account, amount, reference, expires_at, placed_at)
VALUES ({marks(6)})
"""

CLOSE: Final = """
UPDATE hold
   SET state = ?, closed_at = ?
 WHERE id = ? AND state = 'open'
"""

REFUSE: Final = f"""
INSERT INTO refusal (id, fingerprint, code, facts, at)
VALUES ({marks(5)})
"""


def carry_out(
    connection: Connection, commands: Sequence[Command], now: datetime
) -> Sequence[Verdict]:
    """Carry the commands out on what the file says, and write down what changed."""
    pages = Pages.read(connection, commands, now)
    verdicts = [pages.carry_out(command) for command in commands]
    pages.write(connection)
    return verdicts


@frozen
class Pages:
    """Books filled from the file, and the changes to write, in the order in which they happened."""

    books: Books
    ids: dict[AccountKey, int]
    """What the accounts are called in the file."""
    _changes: list[tuple[str, list[Row]]] = field(factory=list, init=False)

    @classmethod
    def read(cls, connection: Connection, commands: Sequence[Command], now: datetime) -> "Pages":
        """What these commands look at."""
        needs = needs_of(commands)
        holds = _holds(connection, needs.holds)
        keys = needs.accounts | {
            (kept.hold.account, kept.hold.amount.asset.code) for kept in holds.values()
        }
        ids, standings = _standings(connection, keys)
        corrects = {
            transfer.corrects
            for command in commands
            if isinstance(command, Move)
            for transfer in command.transfers
            if transfer.corrects is not None
        }
        books = Books(
            max([now, *(each.touched_at for each in standings.values())]),
            standings,
            _transfers(connection, needs.transfers),
            _corrected(connection, corrects),
            holds,
            _refusals(connection, needs.transfers | needs.holds),
        )
        return cls(books, ids)

    def carry_out(self, command: Command) -> Verdict:
        """As the books say; what it changed is noted."""
        books = self.books
        closed, posted, placed = (
            len(books.closed_holds),
            len(books.new_transfers),
            len(books.new_holds),
        )
        verdict = books.carry_out(command)
        # The money of a hold is free before its capture spends it.
        self._note(CLOSE, map(self._closed_row, books.closed_holds[closed:]))
        self._note(POST, map(self._posted_row, books.new_transfers[posted:]))
        self._note(PLACE, map(self._placed_row, books.new_holds[placed:]))
        return verdict

    def write(self, connection: Connection) -> None:
        """Write down what changed."""
        for statement, rows in self._changes:
            connection.executemany(statement, rows)
        at = ticks_of(self.books.at)
        connection.executemany(
            REFUSE, [_refusal_row(id, each, at) for id, each in self.books.new_refusals.items()]
        )

    def _note(self, statement: str, rows: Iterable[Row]) -> None:
        for row in rows:
            if not self._changes or self._changes[-1][0] is not statement:
                self._changes.append((statement, []))
            self._changes[-1][1].append(row)

    def _posted_row(self, posted: Posted) -> Row:
        transfer, company, asset = posted.transfer, posted.company, posted.transfer.amount.asset
        return (
            transfer.id.bytes,
            self.ids[transfer.source, asset.code],
            self.ids[transfer.target, asset.code],
            asset.code,
            transfer.amount.units,
            transfer.kind,
            transfer.reference,
            transfer.memo,
            None if transfer.corrects is None else transfer.corrects.bytes,
            company.movement.bytes,
            company.leg,
            company.legs,
            None if company.hold is None else company.hold.bytes,
            ticks_of(posted.at),
            posted.source_number,
            posted.target_number,
            posted.source_after.units,
            posted.target_after.units,
        )

    def _placed_row(self, kept: KeptHold) -> Row:
        hold = kept.hold
        return (
            hold.id.bytes,
            self.ids[hold.account, hold.amount.asset.code],
            hold.amount.units,
            hold.reference,
            None if hold.expires_at is None else ticks_of(hold.expires_at),
            ticks_of(kept.placed_at),
        )

    @staticmethod
    def _closed_row(kept: KeptHold) -> Row:
        closed_at = None if kept.closed_at is None else ticks_of(kept.closed_at)
        return kept.state.value, closed_at, kept.hold.id.bytes


def _refusal_row(id: UUID, refusal: Refusal, at: int) -> Row:
    facts = json.dumps(facts_of(refusal.error), ensure_ascii=False)
    return id.bytes, refusal.fingerprint, refusal.error.code, facts, at


def _standings(
    connection: Connection, keys: Iterable[AccountKey]
) -> tuple[dict[AccountKey, int], dict[AccountKey, Standing]]:
    ids: dict[AccountKey, int] = {}
    standings: dict[AccountKey, Standing] = {}
    for row in _found(connection, ACCOUNTS, list(keys), "(?, ?)"):
        id, name, code = row[:3]
        ids[name, code], standings[name, code] = id, standing_of(row)
    return ids, standings


def _transfers(connection: Connection, ids: Iterable[UUID]) -> dict[TransferId, Posted]:
    found = map(posted_of, _found(connection, TRANSFERS, _keys(ids)))
    return {posted.transfer.id: posted for posted in found}


def _corrected(connection: Connection, ids: Iterable[UUID]) -> dict[TransferId, int]:
    found = _found(connection, CORRECTED, _keys(ids))
    return {TransferId(UUID(bytes=id)): units for id, units in found}


def _holds(connection: Connection, ids: Iterable[UUID]) -> dict[HoldId, KeptHold]:
    found = map(kept_of, _found(connection, HOLDS, _keys(ids)))
    return {kept.hold.id: kept for kept in found}


def _refusals(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, Refusal]:
    return {
        UUID(bytes=id): Refusal(fingerprint, refusal_of(code, json.loads(facts)))
        for id, fingerprint, code, facts in _found(connection, REFUSALS, _keys(ids))
    }


def _keys(ids: Iterable[UUID]) -> list[tuple[bytes]]:
    return [(id.bytes,) for id in ids]


def _found(
    connection: Connection, statement: str, keys: Sequence[tuple[Any, ...]], mark: str = "?"
) -> list[Row]:
    """The rows under these keys."""
    rows: list[Row] = []
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        size = 1 << (len(chunk) - 1).bit_length()
        values = [value for key in chunk for value in key]
        values += [None] * (size * len(keys[0]) - len(values))
        rows += connection.execute(statement % marks(size, mark), values).fetchall()
    return rows
