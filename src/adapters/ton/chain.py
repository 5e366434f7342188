"""What we ask of the chain, whoever reads it for us, and the values it answers in."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from attrs import define, field, frozen

from ...core.clock import aware
from ...core.errors import Missing, Refused
from .address import Address

METHOD: Final = "ton"

ROWS: Final = 100
"""So many transactions are asked for at once; a thousand would be more than we take."""


@frozen(kw_only=True)
class Message:
    """What sets a transaction off."""

    hash: str
    """In hexadecimal, as explorers write it."""
    source: Address | None
    """Who sent it; None when it came from outside the chain, and brought no money."""
    destination: Address | None
    """Who gets it; None when it leaves the chain."""
    value: int
    """So many nano of the coin came with it."""
    bounced: bool
    """It is one of ours that came back."""
    opcode: int | None
    """The first 32 bits of the body; None where there are fewer."""
    body: str = field(repr=False)
    """A bag of cells in base64, which can be read."""
    forward_fee: int = 0
    """So many nano its way costs, besides what those who sent it off took for themselves."""


@frozen(kw_only=True)
class Transaction:
    """One step of an account, in a final block."""

    account: Address
    hash: str
    """In hexadecimal, as explorers write it."""
    lt: int
    """Grows with every transaction of the account, and names it there."""
    previous_lt: int
    """That of the transaction before; 0 when there was none. So a gap can be seen."""
    at: datetime = field()
    aborted: bool
    """Something in it failed or never began; what came may have stayed all the same."""
    sent_back: bool
    """It had a bounce phase: what came was returned."""
    in_msg: Message | None
    """None in the few that no message set off."""
    out_msgs: Sequence[Message]
    """What it sent."""
    fees: int = 0
    """So many nano it cost the account, besides what its messages took along."""

    @at.validator
    def _aware(self, _: object, at: datetime) -> None:
        aware(at)


@frozen
class Head:
    """How far a reader has come: the newest block of the masterchain that he knows."""

    seqno: int
    at: datetime


@frozen
class Page:
    """Transactions in their order, and how far their reader had come before he looked."""

    head: Head
    transactions: Sequence[Transaction]
    last: bool
    """Whether nothing else had happened up to there."""


class Status(StrEnum):
    """What there is at an address."""

    ACTIVE = "active"
    UNINIT = "uninit"
    """Nothing yet, or money without a contract."""
    FROZEN = "frozen"


@frozen(kw_only=True)
class AccountState:
    """An account, and how far its reader had come before he looked: it is no older than that."""

    head: Head
    status: Status
    balance: int = 0
    code: str = field(default="", repr=False)
    """A bag of cells in base64, where there is a contract."""
    data: str = field(default="", repr=False)


@frozen(kw_only=True)
class JettonWallet:
    """What a jetton wallet says of itself."""

    balance: int
    owner: Address
    master: Address


@define
class ContractMissing(Missing):
    """No contract is deployed at the address, or not yet."""

    address: Address

    def __str__(self) -> str:
        return f"there is no contract at {self.address}"


@define
class ContractRefused(Refused):
    """The contract does not answer such a question."""

    address: Address
    question: str
    exit_code: int

    def __str__(self) -> str:
        return f"{self.address} ended {self.question} with exit code {self.exit_code}"


class Chain(Protocol):
    """
    Somebody who reads the chain for us; what he says is final.

    Whatever he does not say, or not clearly, is Unavailable.
    """

    async def head(self) -> Head:
        """How far he has come."""
        ...

    async def transactions(
        self,
        account: Address,
        *,
        start_lt: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = ROWS,
    ) -> Sequence[Transaction]:
        """Those of the account within these bounds, which are included; the oldest, no gaps."""
        ...

    async def page(
        self,
        account: Address,
        *,
        start_lt: int | None = None,
        since: datetime | None = None,
        limit: int = ROWS,
    ) -> Page:
        """
        Transactions from there on, and how far their reader had come before he looked.

        The head that somebody else tells proves nothing about what this one has seen. There may be
        fewer than the limit though others follow, where they are too long to be told together.
        """
        ...

    async def account(self, address: Address) -> AccountState:
        """What there is at the address, in a final block."""
        ...

    async def send(self, bag: str) -> None:
        """
        Hand a message from outside to the chain: a bag of cells in base64.

        That he took it does not say that it will be carried out, nor a failure that it will not.
        Such a message can be handed in as often as one likes, by anybody: an account carries out
        at most one under a number.

        Raises:
            Unavailable: perhaps he took it.
        """
        ...

    async def jetton_wallet_address(self, master: Address, owner: Address) -> Address:
        """
        Where the owner's jettons of that master are kept, whether any ever came or not.

        Raises:
            ContractMissing, ContractRefused: that is no master.
        """
        ...

    async def jetton_wallet_data(self, wallet: Address) -> JettonWallet:
        """
        What that wallet says of itself; unless the master says the same, it is an imposter.

        Raises:
            ContractMissing: it is not there, or not before the first jettons come.
            ContractRefused: it is no jetton wallet.
        """
        ...

    async def jetton_balance(self, wallet: Address) -> int:
        """How many units the wallet holds; 0 where no jetton wallet is known."""
        ...
