"""The drawer: a person decides about what waits there."""

from attrs import frozen

from ..balances import Account, AccountName
from ..identity import ABOUT_MAX, Audit, Caller, Permission
from ..transaction import Transaction
from ..wording import one_line
from .arrival import Arrival
from .cashbook import Cashbook
from .errors import ArrivalMissing, NothingHeld
from .ports import Arrivals, Payments


@frozen
class CreditHeld:
    """Give what was held of an arrival to whoever was asked for it."""

    payments: Payments
    arrivals: Arrivals
    cashbook: Cashbook
    transaction: Transaction
    audit: Audit

    async def __call__(self, method: str, key: str, by: Caller) -> None:
        """
        Credit it to the target of its payment, at the rate of the quote.

        Raises:
            NotAllowed: they may not decide whose money it is.
            NotSure: they have not shown their second factor just now.
            ArrivalMissing: nothing came under that key, or it belongs to no payment.
            NothingHeld: it was decided before.
            ArrivalMoved: another part of it was given to somebody else.
            AssetsMixed: it is another asset, for which there is no rate: give it as it came.
        """
        by.must(Permission.DECIDE)
        by.must_be_sure()
        owner = (await self.arrivals.get(method, key)).payment
        if owner is None:
            raise ArrivalMissing(method, key)
        async with self.transaction():
            payment = await self.payments.get(owner)  # payments before arrivals, as everywhere
            arrival = await waiting(self.arrivals, method, key)
            after = await self.cashbook.credit_held(payment, arrival)
            await self.payments.put(after, was=payment.state)
            to = str(payment.order.target)
            await told(self.cashbook, self.audit, "arrival.credited", arrival, by, to)


@frozen
class GiveHeld:
    """Give what was held of an arrival to somebody, as it came."""

    payments: Payments
    arrivals: Arrivals
    cashbook: Cashbook
    transaction: Transaction
    audit: Audit

    async def __call__(self, method: str, key: str, to: AccountName, by: Caller) -> None:
        """
        Credit it to that account, in the asset that came.

        Raises:
            NotAllowed: they may not decide whose money it is.
            NotSure: they have not shown their second factor just now.
            ArrivalMissing: nothing came under that key.
            NothingHeld: it was decided before.
            ArrivalMoved: another part of it was given to somebody else.
        """
        by.must(Permission.DECIDE)
        by.must_be_sure()
        owner = (await self.arrivals.get(method, key)).payment
        async with self.transaction():
            if owner is not None:  # whoever books for it may be about to credit what is held
                await self.payments.get(owner)
            arrival = await waiting(self.arrivals, method, key)
            account = Account(to, arrival.held.asset)
            await self.cashbook.give_held(arrival, account, reference=f"{method}:{key}"[:128])
            await told(self.cashbook, self.audit, "arrival.given", arrival, by, str(to))


async def waiting(arrivals: Arrivals, method: str, key: str) -> Arrival:
    """The arrival, of which something waits."""
    arrival = await arrivals.get(method, key)
    if not arrival.held.units:
        raise NothingHeld(method, key)
    return arrival


async def told(
    cashbook: Cashbook, audit: Audit, what: str, arrival: Arrival, by: Caller, to: str
) -> None:
    """Who decided what goes into the history, and into the trail."""
    method, key = arrival.key
    facts = {"method": method, "key": key, "by": by.name, "to": to}
    await cashbook.tell("arrival.decided", dict(facts))
    amount = str(arrival.held)
    await audit(by, what, thing("arrival", method, key), to=to, amount=amount, key=key)


def thing(what: str, method: str, key: str) -> str:
    """What the trail calls something that a provider named: as much of that as it can keep."""
    return one_line(f"{what}:{method}:{key}", ABOUT_MAX)
