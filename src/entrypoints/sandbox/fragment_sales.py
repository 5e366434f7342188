"""What Fragment sells, by which calls, and what has become of each request."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from attrs import define, field, frozen

MONTHS: Final = {"3": "3 months", "6": "6 months", "12": "1 year"}
PREMIUM_USD: Final = {"3": Decimal("11.99"), "6": Decimal("15.99"), "12": Decimal("28.99")}
STAR_USD: Final = Decimal("0.015")
STARS: Final = range(50, 1_000_001)
COINS: Final = range(1, 1_000_000_001)


@frozen(kw_only=True)
class Counter:
    """Where one kind of things is sold."""

    name: str
    page: str
    search: str
    state: str
    init: str
    link: str
    counts: str
    """What the quantity is called."""
    payable: tuple[str, ...]


COUNTERS: Final = (
    Counter(
        name="stars",
        page="/stars/buy",
        search="searchStarsRecipient",
        state="updateStarsBuyState",
        init="initBuyStarsRequest",
        link="getBuyStarsLink",
        counts="quantity",
        payable=("ton", "usdt_ton"),
    ),
    Counter(
        name="premium",
        page="/premium/gift",
        search="searchPremiumGiftRecipient",
        state="updatePremiumState",
        init="initGiftPremiumRequest",
        link="getGiftPremiumLink",
        counts="months",
        payable=("ton", "usdt_ton"),
    ),
    Counter(
        name="topup",
        page="/ads/topup",
        search="searchAdsTopupRecipient",
        state="updateAdsTopupState",
        init="initAdsTopupRequest",
        link="getAdsTopupLink",
        counts="amount",
        payable=(),
    ),
)


@define
class Asked:
    """Something that somebody may pay for; who does not owes nothing."""

    id: str
    counter: Counter
    username: str
    quantity: int
    method: str
    coins: Decimal
    reference: str
    """`Ref#…`, by which a payment is known."""
    paid_at: datetime | None = None
    delivered_at: datetime | None = None

    @property
    def units(self) -> int:
        """In the smallest units of what it is paid in."""
        return int(self.coins * (10**6 if self.method == "usdt_ton" else 10**9))

    @property
    def mode(self) -> str:
        """How its page shows it."""
        if self.delivered_at is not None:
            return "done"
        return "new" if self.paid_at is None else "processing"

    @property
    def words(self) -> str:
        """What whoever pays is to write."""
        match self.counter.name:
            case "stars":
                what = f"{self.quantity} Telegram Stars"
            case "premium":
                what = f"Telegram Premium for {MONTHS[str(self.quantity)]}"
            case _:
                what = "Telegram account top up"
        return f"{what} \n\n{self.reference}"


@define
class Page:
    """What is open in the browser of a session: it shows one request, the one that moved last."""

    hash: str
    looks: set[str] = field(factory=set)
    """The numbers by which those who look again are known."""
    shown: Asked | None = None
    told: bool = False
    """Whether somebody was told that what it shows is done."""

    def show(self, asked: Asked) -> None:
        """Something has become of it."""
        self.shown, self.told = asked, False
