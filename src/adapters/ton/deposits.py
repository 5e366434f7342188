"""What came to our address: each transaction is a deposit, or nothing to us."""

import re
from base64 import b32decode, b32encode
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from attrs import frozen

from ...core.money import TON, Asset, Money
from ...core.payments import Deposit, Inflow, PaymentId
from .address import Address
from .body import comment_of
from .chain import Message, Transaction
from .jetton import TransferNotification, internal_transfer_of, notification_of

MEMO: Final = re.compile("[A-Z2-7]{26}")
DUST_NANO: Final = 10_000_000
"""Less than that without a memo of ours is an advertisement, or the gas of something else."""
EXCESSES: Final = 0xD53276DB
"""What is left of the gas that we paid for a transfer of ours."""
GAS_NANO: Final = 1_000_000_000
"""Nobody pays so much of it."""


def memo_of(id: PaymentId) -> str:
    """What the payer writes beside a transfer, so that we know what it is for."""
    return b32encode(id.bytes).decode().rstrip("=")


def payment_of(comment: str | None) -> PaymentId | None:
    """Which payment a comment is about; None when it is no memo of ours."""
    text = (comment or "").strip(" ")
    if not MEMO.fullmatch(text):
        return None
    id = PaymentId(UUID(bytes=b32decode(f"{text}======")))
    return id if memo_of(id) == text else None


@frozen
class Purse:
    """An address of ours, and the jetton wallets that belong to it."""

    owner: Address
    jettons: Mapping[Address, Asset]
    """By the address of the wallet: only that one tells the truth about what came."""

    def deposit(self, transaction: Transaction) -> Deposit | None:
        """What came by a transaction of our address; it is final, or we would not have it."""
        message = transaction.in_msg
        if message is None or message.source is None or message.bounced:
            return None  # from outside, or our own coming home
        if transaction.sent_back or transaction.out_msgs:
            return None
        # Whether it was aborted says nothing: what comes to a wallet that cannot act stays there.
        if told := self._told(message):
            amount = Money(told.amount, self.jettons[message.source])
            return _deposit(transaction, amount, told.sender, payment_of(told.comment))
        payment = payment_of(comment_of(message.body))
        least = GAS_NANO if message.opcode == EXCESSES else DUST_NANO
        if payment is None and message.value < least:
            return None
        return _deposit(transaction, Money(message.value, TON), message.source, payment)

    def silent(self, transaction: Transaction) -> Deposit | None:
        """What a wallet of ours took by a transaction of its own, and never told us of."""
        message = transaction.in_msg
        if message is None or message.bounced or transaction.aborted or transaction.sent_back:
            return None
        taken = internal_transfer_of(message.body)
        if taken is None or any(map(self._told, transaction.out_msgs)):
            return None
        amount = Money(taken.amount, self.jettons[transaction.account])
        return _deposit(transaction, amount, taken.sender, None)

    def _told(self, message: Message) -> TransferNotification | None:
        """What a wallet of ours tells our address of jettons that came."""
        if message.source not in self.jettons or message.destination != self.owner:
            return None
        return notification_of(message.body)


def _deposit(
    transaction: Transaction, amount: Money, sender: Address | None, payment: PaymentId | None
) -> Deposit | None:
    if amount.units <= 0:
        return None
    named = "" if sender is None else sender.friendly(bounceable=False)
    inflow = Inflow(key=transaction.hash, amount=amount, at=transaction.at, sender=named)
    return Deposit(inflow, payment)
