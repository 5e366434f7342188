"""A profile: all that has to be known of a card provider to take money by him."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network

from attrs import field, frozen

from ...core.money import Asset, Assets, Money
from .calls import Answers, Call, Create, Listing, Query, RefundCall, RefundQuery
from .currencies import Amounts, Case, Code, Codes, Currency
from .errors import ShopIncomplete
from .meanings import Meaning
from .pointers import Pointer
from .recipes import B64JsonHash, BasicPlusIp, FixedOrderHash, HmacHeaderRaw, SortedConcatHash
from .shop import Setting, Shop
from .signing import Ingredient
from .writing import AnyText, checked_header

Network = IPv4Network | IPv6Network


class Content(StrEnum):
    """How a notice is written."""

    JSON = "json"
    FORM = "form"


@frozen(kw_only=True)
class Bearer:
    """A word in a header."""

    secret: Setting
    header: str = "Authorization"
    prefix: AnyText = "Bearer "

    def __attrs_post_init__(self) -> None:
        checked_header(self.header)


@frozen(kw_only=True)
class Basic:
    """Our name there and a password."""

    secret: Setting


NoticeSignature = HmacHeaderRaw | SortedConcatHash | FixedOrderHash | B64JsonHash | BasicPlusIp
Auth = Bearer | Basic | HmacHeaderRaw | SortedConcatHash | FixedOrderHash | B64JsonHash


@frozen(kw_only=True)
class Acknowledgement:
    """What he wants to hear when we have his notice."""

    status: int = 200
    body: AnyText = "{}"
    content_type: str = "application/json"

    def __attrs_post_init__(self) -> None:
        if not 200 <= self.status < 300:
            raise ValueError("status is one of those from 200 to 299")
        if not re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", self.content_type):
            raise ValueError("content_type looks like text/plain")


@frozen(kw_only=True)
class CallbackFields:
    """Where a notice says what it is about; he is asked for everything else."""

    order_id: Pointer
    payment_id: Pointer | None = None
    event_id: Pointer | None = None


@frozen(kw_only=True)
class Callback:
    """What he tells us by himself."""

    content: Content = Content.JSON
    signature: NoticeSignature
    fields: CallbackFields
    acknowledgement: Acknowledgement = field(factory=Acknowledgement)
    addresses: tuple[Network, ...] = ()
    """Where it may come from; when none is named, anywhere."""

    def __attrs_post_init__(self) -> None:
        match self.signature:
            case BasicPlusIp() if not self.addresses:
                raise ValueError("basic_plus_ip goes with addresses")
            case HmacHeaderRaw(signed=signed) if {Ingredient.METHOD, Ingredient.PATH} & {*signed}:
                raise ValueError("a notice is signed by its body, and perhaps a timestamp")


@frozen(kw_only=True)
class Limits:
    """Times."""

    lifetime_seconds: int = 3600
    """How long a payer may take."""
    deadline_seconds: int = 30
    """How long we wait for an answer."""

    def __attrs_post_init__(self) -> None:
        if not 300 <= self.lifetime_seconds <= 7 * 24 * 3600:
            raise ValueError("lifetime_seconds is from 5 minutes to a week")
        if not 1 <= self.deadline_seconds <= 60:
            raise ValueError("deadline_seconds is from 1 to 60")


@frozen(kw_only=True)
class Features:
    """What he promises; what is not promised is not relied on."""

    creates_are_single: bool = False
    """Asked to open the same order.id again, he opens no second payment."""
    refunds_are_single: bool = False
    """Asked for the same refund.id again, he pays it once."""
    partial_refund: bool = False


@frozen(kw_only=True)
class Profile:
    """All of it; whether its parts go together is for `contradictions` to say."""

    name: str
    base_url: str
    sandbox_url: str = ""
    auth: Auth
    amount: Amounts
    currency: Codes = field(factory=Codes)
    currencies: Mapping[str, Currency]
    create: Create
    query: Query
    statuses: Mapping[str, Meaning]
    answers: Answers = field(factory=Answers)
    refund: RefundCall | None = None
    refund_query: RefundQuery | None = None
    listing: Listing | None = None
    callback: Callback | None = None
    features: Features = field(factory=Features)
    limits: Limits = field(factory=Limits)

    @property
    def calls(self) -> Mapping[str, Call]:
        """Those that there are, by the names of their tables."""
        named = {
            "create": self.create,
            "query": self.query,
            "refund": self.refund,
            "refund_query": self.refund_query,
            "listing": self.listing,
        }
        return {name: call for name, call in named.items() if call is not None}

    @property
    def secrets(self) -> frozenset[str]:
        """The settings that hold its secrets."""
        signature = [self.callback.signature] if self.callback else []
        return frozenset(each.secret.name for each in (self.auth, *signature))

    @property
    def needs_shop(self) -> bool:
        """Whether he has to be told which shop we are."""
        signed_in = isinstance(self.auth, Basic)
        told_in = self.callback is not None and isinstance(self.callback.signature, BasicPlusIp)
        return signed_in or told_in or any("shop.id" in each.names for each in self.calls.values())

    def make_sure(self, shop: Shop) -> None:
        """
        Nothing, when that shop has all that he needs from it.

        Raises:
            ShopIncomplete: it has not.
        """
        missing = [name for name in sorted(self.secrets) if not shop.secrets.get(name)]
        if self.needs_shop and not shop.id:
            missing.insert(0, "id")
        if missing:
            raise ShopIncomplete(self.name, tuple(missing))

    @property
    def assets(self) -> Assets:
        """The currencies that he takes, as we count them."""
        return Assets.of(*(Asset(code, its.decimals) for code, its in self.currencies.items()))

    def bounds(self) -> Iterator[tuple[Money, Money]]:
        """The least and the most that he takes at once, of each currency."""
        for code, asset in self.assets.by_code.items():
            its = self.currencies[code]
            yield Money.parse(its.least, asset), Money.parse(its.most, asset)

    def written(self, asset: Asset, code: Code) -> str:
        """A currency as he writes it."""
        if code is Code.NUMERIC:
            return self.currencies[asset.code].numeric
        return asset.code.lower() if self.currency.case is Case.LOWER else asset.code
