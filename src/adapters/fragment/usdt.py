"""The transfer of dollars that a wallet is asked to make: read, and compared, never rewritten."""

from typing import Final

from attrs import frozen

from ..ton import Address
from ..ton.body import OPCODE_BITS, comment_in
from ..ton.cells import Unreadable, load_address, opened, read_bag, strictly

TRANSFER: Final = 0x0F8A7EA5
QUERY_BITS: Final = 64
LENGTH_BITS: Final = 4
"""Of an amount: so many bytes follow."""


@frozen(kw_only=True)
class DollarTransfer:
    """What the jetton wallet of the payer is told to do."""

    amount: int
    destination: Address
    response: Address | None
    """Who gets what is over of the coins for the way."""
    custom: bool
    """Whether it says something to the jetton wallet itself."""
    forwarded: int
    """So many nano go with the news to whoever is paid."""
    comment: str | None


def dollars_in(body: str) -> DollarTransfer:
    """
    The transfer that a body is.

    Raises:
        Unreadable: it is anything else, or something follows it.
    """
    with strictly():
        said = opened(read_bag(body))
        if said.load_uint(OPCODE_BITS) != TRANSFER:
            raise Unreadable("another opcode")
        said.load_uint(QUERY_BITS)
        amount = said.load_var_uint(LENGTH_BITS)
        destination, response = load_address(said), load_address(said)
        if custom := bool(said.load_bit()):
            said.load_ref()
        forwarded = said.load_var_uint(LENGTH_BITS)
        below = said.load_bit()
        words = opened(said.load_ref()) if below else said
        if destination is None or (below and (said.remaining_bits or said.remaining_refs)):
            raise Unreadable("not a transfer alone")
    return DollarTransfer(
        amount=amount,
        destination=destination,
        response=response,
        custom=custom,
        forwarded=forwarded,
        comment=comment_in(words),
    )
