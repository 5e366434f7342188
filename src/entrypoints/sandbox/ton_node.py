"""A node behind toncenter (v2): accounts as they are, and their transactions backwards."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen
from pytoniq_core.boc.cell import Cell

from .ton_cells import account, address_in, boc
from .ton_chain import Chain
from .ton_methods import Left, run_get_method
from .ton_node_wire import account_row, transaction_row
from .ton_query import Query, Refusal
from .ton_steps import Account, Transaction
from .ton_taking import taken
from .ton_wire import Row

API: Final = "/api/v2"
LIMIT: Final = 10
LIMIT_MAX: Final = 100
SLICES: Final = frozenset({"tvm.Slice", "tvm.Cell"})


@frozen
class Node:
    """A chain up to the block that the node has last seen."""

    chain: Chain
    transactions: Sequence[Transaction]
    head: datetime

    def carry_out(self, method: str, path: str, query: Query, body: bytes) -> Row:
        """What is answered to that, in an envelope."""
        try:
            return {"ok": True, "result": self._result(method, path, query, body)}
        except Refusal as no:
            said = {"ok": False, "error": no.said["error"], "code": no.status}
            raise Refusal(no.status, said) from None

    def _result(self, method: str, path: str, query: Query, body: bytes) -> object:
        match method, path.removeprefix(API):
            case "GET", "/getAddressInformation":
                return self.account(query)
            case "GET", "/getTransactions":
                return self.find(query)
            case "POST", "/sendBoc":
                taken(self.chain, body)
                return {"@type": "ok"}
            case "POST", "/runGetMethod":
                return self.run_get_method(body)
        raise Refusal(404, "Not Found")

    def account(self, query: Query) -> Row:
        """What there is at an address."""
        its = Account()
        wanted = _account(query)
        for each in self.transactions:
            if each.account == wanted:
                its = each.after
        return account_row(its, int(self.head.timestamp()))

    def find(self, query: Query) -> list[Row]:
        """Those of an account, the newest first: from one, which counts, to one, which does not."""
        wanted, limit = _account(query), query.number("limit")
        limit = LIMIT if limit is None else limit
        if not 1 <= limit <= LIMIT_MAX:
            raise Refusal(422, f"limit should be from 1 to {LIMIT_MAX}")
        found = [each for each in reversed(self.transactions) if each.account == wanted]
        lt, hashes = query.number("lt"), query.hashes("hash")
        if lt is not None and hashes:
            places = [(each.lt, each.hash) for each in found]
            if (place := (lt, hashes.pop())) not in places:
                raise Refusal(500, "LITE_SERVER_UNKNOWN: cannot locate transaction in block")
            found = found[places.index(place) :]
        end = query.number("to_lt") or 0
        return [transaction_row(each) for each in found if each.lt > end][:limit]

    def run_get_method(self, body: bytes) -> Row:
        """What a contract says."""
        try:
            asked: dict[str, Any] = dict(json.loads(body))
            address = account(asked["address"])
            stack = [(kind, value) for kind, value in asked["stack"]]
        except (KeyError, TypeError, ValueError) as wrong:
            raise Refusal(422, str(wrong)) from None
        given = [address_in(value) if kind in SLICES else None for kind, value in stack]
        told = run_get_method(self.chain, address, asked["method"], given)
        return {
            "@type": "smc.runResult",
            "gas_used": 1000,
            "stack": list(map(_item, told.stack)),
            "exit_code": told.exit_code,
        }


def _account(query: Query) -> str:
    named = query.accounts("address")
    if not named:
        raise Refusal(422, "address is required")
    return named.pop()


def _item(left: Left) -> list[Any]:
    return ["cell", {"bytes": boc(left)}] if isinstance(left, Cell) else ["num", hex(left)]
