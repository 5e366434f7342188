"""What contracts answer themselves: whoever is asked passes such questions on to a node."""

from collections.abc import Sequence
from typing import Final

from attrs import frozen
from pytoniq_core.boc.cell import Cell

from .ton_cells import address_cell, jetton_wallet
from .ton_chain import Chain

STACK_UNDERFLOW: Final = 2
CELL_UNDERFLOW: Final = 9
NO_SUCH_METHOD: Final = 11
NO_CODE: Final = -13

Left = int | Cell
"""A number, or a cell: a slice when the contract answers it, which becomes a cell on its way."""


@frozen
class Answer:
    """How the method ended, and what it left."""

    exit_code: int
    stack: Sequence[Left] = ()


class _Thrown(Exception):
    """The method ended with another exit code than 0."""

    def __init__(self, exit_code: int) -> None:
        self.exit_code = exit_code


def run_get_method(chain: Chain, address: str, method: str, given: Sequence[str | None]) -> Answer:
    """What the contract says now, however far an index has come; given addresses, or nonsense."""
    try:
        return Answer(0, _run(chain, address, method, given))
    except _Thrown as thrown:
        return Answer(thrown.exit_code)


def _run(chain: Chain, address: str, method: str, given: Sequence[str | None]) -> list[Left]:
    its = chain.at(address)
    if address in chain.masters:
        if method != "get_wallet_address":
            raise _Thrown(NO_SUCH_METHOD)
        return [address_cell(jetton_wallet(address, _owner(given)))]
    if its.status != "active":
        raise _Thrown(NO_CODE)
    if its.purse is None or method != "get_wallet_data":
        raise _Thrown(NO_SUCH_METHOD)
    purse = its.purse
    code = Cell.empty()  # type: ignore[no-untyped-call]
    return [purse.units, address_cell(purse.owner), address_cell(purse.master), code]


def _owner(given: Sequence[str | None]) -> str:
    if not given:
        raise _Thrown(STACK_UNDERFLOW)
    if given[-1] is None:
        raise _Thrown(CELL_UNDERFLOW)
    return given[-1]
