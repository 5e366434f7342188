"""Bills to be paid, on PostgreSQL."""

from collections.abc import Sequence
from typing import Any, Final

from attrs import frozen

from ...core.balances import AccountName
from ...core.money import UNITS_MAX
from ...core.wallets import (
    OUTLAY_MOVES,
    Outlay,
    OutlayDoubled,
    OutlayId,
    OutlayMissing,
    OutlayMoved,
    OutlayState,
)
from .assets import count
from .bills import bill_of, written
from .store import Connection, PostgresStore

ROWS: Final = """
SELECT id, wallet, bill, target, reference, created_at, state, cheque, proof, told
  FROM altyn.outlay"""
# Whoever asks for the same thing at the same moment is waited for, and meets its outlay.
ADD: Final = """
INSERT INTO altyn.outlay (id, wallet, asset, scale, amount, bill, target, reference, created_at,
                          state, cheque, proof, told)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
ONE: Final = f"""{ROWS}
 WHERE id = %s
"""
# Purchases and books are locked before cheques, these before outlays, and these before accounts.
LOCKED: Final = f"{ONE} FOR NO KEY UPDATE"
STATE: Final = "SELECT state FROM altyn.outlay WHERE id = %s"
# What is to be paid is not among what changes.
PUT: Final = """
UPDATE altyn.outlay
   SET state = %s, cheque = %s, proof = %s, told = %s
 WHERE id = %s AND state = ANY (%s)
"""
DUE: Final = f"""{ROWS}
 WHERE wallet = %s AND state = 'due'
 ORDER BY created_at, id
 LIMIT %s
"""
OF: Final = f"""{ROWS}
 WHERE reference = %s
 ORDER BY created_at, id
"""


@frozen
class PostgresOutlays:
    """A row for each outlay, locked by whoever reads it in a transaction."""

    store: PostgresStore

    async def add(self, outlay: Outlay) -> Outlay:
        """As the port says."""
        asset = outlay.amount.asset
        row = (
            outlay.id,
            outlay.wallet,
            asset.code,
            asset.scale,
            outlay.amount.units,
            written(outlay.bill),
            outlay.target,
            outlay.reference,
            outlay.created_at,
            *_changing(outlay),
        )

        async def ask(connection: Connection) -> Outlay:
            await count(connection, asset)
            if (await connection.execute(ADD, row)).rowcount:
                return outlay
            known = await _one(connection, ONE, outlay.id)
            if known is None:
                raise OutlayDoubled(outlay.reference)
            return known

        return await self.store.ask(ask)

    async def get(self, id: OutlayId) -> Outlay:
        """As the port says."""
        query = LOCKED if self.store.active else ONE

        async def ask(connection: Connection) -> Outlay:
            outlay = await _one(connection, query, id)
            if outlay is None:
                raise OutlayMissing(id)
            return outlay

        return await self.store.ask(ask)

    async def put(self, outlay: Outlay) -> None:
        """As the port says."""
        before = [each.value for each, to in OUTLAY_MOVES.items() if outlay.state in to]
        values = *_changing(outlay), outlay.id, before

        async def ask(connection: Connection) -> None:
            if not (await connection.execute(PUT, values)).rowcount:
                row = await (await connection.execute(STATE, (outlay.id,))).fetchone()
                raise OutlayMoved(outlay.id, row[0]) if row else OutlayMissing(outlay.id)

        await self.store.ask(ask)

    async def due(self, wallet: str, limit: int) -> Sequence[Outlay]:
        """As the port says."""
        return await self._outlays(DUE, wallet, min(limit, UNITS_MAX))

    async def of(self, reference: str) -> Sequence[Outlay]:
        """As the port says."""
        return await self._outlays(OF, reference)

    async def _outlays(self, query: str, *values: object) -> list[Outlay]:
        async def ask(connection: Connection) -> list[Outlay]:
            rows = await (await connection.execute(query.encode(), values)).fetchall()
            return [_outlay(row) for row in rows]

        return await self.store.ask(ask)


async def _one(connection: Connection, query: str, id: OutlayId) -> Outlay | None:
    row = await (await connection.execute(query.encode(), (id,))).fetchone()
    return None if row is None else _outlay(row)


def _changing(outlay: Outlay) -> tuple[object, ...]:
    """What becomes of an outlay, in the order of the columns from `state` on."""
    return outlay.state.value, outlay.cheque, outlay.proof, outlay.told


def _outlay(row: tuple[Any, ...]) -> Outlay:
    id, wallet, bill, target, reference, created_at, state, cheque, proof, told = row
    return Outlay(
        id=OutlayId(id),
        wallet=wallet,
        bill=bill_of(bill),
        target=AccountName(target),
        reference=reference,
        state=OutlayState(state),
        created_at=created_at,
        cheque=cheque,
        proof=proof,
        told=told,
    )
