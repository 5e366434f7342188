"""What wallets signed, on PostgreSQL."""

import json
from collections.abc import Sequence
from typing import Any, Final

from attrs import frozen

from ...core.money import UNITS_MAX
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
)
from .store import Connection, PostgresStore

BOOK: Final = """
SELECT wallet, number, sequence, open, day, spent
  FROM altyn.chequebook
 WHERE wallet = %s
"""
# Purchases and books are locked before cheques, these before outlays, and these before accounts.
LOCKED_BOOK: Final = f"{BOOK} FOR NO KEY UPDATE"
# What nobody has drawn from yet is locked too: there has to be something to lock.
BEGIN: Final = """
INSERT INTO altyn.chequebook (wallet, number, sequence, open, day, spent)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (wallet) DO NOTHING
"""
# The book is turned only where it was seen last, and a cheque is written only if it was: who is
# second waits for the first one, finds another number, and writes nothing.
DRAW: Final = """
WITH turned AS (
    INSERT INTO altyn.chequebook AS kept (wallet, number, sequence, open, day, spent)
    SELECT %(wallet)s, %(number)s, %(last)s, %(id)s, %(day)s, %(spent)s
     WHERE %(number)s = 1 OR EXISTS (SELECT FROM altyn.chequebook WHERE wallet = %(wallet)s)
        ON CONFLICT (wallet) DO UPDATE
       SET number = excluded.number, sequence = excluded.sequence, open = excluded.open,
           day = excluded.day, spent = excluded.spent
     WHERE kept.number = excluded.number - 1 AND kept.open IS NULL
    RETURNING 1
)
INSERT INTO altyn.cheque (id, wallet, number, message, hash, sequence, expires_at, outlays,
                          present_before, signed_at, state, check_at, checks, presented, told,
                          decided_by)
SELECT %(id)s, %(wallet)s, %(number)s, %(message)s, %(hash)s, %(sequence)s, %(expires_at)s,
       %(outlays)s, %(present_before)s, %(signed_at)s, %(state)s, %(check_at)s, %(checks)s,
       %(presented)s, %(told)s, %(decided_by)s
  FROM turned
"""
CLOSE: Final = """
UPDATE altyn.chequebook
   SET sequence = %s, open = NULL, day = %s, spent = %s
 WHERE wallet = %s
"""
ROWS: Final = """
SELECT id, wallet, number, message, hash, sequence, expires_at, outlays, present_before, signed_at,
       state, check_at, checks, presented, told, decided_by
  FROM altyn.cheque"""
ONE: Final = f"""{ROWS}
 WHERE id = %s
"""
LOCKED: Final = f"{ONE} FOR NO KEY UPDATE"
STATE: Final = "SELECT state FROM altyn.cheque WHERE id = %s"
# What was signed is not among what changes, and it goes on from where it was seen last.
PUT: Final = """
UPDATE altyn.cheque
   SET state = %(state)s, check_at = %(check_at)s, checks = %(checks)s, presented = %(presented)s,
       told = %(told)s, decided_by = %(decided_by)s
 WHERE id = %(id)s AND state = %(was)s AND checks = %(checked)s AND presented = %(had_presented)s
"""
WAITING: Final = f"""{ROWS}
 WHERE state = 'signed' AND check_at IS NULL
 ORDER BY signed_at, id
 LIMIT %s
"""


@frozen
class PostgresCheques:
    """A row for each cheque and each book, locked by whoever reads it in a transaction."""

    store: PostgresStore

    async def book(self, wallet: str) -> Chequebook:
        """As the port says."""
        unused = Chequebook(wallet=wallet)
        locks = self.store.active

        async def ask(connection: Connection) -> Chequebook:
            book = await _book(connection, LOCKED_BOOK if locks else BOOK, wallet)
            if book is None and locks:
                await connection.execute(BEGIN, (wallet, 0, -1, None, *_spent(unused)))
                book = await _book(connection, LOCKED_BOOK, wallet)
            return book or unused

        return await self.store.ask(ask)

    async def draw(self, cheque: Cheque, book: Chequebook) -> None:
        """As the port says."""
        day, spent = _spent(book)
        values = {
            "id": cheque.id,
            "wallet": cheque.wallet,
            "number": cheque.number,
            "last": book.sequence,
            "day": day,
            "spent": spent,
            "message": cheque.draft.message,
            "hash": cheque.draft.hash,
            "sequence": cheque.draft.sequence,
            "expires_at": cheque.draft.expires_at,
            "outlays": list(cheque.outlays),
            "present_before": cheque.present_before,
            "signed_at": cheque.signed_at,
            **_changing(cheque),
        }

        async def ask(connection: Connection) -> None:
            if not (await connection.execute(DRAW, values)).rowcount:
                kept = await _book(connection, BOOK, cheque.wallet)
                if kept and kept.open and kept.number + 1 == cheque.number:
                    raise ChequeOpen(cheque.wallet, kept.open)
                raise ChequebookMoved(cheque.wallet)

        await self.store.ask(ask)

    async def get(self, id: ChequeId) -> Cheque:
        """As the port says."""
        query = LOCKED if self.store.active else ONE

        async def ask(connection: Connection) -> Cheque:
            row = await (await connection.execute(query.encode(), (id,))).fetchone()
            if row is None:
                raise ChequeMissing(id)
            return _cheque(row)

        return await self.store.ask(ask)

    async def put(self, cheque: Cheque, was: Cheque) -> None:
        """As the port says."""
        values = _changing(cheque) | {
            "id": cheque.id,
            "was": was.state.value,
            "checked": was.checks,
            "had_presented": was.presented,
        }

        async def ask(connection: Connection) -> None:
            if not (await connection.execute(PUT, values)).rowcount:
                row = await (await connection.execute(STATE, (cheque.id,))).fetchone()
                raise ChequeMoved(cheque.id, row[0]) if row else ChequeMissing(cheque.id)

        await self.store.ask(ask)

    async def close(self, book: Chequebook) -> None:
        """As the port says."""
        values = book.sequence, *_spent(book), book.wallet

        async def ask(connection: Connection) -> None:
            await connection.execute(CLOSE, values)

        await self.store.ask(ask)

    async def waiting(self, limit: int) -> Sequence[Cheque]:
        """As the port says."""

        async def ask(connection: Connection) -> list[Cheque]:
            found = await connection.execute(WAITING.encode(), (min(limit, UNITS_MAX),))
            return [_cheque(row) for row in await found.fetchall()]

        return await self.store.ask(ask)


async def _book(connection: Connection, query: str, wallet: str) -> Chequebook | None:
    row = await (await connection.execute(query.encode(), (wallet,))).fetchone()
    if row is None:
        return None
    name, number, sequence, open, day, spent = row
    return Chequebook(
        wallet=name, number=number, sequence=sequence, open=open, day=day, spent=spent
    )


def _spent(book: Chequebook) -> tuple[object, str]:
    return book.day, json.dumps(dict(book.spent), sort_keys=True)


def _changing(cheque: Cheque) -> dict[str, object]:
    """What becomes of a cheque, by the names of the columns."""
    return {
        "state": cheque.state.value,
        "check_at": cheque.check_at,
        "checks": cheque.checks,
        "presented": cheque.presented,
        "told": cheque.told,
        "decided_by": cheque.decided_by,
    }


def _cheque(row: tuple[Any, ...]) -> Cheque:
    id, wallet, number, message, hash, sequence, expires_at, outlays, present_before = row[:9]
    signed_at, state, check_at, checks, presented, told, decided_by = row[9:]
    return Cheque(
        id=ChequeId(id),
        wallet=wallet,
        number=number,
        draft=Draft(message=message, hash=hash, sequence=sequence, expires_at=expires_at),
        outlays=tuple(outlays),
        present_before=present_before,
        state=ChequeState(state),
        signed_at=signed_at,
        check_at=check_at,
        checks=checks,
        presented=presented,
        told=told,
        decided_by=decided_by,
    )
