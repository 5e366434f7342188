"""What contracts answer themselves: toncenter passes such questions on to a node."""

import json
from collections.abc import Sequence
from typing import Final

from pytoniq_core.boc.cell import Cell

from .ton_cells import account, address_cell, address_in, boc, jetton_wallet
from .ton_chain import Chain
from .ton_index import Refusal
from .ton_wire import Row

STACK_UNDERFLOW: Final = 2
CELL_UNDERFLOW: Final = 9
NO_SUCH_METHOD: Final = 11
NO_CODE: Final = -13
KINDS: Final = frozenset({"num", "cell", "slice"})


class _Thrown(Exception):
    """The method ended with another exit code than 0."""

    def __init__(self, exit_code: int) -> None:
        self.exit_code = exit_code


def run_get_method(chain: Chain, body: bytes) -> Row:
    """What the contract says now, however far the index has come."""
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
    try:
        exit_code, answered = 0, _run(chain, address, asked["method"], stack)
    except _Thrown as thrown:
        exit_code, answered = thrown.exit_code, []
    return {"gas_used": 1000, "exit_code": exit_code, "stack": answered}


def _run(chain: Chain, address: str, method: str, stack: Sequence[Row]) -> list[Row]:
    its = chain.at(address)
    if address in chain.masters:
        if method != "get_wallet_address":
            raise _Thrown(NO_SUCH_METHOD)
        return [_address(jetton_wallet(address, _owner(stack)))]
    if its.status != "active":
        raise _Thrown(NO_CODE)
    if its.purse is None or method != "get_wallet_data":
        raise _Thrown(NO_SUCH_METHOD)
    purse = its.purse
    code = _cell(Cell.empty())  # type: ignore[no-untyped-call]
    units = {"type": "num", "value": hex(purse.units)}
    return [units, _address(purse.owner), _address(purse.master), code]


def _owner(stack: Sequence[Row]) -> str:
    if not stack:
        raise _Thrown(STACK_UNDERFLOW)
    owner = address_in(stack[-1]["value"])
    if owner is None:
        raise _Thrown(CELL_UNDERFLOW)
    return owner


def _address(address: str) -> Row:
    """A slice when the contract answers it; on the way it becomes a cell."""
    return _cell(address_cell(address))


def _cell(cell: Cell) -> Row:
    return {"type": "cell", "value": boc(cell)}
