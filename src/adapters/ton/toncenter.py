"""The chain as the index of toncenter tells of it, in version 3 of his calls."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from attrs import field, frozen

from ...core.payments import ProviderRefused, ProviderUnclear
from ...core.resilience import Guard, NotExecuted, TurnedAway
from ..http import Answer, Calls, TooLong
from .address import Address
from .cells import bag_of_address
from .chain import (
    METHOD,
    ROWS,
    ContractMissing,
    ContractRefused,
    Head,
    JettonWallet,
    Page,
    Transaction,
)
from .wire import (
    Unintelligible,
    balance_of,
    head_of,
    member,
    transactions_of,
    wallet_address_of,
    wallet_data_of,
)

Told = TypeVar("Told")

OK: Final = 200
NO_SUCH_PATH: Final = 404
NOT_LET_IN: Final = frozenset({401, 403, 429})
"""The key is unknown or of the other network, or we ask too often."""
REFUSALS: Final = frozenset({400, 416, 422})
DONE: Final = 0
FEWER: Final = (10, 1)
"""So many are asked for when more are too long: anybody may send us a quarter of a megabyte."""
NO_CODE: Final = frozenset({-13, -256})
"""How nodes say that nothing is deployed there."""
REASON_MAX: Final = 200


@frozen(kw_only=True)
class Toncenter:
    """What he decoded for us is not looked at: he changes his mind about that."""

    caller: Calls
    guard: Guard
    api_key: str = field(default="", repr=False)
    prefix: str = "/api/v3"
    """Where his calls begin on the host."""

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
        head = await self.head()  # before, or it would vouch for what came in between
        for most in (limit, *(each for each in FEWER if each < limit)):
            with suppress(TooLong):
                rows = await self.transactions(account, start_lt=start_lt, since=since, limit=most)
                return Page(head, rows, last=len(rows) < most)
        raise ProviderUnclear(METHOD, "one transaction is longer than all that is taken")

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
            exit_code = member(said, "exit_code", int)
            if exit_code in NO_CODE:
                raise ContractMissing(contract)
            if exit_code != DONE:
                raise ContractRefused(contract, question, exit_code)
            return read(member(said, "stack", list))

        return await self._ask("POST", "runGetMethod", json.dumps(asked).encode(), answer)

    async def _get(
        self, path: str, wanted: Mapping[str, str | int], read: Callable[[object], Told]
    ) -> Told:
        return await self._ask("GET", f"{path}?{urlencode(wanted)}", b"", read)

    async def _ask(
        self, method: str, path: str, body: bytes, read: Callable[[object], Told]
    ) -> Told:
        """
        What he answers, read while the guard looks: nonsense speaks against him too.

        Raises:
            ProviderRefused: he will not have the question, from anybody.
            Unavailable: he did not say.
        """
        headers = {"Content-Type": "application/json"} if body else {}
        if self.api_key:
            headers["X-API-Key"] = self.api_key

        async def call() -> Told | TooLong:
            path_there = f"{self.prefix}/{path}"
            try:
                answer = await self.caller(method, path_there, body=body, headers=headers)
            except TooLong as more:
                return more  # whoever says too much is not broken
            try:
                return read(said_in(answer))
            except Unintelligible as wrong:
                raise ProviderUnclear(METHOD, str(wrong)) from None

        told = await self.guard(call)
        if isinstance(told, TooLong):
            raise told
        return told


def said_in(answer: Answer) -> object:
    """What is said in an answer, or what went wrong."""
    status, later = f"status {answer.status}", answer.retry_after_seconds
    if answer.status in NOT_LET_IN:
        raise TurnedAway(f"{METHOD}, {status}", later)
    if answer.status == NO_SUCH_PATH:
        raise NotExecuted(f"{METHOD}, {status}")
    if answer.status in REFUSALS:
        raise ProviderRefused(METHOD, _reason(answer) or status)
    if answer.status != OK:
        raise ProviderUnclear(METHOD, status, later)
    try:
        return answer.json()
    except ValueError:
        raise ProviderUnclear(METHOD, "what came is not JSON") from None


def _reason(answer: Answer) -> str:
    """Why, in his words, as far as they can be shown."""
    try:
        said: Any = answer.json()
    except ValueError:
        return ""
    text = said.get("error") if isinstance(said, dict) else None
    return "".join(each for each in str(text or "")[:REASON_MAX] if each.isprintable())
