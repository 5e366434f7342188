"""The calls of a provider: where each goes, what it says, and where its answer says what."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from attrs import field, frozen

from .expressions import Expression, Template
from .meanings import RefundMeaning
from .pointers import Pointer, clash
from .writing import checked_header

Said = Expression | int | bool
"""What a field says: what it stands for when the call is made, or always the same."""


class Verb(StrEnum):
    """How a call is made."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"


class Body(StrEnum):
    """Where the fields of a call go."""

    JSON = "json"
    FORM = "form"
    QUERY = "query"


@frozen(kw_only=True)
class Call:
    """One call: where it goes, and what it says."""

    method: Verb = Verb.POST
    path: Template
    body: Body = Body.JSON
    fields: Mapping[Pointer, Said] = field(factory=dict)
    headers: Mapping[str, Expression] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        if (self.method is Verb.GET) != (self.body is Body.QUERY):
            raise ValueError('method "GET" and body "query" go together')
        if self.body is not Body.JSON and not all(each.flat for each in self.fields):
            raise ValueError("fields of a form or a query are not nested")
        if any(token.isdecimal() for each in self.fields for token in each.tokens):
            raise ValueError("lists are read, and not written: fields have names")
        if (both := clash(self.fields)) is not None:
            raise ValueError(f"fields {both[0]} and {both[1]} cannot both be written")
        for name in self.headers:
            checked_header(name)

    @property
    def names(self) -> frozenset[str]:
        """All that has to be known."""
        return self.path.names | _names(self.fields.values()) | self.names_in_headers

    @property
    def names_alone(self) -> frozenset[str]:
        """What of it is said as it is, in a field or in the path."""
        said = (each for each in self.fields.values() if isinstance(each, Expression))
        return self.path.names | _names(each for each in said if len(each.parts) == 1)

    @property
    def names_in_headers(self) -> frozenset[str]:
        """What of it goes into headers."""
        return _names(self.headers.values())


def _names(values: Iterable[Said]) -> frozenset[str]:
    named = (each.names for each in values if isinstance(each, Expression))
    return frozenset[str]().union(*named)


@frozen(kw_only=True)
class Opened:
    """Where the answer about a payment that was opened says what."""

    payment_id: Pointer
    checkout_url: Pointer
    order_id: Pointer | None = None
    amount: Pointer | None = None
    currency: Pointer | None = None


@frozen(kw_only=True)
class Shown:
    """Where an answer about a payment says what."""

    payment_id: Pointer
    order_id: Pointer
    status: Pointer
    currency: Pointer
    paid_amount: Pointer
    """Counted only when the status says that money came."""
    paid_currency: Pointer | None = None
    """Where he tells it from the one that was asked for."""
    amount: Pointer | None = None
    refunded_amount: Pointer | None = None
    checkout_url: Pointer | None = None
    at: Pointer | None = None
    refunded_at: Pointer | None = None
    sender: Pointer | None = None


@frozen(kw_only=True)
class RefundShown:
    """Where an answer about a refund says what."""

    refund_id: Pointer | None = None
    status: Pointer | None = None
    amount: Pointer | None = None


@frozen(kw_only=True)
class Create(Call):
    """Have the payer asked for the money."""

    response: Opened


@frozen(kw_only=True)
class Query(Call):
    """Ask what became of a payment."""

    response: Shown

    @property
    def by(self) -> str:
        """The name by which he is asked."""
        return "order.id" if "order.id" in self.names else "payment.id"


@frozen(kw_only=True)
class RefundCall(Call):
    """Have money given back."""

    response: RefundShown = field(factory=RefundShown)
    statuses: Mapping[str, RefundMeaning] = field(factory=dict)


@frozen(kw_only=True)
class RefundQuery(Call):
    """Ask what became of a refund."""

    response: RefundShown


@frozen(kw_only=True)
class Listing(Call):
    """His own list of payments, page by page."""

    items: Pointer
    next: Pointer | None = None
    """Where the cursor of the next page stands, while there is one."""
    item: Shown

    @property
    def is_numbered(self) -> bool:
        """Whether its pages are numbered, and end with an empty one."""
        return "page.number" in self.names


@frozen(kw_only=True)
class Answers:
    """How an answer says how it went; what it does not say is left in doubt."""

    code: Pointer | None = None
    text: Pointer | None = None
    well: frozenset[str] = frozenset()
    """Codes of what was done; where none is named, the code is missing then."""
    no: frozenset[str] = frozenset()
    """Of what was refused for good; a status of HTTP from 400 to 499 says so by itself."""
    missing: frozenset[str] = frozenset()
    """Of something that he does not know; status 404 says so by itself."""
    same: frozenset[str] = frozenset()
    """Of something that is there already, under the same id."""
    again: frozenset[str] = frozenset()
    """Of what may have been done or not, whatever the status."""

    def __attrs_post_init__(self) -> None:
        lists = [self.well, self.no, self.missing, self.same, self.again]
        if any(lists) and self.code is None:
            raise ValueError("codes are named, and code does not say where they stand")
        if len(frozenset[str]().union(*lists)) < sum(map(len, lists)):
            raise ValueError("a code stands in two lists")
