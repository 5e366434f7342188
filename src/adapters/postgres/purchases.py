"""Purchases on PostgreSQL."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from typing import Any, Final

from attrs import frozen
from psycopg.errors import UniqueViolation

from ...core.balances import AccountName
from ...core.money import UNITS_MAX, Asset, Money
from ...core.purchases import (
    Funding,
    Goods,
    Kind,
    LaneTaken,
    Late,
    Purchase,
    PurchaseId,
    PurchaseMissing,
    PurchaseMoved,
    Quote,
    State,
    Wish,
)
from .assets import count
from .bills import bill_of, written
from .places import AFTER_ALL, BEFORE_ALL
from .store import Connection, PostgresStore

Place = tuple[datetime, PurchaseId]

ROWS: Final = """
SELECT id, kind, quantity, item, recipient, buyer, account, payment, quota, quota_asset,
       quota_scale, role, chosen, supplier, shown, price, worth, price_asset, price_scale, cost,
       cost_max, cost_asset, cost_scale, expires_at, created_at, state, version, check_at, checks,
       since, attempt, lane, queue, order_id, bill, paid, late, proof, told, decided_by
  FROM altyn.purchase"""
ADD: Final = """
INSERT INTO altyn.purchase (id, kind, quantity, item, recipient, buyer, account, payment, quota,
                            quota_asset, quota_scale, role, chosen, supplier, shown, price, worth,
                            price_asset, price_scale, cost, cost_max, cost_asset, cost_scale,
                            expires_at, created_at, state, version, check_at, checks, since,
                            attempt, lane, queue, order_id, bill, paid, late, proof, told,
                            decided_by)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,
        %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
ONE: Final = f"""{ROWS}
 WHERE id = %s
"""
# Purchases and books are locked before cheques, these before outlays, and these before accounts.
LOCKED: Final = f"{ONE} FOR NO KEY UPDATE"
STATE: Final = "SELECT state FROM altyn.purchase WHERE id = %s"
# Wish and quote are not among what changes.
PUT: Final = """
UPDATE altyn.purchase
   SET state = %s, version = %s, check_at = %s, checks = %s, since = %s, attempt = %s, lane = %s,
       queue = %s, order_id = %s, bill = %s, paid = %s, late = %s, proof = %s, told = %s,
       decided_by = %s
 WHERE id = %s AND version = %s
"""
THE_LANE: Final = "purchase_lane_is_single"
# In a queue nobody's turn comes while the lane is taken, nor while somebody is due before them.
DUE: Final = f"""{ROWS} AS its
 WHERE check_at IS NOT NULL AND check_at <= %(at)s
   AND (queue = '' OR expires_at <= %(at)s
        OR NOT EXISTS (SELECT FROM altyn.purchase AS has
                        WHERE has.lane = its.queue AND has.lane <> ''
                          AND has.state IN ('reserved', 'ordered', 'paying', 'paid'))
           AND NOT EXISTS (SELECT FROM altyn.purchase AS first
                            WHERE first.queue = its.queue AND first.queue <> ''
                              AND (first.since, first.id) < (its.since, its.id)
                              AND first.check_at <= %(at)s))
 ORDER BY check_at, id
 LIMIT %(limit)s
"""  # noqa: S608 - columns named once
OF: Final = f"""{ROWS}
 WHERE buyer = %s AND (created_at, id) < (%s, %s)
 ORDER BY created_at DESC, id DESC
 LIMIT %s
"""
IN_REVIEW: Final = f"""{ROWS}
 WHERE (state = 'review' OR late = 'waiting') AND (created_at, id) > (%s, %s)
 ORDER BY created_at, id
 LIMIT %s
"""
GIVEN_UP: Final = f"""{ROWS}
 WHERE state = 'released' AND late = '' AND paid AND since >= %s AND (since, id) > (%s, %s)
 ORDER BY since, id
 LIMIT %s
"""
UNDER_WAY: Final = f"""{ROWS}
 WHERE state IN ('reserved', 'ordered', 'paying', 'paid', 'unknown', 'review')
   AND (created_at, id) > (%s, %s) AND created_at <= %s AND state = coalesce(%s, state)
 ORDER BY created_at, id
 LIMIT %s
"""


@frozen
class PostgresPurchases:
    """A row for each purchase, locked by whoever reads it in a transaction."""

    store: PostgresStore

    async def add(self, purchase: Purchase) -> Purchase:
        """As the port says."""
        wish, quote, quota = purchase.wish, purchase.quote, purchase.wish.funding.quota
        counted = () if quota is None else (quota.asset,)
        row = (
            wish.id,
            wish.goods.kind.value,
            wish.goods.quantity,
            wish.goods.item,
            wish.recipient,
            wish.buyer,
            wish.funding.account,
            wish.funding.payment,
            None if quota is None else quota.units,
            None if quota is None else quota.asset.code,
            None if quota is None else quota.asset.scale,
            wish.role,
            wish.supplier,
            purchase.supplier,
            purchase.shown,
            quote.price.units,
            quote.worth.units,
            quote.price.asset.code,
            quote.price.asset.scale,
            quote.cost.units,
            quote.cost_max.units,
            quote.cost.asset.code,
            quote.cost.asset.scale,
            quote.expires_at,
            purchase.created_at,
            *_changing(purchase),
        )

        async def ask(connection: Connection) -> Purchase:
            await count(connection, quote.price.asset, quote.cost.asset, *counted)
            if (await connection.execute(ADD, row)).rowcount:
                return purchase
            return await _one(connection, ONE, purchase.id)

        return await self.store.ask(ask)

    async def get(self, id: PurchaseId) -> Purchase:
        """As the port says."""
        query = LOCKED if self.store.active else ONE

        async def ask(connection: Connection) -> Purchase:
            return await _one(connection, query, id)

        return await self.store.ask(ask)

    async def put(self, purchase: Purchase) -> None:
        """As the port says."""
        values = *_changing(purchase), purchase.id, purchase.version - 1

        async def ask(connection: Connection) -> None:
            try:
                async with _spared(connection, purchase):
                    written = (await connection.execute(PUT, values)).rowcount
            except UniqueViolation as violation:
                if violation.diag.constraint_name != THE_LANE:
                    raise
                raise LaneTaken(purchase.lane) from violation
            if not written:
                row = await (await connection.execute(STATE, (purchase.id,))).fetchone()
                raise PurchaseMoved(purchase.id, row[0]) if row else PurchaseMissing(purchase.id)

        await self.store.ask(ask)

    async def due(self, at: datetime, limit: int) -> Sequence[Purchase]:
        """As the port says."""
        return await self._purchases(DUE, {"at": at, "limit": min(limit, UNITS_MAX)})

    async def of(self, buyer: str, limit: int, before: Place | None = None) -> Sequence[Purchase]:
        """As the port says."""
        values = buyer, *(before or AFTER_ALL), min(limit, UNITS_MAX)
        return await self._purchases(OF, values)

    async def in_review(self, limit: int, after: Place | None = None) -> Sequence[Purchase]:
        """As the port says."""
        values = *(after or BEFORE_ALL), min(limit, UNITS_MAX)
        return await self._purchases(IN_REVIEW, values)

    async def given_up(
        self, since: datetime, limit: int, after: Place | None = None
    ) -> Sequence[Purchase]:
        """As the port says."""
        values = since, *(after or BEFORE_ALL), min(limit, UNITS_MAX)
        return await self._purchases(GIVEN_UP, values)

    async def under_way(
        self,
        limit: int,
        after: Place | None = None,
        *,
        until: datetime | None = None,
        state: State | None = None,
    ) -> Sequence[Purchase]:
        """As the port says."""
        wanted = until or AFTER_ALL[0], state and state.value
        values = *(after or BEFORE_ALL), *wanted, min(limit, UNITS_MAX)
        return await self._purchases(UNDER_WAY, values)

    async def _purchases(
        self, query: str, values: Sequence[object] | Mapping[str, object]
    ) -> list[Purchase]:
        async def ask(connection: Connection) -> list[Purchase]:
            rows = await (await connection.execute(query.encode(), values)).fetchall()
            return [_purchase(row) for row in rows]

        return await self.store.ask(ask)


def _spared(connection: Connection, purchase: Purchase) -> AbstractAsyncContextManager[object]:
    """What keeps the transaction whole where the lane may turn out to be taken."""
    # A lane is entered before anything is ordered; who goes on in it has it.
    may_be_taken = purchase.lane and purchase.state is State.RESERVED
    return connection.transaction() if may_be_taken else nullcontext()


async def _one(connection: Connection, query: str, id: PurchaseId) -> Purchase:
    row = await (await connection.execute(query.encode(), (id,))).fetchone()
    if row is None:
        raise PurchaseMissing(id)
    return _purchase(row)


def _changing(purchase: Purchase) -> tuple[object, ...]:
    """What becomes of a purchase, in the order of the columns from `state` on."""
    return (
        purchase.state.value,
        purchase.version,
        purchase.check_at,
        purchase.checks,
        purchase.since,
        purchase.attempt,
        purchase.lane,
        purchase.queue,
        purchase.order_id,
        None if purchase.bill is None else written(purchase.bill),
        purchase.paid,
        purchase.late.value,
        purchase.proof,
        purchase.told,
        purchase.decided_by,
    )


def _purchase(row: tuple[Any, ...]) -> Purchase:
    supplier, shown = row[13:15]
    created_at, state, version, check_at, checks, since, attempt, lane, queue = row[24:33]
    order_id, bill, paid, late, proof, told, decided_by = row[33:]
    quote = _quote(row[15:24])
    return Purchase(
        wish=_wish(row[:13], quote.price.asset),
        supplier=supplier,
        shown=shown,
        quote=quote,
        state=State(state),
        version=version,
        created_at=created_at,
        check_at=check_at,
        checks=checks,
        since=since,
        attempt=attempt,
        lane=lane,
        queue=queue,
        order_id=order_id,
        bill=None if bill is None else bill_of(bill),
        paid=paid,
        late=Late(late),
        proof=proof,
        told=told,
        decided_by=decided_by,
    )


def _wish(row: tuple[Any, ...], asset: Asset) -> Wish:
    id, kind, quantity, item, recipient, buyer, account, payment = row[:8]
    quota, quota_asset, quota_scale, role, chosen = row[8:]
    return Wish(
        id=PurchaseId(id),
        goods=Goods(kind=Kind(kind), quantity=quantity, item=item),
        recipient=recipient,
        buyer=buyer,
        funding=Funding(
            account=None if account is None else AccountName(account),
            payment=payment,
            quota=None if quota is None else Money(quota, Asset(quota_asset, quota_scale)),
        ),
        asset=asset,
        role=role,
        supplier=chosen,
    )


def _quote(row: tuple[Any, ...]) -> Quote:
    price, worth, price_asset, price_scale, cost, cost_max, cost_asset, cost_scale, expires_at = row
    paid_in, bought_in = Asset(price_asset, price_scale), Asset(cost_asset, cost_scale)
    return Quote(
        price=Money(price, paid_in),
        worth=Money(worth, paid_in),
        cost=Money(cost, bought_in),
        cost_max=Money(cost_max, bought_in),
        expires_at=expires_at,
    )
