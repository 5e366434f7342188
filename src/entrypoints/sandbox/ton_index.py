"""The index of toncenter (v3): a chain as far as it has been read, and the questions about it."""

from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, TypeVar

from attrs import frozen

from .ton_cells import account
from .ton_steps import Account, Transaction
from .ton_wire import (
    FIRST_BLOCK_AT,
    Row,
    block_row,
    book_row,
    jetton_wallet_row,
    transaction_row,
    wallet_row,
)

LIMIT: Final = 10
LIMIT_MAX: Final = 1000
Each = TypeVar("Each")


class Refusal(Exception):
    """An answer that is no."""

    def __init__(self, status: int, said: Row | str) -> None:
        self.status = status
        self.said = {"error": said} if isinstance(said, str) else said


@frozen
class Query:
    """What was asked; every name may be there more than once, and the last of it counts."""

    members: Mapping[str, Sequence[str]]

    def text(self, name: str) -> str | None:
        """What was said under that name."""
        return self.members[name][-1] if name in self.members else None

    def number(self, name: str) -> int | None:
        """A whole number."""
        said = self.text(name)
        try:
            return None if said is None else int(said)
        except ValueError:
            raise _unreadable(name) from None

    def accounts(self, name: str) -> set[str]:
        """Addresses, in any form."""
        try:
            return {account(each) for each in self.members.get(name, ())}
        except ValueError:
            raise _unreadable(name) from None

    def hashes(self, name: str) -> set[bytes]:
        """Hashes in hexadecimal or in either base64."""
        try:
            return {_hash(each) for each in self.members.get(name, ())}
        except ValueError:
            raise _unreadable(name) from None

    def spans(self, name: str, value: int) -> bool:
        """Whether that lies between the two ends, both of which count."""
        start, end = self.number(f"start_{name}"), self.number(f"end_{name}")
        return (start is None or start <= value) and (end is None or value <= end)

    @property
    def descending(self) -> bool:
        """The newest first, unless something else was asked for."""
        said = self.text("sort") or "desc"
        if said.lower() not in ("asc", "a", "desc", "d"):
            raise Refusal(500, "wrong value for sort parameter")
        return said.lower().startswith("d")

    def page(self, rows: Sequence[Each]) -> Sequence[Each]:
        """The part of the rows that was asked for."""
        limit, offset = self.number("limit"), max(0, self.number("offset") or 0)
        limit = LIMIT if limit is None else max(1, limit)
        if limit > LIMIT_MAX:
            raise Refusal(500, f"limit is not allowed: {limit} > {LIMIT_MAX}")
        return rows[offset : offset + limit]


def _unreadable(name: str) -> Refusal:
    return Refusal(422, f'schema: error converting value for "{name}"')


def _hash(text: str) -> bytes:
    in_base64 = text.replace("+", "-").replace("/", "_")
    said = bytes.fromhex(text) if len(text) == 64 else urlsafe_b64decode(in_base64)
    if len(said) != 32:
        raise ValueError(text)
    return said


@frozen
class Index:
    """A chain up to the head of the index, which need not be the chain's."""

    transactions: Sequence[Transaction]
    head: datetime

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
