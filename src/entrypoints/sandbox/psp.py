"""A card provider on this machine: Example Pay, whom the profile `example` describes."""

import hmac
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import parse_qsl
from uuid import UUID, uuid4

from attrs import define, field

from ...core.clock import Clock
from .faults import Faults, Receive, Scope, Send, answer, read_body
from .psp_signing import Signer, Told, compact

CURRENCIES: Final = frozenset({"RUB", "USD"})
UNPAID: Final = frozenset({"new", "processing", "held"})
CALLS: Final = (
    ("create", re.compile(r"POST /v1/payments")),
    ("query", re.compile(r"GET /v1/payments(/(?P<id>[^/]+))?")),
    ("refund", re.compile(r"POST /v1/payments/(?P<id>[^/]+)/refunds")),
    ("refund_query", re.compile(r"GET /v1/refunds/(?P<id>[^/]+)")),
    ("listing", re.compile(r"GET /v1/reports/payments")),
)
Sale = dict[str, Any]
Asked = dict[str, Any]


class Refusal(Exception):
    """An answer that is no."""

    def __init__(self, status: int, code: str, text: str) -> None:
        self.status = status
        self.said = {"error": {"code": code, "text": text}}


@define
class PspDesk:
    """
    The provider: an ASGI application for shops, and the hands of payers, banks and of fate.

    Notices are made, not sent: whoever runs the desk takes them from `notices` and delivers them
    as often, as late and in whatever order as he likes. The first of a payment is made before the
    call that opens it is answered.
    """

    clock: Clock
    shop: str = "shop-of-the-sandbox"
    key: str = field(default="a-key-for-calls-of-the-sandbox", repr=False)
    callback_key: str = field(default="a-key-for-notices-of-the-sandbox", repr=False)
    page: str = "https://pay.example-pay.invalid"
    family: str = "hmac_header_raw"
    """How notices are signed."""
    form: bool = False
    """Whether notices are forms instead of JSON."""
    creates_are_single: bool = True
    """Else the same order_id again opens another payment."""
    refunds_wait: bool = False
    """Refunds are accepted, and end when `finish` says how."""
    per_page: int = 50
    faults: Faults = field(factory=Faults)
    """By the name of the call: create, query, refund, refund_query, listing."""
    fresh: Callable[[], UUID] = uuid4
    sales: dict[str, Sale] = field(factory=dict, init=False)
    """By the names that Example Pay gives them."""
    refunds: dict[str, dict[str, Any]] = field(factory=dict, init=False)
    """By the shop's refund_id."""
    refusals: list[str] = field(factory=list, init=False)
    """Why the next refunds are refused, one each."""
    notices: list[Told] = field(factory=list, init=False)
    calls: list[str] = field(factory=list, init=False)
    """The names of the calls, in their order."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request of a shop."""
        body = await read_body(receive)
        name, id = self._call_of(f"{scope['method']} {scope['path']}")
        self.calls.append(name)
        fault = self.faults.next(name)
        status, said = 200, Asked()
        if fault is None or fault.happens:
            headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
            query = dict(parse_qsl(scope.get("query_string", b"").decode()))
            try:
                self._admit(headers)
                said = self._carry_out(name, id, query, json.loads(body or b"{}"))
            except Refusal as refusal:
                status, said = refusal.status, refusal.said
        await answer(send, receive, fault, status, compact(said))

    # The hands of payers, banks and fate.

    def of_order(self, order_id: str) -> Sale:
        """The payment of an order, the newest where there are several."""
        return next(each for each in reversed(self.sales.values()) if each["order_id"] == order_id)

    def pay(self, order_id: str, amount: str, currency: str | None = None) -> None:
        """Somebody pays that much with a card, for good."""
        sale = self._lapsed(self.of_order(order_id))
        paid = sale["paid"]
        paid["value"] = str(Decimal(paid["value"]) + Decimal(amount))
        paid["currency"] = currency or paid["currency"]
        sale["paid_at"] = self._now()
        self._move(sale, "partly_refunded" if Decimal(sale["refunded"]) else "paid")

    def move(self, order_id: str, status: str) -> None:
        """It gets that status: held on a card, in_review, declined, charged_back by a bank."""
        sale = self.of_order(order_id)
        if status == "charged_back":
            sale["refunded_at"] = self._now()
        self._move(sale, status)

    def give_back(self, order_id: str, amount: str) -> None:
        """Somebody there refunds that much, unasked by the shop."""
        self._give_back(self.of_order(order_id), Decimal(amount))

    def finish(self, refund_id: str, *, done: bool) -> None:
        """A refund that was accepted gets to the payer, or does not."""
        refund = self.refunds[refund_id]
        refund["status"] = "done" if done else "failed"
        if not done:
            self._give_back(self.sales[refund["payment_id"]], -Decimal(refund["amount"]["value"]))

    def sell(self, order_id: str, amount: str, currency: str) -> None:
        """Another house of the same shop gets a payment."""
        self._create({"order_id": order_id, "amount": {"value": amount, "currency": currency}})
        self.pay(order_id, amount)

    def lapse(self) -> None:
        """See which payments have come to their end by now."""
        for sale in self.sales.values():
            self._lapsed(sale)

    def told(self, sale: Sale, **members: str) -> Told:
        """A notice about that, signed as all are."""
        said = {
            "event_id": self.fresh().hex,
            "payment_id": sale["id"],
            "order_id": sale["order_id"],
            "status": sale["status"],
            "paid_amount": sale["paid"]["value"],
            "currency": sale["paid"]["currency"],
            "failure": "",
            "page": sale["checkout_url"],
            **members,
        }
        signer = Signer(family=self.family, key=self.callback_key, shop=self.shop, form=self.form)
        return signer(said)

    def told_to_try(self, **members: str) -> Told:
        """A notice about a payment that there never was."""
        sale = self._new(self.fresh().hex, "20.00", "RUB", None)
        return self.told(sale, **{"status": "paid", **members})

    # The calls of a shop.

    def _call_of(self, line: str) -> tuple[str, str]:
        for name, pattern in CALLS:
            if found := pattern.fullmatch(line):
                return name, found.groupdict().get("id") or ""
        return "nothing", ""

    def _admit(self, headers: Mapping[str, str]) -> None:
        told = headers.get("authorization", "").encode()
        if not hmac.compare_digest(f"Bearer {self.key}".encode(), told):
            raise Refusal(401, "unauthorized", "wrong key")

    def _carry_out(self, name: str, id: str, query: Asked, body: Asked) -> Asked:
        match name:
            case "create":
                return self._create(body)
            case "query":
                return self._shown(self._found(id, query.get("order_id", "")))
            case "refund":
                return self._refund(id, body)
            case "refund_query":
                if id in self.refunds:
                    return self.refunds[id]
                raise Refusal(404, "not_found", "no such refund")
            case "listing":
                return {"items": self._listed(query)}
        raise Refusal(404, "no_such_call", "there is no such call")

    def _create(self, asked: Asked) -> Asked:
        order_id, amount = asked["order_id"], asked["amount"]
        if amount["currency"] not in CURRENCIES:
            raise Refusal(422, "amount_not_allowed", "this currency is not taken")
        known = [each for each in self.sales.values() if each["order_id"] == order_id]
        if known and self.creates_are_single:
            if known[0]["amount"] != amount:
                raise Refusal(409, "order_exists", "this order has a payment with other terms")
            return self._shown(known[0])
        sale = self._new(order_id, amount["value"], amount["currency"], asked.get("expires_at"))
        self.sales[sale["id"]] = sale
        self._move(sale, "new")
        return self._shown(sale)

    def _new(self, order_id: str, value: str, currency: str, expires_at: str | None) -> Sale:
        id = self.fresh().hex
        return {
            "id": id,
            "order_id": order_id,
            "status": "new",
            "amount": {"value": value, "currency": currency},
            "paid": {"value": "0.00", "currency": currency},
            "refunded": "0.00",
            "checkout_url": f"{self.page}/{id}",
            "expires_at": expires_at,
            "paid_at": None,
            "refunded_at": None,
            "changed_at": self._now(),
            "card": {"mask": "411111******1111"},
        }

    def _found(self, id: str, order_id: str) -> Sale:
        if id in self.sales:
            return self._lapsed(self.sales[id])
        try:
            return self._lapsed(self.of_order(order_id))
        except StopIteration:
            raise Refusal(404, "not_found", "no such payment") from None

    def _refund(self, id: str, asked: Asked) -> Asked:
        if id not in self.sales:
            raise Refusal(404, "not_found", "no such payment")
        refund_id, amount = asked["refund_id"], asked["amount"]
        if (known := self.refunds.get(refund_id)) is not None:
            if (known["payment_id"], known["amount"]) != (id, amount):
                raise Refusal(422, "refund_not_allowed", "this refund has other terms")
            return known
        if self.refusals:
            raise Refusal(422, "refund_not_allowed", self.refusals.pop(0))
        sale = self.sales[id]
        left = Decimal(sale["paid"]["value"]) - Decimal(sale["refunded"])
        if amount["currency"] != sale["paid"]["currency"] or Decimal(amount["value"]) > left:
            raise Refusal(422, "refund_not_allowed", f"only {left} can be given back")
        self._give_back(sale, Decimal(amount["value"]))
        self.refunds[refund_id] = refund = {
            "id": self.fresh().hex,
            "refund_id": refund_id,
            "payment_id": id,
            "amount": amount,
            "status": "accepted" if self.refunds_wait else "done",
        }
        return refund

    def _give_back(self, sale: Sale, amount: Decimal) -> None:
        back, paid = Decimal(sale["refunded"]) + amount, Decimal(sale["paid"]["value"])
        sale["refunded"], sale["refunded_at"] = str(back), self._now()
        whole = "refunded" if back else "paid"
        self._move(sale, whole if back in (paid, 0) else "partly_refunded")

    def _listed(self, asked: Asked) -> list[Asked]:
        since, until = moment(asked["since"]), moment(asked["until"])
        changed = [
            self._shown(each)
            for each in self.sales.values()
            if since <= moment(each["changed_at"]) < until
        ]
        begin = (int(asked["page"]) - 1) * self.per_page
        return changed[begin : begin + self.per_page]

    def _lapsed(self, sale: Sale) -> Sale:
        end = sale["expires_at"]
        if sale["status"] in UNPAID and end and self.clock.now() >= moment(end):
            self._move(sale, "expired")
        return sale

    def _move(self, sale: Sale, status: str) -> None:
        sale["status"], sale["changed_at"] = status, self._now()
        self.notices.append(self.told(sale))

    def _shown(self, sale: Sale) -> Asked:
        shown: Asked = json.loads(compact(sale))
        return shown

    def _now(self) -> str:
        return self.clock.now().astimezone(UTC).isoformat().replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """A moment as Example Pay writes it."""
    return datetime.fromisoformat(text)
