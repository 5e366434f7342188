"""A small chain of TON: accounts, and what messages did to them."""

from collections.abc import Sequence
from typing import Final

from attrs import asdict, define, evolve, field

from ...core.clock import Clock
from .ton_cells import account, bounced_cell, signed_cell
from .ton_jettons import Jettons
from .ton_steps import (
    FORWARD_FEE,
    GAS_FEE,
    Account,
    Keyed,
    Mempool,
    Message,
    Outcome,
    Purse,
    Step,
    Transaction,
)
from .ton_transaction import transaction_cell
from .ton_wallets import address_of

USDT_MASTER: Final = account("EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs")

LT_BEFORE_ALL: Final = 50_000_000_000_000
LTS_OF_A_BLOCK: Final = 1_000_000
GAS_NANO_MIN: Final = 40_000
"""A message that brings less cannot buy any gas."""


@define
class Chain:
    """
    All that happened, in its order.

    Nobody here is refused for being poor: who sends has the money, and a balance ends at zero.
    """

    clock: Clock
    begins: int = LT_BEFORE_ALL
    """The logical time before all: whoever remembers earlier chains needs one that begins later."""
    transactions: list[Transaction] = field(factory=list, init=False)
    accounts: dict[str, Account] = field(factory=dict, init=False)
    masters: set[str] = field(factory=lambda: {USDT_MASTER}, init=False)
    """Where the masters of jettons live."""
    jettons: Jettons = field(factory=Jettons, init=False)
    mempool: Mempool = field(factory=Mempool, init=False)
    _lt: int = field(init=False)

    @_lt.default
    def _begun(self) -> int:
        return self.begins

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
        return self.note(message, after, outcome, sends, trace)

    def arrive(self, message: Message, trace: bytes) -> Transaction:
        """The same of one that a contract has sent: whoever gets it does as his code says."""
        does = self.jettons.reaction(self.accounts, message)
        return self.deliver(
            message, *does.sends, trace=trace, exit_code=does.exit_code, purse=does.purse
        )

    def note(
        self,
        message: Message,
        after: Account,
        outcome: Outcome,
        sends: Sequence[Message] = (),
        trace: bytes = b"",
    ) -> Transaction:
        """What a message did, and then what that sets off."""
        noted = self._note(message, after, outcome, sends, trace)
        for each in noted.sent:
            self.arrive(each, noted.trace)
        return noted

    def settle(self, keyed: Keyed, seqno: int) -> str:
        """A wallet whose rules are kept lives from now on, where it is told."""
        at = address_of(keyed)
        self.accounts[at] = evolve(self.at(at), status="active", keyed=keyed, seqno=seqno)
        return at

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
        sent = tuple(
            evolve(each, source=message.to, lt=lt + place, at=now)
            for place, each in enumerate(sends, 1)
        )
        spent = outcome.fee + sum(each.nano + FORWARD_FEE for each in sent)
        balance = max(0, before.balance + message.nano - spent)
        status = after.status if after.status == "active" else "uninit" if balance else "nonexist"
        after = evolve(after, status=status, balance=balance, last_lt=lt)
        step = Step(
            account=message.to,
            lt=lt,
            now=now,
            came=message,
            sent=sent,
            before=before,
            after=after,
            outcome=outcome,
        )
        cell = transaction_cell(step)
        self.accounts[message.to] = after = evolve(after, last_hash=cell.hash)
        members = {**asdict(step, recurse=False), "after": after}
        noted = Transaction(**members, cell=cell, trace=trace or cell.hash)
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
