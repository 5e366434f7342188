"""The two ways of paying: coins for as many packs as one likes, or Stars for one."""

import re
from collections.abc import Set
from typing import Final, Protocol

from attrs import field, frozen

from ...core.money import XTR, Money
from ...core.purchases import SupplierClosed, SupplierRefused
from ...core.resilience import Priority
from ...core.wallets import Part
from ..http import Unintelligible, text_of
from ..ton import Address, NotAnAddress, parse_address
from .api import StickerdomApi
from .operations import COLLECTION, INVOICE, ORDER, PRICE, SETTINGS
from .wire import (
    STICKERDOM,
    STICKERDOM_STARS,
    Item,
    character_of,
    data_of,
    left_of,
    nano_of,
    price_in_coins,
    price_in_stars,
    times,
    understood,
)

ORDER_ID_BYTES_MAX: Final = 120
ADDRESS_MAX: Final = 80
LINK: Final = re.compile(r"https://t\.me/\$([0-9A-Za-z_-]{1,128})")


class Way(Protocol):
    """How the store is paid."""

    @property
    def name(self) -> str:
        """What a supplier who is paid like that is called."""
        ...

    @property
    def most(self) -> int:
        """How many packs are bought at once."""
        ...

    async def check(self, api: StickerdomApi, priority: Priority) -> None:
        """
        Nothing, where the store takes that.

        Raises:
            SupplierClosed: it does not at present.
            Unavailable: it did not say.
        """
        ...

    async def price(self, api: StickerdomApi, item: Item, priority: Priority) -> Money:
        """
        What one pack costs.

        Raises:
            SupplierRefused: there is none.
            Unavailable: it did not say.
        """
        ...

    async def order(self, api: StickerdomApi, item: Item, count: int) -> tuple[str, Part]:
        """
        The id of an order, and what is to be paid for it.

        Raises:
            SupplierRefused: there is no such order.
            SupplierClosed: what it wants to be paid is not what we would pay.
            Unavailable: there may be one, which nobody will pay.
        """
        ...


@frozen(kw_only=True)
class CoinsWay:
    """Coins, sent with the id of the order."""

    ours: Set[Address] = field()
    """Our own wallets: nobody is paid there."""
    most: int = 5
    name: str = field(default=STICKERDOM, init=False)

    @ours.validator
    def _some(self, _: object, ours: Set[Address]) -> None:
        if not ours:
            raise ValueError("somebody pays")

    async def check(self, api: StickerdomApi, priority: Priority) -> None:
        """As the protocol says."""
        with understood():
            settings = data_of(await api.ask(SETTINGS, priority))
        if settings.get("is_crypto_payment_enabled") is False:
            raise SupplierClosed(STICKERDOM, "it takes no coins at present")

    async def price(self, api: StickerdomApi, item: Item, priority: Priority) -> Money:
        """As the protocol says."""
        await self.check(api, priority)
        said = await api.ask(PRICE, priority, collection=item.collection, character=item.character)
        with understood():
            return price_in_coins(said)

    async def order(self, api: StickerdomApi, item: Item, count: int) -> tuple[str, Part]:
        """As the protocol says; whether it costs more by now is for others to say."""
        said = await api.ask(
            ORDER,
            Priority.CRITICAL,
            collection=item.collection,
            character=item.character,
            count=str(count),
        )
        with understood():
            data = data_of(said)
            if data.get("currency") != "TON":
                raise _stop("it wants to be paid in something else than coins")
            amount = nano_of(data, "total_amount")
            id = text_of(data, "order_id", ORDER_ID_BYTES_MAX)
            if len(id.encode()) > ORDER_ID_BYTES_MAX:
                raise Unintelligible("the id of the order is too long")
            to = self._payee(text_of(data, "wallet", ADDRESS_MAX))
        return id, Part(to=to.raw, amount=amount, comment=id)

    def _payee(self, text: str) -> Address:
        try:
            to = parse_address(text)
        except NotAnAddress as wrong:
            raise _stop(str(wrong)) from None
        if to in self.ours:
            raise _stop("it wants us to pay ourselves")
        return to


@frozen(kw_only=True)
class StarsWay:
    """
    Stars, by an invoice in Telegram, of one pack.

    The store says the price with the character, in a unit that is not confirmed. Whoever pays
    compares it with the invoice, and pays nothing that is another amount.
    """

    bot: int
    """The store's: its invoices are paid, and nobody else's."""
    most: int = field(default=1, init=False)
    name: str = field(default=STICKERDOM_STARS, init=False)

    async def check(self, api: StickerdomApi, priority: Priority) -> None:
        """As the protocol says; that it takes Stars it does not say, but that it lets us in."""
        with understood():
            data_of(await api.ask(SETTINGS, priority))

    async def price(self, api: StickerdomApi, item: Item, priority: Priority) -> Money:
        """As the protocol says."""
        said = await api.ask(COLLECTION, priority, collection=item.collection)
        with understood():
            character = character_of(said, item)
            if character is None:
                raise SupplierRefused(STICKERDOM, "the collection has no such character")
            if left_of(character) < self.most:
                raise SupplierRefused(STICKERDOM, "it is sold out")
            return Money(price_in_stars(character), XTR)

    async def order(self, api: StickerdomApi, item: Item, count: int) -> tuple[str, Part]:
        """As the protocol says."""
        price = await self.price(api, item, Priority.CRITICAL)
        said = await api.ask(
            INVOICE, Priority.CRITICAL, collection=item.collection, character=item.character
        )
        with understood():
            link = LINK.fullmatch(text_of(data_of(said), "url"))
            if link is None:
                raise Unintelligible("the link to its invoice is none")
        return link[1], Part(to=str(self.bot), amount=times(price, count), body=link[1])


def _stop(reason: str) -> SupplierClosed:
    return SupplierClosed(STICKERDOM, reason)
