"""The index of toncenter (v3): a chain as far as it has been read, and the questions about it."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from attrs import frozen
from pytoniq_core.boc.cell import Cell

from .ton_cells import account, address_in, boc
from .ton_chain import Chain
from .ton_methods import Left, run_get_method
from .ton_query import Query, Refusal
from .ton_steps import Account, Transaction
from .ton_taking import taken
from .ton_wire import (
    FIRST_BLOCK_AT,
    Row,
    account_row,
    base64,
    block_row,
    book_row,
    jetton_wallet_row,
    transaction_row,
    wallet_row,
)

API: Final = "/api/v3"
KINDS: Final = frozenset({"num", "cell", "slice"})


@frozen
class Index:
    """A chain up to the head of the index, which need not be the chain's."""

    chain: Chain
    transactions: Sequence[Transaction]
    head: datetime

    def carry_out(self, method: str, path: str, query: Query, body: bytes) -> Row:
        """What is answered to that."""
        match method, path.removeprefix(API):
            case "GET", "/masterchainInfo":
                return self.masterchain_info()
            case "GET", "/transactions":
                return self.find(query)
            case "GET", "/transactionsByMessage":
                return self.by_message(query)
            case "GET", "/jetton/wallets":
                return self.jetton_wallets(query)
            case "GET", "/walletInformation":
                return self.wallet_information(query)
            case "GET", "/accountStates":
                return self.account_states(query)
            case "POST", "/runGetMethod":
                return self.run_get_method(body)
            case "POST", "/message":
                return self.message(body)
        raise Refusal(404, {"error": f"Cannot {method} {path}"})

    def masterchain_info(self) -> Row:
        """The last block there is, and the first."""
        lt = self.transactions[-1].lt if self.transactions else 0
        return {
            "last": block_row(int(self.head.timestamp()), lt),
            "first": block_row(FIRST_BLOCK_AT, 0),
        }

    def find(self, query: Query) -> Row:
        """
        Transactions, in the order of their lt; when it was asked by the clock, in that order.

        Accounts to be left out are read and forgotten, as the real one does.
        """
        accounts, hashes = query.accounts("account"), query.hashes("hash")
        lt = query.number("lt")
        found = [
            each
            for each in self.transactions
            if (not accounts or each.account in accounts)
            and (not hashes or each.hash in hashes)
            and (lt is None or each.lt == lt)
            and query.spans("lt", each.lt)
            and query.spans("utime", each.now)
        ]
        by_clock = not query.members.keys().isdisjoint({"start_utime", "end_utime"})
        found.sort(
            key=lambda each: (each.now if by_clock else 0, each.lt), reverse=query.descending
        )
        return self._shown(query.page(found))

    def by_message(self, query: Query) -> Row:
        """Those that a message set off, and the one that sent it."""
        hashes, direction = query.hashes("msg_hash"), query.text("direction")
        if direction not in (None, "in", "out"):
            raise Refusal(422, "direction should be one of: in, out")
        if not hashes:
            raise Refusal(422, "at least one of msg_hash, body_hash, opcode should be specified")
        found = [
            each
            for each in reversed(self.transactions)
            if (direction != "out" and hashes & each.came.hashes)
            or (direction != "in" and any(hashes & sent.hashes for sent in each.sent))
        ]
        return self._shown(query.page(found))

    def jetton_wallets(self, query: Query) -> Row:
        """Jetton wallets; there is none before its first jettons came."""
        wanted = {
            "address": query.accounts("address"),
            "owner": query.accounts("owner_address"),
            "jetton": query.accounts("jetton_address"),
        }
        rows = [
            row
            for address, its in self._accounts().items()
            if (row := jetton_wallet_row(address, its))
            and all(not those or row[name] in those for name, those in wanted.items())
        ]
        shown = query.page(rows)
        named = {row[name] for row in shown for name in wanted}
        return {"jetton_wallets": shown, "address_book": self._book(named), "metadata": {}}

    def wallet_information(self, query: Query) -> Row:
        """What a wallet holds, and how much it has carried out."""
        named = query.accounts("address")
        if not named:
            raise Refusal(401, "address of account is required")
        its = self._accounts().get(named.pop(), Account())
        if its.purse is not None:
            raise Refusal(409, "not a wallet")
        return wallet_row(its)

    def account_states(self, query: Query) -> Row:
        """Accounts as they are; of what never was there is no row."""
        named, accounts = query.accounts("address"), self._accounts()
        if not named:
            raise Refusal(401, "address of account is required")
        rows = [account_row(each, accounts[each]) for each in sorted(named & accounts.keys())]
        return {"accounts": rows, "address_book": self._book(named), "metadata": {}}

    def message(self, body: bytes) -> Row:
        """A message from outside goes to a node, however far the index has come."""
        message = taken(self.chain, body)
        hashes = base64(message.hash), base64(message.normalised_hash)
        return dict(zip(("message_hash", "message_hash_norm"), hashes, strict=True))

    def run_get_method(self, body: bytes) -> Row:
        """What a contract says; a node is asked, who knows all of the chain."""
        try:
            asked = dict(json.loads(body))
        except ValueError as wrong:
            raise Refusal(422, str(wrong)) from None
        stack = asked.get("stack") or []
        for name in ("address", "method"):
            if not asked.get(name):
                raise Refusal(401, f"{name} is required")
        for item in stack:
            if item["type"] not in KINDS:
                raise Refusal(500, f"unsupported stack parameter type: {item['type']}")
        try:
            address = account(asked["address"])
        except ValueError as wrong:
            raise Refusal(422, str(wrong)) from None
        given = [address_in(item["value"]) for item in stack]
        told = run_get_method(self.chain, address, asked["method"], given)
        answered = list(map(_item, told.stack))
        return {"gas_used": 1000, "exit_code": told.exit_code, "stack": answered}

    def _accounts(self) -> dict[str, Account]:
        return {each.account: each.after for each in self.transactions}

    def _shown(self, found: Sequence[Transaction]) -> Row:
        named = {
            name
            for each in found
            for name in (each.account, each.came.source, *(sent.to for sent in each.sent))
            if name
        }
        rows = [transaction_row(each) for each in found]
        return {"transactions": rows, "address_book": self._book(named)}

    def _book(self, named: set[str]) -> Row:
        """How people write those; wallets, and places where nobody lives, as non-bounceable."""
        purses = {at: its.purse for at, its in self._accounts().items() if its.purse}
        bounceable = purses.keys() | {purse.master for purse in purses.values()}
        return {at: book_row(at, bounceable=at in bounceable) for at in sorted(named)}


def _item(left: Left) -> Row:
    if isinstance(left, Cell):
        return {"type": "cell", "value": boc(left)}
    return {"type": "num", "value": hex(left)}
