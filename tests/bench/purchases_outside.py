"""A supplier and a wallet that answer at once: what is left is what a purchase costs us."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from attrs import define, field

from altyn.core.clock import Clock
from altyn.core.money import TON, Asset, Money
from altyn.core.purchases import Delivery, Goods, Kind, Offer, Ordered, Purchase, Stage
from altyn.core.wallets import Bill, Cheque, Draft, Look, Part, Sight

COST: Final = Money.parse("0.5", TON)
FEE: Final = Money.parse("0.003", TON)
LIVES: Final = timedelta(minutes=1)
HOLDS: Final = timedelta(hours=1)


@define
class PromptWallet:
    """Pays as many bills with one cheque as a wallet v5R1 does, as soon as it is presented."""

    clock: Clock
    name: str = "ton"
    assets: Sequence[Asset] = (TON,)
    bills_max: int = 255
    presents_are_single: bool = True
    sequence: int = 0
    paid: dict[str, int] = field(factory=dict)
    """How many bills were paid, by message."""

    async def draw(self, bills: Sequence[Bill], last: int) -> Draft:
        """As the port says."""
        message = f"message {self.sequence}"
        expires_at = self.clock.now() + LIVES
        return Draft(message=message, hash=message, sequence=self.sequence, expires_at=expires_at)

    async def present(self, cheque: Cheque) -> Look:
        """As the port says: it is carried out at once."""
        if cheque.draft.sequence == self.sequence:
            self.paid[cheque.draft.message] = len(cheque.outlays)
            self.sequence += 1
        return await self.look(cheque)

    async def look(self, cheque: Cheque) -> Look:
        """As the port says."""
        return Look(
            sight=Sight.CASHED,
            as_of=self.clock.now(),
            paid=[True] * self.paid[cheque.draft.message],
            proof=cheque.draft.hash,
            fee=FEE,
        )

    async def balance(self, asset: Asset) -> Money:
        """As the port says."""
        return Money(10**15, asset)


@define
class PromptSupplier:
    """Sells Stars, any number of purchases side by side, and delivers what was paid at once."""

    clock: Clock
    name: str = "fragment"
    kinds: Sequence[Kind] = (Kind.STARS,)
    ordered: int = 0

    def lane(self, goods: Goods) -> str:
        """As the port says: there is none."""
        return ""

    async def visit(self) -> None:
        """As the port says: it always works."""

    async def offer(self, goods: Goods, recipient: str) -> Offer:
        """As the port says."""
        return Offer(cost=COST, shown=recipient)

    async def stock(self, goods: Goods) -> int | None:
        """As the port says."""
        return None

    async def order(self, purchase: Purchase) -> Ordered:
        """As the port says."""
        self.ordered += 1
        number = str(self.ordered)
        part = Part(to="fragment", amount=COST, comment=f"order {number}")
        bill = Bill(parts=(part,), pay_before=self.clock.now() + HOLDS)
        return Ordered(order_id=number, bill=bill, shown=purchase.wish.recipient)

    async def delivery(self, purchase: Purchase, message: str) -> Delivery:
        """As the port says."""
        return Delivery(stage=Stage.DELIVERED, proof="seen")
