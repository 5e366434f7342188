"""Stars out of our own wallet, from Fragment: `/buy_stars_fragment COUNT [@USER [WHY]]`."""

from typing import Final

from attrs import frozen

from .....core.errors import AltynError
from .....core.identity import Caller
from .....core.oversight import DoubtKind, Thing
from .....core.purchases import (
    BuyForHouse,
    Goods,
    Kind,
    Purchase,
    PurchaseId,
    Purchases,
    Suppliers,
)
from ....wiring.sellers import FRAGMENT
from ...views.goods import goods_name
from ...views.office.sheet import sheet
from ..guest import Facts, Front, Guest, Shown
from .deeds import Deed, because_of, drafted, id_of
from .people import People
from .reviewing import Reviewing, named_in
from .sure import still

NAME: Final = "buy_stars_fragment"
DIGITS_MAX: Final = 9


@frozen
class Direct:
    """Drafts purchases of the house, and begins them."""

    front: Front
    people: People
    reviewing: Reviewing
    buy: BuyForHouse
    purchases: Purchases
    suppliers: Suppliers

    @property
    def is_open(self) -> bool:
        """Whether Fragment sells Stars here, and they have a price."""
        sellers = [each.name for each in self.suppliers.all if Kind.STARS in each.kinds]
        return Kind.STARS in self.front.kinds and FRAGMENT in sellers

    @property
    def deed(self) -> Deed:
        """Somebody is given Stars, and the house pays."""
        return Deed(tell=self._tell, do=self._do, after=self._after, before=self._before)

    async def asked(self, guest: Guest, facts: Facts, text: str) -> Shown | Facts:
        """A draft with the price of now, for oneself where nobody is named."""
        number, _, rest = text.strip().partition(" ")
        whom, _, because = rest.strip().partition(" ")
        recipient = whom.removeprefix("https://t.me/").removeprefix("@") or guest.user.username
        if not (number.isdecimal() and len(number) <= DIGITS_MAX and recipient):
            return await self.people.ask(guest, {"what": NAME, **still(facts)})
        draft = drafted(guest, NAME, still(facts), because=because)
        try:
            goods = Goods(kind=Kind.STARS, quantity=int(number))
            asset, id = self.front.asset, PurchaseId(id_of(draft))
            await self.buy.price(id, Caller.of(guest.user), goods, recipient, asset, FRAGMENT)
        except AltynError as no:
            return await self.people.nobody(guest, facts, NAME, text, str(no))
        return draft

    async def _purchase(self, facts: Facts) -> Purchase:
        return await self.purchases.get(PurchaseId(id_of(facts)))

    async def _tell(self, guest: Guest, facts: Facts) -> str:
        purchase, words = await self._purchase(facts), guest.words
        wish, quote = purchase.wish, purchase.quote
        lines = [
            ("bought", goods_name(words, wish.goods.kind, wish.goods.quantity)),
            ("payee", f"{purchase.shown} (@{wish.recipient})"),
            ("supplier", purchase.supplier),
            ("cost", quote.cost),
            ("most", quote.cost_max),
            ("until", quote.expires_at),
        ]
        return sheet(words, words.plain("direct"), lines)

    async def _do(self, by: Caller, facts: Facts) -> None:
        await self.buy(PurchaseId(id_of(facts)), by, because_of(facts, by))

    async def _after(self, guest: Guest, facts: Facts) -> Shown:
        about = named_in(Thing(DoubtKind.PURCHASE, str(id_of(facts))))
        return await self.reviewing.doubt(guest, {**about, **still(facts)})

    async def _before(self, guest: Guest, facts: Facts) -> Shown:
        return await self.people.ask(guest, {"what": NAME, **still(facts)})
