"""Which parts of bills a wallet pays, and how: what is not plainly a payment it does not sign."""

from base64 import b64encode, urlsafe_b64decode
from collections.abc import Mapping
from typing import Final

from attrs import frozen
from pytoniq_core.boc.builder import Builder
from pytoniq_core.boc.cell import Cell

from ...core.money import TON, Asset
from ...core.wallets import BillRefused, Part
from .address import Address, NotAnAddress, parse_address
from .body import TEXT, comment_cell, opcode_of
from .cells import Unreadable, bag_of, read_bag
from .jetton import transfer_cell, transfer_of
from .sends import Sending

ATTACHED_NANO: Final = 50_000_000
"""So much goes along with jettons for their way; what is left comes back."""
FORWARDED_NANO_MAX: Final = 10_000_000
"""So much of it at most is for whoever gets them."""


@frozen(kw_only=True)
class Payer:
    """A wallet with its jetton wallets, which pays."""

    wallet: str
    """What people call it."""
    owner: Address
    jettons: Mapping[Address, Asset]
    """What it holds besides coins, by the address of its jetton wallet."""
    testnet: bool = False

    def sending(self, part: Part, query_id: int) -> Sending:
        """
        The payment of a part; what travels with it is passed on to the letter.

        Raises:
            BillRefused: it is not plainly a payment of that amount to that payee.
        """
        try:
            to = parse_address(part.to, self.testnet)
            body = _cell_in(part.body) if part.body else None
        except (NotAnAddress, Unreadable) as wrong:
            raise BillRefused(self.wallet, str(wrong)) from None
        if to == self.owner or to in self.jettons:
            raise BillRefused(self.wallet, "it would pay itself")
        if part.amount.asset == TON:
            return self._coins(part, to, body)
        for purse, asset in self.jettons.items():
            if asset == part.amount.asset:
                return self._jettons(part, to, body, purse, query_id)
        raise BillRefused(self.wallet, f"it is in {part.amount.asset}")

    def _coins(self, part: Part, to: Address, body: Cell | None) -> Sending:
        """
        Coins with words, and nothing but words.

        Whatever else a body says is an order to a contract, which the contract may obey since it
        comes from us: to hand over jettons, for instance. They never bounce, so that whoever is
        named has them; what was sent is paid.
        """
        if body is None:
            body = comment_cell(part.comment) if part.comment else Builder().end_cell()
        elif opcode_of(bag_of(body)) != TEXT:
            raise BillRefused(self.wallet, "what travels with the coins is more than words")
        return Sending(to=to, nano=part.amount.units, body=body)

    def _jettons(
        self, part: Part, to: Address, body: Cell | None, purse: Address, query_id: int
    ) -> Sending:
        """A transfer by our jetton wallet, of exactly that much to exactly that payee."""
        if body is None:
            body = transfer_cell(part.amount.units, to, self.owner, part.comment, query_id)
        said = transfer_of(bag_of(body))
        if said is None:
            raise BillRefused(self.wallet, "what travels with it is no transfer of jettons")
        if (said.amount, said.destination) != (part.amount.units, to):
            raise BillRefused(self.wallet, "it would transfer something else than it asks for")
        if said.response != self.owner:
            raise BillRefused(self.wallet, "what is left of the coins would go to somebody else")
        if said.custom or said.forwarded_nano > FORWARDED_NANO_MAX:
            raise BillRefused(self.wallet, "it asks for more than a transfer")
        return Sending(to=purse, nano=ATTACHED_NANO, body=body, bounce=True)


def _cell_in(text: str) -> Cell:
    """The cell in a bag in base64, in whichever alphabet, with or without the end filled up."""
    try:
        data = urlsafe_b64decode(text.replace("+", "-").replace("/", "_") + "=" * (-len(text) % 4))
    except ValueError:
        raise Unreadable("what travels with it is no bag of cells") from None
    cell = read_bag(b64encode(data).decode())
    if cell.is_exotic:
        raise Unreadable("what travels with it is an exotic cell")
    return cell
