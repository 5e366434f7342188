"""Heleket on this machine: invoices that are paid exactly, too little, too much, late, or never."""

import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from hashlib import md5
from typing import Any, Final
from uuid import UUID, uuid4

from attrs import define, field

from ...core.clock import Clock
from .faults import Faults, Receive, Scope, Send, answer, read_body

MOSCOW: Final = timezone(timedelta(hours=3))
STATES_OF_THE_END: Final = frozenset({"paid", "paid_over", "wrong_amount", "cancel", "fail"})
ORDER_ID_MAX: Final = 128
Invoice = dict[str, Any]


def signature(body: bytes, key: str) -> str:
    """How Heleket signs."""
    return md5(b64encode(body) + key.encode()).hexdigest()  # noqa: S324


def php(said: Mapping[str, Any]) -> bytes:
    """How Heleket writes JSON."""
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return text.replace("/", "\\/").encode()


class Refusal(Exception):
    """An answer that is no."""

    def __init__(self, status: int, **said: Any) -> None:
        self.status = status
        self.said = {"state": 1, **said}


@define
class HeleketDesk:
    """
    The provider: an ASGI application for merchants, and the hands of payers and of fate.

    Notices are made, not sent: whoever runs the desk takes them from `notices` and delivers them
    as often, as late and in whatever order as he likes.
    """

    clock: Clock
    merchant: str = "8b03432e-385b-4670-8d06-064591096795"
    payment_key: str = "a-key-for-payments-of-the-sandbox"
    page: str = "http://127.0.0.1/pay"
    faults: Faults = field(factory=Faults)
    fresh: Callable[[], UUID] = uuid4
    """Where the names of invoices come from."""
    invoices: dict[str, Invoice] = field(factory=dict, init=False)
    """By the merchant's order_id."""
    notices: list[bytes] = field(factory=list, init=False)
    seen: dict[str, Decimal] = field(factory=dict, init=False)
    """What is on its way and not final, by order_id."""
    calls: list[str] = field(factory=list, init=False)
    """The paths that were called, in their order."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request of a merchant."""
        body = await read_body(receive)
        path = str(scope["path"])
        self.calls.append(path)
        fault = self.faults.next(path)
        status, said = 200, {}
        if fault is None or fault.happens:
            headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
            try:
                self._admit(headers, body)
                said = {"state": 0, "result": self._carry_out(path, json.loads(body or b"{}"))}
            except Refusal as refusal:
                status, said = refusal.status, refusal.said
        await answer(send, receive, fault, status, php(said))

    def pay(self, order_id: str, amount: str, currency: str | None = None) -> None:
        """Somebody transfers that much, and it is final at once."""
        invoice = self._lapsed(self.invoices[order_id])
        self.seen.pop(order_id, None)
        before = Decimal(invoice["payment_amount"] or "0")
        invoice["payment_amount"] = str(before + Decimal(amount))
        invoice["payer_currency"] = currency or invoice["currency"]
        self._sum_up(invoice)

    def _sum_up(self, invoice: Invoice) -> None:
        """See what the invoice has become by what came."""
        asked, came = Decimal(invoice["amount"]), Decimal(invoice["payment_amount"])
        closed = invoice["status"] in STATES_OF_THE_END
        if invoice["payer_currency"] != invoice["currency"]:
            self._move(invoice, "wrong_amount")
        elif came < asked:
            self._move(invoice, "wrong_amount" if closed else "wrong_amount_waiting")
        else:
            self._move(invoice, "paid" if came == asked else "paid_over")

    def sell(self, order_id: str, amount: str, currency: str) -> None:
        """Somebody else's shop of the same merchant gets an invoice paid."""
        self._open({"amount": amount, "currency": currency, "order_id": order_id})
        self.pay(order_id, amount)

    def confirm(self, order_id: str, amount: str = "0") -> None:
        """A transfer of that much was seen, and is not final."""
        self.seen[order_id] = Decimal(amount)
        self._move(self.invoices[order_id], "confirm_check")

    def vanish(self, order_id: str) -> None:
        """What was seen will never be here: its sender spent it otherwise."""
        invoice = self.invoices[order_id]
        if self.seen.pop(order_id, None) is None:
            return
        if invoice["payment_amount"] is None:
            self._move(invoice, "check")
        else:
            self._sum_up(invoice)

    def lock(self, order_id: str) -> None:
        """Somebody there has doubts about the money."""
        self._move(self.invoices[order_id], "locked")

    def lapse(self) -> None:
        """See which invoices have come to their end by now."""
        for invoice in self.invoices.values():
            self._lapsed(invoice)

    def test_notice(self, status: str = "paid", **members: Any) -> bytes:
        """A notice signed like any other, about an invoice that there never was."""
        said = {
            "type": "payment",
            "uuid": str(self.fresh()),
            "order_id": self.fresh().hex,
            "amount": "20.00",
            "payment_amount": "20.00",
            "currency": "USDT",
            "payer_currency": "USDT",
            "network": "tron",
            "is_final": True,
            "status": status,
            **members,
        }
        return self._signed(said)

    def _admit(self, headers: Mapping[str, str], body: bytes) -> None:
        mine = headers.get("merchant") == self.merchant
        sign = headers.get("sign", "").encode()
        if not mine or not hmac.compare_digest(signature(body, self.payment_key).encode(), sign):
            raise Refusal(401, message="Wrong key")

    def _carry_out(self, path: str, asked: Mapping[str, Any]) -> Any:
        match path:
            case "/v1/payment":
                return self._open(asked)
            case "/v1/payment/info":
                return self._shown(self._lapsed(self._find(asked)))
            case "/v1/payment/list":
                return {"items": [self._shown(each) for each in self.invoices.values()]}
            case "/v1/payment/resend":
                self._notify(self._find(asked))
                return []
        raise Refusal(404, message="Not found")

    def _open(self, asked: Mapping[str, Any]) -> Invoice:
        missing = [name for name in ("amount", "currency", "order_id") if not asked.get(name)]
        if missing or len(asked["order_id"]) > ORDER_ID_MAX:
            wrong = {name: ["validation.required"] for name in missing or ["order_id"]}
            raise Refusal(422, errors=wrong)
        if (known := self.invoices.get(asked["order_id"])) is not None:
            return self._shown(known)
        uuid, now = str(self.fresh()), self.clock.now()
        self.invoices[asked["order_id"]] = invoice = {
            "uuid": uuid,
            "order_id": asked["order_id"],
            "amount": asked["amount"],
            "currency": asked["currency"],
            "payment_amount": None,
            "payer_currency": None,
            "network": None,
            "address": None,
            "from": None,
            "txid": None,
            "status": "check",
            "is_final": False,
            "url": f"{self.page}/{uuid}",
            "expired_at": int(now.timestamp()) + int(asked.get("lifetime", 3600)),
            "created_at": moscow(now),
            "updated_at": moscow(now),
        }
        return self._shown(invoice)

    def _find(self, asked: Mapping[str, Any]) -> Invoice:
        if order_id := asked.get("order_id"):
            found = self.invoices.get(order_id)
        else:
            named = asked.get("uuid")
            found = next((each for each in self.invoices.values() if each["uuid"] == named), None)
        if found is None:
            raise Refusal(404, message="Not found")
        return found

    def _lapsed(self, invoice: Invoice) -> Invoice:
        if self.clock.now().timestamp() >= invoice["expired_at"]:
            if invoice["status"] == "check":
                self._move(invoice, "cancel")
            elif invoice["status"] == "wrong_amount_waiting":
                self._move(invoice, "wrong_amount")
        return invoice

    def _move(self, invoice: Invoice, status: str) -> None:
        invoice["status"] = status
        invoice["is_final"] = status in STATES_OF_THE_END
        invoice["updated_at"] = moscow(self.clock.now())
        self._notify(invoice)

    def _notify(self, invoice: Invoice) -> None:
        self.notices.append(self._signed({"type": "payment", **self._shown(invoice)}))

    def _signed(self, said: Mapping[str, Any]) -> bytes:
        return php({**said, "sign": signature(php(said), self.payment_key)})

    def _shown(self, invoice: Invoice) -> Invoice:
        shown = {**invoice, "payment_status": invoice["status"]}
        if on_its_way := self.seen.get(invoice["order_id"]):
            shown["payment_amount"] = str(Decimal(invoice["payment_amount"] or "0") + on_its_way)
            shown["payer_currency"] = invoice["payer_currency"] or invoice["currency"]
        return shown


def moscow(at: datetime) -> str:
    """Moments as Heleket writes them."""
    return at.astimezone(MOSCOW).isoformat()
