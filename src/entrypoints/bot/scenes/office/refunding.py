"""Giving money back: `/refund KEY [AMOUNT] [WHY]`, or a button below a payment."""

from typing import Final

from attrs import frozen

from .....core.amounts import amount_written, leading_amount
from .....core.errors import Missing, Refused
from .....core.identity import Caller
from .....core.money import Assets, Money
from .....core.oversight import DoubtKind, Thing, TraceMoney
from .....core.payments import Arrival, RefundId, RequestRefund, Wish
from ...views.office import people as views
from ...views.office.sheet import sheet
from ..guest import Facts, Guest, Shown
from .deeds import Deed, because_of, drafted, id_of
from .people import People
from .reviewing import Reviewing, named_in, thing_in
from .sure import still

NAME: Final = "refund"


@frozen
class Refunding:
    """Drafts refunds, and asks for them."""

    people: People
    reviewing: Reviewing
    trace: TraceMoney
    request: RequestRefund
    assets: Assets

    @property
    def deed(self) -> Deed:
        """Some of what came under a name goes back."""
        return Deed(tell=self._tell, do=self._do, after=self._after, before=self.people.money_again)

    async def asked(self, guest: Guest, facts: Facts, text: str) -> Shown | Facts:
        """A draft by a name, perhaps an amount, perhaps words that say why; else what is found."""
        name, _, rest = text.strip().partition(" ")
        try:
            trace = await self.trace(Caller.of(guest.user), name)
        except (Refused, Missing) as no:
            return await self.people.nobody(guest, facts, NAME, name, str(no))
        left = [each for each in trace.arrivals if views.left(each).units]
        if len(left) != 1:
            return await self.people.money(guest, facts, name)
        try:
            return self._draft(guest, {"money": name, **still(facts)}, left[0], rest.strip())
        except Refused as no:
            return await self.people.nobody(guest, facts, NAME, text, str(no))

    async def chosen(self, guest: Guest, facts: Facts, argument: str) -> Facts:
        """A draft by a button: of that part of what is shown."""
        trace = await self.trace(Caller.of(guest.user), facts["money"])
        return self._draft(guest, facts, trace.arrivals[int(argument)], "")

    async def of_drawer(self, guest: Guest, facts: Facts) -> Facts:
        """A draft of what waits in the drawer, of which a doubt is shown."""
        thing = thing_in(facts)
        arrival = await self.reviewing.arrival(guest, thing)
        return self._draft(guest, {"money": thing.key, **still(facts)}, arrival, "")

    def _draft(self, guest: Guest, facts: Facts, arrival: Arrival, rest: str) -> Facts:
        amount, because = views.left(arrival), rest
        first, others = leading_amount(rest)
        try:
            amount, because = amount_written(first, amount.asset), others
        except Refused:
            if first.lstrip("+-")[:1].isdigit():
                raise  # an amount that cannot be read is not all of it
        told = {
            "money": facts["money"],
            "method": arrival.method,
            "key": arrival.inflow.key,
            "amount": amount.decimal,
            "asset": amount.asset.code,
            **still(facts),
        }
        return drafted(guest, NAME, told, because=because)

    def _amount(self, facts: Facts) -> Money:
        return Money.parse(facts["amount"], self.assets.named(facts["asset"]))

    async def _tell(self, guest: Guest, facts: Facts) -> str:
        lines = [
            ("amount", self._amount(facts)),
            ("method", facts["method"]),
            ("key", facts["key"]),
        ]
        return sheet(guest.words, guest.words.plain("refund"), lines)

    async def _do(self, by: Caller, facts: Facts) -> None:
        wish = Wish(
            id=RefundId(id_of(facts)),
            method=facts["method"],
            key=facts["key"],
            amount=self._amount(facts),
            reason=because_of(facts, by),
            by=by,
        )
        await self.request(wish)

    async def _after(self, guest: Guest, facts: Facts) -> Shown:
        about = named_in(Thing(DoubtKind.REFUND, str(id_of(facts))))
        return await self.reviewing.doubt(guest, {**about, **still(facts)})
