"""Purchases in SQLite."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Final
from uuid import UUID

from attrs import frozen

from ...core.balances import AccountName
from ...core.money import Asset, Money
from ...core.payments import PaymentId
from ...core.purchases import (
    IN_LANE,
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
from .rows import AFTER_ALL, BEFORE_ALL, Row, bounded, marks, moment_of, ticks_of
from .store import SqliteStore

Place = tuple[datetime, PurchaseId]

WISH: Final = """
       id, kind, quantity, item, recipient, buyer, account, payment, quota, quota_asset, role,
       chosen"""

CHANGING: Final = """
       state, version, check_at, checks, since, attempt, lane, queue, order_id, bill, paid, late,
       proof, told, decided_by"""

ROWS: Final = f"""
SELECT {WISH}, quotas.scale, supplier, shown,
       price, worth, price_asset, prices.scale, cost, cost_max, cost_asset, costs.scale, expires_at,
       created_at, {CHANGING}
  FROM purchase
  JOIN asset AS prices ON prices.code = price_asset
  JOIN asset AS costs ON costs.code = cost_asset
  LEFT JOIN asset AS quotas ON quotas.code = quota_asset"""

ADD: Final = f"""
INSERT INTO purchase ({WISH}, supplier, shown,
       price, worth, price_asset, cost, cost_max, cost_asset, expires_at, created_at, {CHANGING})
VALUES ({marks(37)})
"""

ONE: Final = f"""{ROWS}
 WHERE id = ?
"""

# Wish and quote are not among what changes.
PUT: Final = f"""
UPDATE purchase
   SET ({CHANGING}) = ({marks(15)})
 WHERE id = ? AND version = ?
"""

IN_THE_LANE: Final = """
SELECT 1
  FROM purchase
 WHERE lane = ? AND lane <> '' AND state IN ('reserved', 'ordered', 'paying', 'paid') AND id <> ?
"""

# In a queue nobody's turn comes while the lane is taken, nor while somebody is due before them.
DUE: Final = f"""{ROWS}
 WHERE check_at IS NOT NULL AND check_at <= :at
   AND (queue = '' OR expires_at <= :at
        OR NOT EXISTS (SELECT 1
                         FROM purchase AS has
                        WHERE has.lane = purchase.queue AND has.lane <> ''
                          AND has.state IN ('reserved', 'ordered', 'paying', 'paid'))
       AND NOT EXISTS (SELECT 1
                         FROM purchase AS first
                        WHERE first.queue = purchase.queue AND first.queue <> ''
                          AND (first.since, first.id) < (purchase.since, purchase.id)
                          AND first.check_at <= :at))
 ORDER BY check_at, id
 LIMIT :limit
"""

OF: Final = f"""{ROWS}
 WHERE buyer = ? AND (created_at, id) < (?, ?)
 ORDER BY created_at DESC, id DESC
 LIMIT ?
"""

IN_REVIEW: Final = f"""{ROWS}
 WHERE (state = 'review' OR late = 'waiting') AND (created_at, id) > (?, ?)
 ORDER BY created_at, id
 LIMIT ?
"""

GIVEN_UP: Final = f"""{ROWS}
 WHERE state = 'released' AND late = '' AND paid = 1 AND since >= ? AND (since, id) > (?, ?)
 ORDER BY since, id
 LIMIT ?
"""

# To the letter as in the index, or SQLite does not take it.
UNDER_WAY: Final = f"""{ROWS}
 WHERE state IN ('reserved', 'ordered', 'paying', 'paid', 'unknown', 'review')
   AND (created_at, id) > (?, ?) AND created_at <= ? AND state = coalesce(?, state)
 ORDER BY created_at, id
 LIMIT ?
"""


@frozen
class SqlitePurchases:
    """A row for each purchase; whoever is in the transaction is the only one who writes."""

    store: SqliteStore

    async def add(self, purchase: Purchase) -> Purchase:
        """As the port says."""
        return await self.store.write(_add, purchase)

    async def get(self, id: PurchaseId) -> Purchase:
        """As the port says."""
        purchase = await self.store.read(_get, id)
        if purchase is None:
            raise PurchaseMissing(id)
        return purchase

    async def put(self, purchase: Purchase) -> None:
        """As the port says."""
        await self.store.write(_put, purchase)

    async def due(self, at: datetime, limit: int) -> Sequence[Purchase]:
        """As the port says."""
        values = {"at": ticks_of(at), "limit": bounded(limit)}
        return await self.store.read(_purchases, DUE, values)

    async def of(self, buyer: str, limit: int, before: Place | None = None) -> Sequence[Purchase]:
        """As the port says."""
        place = AFTER_ALL if before is None else _place(before)
        return await self.store.read(_purchases, OF, (buyer, *place, bounded(limit)))

    async def in_review(self, limit: int, after: Place | None = None) -> Sequence[Purchase]:
        """As the port says."""
        place = BEFORE_ALL if after is None else _place(after)
        return await self.store.read(_purchases, IN_REVIEW, (*place, bounded(limit)))

    async def given_up(
        self, since: datetime, limit: int, after: Place | None = None
    ) -> Sequence[Purchase]:
        """As the port says."""
        place = BEFORE_ALL if after is None else _place(after)
        values = ticks_of(since), *place, bounded(limit)
        return await self.store.read(_purchases, GIVEN_UP, values)

    async def under_way(
        self,
        limit: int,
        after: Place | None = None,
        *,
        until: datetime | None = None,
        state: State | None = None,
    ) -> Sequence[Purchase]:
        """As the port says."""
        place = BEFORE_ALL if after is None else _place(after)
        wanted = AFTER_ALL[0] if until is None else ticks_of(until), state and state.value
        return await self.store.read(_purchases, UNDER_WAY, (*place, *wanted, bounded(limit)))


def _add(connection: Connection, purchase: Purchase) -> Purchase:
    kept = _get(connection, purchase.id)
    if kept is not None:
        return kept
    wish, quote, quota = purchase.wish, purchase.quote, purchase.wish.funding.quota
    counted = () if quota is None else (quota.asset,)
    count(connection, quote.price.asset, quote.cost.asset, *counted)
    row = (
        wish.id.bytes,
        wish.goods.kind.value,
        wish.goods.quantity,
        wish.goods.item,
        wish.recipient,
        wish.buyer,
        wish.funding.account,
        None if wish.funding.payment is None else wish.funding.payment.bytes,
        None if quota is None else quota.units,
        None if quota is None else quota.asset.code,
        wish.role,
        wish.supplier,
        purchase.supplier,
        purchase.shown,
        quote.price.units,
        quote.worth.units,
        quote.price.asset.code,
        quote.cost.units,
        quote.cost_max.units,
        quote.cost.asset.code,
        ticks_of(quote.expires_at),
        ticks_of(purchase.created_at),
        *_changing(purchase),
    )
    connection.execute(ADD, row)
    return purchase


def _get(connection: Connection, id: PurchaseId) -> Purchase | None:
    row = connection.execute(ONE, (id.bytes,)).fetchone()
    return None if row is None else _purchase(row)


def _put(connection: Connection, purchase: Purchase) -> None:
    kept = _get(connection, purchase.id)
    if kept is None:
        raise PurchaseMissing(purchase.id)
    if kept.version + 1 != purchase.version:
        raise PurchaseMoved(purchase.id, kept.state)
    its = purchase.lane, purchase.id.bytes
    if purchase.state in IN_LANE and connection.execute(IN_THE_LANE, its).fetchone():
        raise LaneTaken(purchase.lane)
    connection.execute(PUT, (*_changing(purchase), purchase.id.bytes, kept.version))


def _purchases(
    connection: Connection, statement: str, values: Row | dict[str, int]
) -> list[Purchase]:
    return [_purchase(row) for row in connection.execute(statement, values)]


def _place(place: Place) -> Row:
    return ticks_of(place[0]), place[1].bytes


def _changing(purchase: Purchase) -> Row:
    """What becomes of a purchase, in the order of the columns from `state` on."""
    return (
        purchase.state.value,
        purchase.version,
        None if purchase.check_at is None else ticks_of(purchase.check_at),
        purchase.checks,
        ticks_of(purchase.since),
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


def _purchase(row: Row) -> Purchase:
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
        created_at=moment_of(created_at),
        check_at=None if check_at is None else moment_of(check_at),
        checks=checks,
        since=moment_of(since),
        attempt=attempt,
        lane=lane,
        queue=queue,
        order_id=order_id,
        bill=None if bill is None else bill_of(bill),
        paid=bool(paid),
        late=Late(late),
        proof=proof,
        told=told,
        decided_by=decided_by,
    )


def _wish(row: Row, asset: Asset) -> Wish:
    id, kind, quantity, item, recipient, buyer, account, payment = row[:8]
    quota, quota_asset, role, chosen, scale = row[8:]
    return Wish(
        id=PurchaseId(UUID(bytes=id)),
        goods=Goods(kind=Kind(kind), quantity=quantity, item=item),
        recipient=recipient,
        buyer=buyer,
        funding=Funding(
            account=None if account is None else AccountName(account),
            payment=None if payment is None else PaymentId(UUID(bytes=payment)),
            quota=None if quota is None else Money(quota, Asset(quota_asset, scale)),
        ),
        asset=asset,
        role=role,
        supplier=chosen,
    )


def _quote(row: Row) -> Quote:
    price, worth, price_asset, price_scale, cost, cost_max, cost_asset, cost_scale, expires_at = row
    paid_in, bought_in = Asset(price_asset, price_scale), Asset(cost_asset, cost_scale)
    return Quote(
        price=Money(price, paid_in),
        worth=Money(worth, paid_in),
        cost=Money(cost, bought_in),
        cost_max=Money(cost_max, bought_in),
        expires_at=moment_of(expires_at),
    )
