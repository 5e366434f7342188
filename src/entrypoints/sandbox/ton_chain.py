"""A small chain of TON: accounts, and what messages did to them."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from attrs import define, evolve, field, frozen
from pytoniq_core.boc.builder import Builder
from pytoniq_core.boc.cell import Cell

from ...core.clock import Clock
from .ton_cells import account, bounced_cell, cell_of, signed_cell

USDT_MASTER: Final = account("EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs")

LT_BEFORE_ALL: Final = 50_000_000_000_000
LTS_OF_A_BLOCK: Final = 1_000_000
GAS_FEE: Final = 400_000
GAS_NANO_MIN: Final = 40_000
"""A message that brings less cannot buy any gas."""
FORWARD_FEE: Final = 266_669


@frozen(kw_only=True)
class Purse:
    """What a jetton wallet keeps, and for whom."""

    owner: str
    master: str
    units: int = 0


@frozen(kw_only=True)
class Account:
    """What there is at an address after its last transaction."""

    status: str = "nonexist"
    """Nothing was ever here, or money without a contract (`uninit`), or a contract (`active`)."""
    balance: int = 0
    seqno: int = 0
    """How many messages from outside it has carried out."""
    purse: Purse | None = None
    last_lt: int = 0
    last_hash: bytes = bytes(32)


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
    def hash(self) -> bytes:
        """Of the message as it travelled."""
        if not self.source:
            return cell_of(self._from_outside().store_bit(0).store_cell(self.body)).hash
        head = Builder().store_bits("01").store_bit(self.bounce).store_bit(self.bounced)
        head = head.store_address(self.source).store_address(self.to).store_coins(self.nano)
        head = head.store_bit(0).store_coins(0).store_coins(FORWARD_FEE)
        head = head.store_uint(self.lt, 64).store_uint(self.at, 32).store_bit(0)
        return cell_of(head.store_bit(1).store_ref(self.body)).hash

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


@frozen(kw_only=True)
class Transaction:
    """What one message did to one account; final from the beginning."""

    account: str
    lt: int
    now: int
    hash: bytes
    trace: bytes
    """The hash of the transaction with which it all began."""
    came: Message
    sent: tuple[Message, ...]
    before: Account
    after: Account
    outcome: Outcome


@define
class Chain:
    """
    All that happened, in its order.

    Nobody here is refused for being poor: who sends has the money, and a balance ends at zero.
    """

    clock: Clock
    transactions: list[Transaction] = field(factory=list, init=False)
    accounts: dict[str, Account] = field(factory=dict, init=False)
    masters: set[str] = field(factory=lambda: {USDT_MASTER}, init=False)
    """Where the masters of jettons live."""
    _lt: int = field(default=LT_BEFORE_ALL, init=False)

    def at(self, address: str) -> Account:
        """What there is now."""
        return self.accounts.get(address, Account())

    def external(self, to: str, *sends: Message) -> Transaction:
        """A wallet is told from outside what to send; the first time it deploys itself."""
        before = self.at(to)
        message = Message(to=to, body=signed_cell(before.seqno))
        after = evolve(before, status="active", seqno=before.seqno + 1)
        return self._note(message, after, Outcome(fee=GAS_FEE), sends)

    def deliver(
        self,
        message: Message,
        *sends: Message,
        trace: bytes = b"",
        exit_code: int = 0,
        purse: Purse | None = None,
    ) -> Transaction:
        """
        A message arrives, and then what its receiver sends because of it.

        Where nothing runs or what runs fails, a bounceable message goes home; of any other the
        money stays.
        """
        if not message.lt:  # nobody was seen sending it
            self._lt += LTS_OF_A_BLOCK
            message = evolve(message, lt=self._lt, at=self._now())
        after = self.at(message.to)
        if purse is not None:  # a jetton wallet comes with its first jettons
            after = evolve(after, status="active", purse=purse)
        skipped = "no_gas" if message.nano < GAS_NANO_MIN else ""
        if after.status != "active":
            skipped = "no_state"
        fee = 0 if skipped else min(GAS_FEE, message.nano)
        outcome = Outcome(fee=fee, skipped=skipped, exit_code=0 if skipped else exit_code)
        if outcome.aborted:
            home = _home(message, fee)
            if message.bounce:
                outcome = evolve(outcome, back="ok" if home.nano > 0 else "nofunds")
            sends = (home,) if outcome.back == "ok" else ()
        noted = self._note(message, after, outcome, sends, trace)
        for each in noted.sent:
            self.deliver(each, trace=noted.trace)
        return noted

    def made_by(self, message: Message) -> Transaction:
        """What that message did to its receiver."""
        return next(each for each in self.transactions if each.came is message)

    def _now(self) -> int:
        return int(self.clock.now().timestamp())

    def _note(
        self,
        message: Message,
        after: Account,
        outcome: Outcome,
        sends: Sequence[Message],
        trace: bytes = b"",
    ) -> Transaction:
        """The next transaction, in which the account becomes that, and pays."""
        self._lt += LTS_OF_A_BLOCK
        before, lt, now = self.at(message.to), self._lt, self._now()
        hash = sha256(f"{message.to} {lt}".encode() + message.hash).digest()
        sent = tuple(
            evolve(each, source=message.to, lt=lt + place, at=now)
            for place, each in enumerate(sends, 1)
        )
        spent = outcome.fee + sum(each.nano + FORWARD_FEE for each in sent)
        balance = max(0, before.balance + message.nano - spent)
        status = after.status if after.status == "active" else "uninit" if balance else "nonexist"
        self.accounts[message.to] = after = evolve(
            after, status=status, balance=balance, last_lt=lt, last_hash=hash
        )
        noted = Transaction(
            account=message.to,
            lt=lt,
            now=now,
            hash=hash,
            trace=trace or hash,
            came=message,
            sent=sent,
            before=before,
            after=after,
            outcome=outcome,
        )
        self.transactions.append(noted)
        return noted


def _home(message: Message, fee: int) -> Message:
    """The message on its way back, with what is left of its money and the beginning of its body."""
    return Message(
        to=message.source,
        nano=message.nano - fee - FORWARD_FEE,
        body=bounced_cell(message.body),
        bounced=True,
    )
