"""An example of everything that goes over the wire, made of the shapes themselves."""

from collections.abc import Mapping
from typing import Any, Final

from attrs import asdict, has
from msgspec import Struct, to_builtins

from ...core.health import Condition
from ...core.payments import Goods, Place
from ...core.purchases import Kind
from ..wiring.doctor import Finding, Grade
from ..wiring.plain import (
    Amount,
    PlainBalance,
    PlainBalances,
    PlainEntry,
    PlainHold,
    PlainStatement,
)
from ..wiring.plain_access import PlainFactor, PlainSession
from ..wiring.plain_payments import PlainArrival, PlainOffer, PlainPayment, PlainRefund
from ..wiring.plain_purchases import PlainCampaign
from .auth import (
    CodeShown,
    Enrolled,
    LaunchShown,
    PlainSessions,
    RefreshShown,
    SureTokens,
    Tokens,
)
from .balances import PlainHolds
from .bodies import Nothing, Sum
from .campaigns import NewCampaign, NewStrategy, PlainCampaigns
from .examples_people import OF_PEOPLE, ONE, TWO, WHEN
from .health import Examined, Live, Ready
from .limits import PlainLimit, PlainLimits
from .payments import (
    NewPayment,
    NewRefund,
    PlainArrivals,
    PlainOffers,
    PlainPayments,
    Reason,
)
from .problems import Problem
from .purchases import (
    NewPurchase,
    NewQuote,
    SeenGoods,
    Settlement,
    ShownPurchase,
    ShownPurchases,
    Why,
)
from .refunds import Declined, PlainRefunds, Seen

LATER: Final = "2026-11-20T12:03:20.671428Z"
USER: Final = "user:42"


def rub(decimal: str) -> Amount:
    """Roubles."""
    return Amount(decimal, "RUB", decimal.replace(".", "").lstrip("0") or "0")


def ton(decimal: str, units: str) -> Amount:
    """Coins."""
    return Amount(decimal, "TON", units)


BALANCE: Final = PlainBalance(USER, "RUB", rub("350.00"), rub("50.00"), rub("400.00"))
ENTRY: Final = PlainEntry(
    number=3,
    at=WHEN,
    change=rub("20.50"),
    after=rub("400.00"),
    counterpart="income:shop",
    transfer=TWO,
    kind="correction",
    reference="",
    memo="Wrong price",
    corrects=ONE,
)
HOLD: Final = PlainHold(
    id=ONE,
    account=USER,
    amount=rub("50.00"),
    state="open",
    captured=rub("0.00"),
    reference=TWO,
    placed_at=WHEN,
    expires_at=None,
    closed_at=None,
)
PAYMENT: Final = PlainPayment(
    id=ONE,
    state="pending",
    method="heleket",
    payer=USER,
    account=USER,
    asked=rub("500.00"),
    gives=rub("500.00"),
    came=rub("0.00"),
    credited=rub("0.00"),
    returning=rub("0.00"),
    returned=rub("0.00"),
    link="https://pay.example/pay/26109ba0",
    provider_id="26109ba0-b05b-4ee0-93d1-fd62c822ce95",
    reference="",
    goods=Goods.DIGITAL,
    place=Place.TELEGRAM,
    country="",
    told="",
    created_at=WHEN,
    expires_at=LATER,
)
ARRIVAL: Final = PlainArrival(
    method="heleket",
    key="26109ba0-b05b-4ee0-93d1-fd62c822ce95",
    payment=ONE,
    case="exact",
    amount=rub("500.00"),
    credited=rub("500.00"),
    held=rub("0.00"),
    returned=rub("0.00"),
    why_held="",
    given_to=None,
    sender="",
    at=WHEN,
    noted_at=WHEN,
)
REFUND: Final = PlainRefund(
    id=TWO,
    state="due",
    method="heleket",
    key=ARRIVAL.key,
    payment=ONE,
    payer=USER,
    amount=rub("500.00"),
    origin="target",
    to="",
    reason="asked by the customer",
    by="local",
    approved_by="",
    told="",
    created_at=LATER,
)
PURCHASE: Final = ShownPurchase(
    id=ONE,
    state="reserved",
    late="",
    kind=Kind.STARS,
    quantity=50,
    item="",
    recipient="durov",
    shown="Pavel Durov",
    buyer=USER,
    account=USER,
    payment=None,
    price=rub("82.50"),
    cost=ton("0.25", "250000000"),
    margin=rub("7.50"),
    supplier="fragment",
    order_id="",
    proof="",
    told="",
    decided_by="",
    created_at=WHEN,
    holds_until=LATER,
    since=WHEN,
)
CAMPAIGN: Final = PlainCampaign(
    id=ONE,
    state="running",
    kind=Kind.PACK,
    item="19/3",
    wanted=10,
    delivered=4,
    under_way=2,
    unknown=0,
    refused=1,
    released=0,
    budgets=(ton("20", "20000000000"),),
    spent=(ton("6", "6000000000"),),
    in_doubt=(),
    lost=(),
    told="",
    created_at=WHEN,
    deadline="2026-12-01T00:00:00Z",
)
SESSION: Final = PlainSession(
    session=ONE,
    user=42,
    device="Telegram-Android/11.0",
    began_at=WHEN,
    seen_at=WHEN,
    expires_at="2026-12-20T11:48:20.671428Z",
    current=True,
)
LIMIT: Final = PlainLimit("api.caller", 200, 10, 199, 0.0, 1)

ALL: Final = (
    Live(),
    Ready(ready=True, parts={"database": Condition(True), "schema": Condition(True)}),
    Examined(
        well=False,
        at=WHEN,
        findings=(
            Finding("database", Grade.WELL, "altyn-data/altyn.db answers, and is up to date"),
            Finding(
                "payments.heleket",
                Grade.WRONG,
                "heleket refused: Invalid Sign.",
                "see ALTYN_HELEKET_MERCHANT, and what belongs to it",
            ),
        ),
    ),
    PlainBalances(USER, (BALANCE,)),
    BALANCE,
    PlainStatement(USER, "RUB", (ENTRY,), None),
    PlainHolds((HOLD,), f"1763639300671428-{ONE}"),
    PAYMENT,
    PlainPayments((PAYMENT,), None),
    PlainArrivals((ARRIVAL,)),
    PlainOffers(
        (
            PlainOffer("heleket", True, None, None, None, ""),
            PlainOffer("stars", False, "asset", None, None, ""),
        )
    ),
    REFUND,
    PlainRefunds((REFUND,), None),
    PURCHASE,
    ShownPurchases((PURCHASE,), None),
    CAMPAIGN,
    PlainCampaigns((CAMPAIGN,), None),
    PlainLimits((LIMIT,)),
    PlainSessions([SESSION]),
    Tokens(
        access_token="eyJ…",  # noqa: S106 - an example
        expires_at=LATER,
        refresh_token="rt_…",  # noqa: S106 - an example
        session=ONE,
        user=42,
    ),
    PlainFactor(confirmed=True, recovery_codes_left=10),
    Enrolled(
        secret="JBSWY3DPEHPK3PXP",  # noqa: S106 - an example
        uri="otpauth://totp/Altyn:42?secret=JBSWY3DPEHPK3PXP&issuer=Altyn",
        recovery_codes=["8f3k-2m9q"],
    ),
    SureTokens(access_token="eyJ…", expires_at=LATER, sure_until=LATER),  # noqa: S106 - an example
    CodeShown(code="123456"),
    LaunchShown(init_data="user=…&auth_date=…&hash=…"),
    RefreshShown(refresh_token="rt_…"),  # noqa: S106 - an example
    Problem(
        status=404,
        title="Not Found",
        code="account_missing",
        detail="user:43 has no RUB account",
        facts={"account": "user:43", "asset": "RUB"},
        request=TWO,
    ),
    NewPayment(amount=Sum(amount="500.00", asset="RUB"), method="heleket", payer=USER),
    NewRefund(key=ARRIVAL.key, reason="asked by the customer"),
    Reason(why="not needed any more"),
    Declined(why="paid out by hand"),
    Seen(paid=True),
    Why(because="the customer has them"),
    Settlement(charge=True, because="agreed with the customer"),
    NewQuote(kind=Kind.STARS, quantity=50, recipient="durov", buyer=USER, asset="RUB"),
    NewPurchase(quote=ONE),
    SeenGoods(delivered=True, because="seen in the recipient's account"),
    Nothing(),
    NewCampaign(
        recipient="durov",
        wanted=10,
        deadline="2026-12-01T00:00:00Z",
        item="19/3",
        strategies=(
            NewStrategy(
                supplier="stickerdom",
                budget=Sum(amount="20", asset="TON"),
                unit_max=Sum(amount="2", asset="TON"),
            ),
        ),
    ),
    *OF_PEOPLE,
)


def _plain(shape: Any) -> Any:
    return to_builtins(asdict(shape) if has(type(shape)) else shape)


def _said(body: Struct) -> Any:
    """What somebody would write: what is as usual is left out."""
    names, usual = body.__struct_fields__, body.__struct_defaults__
    left_out = {
        name
        for name, default in zip(reversed(names), reversed(usual), strict=False)
        if getattr(body, name) == default
    }
    return {name: value for name, value in to_builtins(body).items() if name not in left_out}


EXAMPLES: Final[Mapping[str, Any]] = {
    type(shape).__name__: _said(shape) if isinstance(shape, Struct) else _plain(shape)
    for shape in ALL
}
"""By the name of the shape."""
