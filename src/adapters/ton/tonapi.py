"""The chain as tonapi.io tells of it; what counts is the transaction itself, which he hands out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final, TypeVar

from attrs import frozen

from ...core.payments import ProviderUnclear
from ..http import Answer
from .address import Address
from .chain import (
    METHOD,
    ROWS,
    AccountState,
    ContractMissing,
    ContractRefused,
    Head,
    JettonWallet,
    Page,
    Transaction,
)
from .getters import checked
from .paging import page_of
from .tonapi_wire import (
    account_of,
    block_of,
    delayed,
    is_missing,
    stack_of,
    transactions_before,
    transactions_of,
    wallet_address_of,
    wallet_data_of,
)
from .website import Website, said_in
from .wire import member

Told = TypeVar("Told")

PAGES_BACK_MAX: Final = 50
"""So many pages are leafed back to find a moment; he finds by lt alone."""


@frozen(kw_only=True)
class Tonapi(Website):
    """His actions and decoded bodies are not looked at: they are guesses, and change."""

    prefix: str = "/v2"

    @property
    def key_header(self) -> Mapping[str, str]:
        """What shows him our key."""
        return {"Authorization": f"Bearer {self.api_key}"}

    async def head(self) -> Head:
        """As the port says: the newest block there is, less what he says that he is behind."""
        block = await self._get("blockchain/masterchain-head", {}, block_of)
        return await self._get("status", {}, lambda said: delayed(block, said))

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
        start = start_lt or 0
        if since is not None:
            first = await self._first_since(account, since, limit)
            if first is None:
                return ()
            start = max(start, first)
        # Nobody says whether he counts the one after which we ask; if so, there is one more.
        wanted: dict[str, str | int] = {"limit": limit + 1, "sort_order": "asc"}
        if start > 1:
            wanted["after_lt"] = start - 1
        rows = await self._get(
            _path(account, "transactions"),
            wanted,
            lambda said: transactions_of(said, account, start),
        )
        end = None if until is None else int(until.timestamp())
        return [each for each in rows[:limit] if end is None or each.at.timestamp() <= end]

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
        """As the port says: how far he has come is asked first, the account is not older."""
        head = await self.head()

        def said(answer: Answer) -> object:
            return None if is_missing(answer) else said_in(answer)

        path = f"blockchain/accounts/{address.raw}"
        return await self._get(path, {}, lambda told: account_of(told, address, head), said)

    async def send(self, bag: str) -> None:
        """As the port says."""
        await self._hand_in("blockchain/message", bag)

    async def jetton_wallet_address(self, master: Address, owner: Address) -> Address:
        """As the port says."""
        asked = {"args": owner.raw}
        return await self._run(master, "get_wallet_address", asked, wallet_address_of)

    async def jetton_wallet_data(self, wallet: Address) -> JettonWallet:
        """As the port says."""
        return await self._run(wallet, "get_wallet_data", {}, wallet_data_of)

    async def jetton_balance(self, wallet: Address) -> int:
        """As the port says; it is the wallet that says so."""
        try:
            return (await self.jetton_wallet_data(wallet)).balance
        except (ContractMissing, ContractRefused):
            return 0

    async def _first_since(self, account: Address, since: datetime, limit: int) -> int | None:
        """The lt of the first transaction from that moment on; None when there is none yet."""
        begin = int(since.timestamp())
        first: Transaction | None = None
        for _ in range(PAGES_BACK_MAX):
            wanted: dict[str, str | int] = {"limit": limit + 1, "sort_order": "desc"}
            if first is not None:
                wanted["before_lt"] = first.lt
            read = partial(transactions_before, account=account, later=first)
            for its in await self._get(_path(account, "transactions"), wanted, read):
                if its.at.timestamp() < begin:
                    return None if first is None else first.lt
                first = its
            if first is None or not first.previous_lt:
                return None if first is None else first.lt
        raise ProviderUnclear(METHOD, f"over {PAGES_BACK_MAX} pages since {since:%Y-%m-%d %H:%M}")

    async def _run(
        self,
        contract: Address,
        question: str,
        asked: Mapping[str, str | int],
        read: Callable[[Sequence[object]], Told],
    ) -> Told:
        """Ask a contract; what it answers is as sure as the node that lets it answer."""

        def said(answer: Answer) -> object:
            if is_missing(answer):
                raise ContractMissing(contract)
            return said_in(answer)

        def answered(said: object) -> Told:
            checked(contract, question, member(said, "exit_code", int))
            return read(stack_of(said))

        return await self._get(_path(contract, f"methods/{question}"), asked, answered, said)


def _path(account: Address, rest: str) -> str:
    return f"blockchain/accounts/{account.raw}/{rest}"
