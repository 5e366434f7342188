"""Jetton wallets of the small chain: what they do when somebody tells them to."""

from collections.abc import Mapping
from typing import Any, Final

from attrs import define, evolve, field, frozen
from pytoniq_core.boc.cell import Cell
from pytoniq_core.boc.slice import Slice

from .ton_cells import (
    BOUNCED,
    INTERNAL_TRANSFER,
    excesses,
    internal_transfer,
    jetton_wallet,
    opcode,
    raw,
    transfer_notification,
)
from .ton_steps import FORWARD_FEE, GAS_FEE, Account, Message, Purse

TRANSFER: Final = 0x0F8A7EA5
NOT_THE_OWNER: Final = 705
TOO_FEW: Final = 706
NOT_A_WALLET: Final = 707
TOO_LITTLE_COIN: Final = 709
WAY_NANO: Final = 2 * GAS_FEE + 4 * FORWARD_FEE
"""What a transfer costs on its way, at most."""


@frozen(kw_only=True)
class Reaction:
    """What a contract does about a message."""

    sends: tuple[Message, ...] = ()
    exit_code: int = 0
    purse: Purse | None = None
    """What it keeps from then on, where that changes."""


@define
class Jettons:
    """Who has which jetton wallet, and which of them take nothing."""

    owners: dict[str, tuple[str, str]] = field(factory=dict)
    """The master and the owner, by the address of the wallet."""
    closed: set[str] = field(factory=set)
    """Owners whose wallets send everything home."""

    def reaction(self, accounts: Mapping[str, Account], message: Message) -> Reaction:
        """What a message does to whoever gets it; most do nothing."""
        its, said = accounts.get(message.to, Account()), opcode(message.body)
        if its.purse is not None and message.bounced:
            return self._home(its.purse, message.body)
        if its.purse is not None and said == TRANSFER:
            return self._transfer(its.purse, message)
        if said == INTERNAL_TRANSFER and message.to in self.owners:
            return self._take(its.purse, message, accounts)
        return Reaction()

    def _transfer(self, purse: Purse, message: Message) -> Reaction:
        said: Any = Slice.from_cell(message.body).skip_bits(32 + 64)
        units, to, rest = said.load_coins(), said.load_address(), said.load_address()
        if said.load_bit():
            said.load_ref()
        forwarded = said.load_coins()
        payload = said.load_ref() if said.load_bit() else said.to_cell()
        if message.source != purse.owner:
            return Reaction(exit_code=NOT_THE_OWNER)
        if units > purse.units:
            return Reaction(exit_code=TOO_FEW)
        if message.nano < WAY_NANO + forwarded:
            return Reaction(exit_code=TOO_LITTLE_COIN)
        at = jetton_wallet(purse.master, raw(to))
        self.owners[at] = purse.master, raw(to)
        handed = Message(
            to=at,
            nano=message.nano - GAS_FEE - FORWARD_FEE,
            body=internal_transfer(units, raw(rest), forwarded, payload, inline=False),
            bounce=True,
        )
        return Reaction(sends=(handed,), purse=evolve(purse, units=purse.units - units))

    def _take(
        self, purse: Purse | None, message: Message, accounts: Mapping[str, Account]
    ) -> Reaction:
        master, owner = self.owners[message.to]
        giver = accounts.get(message.source, Account()).purse
        if owner in self.closed or giver is None or giver.master != master:
            return Reaction(exit_code=NOT_A_WALLET)
        said: Any = Slice.from_cell(message.body).skip_bits(32 + 64)
        units, _, rest, forwarded = (
            said.load_coins(),
            said.load_address(),
            said.load_address(),
            said.load_coins(),
        )
        payload = said.load_ref() if said.load_bit() else said.to_cell()
        left = message.nano - GAS_FEE - 2 * FORWARD_FEE - forwarded
        news = transfer_notification(units, giver.owner, payload, inline=False)
        sends = [Message(to=owner, nano=forwarded, body=news)] if forwarded else []
        sends.append(Message(to=raw(rest), nano=left, body=excesses()))
        had = purse.units if purse else 0
        return Reaction(
            sends=tuple(sends), purse=Purse(owner=owner, master=master, units=had + units)
        )

    def _home(self, purse: Purse, body: Cell) -> Reaction:
        """They were not taken: they are ours again."""
        said = Slice.from_cell(body)
        if said.load_uint(32) != BOUNCED or said.load_uint(32) != INTERNAL_TRANSFER:
            return Reaction()
        said.skip_bits(64)
        return Reaction(purse=evolve(purse, units=purse.units + said.load_coins()))
