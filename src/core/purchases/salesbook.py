"""The salesbook: what purchases do to balances, and what is told of them, inside a transaction."""

from typing import Final

from attrs import field, frozen

from ..balances import (
    Account,
    Closed,
    Ledger,
    Move,
    OpenAccounts,
    Place,
    Placed,
    Receipt,
    Release,
    Transfer,
    TransferId,
    granted,
)
from ..clock import Clock
from ..errors import AltynError
from ..events import Event, EventId, Fact, Outbox
from ..identifiers import Identifiers
from ..spans import innermost
from .ports import Purchases
from .purchase import SET_ASIDE, Late, Purchase, Share, State

TOLD_OF_LATE: Final = {Late.WAITING: "late", Late.BORNE: "borne"}


@frozen
class Salesbook:
    """Keeps purchases, with the money that each of their states says is somewhere."""

    purchases: Purchases
    ledger: Ledger
    outbox: Outbox
    clock: Clock
    identifiers: Identifiers
    accounts: OpenAccounts = field(init=False, eq=False, repr=False)

    @accounts.default
    def _none_yet(self) -> OpenAccounts:
        return OpenAccounts(self.ledger)

    async def ahead(self, purchase: Purchase) -> None:
        """Outside of any transaction: see to it that its money can be taken with little ado."""
        await self.accounts.ahead(*map(_taker, purchase.shares))

    async def keep(self, before: Purchase, after: Purchase) -> Purchase:
        """
        Keep what became of a purchase, and move the money as that says.

        Raises:
            PurchaseMoved: somebody else was faster.
            LaneTaken: another one is under way in its lane.
        """
        innermost().tell(purchase=str(after.id))
        await self.purchases.put(after)
        if after.late is not before.late:
            await self._came_late(before, after)
        if after.state is before.state:
            return after
        if before.state in SET_ASIDE and after.state not in SET_ASIDE:
            for share in after.shares:
                if after.state is State.DELIVERED:
                    await self._take(share)
                elif after.loss is not None and share.hold == after.loss.hold:
                    await self._take(after.loss)
                else:
                    await self._give_back(share)
        await self.tell(after)
        return after

    async def set_aside(self, purchase: Purchase) -> None:
        """
        Hold all that the purchase takes.

        Raises:
            InsufficientFunds: there is too little of something; the transaction has to be undone.
        """
        for share in purchase.shares:
            (verdict,) = await self.ledger.carry_out([Place(share.hold)])
            granted(verdict, Placed)

    async def _came_late(self, before: Purchase, after: Purchase) -> None:
        """The house bears what it cost, until somebody pays for it after all."""
        if after.late is Late.WAITING:
            await self._move(after.cost_borne)
        elif before.late is Late.WAITING and after.late is Late.PAID:
            for share in after.shares:
                await self._move(share.transfer)
            await self._move(after.cost_borne.opposite(TransferId(after.derived("late paid"))))
        elif after.loss is not None:
            await self._move(after.loss.found)
        if after.late in TOLD_OF_LATE:
            await self.tell(after, TOLD_OF_LATE[after.late])

    async def _move(self, transfer: Transfer) -> None:
        """Without anything set aside for it."""
        await self.accounts.now(Account(transfer.target, transfer.amount.asset))
        (verdict,) = await self.ledger.carry_out([Move.of(transfer)])
        granted(verdict, Receipt)

    async def _take(self, share: Share) -> None:
        await self.accounts.now(_taker(share))
        (verdict,) = await self.ledger.carry_out([Move((share.transfer,), share.hold.id)])
        granted(verdict, Receipt)

    async def _give_back(self, share: Share) -> None:
        (verdict,) = await self.ledger.carry_out([Release(share.hold.id)])
        granted(verdict, Closed)

    async def tell(self, purchase: Purchase, what: str = "") -> None:
        """Put into the outbox in which state it is now, or something else about it."""
        wish, quote = purchase.wish, purchase.quote
        innermost().tell(purchase=str(purchase.id), state=purchase.state)
        facts: dict[str, Fact] = {
            "purchase": str(purchase.id),
            "buyer": wish.buyer,
            "recipient": wish.recipient,
            "kind": wish.goods.kind,
            "quantity": wish.goods.quantity,
            "item": wish.goods.item,
            "price": str(quote.price),
            "cost": str(quote.cost),
            "margin": str(quote.margin),
            "supplier": purchase.supplier,
            "proof": purchase.proof,
            "told": purchase.told,
            "decided_by": purchase.decided_by,
        }
        id = EventId(self.identifiers())
        name = f"purchase.{what or purchase.state}"
        await self.outbox.put([Event(id=id, name=name, at=self.clock.now(), facts=facts)])


def _taker(share: Share) -> Account:
    return Account(share.target, share.amount.asset)


def why(no: AltynError) -> str:
    """A refusal in words that can be kept with a purchase."""
    return f"{no.code}: {no}"
