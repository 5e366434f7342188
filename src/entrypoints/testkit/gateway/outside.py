"""The other end of a gateway, as the contract plays with it, and the house it stands in."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from attrs import frozen

from ....core.balances import Ledger
from ....core.money import Asset, Money
from ....core.payments import (
    Arrivals,
    CarryOutRefund,
    DecideRefund,
    Notices,
    OpenPayment,
    Payment,
    PaymentId,
    Payments,
    ReadNotices,
    Refunds,
    RequestRefund,
    TakeNotice,
)

Told = tuple[bytes, Mapping[str, str]]
"""A notice as it goes over the wire: the bytes, and the headers."""


class Trouble(StrEnum):
    """What may become of a call."""

    BEFORE = "before"
    """It is not carried out, and answered by nothing that says so."""
    AFTER = "after"
    """It is carried out, and answered by nothing that says so."""
    CUT = "cut"
    """It is carried out, and the answer breaks off."""
    SILENCE = "silence"
    """It is carried out, and never answered."""
    NONSENSE = "nonsense"
    """It is carried out, and answered by something else."""
    BUSY = "busy"
    """It is put off by a provider who has too much to do."""

    @property
    def happens(self) -> bool:
        """Whether what was asked for is done nevertheless."""
        return self not in (Trouble.BEFORE, Trouble.BUSY)


class Call(StrEnum):
    """What a provider is called for."""

    OPEN = "open"
    INQUIRE = "inquire"
    """What became of a payment; where his feed is read instead, that."""
    REFUND = "refund"
    INQUIRE_REFUND = "inquire_refund"
    LIST = "list"


class Trait(StrEnum):
    """What a provider is like; whoever lacks one is tested for the opposite."""

    OPENS = "opens"
    """He is asked to open an invoice for each payment; else there are only addresses to pay to."""
    KNOWS = "knows"
    """He tells an invoice that was never opened from one that was not paid."""
    ANSWERS = "answers"
    """He can be asked what came; else only his notices tell it."""
    ANY_AMOUNT = "any_amount"
    """The payer decides how much he pays, and may pay too little or too much."""
    SHOWS = "shows"
    """A payment can be seen before it is final."""
    LOCKS = "locks"
    """He may keep money for himself until further notice."""
    NOTIFIES = "notifies"
    """He tells us what happens without being asked."""
    CLAIMS = "claims"
    """What he tells says how much came, and can be held against what he answers."""
    PROVES = "proves"
    """What he tells is proof, and need not be asked about."""
    REFUNDS_LATER = "refunds_later"
    """A refund is accepted first, and arrives or fails afterwards."""
    STRANGE = "strange"
    """Money may come that our books cannot say: in an asset they do not know, or too fine."""
    LISTS = "lists"
    """He has a list of what came and went back."""


class NotPayable(Exception):
    """Nobody can pay such an amount."""


class Outside:
    """
    A provider who does as he is told. Subclass it and override what his traits ask for.

    What belongs to a trait that he lacks is never called; refunds, where nothing can be given
    back, are not either.
    """

    method: str
    """The name of the gateway's method."""
    price: Money
    """What payments are made out over. It can be cut into five, and be paid three times."""
    traits: frozenset[Trait] = frozenset()
    other_asset: Asset | None = None
    """Another one that may come, though nobody asked for it; None where there cannot be any."""
    address: str = ""
    """Where refunds go, where that has to be said."""

    def pass_time(self, time: timedelta) -> None:
        """It gets later, for everybody."""
        raise NotImplementedError

    def trouble(self, call: Call, *troubles: Trouble) -> None:
        """The next calls of that kind go wrong like this, one each."""
        raise NotImplementedError

    # Money comes.

    def pay(self, payment: Payment, amount: Money) -> None:
        """
        Somebody pays that much, for good.

        Raises:
            NotPayable: he takes no such amount.
        """
        raise NotImplementedError

    def pay_strangely(self, payment: Payment) -> None:
        """Somebody pays in an asset that we do not know, for good."""
        raise NotImplementedError

    def pay_finely(self, payment: Payment) -> None:
        """Somebody pays the price, and less than our smallest unit more, for good."""
        raise NotImplementedError

    def stray(self) -> None:
        """Somebody pays the price for something that is not ours."""
        raise NotImplementedError

    def show(self, payment: Payment) -> None:
        """Somebody pays, and it is not final."""
        raise NotImplementedError

    def lock(self, payment: Payment) -> None:
        """He keeps the money for himself until further notice."""
        raise NotImplementedError

    # Invoices.

    def invoices(self) -> int:
        """For how many payments he has one."""
        raise NotImplementedError

    def forget(self, payment: Payment) -> None:
        """He knows nothing of it any more."""
        raise NotImplementedError

    # Notices.

    def notices(self) -> Sequence[Told]:
        """Everything he had to tell, in the order in which it happened."""
        return ()

    def fall_behind(self) -> None:
        """Whoever asks him is shown everything as it is now, whatever he tells meanwhile."""
        raise NotImplementedError

    def catch_up(self) -> None:
        """Whoever asks him is shown everything as it is."""
        raise NotImplementedError

    def told_to_try(self) -> Told:
        """A genuine notice about a payment that never was; one that proves itself cannot be."""
        raise NotImplementedError

    def forged(self, notice: Told) -> Sequence[Told]:
        """The same, not by him: other contents, another key, no signature."""
        raise NotImplementedError

    # Refunds.

    def sent_back(self) -> Money:
        """How much of the asset of the price went back or is on its way, whoever wanted it."""
        raise NotImplementedError

    def finish_refunds(self, paid: bool) -> None:
        """What he had accepted arrives, or fails."""
        raise NotImplementedError

    def refuse_refund(self) -> None:
        """He will not have the next refund, and says so."""
        raise NotImplementedError

    def refund_outside(self, payment: Payment) -> None:
        """Somebody else has him send back all that came for it."""
        raise NotImplementedError


@frozen(kw_only=True)
class House:
    """The use cases over a gateway and a storage, as they are put together anywhere."""

    open: OpenPayment
    check: Callable[[PaymentId], Awaitable[Payment]]
    """Where what comes is heard of otherwise than by asking, that is done first."""
    take: TakeNotice
    read: ReadNotices
    poll: Callable[[], Awaitable[int]]
    """The same of all that are due; answers how many."""
    ask_back: RequestRefund
    carry_out: CarryOutRefund
    decide: DecideRefund
    poll_refunds: Callable[[], Awaitable[int]]
    payments: Payments
    arrivals: Arrivals
    refunds: Refunds
    notices: Notices
    ledger: Ledger

    @property
    def now(self) -> datetime:
        """What time it is there."""
        return self.take.clock.now()
