"""How a question to a contract ended."""

from typing import Final

from .address import Address
from .chain import ContractMissing, ContractRefused

DONE: Final = 0
NO_CODE: Final = frozenset({-13, -256})
"""How nodes say that nothing is deployed there."""


def checked(contract: Address, question: str, exit_code: int) -> None:
    """
    See to it that the contract answered.

    Raises:
        ContractMissing, ContractRefused: it did not.
    """
    if exit_code in NO_CODE:
        raise ContractMissing(contract)
    if exit_code != DONE:
        raise ContractRefused(contract, question, exit_code)
