"""Everybody who reads the chain for us, and a chain on which everything has happened."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pytoniq_core.boc.builder import Builder

from altyn.adapters.http import Calls
from altyn.adapters.ton import (
    Address,
    Chain,
    Tonapi,
    Toncenter,
    ToncenterV2,
    Transaction,
    parse_address,
)
from altyn.core.resilience import Guard
from altyn.entrypoints.sandbox.ton import TonDesk
from altyn.entrypoints.sandbox.ton_cells import comment_cell, excesses, stranger
from tests.unit.ton_outside import NANO, NEVER_RESTS, SHOP, AtTheDesk

NOBODY: Final = stranger("nobody")
CUSTOMER: Final = stranger("customer")

READERS: Final[Mapping[str, Callable[[Calls], Chain]]] = {
    "toncenter": lambda calls: Toncenter(caller=calls, guard=Guard("ton", NEVER_RESTS)),
    "toncenter-v2": lambda calls: ToncenterV2(caller=calls, guard=Guard("ton", NEVER_RESTS)),
    "tonapi": lambda calls: Tonapi(caller=calls, guard=Guard("ton", NEVER_RESTS)),
}
PATHS: Final[Mapping[str, Sequence[str]]] = {
    "toncenter": ("/api/v3/masterchainInfo", "/api/v3/transactions"),
    "toncenter-v2": ("/api/v2/getAddressInformation", "/api/v2/getTransactions"),
    "tonapi": (
        "/v2/blockchain/masterchain-head",
        "/v2/status",
        f"/v2/blockchain/accounts/{parse_address(SHOP).raw}/transactions",
    ),
}
"""What is asked for a page of the shop."""
STATES: Final = {
    "toncenter": "/api/v3/accountStates",
    "toncenter-v2": "/api/v2/getAddressInformation",
    "tonapi": "/v2/blockchain/accounts/{}",
}
MESSAGES: Final = {
    "toncenter": "/api/v3/message",
    "toncenter-v2": "/api/v2/sendBoc",
    "tonapi": "/v2/blockchain/message",
}
JETTONS: Final = {
    "toncenter": "/api/v3/jetton/wallets",
    "toncenter-v2": "/api/v2/runGetMethod",
    "tonapi": "/v2/blockchain/accounts/{}/methods/get_wallet_data",
}
"""What is asked for an account, to hand in a message, and for what a jetton wallet holds."""


def reader_at(kind: str, desk: TonDesk) -> Chain:
    """A reader of that kind, who stands at the desk."""
    return READERS[kind](AtTheDesk(desk))


def all_of_it(desk: TonDesk, clock: Callable[[int], None], memo: str = "order 7") -> None:
    """Whatever can happen to a shop, with some seconds in between."""
    desk.send(SHOP, NANO, memo)  # nobody lives there yet: aborted, and the money stays
    clock(3)
    desk.send(SHOP, NANO, memo, bounce=True)  # sent back
    desk.external(SHOP)
    clock(3)
    desk.send(SHOP, 2 * NANO, memo)
    desk.send(SHOP, 2 * NANO, memo * 60)
    desk.send(SHOP, 2 * NANO)
    desk.send(SHOP, 2 * NANO, memo, encrypted=True)
    clock(3)
    desk.send(SHOP, 1, memo)  # too little to run anything
    desk.send(SHOP, NANO, memo, exit_code=7)
    desk.send(SHOP, NANO, memo, bounce=True, exit_code=7)
    desk.send(SHOP, 50_000, memo, bounce=True, exit_code=7)  # too little to be sent back
    desk.send(SHOP, NANO, body=excesses())
    desk.send(SHOP, NANO, body=Builder().store_bits("1011").end_cell())
    clock(3)
    desk.send(NOBODY, NANO, memo, source=SHOP, bounce=True)  # bounces home
    desk.send_jetton(SHOP, 5_000_000, memo)
    desk.send_jetton(SHOP, 5_000_000, memo, inline=True)
    desk.send_jetton(SHOP, 5_000_000, memo * 60, inline=True)
    desk.send_jetton(SHOP, 5_000_000, notify=False)
    desk.send_jetton(SHOP, 5_000_000, memo, false_wallet=True)
    desk.send_jetton(SHOP, 5_000_000, payload=comment_cell(b"\xff\xfe"))
    clock(3)
    desk.send_jetton(CUSTOMER, 5_000_000, memo, source=SHOP)
    desk.send(SHOP, NANO, memo, source=CUSTOMER)


def lts(found: Sequence[Transaction]) -> list[int]:
    """By which they go in their order."""
    return [each.lt for each in found]


def of(desk: TonDesk, account: Address) -> list[int]:
    """Those of the account that there really are."""
    return [each.lt for each in desk.chain.transactions if parse_address(each.account) == account]
