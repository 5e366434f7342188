"""A draft of a wallet: signed under a number, to be carried out soon or never."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from attrs import frozen

from ...core.wallets import BillRefused, Draft
from .address import Address
from .cells import Unreadable, bag_of, read_bag
from .chain import Transaction
from .keys import Key
from .orders import Order, order_in, sends_in, signed_body
from .outside import body_of_external, external_cell, normalised_hash
from .sends import Sending
from .versions import Kept

LIVES: Final = timedelta(seconds=60)
"""So long after it was signed a message can be carried out, by the clock of the chain."""
SETTLES: Final = timedelta(seconds=60)
"""So long after that everybody has certainly seen it who says that he has come so far: a block of
the masterchain may be newer than those of which it tells."""
SEARCHED: Final = timedelta(minutes=30)
"""So long before it runs out no message was there: it lives for a minute."""
MESSAGE_MAX: Final = 80_000
"""So many characters of base64 a message may have: 60 000 bytes, for nodes take 65 535."""


@frozen(kw_only=True)
class Reserve:
    """What stays in a wallet, for fees and rent."""

    each_nano: int = 100_000_000
    """For every payment of a cheque."""
    always_nano: int = 50_000_000

    def of(self, sends: Sequence[Sending]) -> int:
        """What stays besides what they take along."""
        return self.always_nano + self.each_nano * len(sends)


@frozen(kw_only=True)
class Pen:
    """Signs for a wallet, and knows what was signed for it."""

    wallet: str
    """What people call it."""
    address: Address
    key: Key

    def draft(self, kept: Kept, sends: Sequence[Sending], at: datetime) -> Draft:
        """
        A message under the next number, from that moment of the chain on.

        Raises:
            BillRefused: it would be longer than what is taken.
        """
        most = kept.version.sends_max
        if len(sends) > most:
            raise BillRefused(self.wallet, f"it makes {most} payments at once, not {len(sends)}")
        valid_until = at.replace(microsecond=0) + LIVES
        order = Order(id=kept.id, seqno=kept.seqno, valid_until=int(valid_until.timestamp()))
        body = signed_body(kept, order, sends, self.key)
        message = bag_of(external_cell(self.address, body))
        if len(message) > MESSAGE_MAX:
            raise BillRefused(self.wallet, "it is too long to be sent at once")
        return Draft(
            message=message,
            hash=normalised_hash(self.address, body),
            sequence=kept.seqno,
            expires_at=valid_until + SETTLES,
        )

    def sends(self, kept: Kept, draft: Draft) -> Sequence[Sending]:
        """
        What such a message lets the wallet send, in its order.

        Raises:
            Unreadable: it is none of this wallet.
        """
        body = body_of_external(read_bag(draft.message), self.address)
        if normalised_hash(self.address, body) != draft.hash:
            raise Unreadable("a message with the hash of another one")
        return sends_in(kept.version, body)

    def taken_by(self, transaction: Transaction, kept: Kept, seqno: int) -> str:
        """
        The normalised hash of the order by which a transaction took that number; else nothing.

        What was aborted was undone, and the number is free; what has no signature of ours is not
        ours, whatever it says.
        """
        came = transaction.in_msg
        if came is None or came.source is not None or transaction.aborted:
            return ""
        body = read_bag(came.body)
        order = order_in(kept.version, body, self.key.public)
        if order is None or (order.id, order.seqno) != (kept.id, seqno):
            return ""
        return normalised_hash(self.address, body)
