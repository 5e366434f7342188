"""Finding what somebody asks about: a person, a payment, and how often one may."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from attrs import frozen

from ..balances import Balance, Ledger
from ..identifiers import MalformedId, parse_id
from ..identity import Caller, FindUser, Permission, User
from ..limits import Admission, Meter, Rulebook
from ..payments import (
    Arrival,
    ArrivalMissing,
    Arrivals,
    Gateways,
    Payment,
    PaymentId,
    Payments,
    Refund,
    Refunds,
)
from ..purchases import Purchase, Purchases

NAME_SHOWN: Final = 80


@frozen(kw_only=True)
class Person:
    """Somebody, and what they have and had."""

    user: User
    balances: Sequence[Balance]
    payments: Sequence[Payment]
    """The latest, the newest first."""
    purchases: Sequence[Purchase]
    """The same."""


@frozen
class ReadPerson:
    """Somebody with everything that whoever helps them asks for first."""

    find: FindUser
    ledger: Ledger
    payments: Payments
    purchases: Purchases

    async def __call__(self, by: Caller, text: str, latest: int) -> Person:
        """
        Whoever that names, by a number or a username.

        Raises:
            NotAllowed: they may not look at others.
            MalformedUser: nobody can be called that.
            UserMissing: nobody is.
        """
        by.must(Permission.SEE_OTHERS)
        user = await self.find(by, text)
        return Person(
            user=user,
            balances=await self.ledger.balances(user.account),
            payments=await self.payments.of(user.account, latest),
            purchases=await self.purchases.of(user.account, latest),
        )


@frozen(kw_only=True)
class Trace:
    """Money that came: for which payment, in which parts, and what of it goes or went back."""

    payment: Payment | None
    """None where nobody knows what it is for."""
    arrivals: Sequence[Arrival]
    refunds: Sequence[Refund]


@frozen
class TraceMoney:
    """A payment, by our id for it or by what its provider calls what came."""

    gateways: Gateways
    payments: Payments
    arrivals: Arrivals
    refunds: Refunds

    async def __call__(self, by: Caller, name: str) -> Trace:
        """
        All that is known of it.

        Raises:
            NotAllowed: they may not look at others.
            PaymentMissing: nothing has this id.
            ArrivalMissing: nothing came under that name, by any way of paying that is enabled.
        """
        by.must(Permission.SEE_OTHERS)
        with suppress(MalformedId):
            return await self._of(PaymentId(parse_id(name)))
        arrival = await self._arrival(name)
        if arrival.payment is not None:
            return await self._of(arrival.payment)
        return await self._trace(None, [arrival])

    async def _of(self, id: PaymentId) -> Trace:
        return await self._trace(await self.payments.get(id), await self.arrivals.of(id))

    async def _arrival(self, name: str) -> Arrival:
        for method in self.gateways.by_method:
            with suppress(ArrivalMissing):
                return await self.arrivals.get(method, name)
        raise ArrivalMissing("any way", name[:NAME_SHOWN])

    async def _trace(self, payment: Payment | None, arrivals: Sequence[Arrival]) -> Trace:
        refunds = [back for each in arrivals for back in await self.refunds.of_arrival(*each.key)]
        return Trace(payment=payment, arrivals=arrivals, refunds=refunds)


@frozen
class ReadLimits:
    """How often somebody may do something, with nothing counted."""

    meter: Meter
    rulebook: Rulebook

    async def __call__(
        self, by: Caller, way_in: str, action: str, subjects: Mapping[str, str]
    ) -> Admission:
        """
        What is left to them of each limit before that.

        Raises:
            NotAllowed: they may not look at others.
            RuleUnknown, SubjectMissing: there is no such action, or it counts somebody else.
        """
        by.must(Permission.SEE_OTHERS)
        return await self.meter.peek(*self.rulebook.demands(way_in, action, subjects))
