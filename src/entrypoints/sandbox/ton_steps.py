"""What there is on the small chain and what happens to it: accounts, messages, transactions."""

from hashlib import sha256
from typing import Final

from attrs import define, field, frozen
from pytoniq_core.boc.builder import Builder
from pytoniq_core.boc.cell import Cell

from .ton_cells import cell_of

FORWARD_FEE: Final = 266_669
GAS_FEE: Final = 400_000


@frozen(kw_only=True)
class Purse:
    """What a jetton wallet keeps, and for whom."""

    owner: str
    master: str
    units: int = 0


@frozen(kw_only=True)
class Keyed:
    """A wallet whose rules are kept: what it was deployed with."""

    version: str
    id: int
    public_key: bytes


@frozen(kw_only=True)
class Account:
    """What there is at an address after its last transaction."""

    status: str = "nonexist"
    """Nothing was ever here, or money without a contract (`uninit`), or a contract (`active`)."""
    balance: int = 0
    seqno: int = 0
    """How many messages from outside it has carried out."""
    purse: Purse | None = None
    keyed: Keyed | None = None
    """None for the wallets of strangers, who are believed whatever they do."""
    last_lt: int = 0
    last_hash: bytes = bytes(32)

    @property
    def hash(self) -> bytes:
        """Of its state, which nobody here can check; how it came to be is no part of it."""
        state = (self.status, self.balance, self.seqno, self.purse)
        return sha256(repr(state).encode()).digest()


@frozen(kw_only=True)
class Message:
    """From one account to another, or from outside: that has no source and brings no money."""

    to: str
    source: str = ""
    nano: int = 0
    body: Cell = field(factory=lambda: Builder().end_cell())
    bounce: bool = False
    bounced: bool = False
    lt: int = 0
    at: int = 0

    @property
    def cell(self) -> Cell:
        """As it travelled."""
        if not self.source:
            return cell_of(self._from_outside().store_bit(0).store_cell(self.body))
        head = Builder().store_bits("01").store_bit(self.bounce).store_bit(self.bounced)
        head = head.store_address(self.source).store_address(self.to).store_coins(self.nano)
        head = head.store_bit(0).store_coins(0).store_coins(FORWARD_FEE)
        head = head.store_uint(self.lt, 64).store_uint(self.at, 32).store_bit(0)
        return cell_of(head.store_bit(1).store_ref(self.body))

    @property
    def hash(self) -> bytes:
        """Of the message as it travelled."""
        return self.cell.hash

    @property
    def normalised_hash(self) -> bytes:
        """Of a message from outside, however it was written on its way."""
        return cell_of(self._from_outside().store_bit(1).store_ref(self.body)).hash

    @property
    def hashes(self) -> set[bytes]:
        """All that the message is found by."""
        return {self.hash} if self.source else {self.hash, self.normalised_hash}

    def _from_outside(self) -> Builder:
        head = Builder().store_bits("10").store_address(None).store_address(self.to)
        begun: Builder = head.store_coins(0).store_bit(0)
        return begun


@frozen(kw_only=True)
class Outcome:
    """How the phases of a transaction ended."""

    fee: int = 0
    skipped: str = ""
    """Why no code ran: `no_state`, `no_gas`."""
    exit_code: int = 0
    back: str = ""
    """How it went to send the money back, `ok` or `nofunds`; empty where nobody tried."""

    @property
    def aborted(self) -> bool:
        """Whether it did not end well, which does not say where the money is."""
        return bool(self.skipped or self.exit_code)


@define
class Mempool:
    """What becomes of messages from outside before they are carried out."""

    drops: int = 0
    """So many of the next ones are taken, and never carried out."""
    holds: bool = False
    """Whether they are taken, and carried out later."""
    poor: int = 0
    """So many of the next ones find a wallet that has no coins at that moment."""
    held: list[Message] = field(factory=list)


@frozen(kw_only=True)
class Step:
    """What one message did to one account, before anybody wrote it down."""

    account: str
    lt: int
    now: int
    came: Message
    sent: tuple[Message, ...]
    before: Account
    after: Account
    outcome: Outcome


@frozen(kw_only=True)
class Transaction(Step):
    """What one message did to one account; final from the beginning."""

    cell: Cell
    """As the chain keeps it."""
    trace: bytes
    """The hash of the transaction with which it all began."""

    @property
    def hash(self) -> bytes:
        """By which everybody knows it."""
        return self.cell.hash
