"""Fragment sells: who it is for is asked first, and what is paid is looked at before it is."""

from collections.abc import Awaitable, Callable, Sequence, Set
from contextlib import suppress
from secrets import randbelow
from typing import Final

from attrs import define, field, frozen

from ...core.clock import Clock
from ...core.errors import AltynError
from ...core.money import TON, Asset, Money
from ...core.purchases import (
    Delivery,
    Goods,
    Kind,
    Offer,
    Ordered,
    Purchase,
    RecipientRefused,
    Stage,
    State,
    SupplierUnclear,
)
from ...core.resilience import Priority
from ...core.wallets import Bill
from ..http import Said, object_of, text_of
from ..ton import Address
from .api import FragmentApi
from .flows import CONFIRM, FLOWS, Flow, flow_of
from .gates import Checked, Expected, checked
from .payer import Payer
from .refusing import Meaning, heard, meaning_of
from .wire import FRAGMENT, amount_of, shown_of, understood

NEW: Final = "new"
DONE: Final = "done"
NONCE_LEAST: Final = 100_000_000
SPAN: Final = 2_147_483_647 - NONCE_LEAST + 1
MODE_MAX: Final = 40
SOMEBODY: Final = "durov"
"""Looked up to see whether Fragment answers; it does so too by saying that there is no such."""
INVOICES_MAX: Final = 2
"""Of one order: when the price moves in between, another one has the new price."""


@frozen
class Found:
    """Somebody, as Fragment knows them for a while."""

    token: str = field(repr=False)
    shown: str


@frozen
class Invoice:
    """What nobody has to pay."""

    request: str
    amount: Money


@define(eq=False, kw_only=True)
class FragmentSupplier:
    """
    Buys as a person would on the page of each kind.

    The page tells what became of the newest purchase of its kind, and not always of which. So
    what it says is believed of the one under way in its lane, and of others only by name.
    """

    api: FragmentApi
    address: Address
    """The wallet that pays."""
    payer: Callable[[], Awaitable[Payer]]
    """Asked when something is ordered: the chain proves who the wallet is."""
    clock: Clock
    destinations: Set[Address] = field()
    """Who may be paid, as the operator has said: Fragment may change it, and strangers would."""
    paid_in: Asset = TON
    """What we would rather pay in, where there is a choice."""
    show_sender: bool = False
    _modes: dict[str, tuple[str, str]] = field(factory=dict, init=False, repr=False)
    """By flow: of which order its page was seen last, and how."""

    @destinations.validator
    def _somebody(self, _: object, destinations: Set[Address]) -> None:
        if not destinations:
            raise ValueError("somebody has to be paid")

    @property
    def name(self) -> str:
        """As the port says."""
        return FRAGMENT

    @property
    def kinds(self) -> Sequence[Kind]:
        """As the port says."""
        return tuple(FLOWS)

    def lane(self, goods: Goods) -> str:
        """As the port says: a page shows one purchase, to everybody with the same wallet."""
        return f"{FRAGMENT}:{self.address.raw}:{flow_of(goods).name}"

    async def visit(self) -> None:
        """As the port says: somebody is looked up, which takes a session and changes nothing."""
        with suppress(RecipientRefused):
            await self._find(FLOWS[Kind.STARS], None, SOMEBODY, Priority.LOW)

    async def offer(self, goods: Goods, recipient: str) -> Offer:
        """As the port says; it asks for an invoice that nobody pays, since only that is exact."""
        flow = flow_of(goods)
        found = await self._find(flow, goods.quantity, recipient, Priority.HIGH)
        # The page is not told: it may be showing what somebody else has paid for.
        invoice = await self._init(flow, goods, found, recipient, Priority.HIGH)
        return Offer(cost=invoice.amount, shown=found.shown)

    async def stock(self, goods: Goods) -> int | None:
        """As the port says: there is always enough."""
        flow_of(goods)
        return None

    async def order(self, purchase: Purchase) -> Ordered:
        """As the port says."""
        goods, recipient = purchase.wish.goods, purchase.wish.recipient
        flow = flow_of(goods)
        found = await self._find(flow, goods.quantity, recipient, Priority.CRITICAL)
        await self._begin(flow, recipient)
        invoice, due = await self._bill(flow, purchase, found)
        return Ordered(
            order_id=f"{invoice.request} {due.reference}",
            bill=Bill(parts=(due.part,), pay_before=due.pay_before),
            shown=found.shown,
        )

    async def delivery(self, purchase: Purchase, message: str) -> Delivery:
        """As the port says; showing what paid it makes it quicker, and may fail."""
        flow, (request, _, _) = flow_of(purchase.wish.goods), purchase.order_id.partition(" ")
        if message:
            with suppress(AltynError):
                await self._confirm(flow, request, message)
        seen, mode = self._modes.get(flow.name, ("", NEW))
        # Whoever looks again is known by the number, which is the same after a restart.
        asked = {
            "mode": mode if seen == request else NEW,
            "dh": str(_nonce(purchase.outlay.int)),
            "id": request,
        }
        said = await self._state(flow, purchase.wish.recipient, asked)
        with understood():
            mode = text_of(said, "mode", MODE_MAX)
        self._modes[flow.name] = (request, mode)
        if mode != DONE or said.get("need_update"):
            return Delivery(stage=Stage.PENDING, words=f"its page says {mode}")
        # Alone in its lane it is the one that the page shows, unless that names another.
        alone = purchase.state is State.PAID and said.get("req_id") is None
        if alone or request in (said.get("req_id"), said.get("id")):
            return Delivery(stage=Stage.DELIVERED)
        return Delivery(stage=Stage.PENDING, words="its page says done, and not of this purchase")

    async def _bill(self, flow: Flow, purchase: Purchase, found: Found) -> tuple[Invoice, Checked]:
        goods, recipient = purchase.wish.goods, purchase.wish.recipient
        payer = await self.payer()
        for _ in range(INVOICES_MAX):
            invoice = await self._init(flow, goods, found, recipient, Priority.CRITICAL)
            wanted = {
                "account": payer.account,
                "device": payer.device,
                "transaction": "1",
                "id": invoice.request,
                "show_sender": str(int(self.show_sender)),
            }
            said = await self.api.ask(flow.link, flow.page, wanted, Priority.CRITICAL)
            if meaning_of(said)[0] is not Meaning.PRICE:
                break
        expected = Expected(
            amount=invoice.amount,
            beginning=flow.beginning(goods),
            payer=self.address,
            destinations=self.destinations,
        )
        with understood():
            transaction = object_of(heard(said, recipient), "transaction")
            return invoice, checked(transaction, expected, self.clock.now())

    async def _find(
        self, flow: Flow, quantity: int | None, recipient: str, priority: Priority
    ) -> Found:
        wanted = flow.searched(recipient, quantity)
        said = heard(await self.api.ask(flow.search, flow.page, wanted, priority), recipient)
        with understood():
            found = object_of(said, "found")
            return Found(text_of(found, "recipient"), shown_of(found, recipient))

    async def _init(
        self, flow: Flow, goods: Goods, found: Found, recipient: str, priority: Priority
    ) -> Invoice:
        asset = flow.asset(self.paid_in)
        wanted = flow.wanted(found.token, goods.quantity, asset)
        said = heard(await self.api.ask(flow.init, flow.page, wanted, priority), recipient)
        with understood():
            return Invoice(text_of(said, "req_id"), amount_of(said, asset))

    async def _begin(self, flow: Flow, recipient: str) -> None:
        """Begin anew on the page; what becomes of another purchase there might be taken for it."""
        said = await self._state(flow, recipient, {"mode": NEW, "dh": str(_nonce(randbelow(SPAN)))})
        with understood():
            mode = text_of(said, "mode", MODE_MAX)
        if mode != NEW and said.get("req_id") is None:
            raise SupplierUnclear(FRAGMENT, f"its page is taken up with what is {mode}")

    async def _state(self, flow: Flow, recipient: str, asked: dict[str, str]) -> Said:
        wanted = {"lv": "false", **asked}
        said = await self.api.ask(flow.state, flow.page, wanted, Priority.CRITICAL)
        return heard(said, recipient)

    async def _confirm(self, flow: Flow, request: str, message: str) -> None:
        payer = await self.payer()
        wanted = {
            "account": payer.account,
            "device": payer.device,
            "boc": message,
            "id": request,
        }
        await self.api.ask(CONFIRM, flow.page, wanted, Priority.CRITICAL)


def _nonce(number: int) -> int:
    """The number by which somebody who looks is known, made of any number."""
    return NONCE_LEAST + number % SPAN
