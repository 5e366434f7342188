"""The ledger on PostgreSQL: the rules run inside the database, many callers to a commit."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeGuard, cast
from uuid import UUID

from attrs import field, frozen

from ...core.balances import (
    Account,
    AccountMissing,
    AccountName,
    AssetDiffers,
    Balance,
    Closed,
    Command,
    Company,
    Expire,
    Hold,
    HoldId,
    HoldMissing,
    HoldState,
    KeptHold,
    Move,
    Place,
    Placed,
    Posted,
    Receipt,
    Release,
    Statement,
    Transfer,
    TransferId,
    TransferMissing,
    Verdict,
    entry_of,
    refusal_of,
)
from ...core.clock import Clock
from ...core.lane import Lane
from ...core.money import UNITS_MAX, Asset, Money
from .places import AFTER_ALL
from .store import Connection, PostgresStore

POST: Final = """
SELECT * FROM altyn.post(%b, %b, %b, %b, %b, %b, %b, %b, %b, NULL, %b)
"""
POST_MANY: Final = """
SELECT * FROM altyn.post_many(%b, %b, %b, %b, %b, %b, %b, %b, %b, %b)
"""
CARRY_OUT: Final = "SELECT altyn.carry_out(%s::jsonb, %s)"
OPEN: Final = "SELECT refused, facts FROM altyn.open_account(%s, %s, %s, %s, %s, %s)"
LIMIT: Final = "SELECT refused, facts FROM altyn.limit_account(%s, %s, %s, %s, %s)"

ACCOUNTS: Final = """
SELECT a.name, a.asset, a.scale, b.floor, b.ceiling
  FROM altyn.account a JOIN altyn.balance b ON b.account = a.id
 WHERE (a.name, a.asset) > (%s, %s)
 ORDER BY a.name, a.asset LIMIT %s
"""
BALANCES: Final = """
SELECT a.asset, a.scale, b.posted, b.held
  FROM altyn.account a JOIN altyn.balance b ON b.account = a.id
 WHERE a.name = %s
 ORDER BY a.asset
"""
BALANCE: Final = """
SELECT a.scale, b.posted, b.held, a.id
  FROM altyn.account a JOIN altyn.balance b ON b.account = a.id
 WHERE a.name = %s AND a.asset = %s
"""
BALANCE_AT: Final = """
SELECT a.scale, altyn.posted_at(a.id, %(at)s),
       (SELECT coalesce(sum(h.amount), 0)::bigint FROM altyn.hold h
         WHERE h.account = a.id AND h.amount > 0
           AND h.placed_at <= %(at)s AND (h.closed_at IS NULL OR h.closed_at > %(at)s))
  FROM altyn.account a
 WHERE a.name = %(name)s AND a.asset = %(asset)s
"""
TRANSFER: Final = "SELECT * FROM altyn.posted WHERE id = %s"
# Each side of the account's history is read backwards along its own index, a page at the most.
STATEMENT: Final = """
SELECT posted.*
  FROM ((SELECT id, source_number AS number FROM altyn.transfer
          WHERE source = %(account)s AND source_number > 0 AND source_number < %(before)s
          ORDER BY source_number DESC LIMIT %(limit)s)
        UNION ALL
        (SELECT id, target_number FROM altyn.transfer
          WHERE target = %(account)s AND target_number > 0 AND target_number < %(before)s
          ORDER BY target_number DESC LIMIT %(limit)s)
        ORDER BY number DESC LIMIT %(limit)s) AS page
  JOIN altyn.posted USING (id)
 ORDER BY page.number DESC
"""
HOLD_ROWS: Final = """
SELECT h.id, a.name, h.amount, h.asset, a.scale, h.reference, h.expires_at,
       h.state, h.captured, h.placed_at, h.closed_at
  FROM altyn.hold h JOIN altyn.account a ON a.id = h.account"""
HOLD: Final = f"""{HOLD_ROWS}
 WHERE h.id = %s
"""
# Every hold is of more than nothing: said so that the partial index is used.
HOLDS: Final = f"""{HOLD_ROWS}
 WHERE h.account = %s AND h.amount > 0 AND (h.placed_at, h.id) < (%s, %s)
 ORDER BY h.placed_at DESC, h.id DESC LIMIT %s
"""
LATE_HOLDS: Final = """
SELECT h.id FROM altyn.hold h
 WHERE h.state = 'open' AND h.expires_at <= %s ORDER BY h.expires_at, h.id LIMIT %s
"""


class Outcome(NamedTuple):
    """What the database answers to one transfer: altyn.outcome."""

    refused: str | None
    facts: dict[str, Any] | None
    at: datetime
    source_number: int
    target_number: int
    source_after: int
    target_after: int


@frozen
class PostgresLedger:
    """Balances in PostgreSQL, shared by any number of processes."""

    store: PostgresStore
    clock: Clock
    _lane: Lane[Command, Verdict] = field(init=False)

    @_lane.default
    def _lane_of_this_process(self) -> Lane[Command, Verdict]:
        return Lane(self._commit)

    async def open(self, account: Account) -> None:
        """As the port says."""
        await self._settle(OPEN, *_limits_of(account), self.clock.now())

    async def limit(self, account: Account) -> None:
        """As the port says."""
        await self._settle(LIMIT, *_limits_of(account))

    async def _settle(self, statement: str, *values: object) -> None:
        for refused, facts in await self._call(statement, values):
            if refused is not None:
                raise refusal_of(refused, facts)

    async def carry_out(self, commands: Sequence[Command]) -> Sequence[Verdict]:
        """As the port says; outside a transaction together with whoever else is waiting."""
        if self.store.active:
            return await self._commit(commands)
        return await self._lane.ask(commands)

    async def _commit(self, commands: Sequence[Command]) -> Sequence[Verdict]:
        plain = [command.transfers[0] for command in commands if _is_plain(command)]
        if len(plain) < len(commands):
            return await self._carry_out_any(commands)
        if len(plain) == 1:
            return await self._post(plain[0])
        return await self._post_many(plain)

    async def _post(self, transfer: Transfer) -> Sequence[Verdict]:
        amount = transfer.amount
        values = (
            transfer.id,
            transfer.source,
            transfer.target,
            amount.asset.code,
            amount.asset.scale,
            amount.units,
            transfer.kind,
            transfer.reference,
            transfer.memo,
            self.clock.now(),
        )
        return [_verdict(transfer, Outcome(*row)) for row in await self._call(POST, values)]

    async def _post_many(self, transfers: Sequence[Transfer]) -> Sequence[Verdict]:
        amounts = [transfer.amount for transfer in transfers]
        values = (
            [transfer.id for transfer in transfers],
            [transfer.source for transfer in transfers],
            [transfer.target for transfer in transfers],
            [amount.asset.code for amount in amounts],
            [amount.asset.scale for amount in amounts],
            [amount.units for amount in amounts],
            [transfer.kind for transfer in transfers],
            [transfer.reference for transfer in transfers],
            [transfer.memo for transfer in transfers],
            self.clock.now(),
        )
        rows = await self._call(POST_MANY, values)
        return [
            _verdict(transfer, Outcome(*row)) for transfer, row in zip(transfers, rows, strict=True)
        ]

    async def _carry_out_any(self, commands: Sequence[Command]) -> Sequence[Verdict]:
        if not commands:
            return []
        asked = json.dumps([_as_json(command) for command in commands])
        ((answers,),) = await self._call(CARRY_OUT, (asked, self.clock.now()))
        return [_verdict_of(*pair) for pair in zip(commands, answers, strict=True)]

    async def accounts(
        self, *, after: tuple[AccountName, str] | None = None, limit: int = 100
    ) -> Sequence[Account]:
        """As the port says."""
        rows = await self._rows(ACCOUNTS, (*(after or ("", "")), limit))
        return [
            Account(AccountName(name), Asset(code, scale), floor, ceiling)
            for name, code, scale, floor, ceiling in rows
        ]

    async def balance(
        self, account: AccountName, asset: Asset, at: datetime | None = None
    ) -> Balance:
        """As the port says."""
        if at is None:
            row = await self._row(BALANCE, (account, asset.code))
        else:
            row = await self._row(BALANCE_AT, {"name": account, "asset": asset.code, "at": at})
        _, posted, held, *_ = _found(row, account, asset)
        return Balance(account, Money(posted, asset), Money(held, asset))

    async def balances(self, account: AccountName) -> Sequence[Balance]:
        """As the port says."""
        rows = await self._rows(BALANCES, (account,))
        return [
            Balance(account, Money(posted, asset), Money(held, asset))
            for code, scale, posted, held in rows
            if (asset := Asset(code, scale))
        ]

    async def statement(
        self, account: AccountName, asset: Asset, *, before: int | None = None, limit: int = 50
    ) -> Statement:
        """As the port says."""
        *_, id = _found(await self._row(BALANCE, (account, asset.code)), account, asset)
        values = {"account": id, "before": UNITS_MAX if before is None else before, "limit": limit}
        rows = await self._rows(STATEMENT, values)
        entries = tuple(entry_of(_posted_of(row), account) for row in rows)
        more = bool(entries) and entries[-1].number > 1
        return Statement(entries, entries[-1].number if more else None)

    async def transfer(self, id: TransferId) -> Posted:
        """As the port says."""
        row = await self._row(TRANSFER, (id,))
        if row is None:
            raise TransferMissing(id)
        return _posted_of(row)

    async def hold(self, id: HoldId) -> KeptHold:
        """As the port says."""
        row = await self._row(HOLD, (id,))
        if row is None:
            raise HoldMissing(id)
        return _hold_of(row)

    async def holds(
        self,
        account: AccountName,
        asset: Asset,
        limit: int,
        before: tuple[datetime, HoldId] | None = None,
    ) -> Sequence[KeptHold]:
        """As the port says."""
        *_, id = _found(await self._row(BALANCE, (account, asset.code)), account, asset)
        values = (id, *(before or AFTER_ALL), min(limit, UNITS_MAX))
        return [_hold_of(row) for row in await self._rows(HOLDS, values)]

    async def late_holds(self, at: datetime, limit: int) -> Sequence[HoldId]:
        """As the port says."""
        return [HoldId(id) for (id,) in await self._rows(LATE_HOLDS, (at, limit))]

    async def _call(self, function: str, values: Sequence[object]) -> Sequence[tuple[Any, ...]]:
        """Functions pin their own plans, so calls of them are prepared once."""

        async def ask(connection: Connection) -> Sequence[tuple[Any, ...]]:
            cursor = await connection.execute(cast("Any", function), values, binary=True)
            return await cursor.fetchall()

        return await self.store.ask(ask)

    async def _rows(self, query: str, values: Any) -> Sequence[tuple[Any, ...]]:
        """Queries are planned each time: a plan kept from a small table would walk a big one."""

        async def ask(connection: Connection) -> Sequence[tuple[Any, ...]]:
            cursor = await connection.execute(cast("Any", query), values, prepare=False)
            return await cursor.fetchall()

        return await self.store.ask(ask)

    async def _row(self, query: str, values: Any) -> tuple[Any, ...] | None:
        return next(iter(await self._rows(query, values)), None)


def _hold_of(row: tuple[Any, ...]) -> KeptHold:
    id, name, amount, code, scale, reference, expires_at, state, captured, placed, closed = row
    asset = Asset(code, scale)
    hold = Hold(
        id=HoldId(id),
        account=AccountName(name),
        amount=Money(amount, asset),
        reference=reference,
        expires_at=expires_at,
    )
    return KeptHold(hold, HoldState(state), Money(captured, asset), placed, closed)


def _limits_of(account: Account) -> tuple[object, ...]:
    asset = account.asset
    return account.name, asset.code, asset.scale, account.floor_units, account.ceiling_units


def _found(row: tuple[Any, ...] | None, account: AccountName, asset: Asset) -> tuple[Any, ...]:
    if row is None:
        raise AccountMissing(account, asset.code)
    if row[0] != asset.scale:
        raise AssetDiffers(asset, row[0])
    return row


def _is_plain(command: Command) -> TypeGuard[Move]:
    """Whether it is one transfer on its own feet: what the set-based way is made for."""
    return (
        isinstance(command, Move)
        and len(command.transfers) == 1
        and command.hold is None
        and command.transfers[0].corrects is None
    )


def _as_json(command: Command) -> dict[str, object]:
    match command:
        case Move(transfers, hold):
            return {"move": list(map(_leg, transfers)), "hold": hold and str(hold)}
        case Place(hold):
            expires_at = hold.expires_at and hold.expires_at.isoformat()
            return {
                "place": {
                    "id": str(hold.id),
                    "account": hold.account,
                    "asset": hold.amount.asset.code,
                    "scale": hold.amount.asset.scale,
                    "amount": hold.amount.units,
                    "reference": hold.reference,
                    "expires_at": expires_at,
                }
            }
        case Release(hold):
            return {"release": str(hold)}
        case Expire(hold):
            return {"expire": str(hold)}


def _leg(transfer: Transfer) -> dict[str, object]:
    return {
        "id": str(transfer.id),
        "source": transfer.source,
        "target": transfer.target,
        "asset": transfer.amount.asset.code,
        "scale": transfer.amount.asset.scale,
        "amount": transfer.amount.units,
        "kind": transfer.kind,
        "reference": transfer.reference,
        "memo": transfer.memo,
        "corrects": transfer.corrects and str(transfer.corrects),
    }


def _verdict(transfer: Transfer, outcome: Outcome) -> Verdict:
    if outcome.refused is not None:
        return refusal_of(outcome.refused, outcome.facts or {})
    return Receipt((_posted(transfer, Company(transfer.id, 0, 1), outcome),))


def _verdict_of(command: Command, answer: dict[str, Any]) -> Verdict:
    if "refused" in answer:
        return refusal_of(answer["refused"], answer["facts"])
    match command:
        case Move():
            outcomes = [
                Outcome(**each | {"at": datetime.fromisoformat(each["at"])})
                for each in answer["posted"]
            ]
            legs = zip(command.transfers, command.companies, outcomes, strict=True)
            return Receipt(tuple(_posted(*leg) for leg in legs))
        case Place(hold):
            return Placed(hold, datetime.fromisoformat(answer["placed_at"]))
        case Release(hold) | Expire(hold):
            closed_at = datetime.fromisoformat(answer["closed_at"])
            return Closed(hold, HoldState(answer["state"]), closed_at)


def _posted(transfer: Transfer, company: Company, outcome: Outcome) -> Posted:
    asset = transfer.amount.asset
    return Posted(
        transfer,
        company,
        outcome.at,
        outcome.source_number,
        outcome.target_number,
        Money(outcome.source_after, asset),
        Money(outcome.target_after, asset),
    )


def _posted_of(row: tuple[Any, ...]) -> Posted:
    id, source, target, units, code, scale, kind, reference, memo, corrects, *rest = row
    movement, leg, legs, hold, *outcome = rest
    asset = Asset(code, scale)
    transfer = Transfer(
        id=id,
        source=AccountName(source),
        target=AccountName(target),
        amount=Money(units, asset),
        kind=kind,
        reference=reference,
        memo=memo,
        corrects=corrects,
    )
    company = Company(TransferId(cast("UUID", movement)), leg, legs, hold)
    return _posted(transfer, company, Outcome(None, None, *outcome))
