"""What wallets signed, in SQLite."""

import json
from collections.abc import Sequence
from datetime import date
from sqlite3 import Connection
from typing import Final
from uuid import UUID

from attrs import frozen

from ...core.wallets import (
    Cheque,
    Chequebook,
    ChequebookMoved,
    ChequeId,
    ChequeMissing,
    ChequeMoved,
    ChequeOpen,
    ChequeState,
    Draft,
    OutlayId,
)
from .rows import Row, bounded, moment_of, ticks_of
from .store import SqliteStore

BOOK: Final = """
SELECT number, sequence, open, day, spent
  FROM chequebook
 WHERE wallet = ?
"""

BEGIN: Final = """
INSERT INTO chequebook (number, sequence, open, day, spent, wallet)
VALUES (?, ?, ?, ?, ?, ?)
"""

TURN: Final = """
UPDATE chequebook
   SET number = ?, sequence = ?, open = ?, day = ?, spent = ?
 WHERE wallet = ?
"""

CLOSE: Final = """
UPDATE chequebook
   SET sequence = ?, open = NULL, day = ?, spent = ?
 WHERE wallet = ?
"""

COLUMNS: Final = """
       id, wallet, number, message, hash, sequence, expires_at, outlays, present_before, signed_at,
       state, check_at, checks, presented, told, decided_by"""

ADD: Final = f"""
INSERT INTO cheque ({COLUMNS})
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

ONE: Final = f"""
SELECT {COLUMNS}
  FROM cheque
 WHERE id = ?
"""

# What was signed is not among what changes, and it goes on from where it was seen last.
PUT: Final = """
UPDATE cheque
   SET state = ?, check_at = ?, checks = ?, presented = ?, told = ?, decided_by = ?
 WHERE id = ? AND state = ? AND checks = ? AND presented = ?
"""

WAITING: Final = f"""
SELECT {COLUMNS}
  FROM cheque
 WHERE state = 'signed' AND check_at IS NULL
 ORDER BY signed_at, id
 LIMIT ?
"""


@frozen
class SqliteCheques:
    """A row for each cheque and each book; who is in the transaction is the only one who writes."""

    store: SqliteStore

    async def book(self, wallet: str) -> Chequebook:
        """As the port says."""
        return await self.store.read(_book, wallet) or Chequebook(wallet=wallet)

    async def draw(self, cheque: Cheque, book: Chequebook) -> None:
        """As the port says."""
        await self.store.write(_draw, cheque, book)

    async def get(self, id: ChequeId) -> Cheque:
        """As the port says."""
        cheque = await self.store.read(_get, id)
        if cheque is None:
            raise ChequeMissing(id)
        return cheque

    async def put(self, cheque: Cheque, was: Cheque) -> None:
        """As the port says."""
        await self.store.write(_put, cheque, was)

    async def close(self, book: Chequebook) -> None:
        """As the port says."""
        await self.store.write(_close, book)

    async def waiting(self, limit: int) -> Sequence[Cheque]:
        """As the port says."""
        return await self.store.read(_waiting, bounded(limit))


def _book(connection: Connection, wallet: str) -> Chequebook | None:
    row = connection.execute(BOOK, (wallet,)).fetchone()
    if row is None:
        return None
    number, sequence, open, day, spent = row
    return Chequebook(
        wallet=wallet,
        number=number,
        sequence=sequence,
        open=None if open is None else ChequeId(UUID(bytes=open)),
        day=date.fromisoformat(day),
        spent=json.loads(spent),
    )


def _draw(connection: Connection, cheque: Cheque, book: Chequebook) -> None:
    there = _book(connection, cheque.wallet)
    kept = there or Chequebook(wallet=cheque.wallet)
    if kept.number + 1 != cheque.number:
        raise ChequebookMoved(cheque.wallet)
    if kept.open is not None:
        raise ChequeOpen(cheque.wallet, kept.open)
    values = cheque.number, book.sequence, cheque.id.bytes, *_spent(book), cheque.wallet
    connection.execute(BEGIN if there is None else TURN, values)
    row = (
        cheque.id.bytes,
        cheque.wallet,
        cheque.number,
        cheque.draft.message,
        cheque.draft.hash,
        cheque.draft.sequence,
        ticks_of(cheque.draft.expires_at),
        json.dumps([each.hex for each in cheque.outlays]),
        ticks_of(cheque.present_before),
        ticks_of(cheque.signed_at),
        *_changing(cheque),
    )
    connection.execute(ADD, row)


def _get(connection: Connection, id: ChequeId) -> Cheque | None:
    row = connection.execute(ONE, (id.bytes,)).fetchone()
    return None if row is None else _cheque(row)


def _put(connection: Connection, cheque: Cheque, was: Cheque) -> None:
    values = *_changing(cheque), cheque.id.bytes, was.state.value, was.checks, was.presented
    if not connection.execute(PUT, values).rowcount:
        kept = _get(connection, cheque.id)
        raise ChequeMissing(cheque.id) if kept is None else ChequeMoved(cheque.id, kept.state)


def _close(connection: Connection, book: Chequebook) -> None:
    connection.execute(CLOSE, (book.sequence, *_spent(book), book.wallet))


def _waiting(connection: Connection, limit: int) -> list[Cheque]:
    return [_cheque(row) for row in connection.execute(WAITING, (limit,))]


def _spent(book: Chequebook) -> Row:
    return book.day.isoformat(), json.dumps(dict(book.spent), sort_keys=True)


def _changing(cheque: Cheque) -> Row:
    """What becomes of a cheque, in the order of the columns from `state` on."""
    return (
        cheque.state.value,
        None if cheque.check_at is None else ticks_of(cheque.check_at),
        cheque.checks,
        cheque.presented,
        cheque.told,
        cheque.decided_by,
    )


def _cheque(row: Row) -> Cheque:
    id, wallet, number, message, hash, sequence, expires_at, outlays, present_before = row[:9]
    signed_at, state, check_at, checks, presented, told, decided_by = row[9:]
    return Cheque(
        id=ChequeId(UUID(bytes=id)),
        wallet=wallet,
        number=number,
        draft=Draft(
            message=message, hash=hash, sequence=sequence, expires_at=moment_of(expires_at)
        ),
        outlays=tuple(OutlayId(UUID(each)) for each in json.loads(outlays)),
        present_before=moment_of(present_before),
        state=ChequeState(state),
        signed_at=moment_of(signed_at),
        check_at=None if check_at is None else moment_of(check_at),
        checks=checks,
        presented=presented,
        told=told,
        decided_by=decided_by,
    )
