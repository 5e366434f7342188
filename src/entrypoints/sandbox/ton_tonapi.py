"""Tonapi: a chain as far as he has read it, beside the head that his node has seen."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from attrs import frozen
from pytoniq_core.boc.cell import Cell

from .ton_cells import account, hexadecimal
from .ton_chain import Chain
from .ton_methods import NO_CODE, Left, run_get_method
from .ton_query import Query, Refusal
from .ton_steps import Transaction
from .ton_taking import taken
from .ton_tonapi_wire import account_row, block_row, transaction_row
from .ton_wire import FIRST_BLOCK_AT, Row

API: Final = "/v2"
LIMIT: Final = 100
LIMIT_MAX: Final = 1000
ACCOUNTS: Final = "/blockchain/accounts/"
BEFORE_ALL_ENDS: Final = 1 << 62


@frozen
class Tonapi:
    """A chain up to where it has been read; how far that is behind he says."""

    chain: Chain
    transactions: Sequence[Transaction]
    head: datetime

    def carry_out(self, method: str, path: str, query: Query, body: bytes) -> Row:
        """What is answered to that."""
        wanted = path.removeprefix(API)
        if (method, wanted) == ("POST", "/blockchain/message"):
            taken(self.chain, body)
            return {}
        if method != "GET":
            raise _no(405, "method not allowed")
        if wanted == "/blockchain/masterchain-head":
            return block_row(self._now, self.chain.transactions[-1:])
        if wanted == "/status":
            return self.status()
        match wanted.removeprefix(ACCOUNTS).split("/") if wanted.startswith(ACCOUNTS) else []:
            case [named]:
                return self.account(_account(named))
            case [named, "transactions"]:
                return self.find(_account(named), query)
            case [named, "methods", question]:
                return self.run_get_method(_account(named), question, query)
        raise Refusal(404, {})

    def status(self) -> Row:
        """How he is, and how far behind."""
        behind = self._now - int(self.head.timestamp())
        return {
            "rest_online": True,
            "indexing_latency": behind,
            "last_known_masterchain_seqno": self._now - behind - FIRST_BLOCK_AT,
        }

    def account(self, address: str) -> Row:
        """What there is at an address."""
        its = [each.after for each in self.transactions if each.account == address]
        if not its:
            raise _no(404, "entity not found")
        return account_row(address, its[-1])

    def find(self, address: str, query: Query) -> Row:
        """Those of an account between two lts, neither of which counts."""
        limit = query.number("limit")
        limit = LIMIT if limit is None else limit
        if not 1 <= limit <= LIMIT_MAX:
            raise _no(400, f"limit: value {limit} is not from 1 to {LIMIT_MAX}")
        before, after = query.number("before_lt") or BEFORE_ALL_ENDS, query.number("after_lt") or 0
        found = [
            each
            for each in self.transactions
            if each.account == address and after < each.lt < before
        ]
        order = query.text("sort_order") or "desc"
        if order not in ("asc", "desc"):
            raise _no(400, f"sort_order: {order} is neither asc nor desc")
        if order == "desc":
            found.reverse()
        return {"transactions": [transaction_row(each) for each in found[:limit]]}

    def run_get_method(self, address: str, question: str, query: Query) -> Row:
        """What a contract says; of an account that is none nobody is asked."""
        given = [_argument(each) for each in query.members.get("args", ())]
        told = run_get_method(self.chain, address, question, given)
        if told.exit_code == NO_CODE:
            raise _no(404, "entity not found")
        return {
            "success": not told.exit_code,
            "exit_code": told.exit_code,
            "stack": list(map(_item, told.stack)),
        }

    @property
    def _now(self) -> int:
        return int(self.chain.clock.now().timestamp())


def _account(named: str) -> str:
    try:
        return account(named)
    except ValueError as wrong:
        raise _no(400, f"can't decode address: {wrong}") from None


def _argument(written: str) -> str | None:
    try:
        return account(written)
    except ValueError:
        return None


def _item(left: Left) -> Row:
    if isinstance(left, Cell):
        return {"type": "cell", "cell": hexadecimal(left)}
    # A large number is written by its bytes, of which 0 has none.
    return {"type": "num", "num": f"0x{left.to_bytes((left.bit_length() + 7) // 8).hex()}"}


def _no(status: int, why: str) -> Refusal:
    return Refusal(status, {"error": why})
