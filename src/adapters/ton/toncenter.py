"""The chain as the index of toncenter tells of it, in version 3 of his calls."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from attrs import frozen

from .address import Address
from .cells import bag_of_address
from .chain import ROWS, AccountState, Head, JettonWallet, Page, Transaction
from .getters import checked
from .paging import page_of
from .website import Website
from .wire import (
    account_of,
    balance_of,
    head_of,
    member,
    transactions_of,
    wallet_address_of,
    wallet_data_of,
)

Told = TypeVar("Told")


@frozen(kw_only=True)
class Toncenter(Website):
    """What he decoded for us is not looked at: he changes his mind about that."""

    prefix: str = "/api/v3"

    async def head(self) -> Head:
        """As the port says."""
        return await self._get("masterchainInfo", {}, head_of)

    async def transactions(
        self,
        account: Address,
        *,
        start_lt: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = ROWS,
    ) -> Sequence[Transaction]:
        """As the port says; moments count in whole seconds."""
        wanted: dict[str, str | int] = {"account": account.raw, "limit": limit, "sort": "asc"}
        if start_lt is not None:
            wanted["start_lt"] = start_lt
        if since is not None:
            wanted["start_utime"] = int(since.timestamp())
        if until is not None:
            wanted["end_utime"] = int(until.timestamp())
        return await self._get(
            "transactions", wanted, lambda said: transactions_of(said, account, start_lt)
        )

    async def page(
        self,
        account: Address,
        *,
        start_lt: int | None = None,
        since: datetime | None = None,
        limit: int = ROWS,
    ) -> Page:
        """As the port says."""
        return await page_of(self, account, start_lt=start_lt, since=since, limit=limit)

    async def account(self, address: Address) -> AccountState:
        """As the port says: the head is asked for first, the account is not older."""
        head = await self.head()
        wanted: dict[str, str | int] = {"address": address.raw, "include_boc": "true"}
        return await self._get(
            "accountStates", wanted, lambda said: account_of(said, address, head)
        )

    async def send(self, bag: str) -> None:
        """As the port says."""
        await self._hand_in("message", bag)

    async def jetton_wallet_address(self, master: Address, owner: Address) -> Address:
        """As the port says."""
        asked = {"type": "slice", "value": bag_of_address(owner)}
        return await self._run(master, "get_wallet_address", [asked], wallet_address_of)

    async def jetton_wallet_data(self, wallet: Address) -> JettonWallet:
        """As the port says."""
        return await self._run(wallet, "get_wallet_data", [], wallet_data_of)

    async def jetton_balance(self, wallet: Address) -> int:
        """As the port says."""
        wanted: dict[str, str | int] = {"address": wallet.raw, "limit": 1}
        return await self._get("jetton/wallets", wanted, lambda said: balance_of(said, wallet))

    async def _run(
        self,
        contract: Address,
        question: str,
        stack: Sequence[Mapping[str, str]],
        read: Callable[[Sequence[object]], Told],
    ) -> Told:
        """Ask a contract; what it answers is as sure as the node that lets it answer."""
        asked = {"address": contract.raw, "method": question, "stack": stack}

        def answer(said: object) -> Told:
            checked(contract, question, member(said, "exit_code", int))
            return read(member(said, "stack", list))

        return await self._ask("POST", "runGetMethod", json.dumps(asked).encode(), answer)
