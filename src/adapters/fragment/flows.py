"""What can be bought, and by which calls: the same steps each time, under other names."""

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from ...core.money import TON, USDT, Asset
from ...core.purchases import Goods, Kind, SupplierRefused
from .wire import FRAGMENT

CONFIRM: Final = "confirmReq"

MONTHS: Final[Mapping[int, str]] = {3: "3 months", 6: "6 months", 12: "1 year"}


@frozen(kw_only=True)
class Flow:
    """The calls by which one kind of goods is bought."""

    name: str
    page: str
    """From where the page of a person would make them; its hash goes for them."""
    state: str
    search: str
    init: str
    link: str
    counts: str
    """What the quantity is called at `init`."""
    search_counts: bool
    """Whether the quantity is told at `search` too."""
    most: int
    paid_in: Mapping[Asset, str]
    """How each asset is called in which it can be paid; none where there is no choice."""
    words: str
    """How the comment begins that goes with the payment; it says the quantity where it can."""

    def searched(self, query: str, quantity: int | None) -> dict[str, str]:
        """What `search` is asked; without a quantity it is only about the person."""
        counted = {self.counts: "" if quantity is None else str(quantity)}
        return {"query": query} | (counted if self.search_counts else {})

    def wanted(self, recipient: str, quantity: int, asset: Asset) -> dict[str, str]:
        """What `init` is asked."""
        called = self.paid_in[asset]
        return {"recipient": recipient, self.counts: str(quantity)} | (
            {"payment_method": called} if called else {}
        )

    def beginning(self, goods: Goods) -> str:
        """How the comment begins when so much of it is bought."""
        return self.words.format(quantity=goods.quantity, months=MONTHS.get(goods.quantity))

    def asset(self, preferred: Asset) -> Asset:
        """In what it is paid, if the choice is ours."""
        return preferred if preferred in self.paid_in else TON


FLOWS: Final[Mapping[Kind, Flow]] = {
    Kind.STARS: Flow(
        name="stars",
        page="/stars/buy",
        state="updateStarsBuyState",
        search="searchStarsRecipient",
        init="initBuyStarsRequest",
        link="getBuyStarsLink",
        counts="quantity",
        search_counts=True,
        most=1_000_000,
        paid_in={TON: "ton", USDT: "usdt_ton"},
        words="{quantity} Telegram Stars",
    ),
    Kind.PREMIUM: Flow(
        name="premium",
        page="/premium/gift",
        state="updatePremiumState",
        search="searchPremiumGiftRecipient",
        init="initGiftPremiumRequest",
        link="getGiftPremiumLink",
        counts="months",
        search_counts=True,
        most=12,
        paid_in={TON: "ton", USDT: "usdt_ton"},
        words="Telegram Premium for {months}",
    ),
    Kind.TON: Flow(
        name="topup",
        page="/ads/topup",
        state="updateAdsTopupState",
        search="searchAdsTopupRecipient",
        init="initAdsTopupRequest",
        link="getAdsTopupLink",
        counts="amount",
        search_counts=False,
        most=1_000_000_000,
        paid_in={TON: ""},
        words="Telegram account top up",
    ),
}


def flow_of(goods: Goods) -> Flow:
    """
    How that is bought.

    Raises:
        SupplierRefused: it is not sold there, or not so much of it.
    """
    flow = FLOWS.get(goods.kind)
    if flow is None:
        raise SupplierRefused(FRAGMENT, f"it does not sell {goods.kind}")
    if goods.quantity > flow.most:
        raise SupplierRefused(FRAGMENT, f"it sells {flow.most} {goods.kind} at once, not {goods}")
    return flow
