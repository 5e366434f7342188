"""The chain as a node of toncenter tells of it, in version 2 of his calls: backwards, in cells."""

import json
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, TypeVar

from attrs import frozen

from ...core.payments import ProviderUnclear
from ..http import TooLong
from .address import HASH_BYTES, MASTERCHAIN, Address
from .cells import bag_of_address
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
from .paging import numbers
from .raw import Kept
from .toncenter_v2_wire import (
    Place,
    State,
    account_of,
    chain_of,
    result_in,
    state_of,
    wallet_address_of,
    wallet_data_of,
)
from .website import Website
from .wire import member

Told = TypeVar("Told")

CONFIGURATION: Final = Address(MASTERCHAIN, bytes([0x55]) * HASH_BYTES)
"""Where something has always been, to be asked for when nothing else is."""
CALLS_BACK_MAX: Final = 20
"""So often is asked for what was before; whoever has more to catch up with asks an index."""


@frozen(kw_only=True)
class ToncenterV2(Website):
    """
    Each transaction names the one before it by its hash, and the account names the last.

    So nothing can be left out or made up between two, whichever of his nodes answers.
    """

    prefix: str = "/api/v2"

    async def head(self) -> Head:
        """As the port says."""
        return (await self._state(CONFIGURATION)).head

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
        page = await self.page(account, start_lt=start_lt, since=since, limit=limit)
        end = None if until is None else int(until.timestamp())
        return [each for each in page.transactions if end is None or each.at.timestamp() <= end]

    async def page(
        self,
        account: Address,
        *,
        start_lt: int | None = None,
        since: datetime | None = None,
        limit: int = ROWS,
    ) -> Page:
        """As the port says: all that there is, from the last one back."""
        state, start = await self._state(account), start_lt or 0
        begin = 0 if since is None else int(since.timestamp())
        found: deque[Transaction] = deque(maxlen=limit + 1)  # the oldest, and whether more follow
        place = state.last
        for _ in range(CALLS_BACK_MAX):
            if place.lt < max(start, 1):
                break
            for kept in await self._back(account, place, start):
                its = kept.transaction
                if its.lt < start or its.at.timestamp() < begin:
                    place = Place.nowhere()
                    break
                found.append(its)
                place = Place(its.previous_lt, kept.previous_hash)
        else:
            if place.lt >= max(start, 1):
                raise ProviderUnclear(
                    METHOD, f"over {CALLS_BACK_MAX} calls back, which is for an index"
                )
        rows = tuple(reversed(found))
        return Page(state.head, rows[:limit], last=len(rows) <= limit)

    async def account(self, address: Address) -> AccountState:
        """As the port says: he names the block in which it is so."""
        asked = {"address": address.raw}
        return await self._get("getAddressInformation", asked, account_of, result_in)

    async def send(self, bag: str) -> None:
        """As the port says."""
        await self._hand_in("sendBoc", bag)

    async def jetton_wallet_address(self, master: Address, owner: Address) -> Address:
        """As the port says."""
        asked = [["tvm.Slice", bag_of_address(owner)]]
        return await self._run(master, "get_wallet_address", asked, wallet_address_of)

    async def jetton_wallet_data(self, wallet: Address) -> JettonWallet:
        """As the port says."""
        return await self._run(wallet, "get_wallet_data", [], wallet_data_of)

    async def jetton_balance(self, wallet: Address) -> int:
        """As the port says; it is the wallet that says so."""
        try:
            return (await self.jetton_wallet_data(wallet)).balance
        except (ContractMissing, ContractRefused):
            return 0

    async def _state(self, account: Address) -> State:
        asked = {"address": account.raw}
        return await self._get("getAddressInformation", asked, state_of, result_in)

    async def _back(self, account: Address, place: Place, start_lt: int) -> Sequence[Kept]:
        """Some transactions from there back, at least one, and none that was not named."""
        wanted: dict[str, str | int] = {
            "address": account.raw,
            "lt": place.lt,
            "hash": place.hash,
            "to_lt": max(start_lt - 1, 0),
            "archival": "true",
        }
        for most in numbers(ROWS):
            try:
                return await self._get(
                    "getTransactions",
                    {**wanted, "limit": most},
                    lambda said: chain_of(said, account, place),
                    result_in,
                )
            except TooLong:
                continue
        raise ProviderUnclear(METHOD, "one transaction is longer than all that is taken")

    async def _run(
        self,
        contract: Address,
        question: str,
        stack: Sequence[Sequence[str]],
        read: Callable[[Sequence[object]], Told],
    ) -> Told:
        """Ask a contract; what it answers is as sure as the node that lets it answer."""
        asked = {"address": contract.raw, "method": question, "stack": stack}

        def answered(said: object) -> Told:
            checked(contract, question, member(said, "exit_code", int))
            return read(member(said, "stack", list))

        body = json.dumps(asked).encode()
        return await self._ask("POST", "runGetMethod", body, answered, result_in)
