"""Refunds of Heleket: there is no key by which a repetition would be known, so he is asked once."""

from typing import Any, Final

from attrs import frozen

from ...core.errors import Unavailable
from ...core.money import Assets
from ...core.payments import (
    Arrival,
    NotReturnable,
    ProviderRefused,
    ProviderUnclear,
    Refund,
    RefundStage,
    RefundState,
)
from ...core.resilience import NotExecuted
from .api import HeleketApi
from .signing import METHOD
from .wire import (
    REFUND_STAGES,
    Unintelligible,
    came_under,
    object_of,
    status_of,
    understood,
)

GREW: Final = "+"
"""Between his name for an invoice and the number of a part by which it grew."""


@frozen
class HeleketRefunds:
    """Money on its way back, by the invoice under which it came."""

    api: HeleketApi
    assets: Assets

    async def ask_for(self, refund: Refund, arrival: Arrival) -> RefundStage:
        """As the port says of `refund`."""
        if not refund.to:
            # Whoever sent it is often an exchange, which would not know whose it is.
            raise NotReturnable(METHOD, "it has to be told to which address")
        try:
            with understood():
                invoice = await self._invoice(arrival)
                if invoice is None:
                    raise NotReturnable(METHOD, "it knows no such invoice")
                (came, said), status = came_under(invoice, self.assets), status_of(invoice)
        except Unavailable as silence:
            raise NotExecuted(str(silence)) from None
        if status in REFUND_STAGES:
            raise NotReturnable(METHOD, f"a refund was asked for before, and is {status} there")
        if came is None or came.asset != refund.amount.asset or came < refund.amount:
            raise NotReturnable(METHOD, f"it says that {came or said} came, not {refund.amount}")
        wanted = {
            "uuid": invoice_named(arrival),
            "address": refund.to,
            # Said always: without it all that is there by then would go back.
            "amount": refund.amount.decimal,
            "is_subtract": True,  # the fee is ours: what we have set aside arrives whole
        }
        if await self.api.pay_out("payment/refund", wanted) is None:
            raise ProviderRefused(METHOD, "it knows no such call, or no such invoice")
        return RefundStage.ACCEPTED

    async def inquire(self, refund: Refund, arrival: Arrival) -> RefundStage:
        """As the port says of `inquire_refund`."""
        with understood():
            invoice = object_of(await self._invoice(arrival))
            stage = REFUND_STAGES.get(status_of(invoice), RefundStage.NOTHING)
            came, _ = came_under(invoice, self.assets)
            of_parts = came != arrival.inflow.amount
        if stage is not RefundStage.NOTHING and of_parts and refund.state is RefundState.UNKNOWN:
            # Only he who heard a yes knows that it was for him.
            raise ProviderUnclear(METHOD, "which part of the invoice goes back is not said")
        return stage

    async def _invoice(self, arrival: Arrival) -> dict[str, Any] | None:
        """The invoice under which it came; None when he does not know it."""
        named = invoice_named(arrival)
        found = await self.api.ask("payment/info", {"uuid": named})
        if found is not None and object_of(found).get("uuid") != named:
            raise Unintelligible("it answered about another invoice")
        return None if found is None else object_of(found)


def invoice_named(arrival: Arrival) -> str:
    """His name for the invoice under which that came."""
    return arrival.inflow.key.partition(GREW)[0]
