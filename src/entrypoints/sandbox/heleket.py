"""Heleket on this machine: invoices that are paid exactly, too little, too much, late, or never."""

import hmac
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final
from urllib.parse import parse_qs
from uuid import UUID, uuid4

from attrs import define, field

from ...core.clock import Clock
from .faults import Faults, Receive, Scope, Send, answer, read_body
from .heleket_invoices import (
    STATES_OF_THE_END,
    Invoice,
    new_invoice,
    new_wallet,
    status_by_what_came,
)
from .heleket_lists import page_of, services
from .heleket_refunds import Refunds
from .heleket_wire import Refusal, moscow, php, required, signature

REFUND: Final = "/v1/payment/refund"
ORDER_ID_MAX: Final = 128


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
    payout_key: str = "a-key-for-payouts-of-the-sandbox"
    page: str = "http://127.0.0.1/pay"
    faults: Faults = field(factory=Faults)
    fresh: Callable[[], UUID] = uuid4
    """Where the names of invoices come from."""
    per_page: int = 15
    services: list[dict[str, Any]] = field(factory=services)
    """What is taken, as it is listed."""
    invoices: dict[str, Invoice] = field(factory=dict, init=False)
    """By the merchant's order_id."""
    wallets: dict[str, dict[str, Any]] = field(factory=dict, init=False)
    """Addresses that stand, by the same."""
    top_ups: list[Invoice] = field(factory=list, init=False)
    """What came to such addresses, each by a name of its own."""
    notices: list[bytes] = field(factory=list, init=False)
    seen: dict[str, Decimal] = field(factory=dict, init=False)
    """What is on its way and not final, by order_id."""
    refunds: Refunds = field(factory=Refunds, init=False)
    behind: dict[str, Invoice] | None = field(default=None, init=False)
    """What is shown of invoices, by their uuid, while that lags behind what was told."""
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
                self._admit(headers, body, self.payout_key if path == REFUND else self.payment_key)
                query = parse_qs(scope.get("query_string", b"").decode())
                asked = json.loads(body or b"{}")
                said = {"state": 0, "result": self._carry_out(path, asked, query)}
            except Refusal as refusal:
                status, said = refusal.status, refusal.said
        await answer(send, receive, fault, status, php(said))

    def pay(self, order_id: str, amount: str, currency: str | None = None) -> None:
        """Somebody transfers that much, and it is final at once."""
        paid = self._lapsed(self.invoices[order_id])
        self.seen.pop(order_id, None)
        before = Decimal(paid["payment_amount"] or "0")
        paid["payment_amount"] = str(before + Decimal(amount))
        paid["payer_currency"] = currency or paid["currency"]
        self._move(paid, status_by_what_came(paid))

    def sell(self, order_id: str, amount: str, currency: str) -> None:
        """Somebody else's shop of the same merchant gets an invoice paid."""
        self._open({"amount": amount, "currency": currency, "order_id": order_id})
        self.pay(order_id, amount)

    def top_up(self, order_id: str, amount: str, currency: str | None = None) -> Invoice:
        """Somebody transfers that much to an address that stands."""
        stands = self.wallets[order_id]
        paid = self._new(
            order_id=order_id,
            amount=amount,
            currency=currency or stands["currency"],
            payment_amount=amount,
            payer_currency=currency or stands["currency"],
            network=stands["network"],
            address=stands["address"],
            wallet_address_uuid=stands["uuid"],
        )
        self.top_ups.append(paid)
        self._move(paid, "paid")
        return paid

    def confirm(self, order_id: str, amount: str = "0") -> None:
        """A transfer of that much was seen, and is not final."""
        self.seen[order_id] = Decimal(amount)
        self._move(self.invoices[order_id], "confirm_check")

    def vanish(self, order_id: str) -> None:
        """What was seen will never be here: its sender spent it otherwise."""
        left = self.invoices[order_id]
        if self.seen.pop(order_id, None) is not None:
            came = left["payment_amount"] is not None
            self._move(left, status_by_what_came(left) if came else "check")

    def lock(self, order_id: str) -> None:
        """Somebody there has doubts about the money."""
        self._move(self.invoices[order_id], "locked")

    def finish_refund(self, order_id: str, paid: bool = True) -> None:
        """What is on its way back arrives, or comes back."""
        back = self.invoices[order_id]
        if back["status"] != "refund_process":
            raise LookupError("nothing is on its way back")
        if not paid:
            self.refunds.fail(back)
        self._move(back, "refund_paid" if paid else "refund_fail")

    def refund_outside(self, order_id: str, amount: str | None = None) -> None:
        """Somebody sends it back by hand, in the cabinet of the merchant."""
        asked = {"order_id": order_id, "address": "TByHand0000", "is_subtract": True}
        self._refund(asked | ({"amount": amount} if amount else {}))

    def fall_behind(self) -> None:
        """Whoever asks about an invoice is shown it as it is now, whatever happens to it."""
        self.behind = {each["uuid"]: self._shown(each) for each in self._everything}

    def catch_up(self) -> None:
        """Show everything as it is."""
        self.behind = None

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

    def _admit(self, headers: Mapping[str, str], body: bytes, key: str) -> None:
        mine = headers.get("merchant") == self.merchant
        sign = headers.get("sign", "").encode()
        if not mine or not hmac.compare_digest(signature(body, key).encode(), sign):
            raise Refusal(401, message="Wrong key")

    def _carry_out(
        self, path: str, asked: Mapping[str, Any], query: Mapping[str, list[str]]
    ) -> Any:
        match path:
            case "/v1/payment":
                return self._open(asked)
            case "/v1/payment/info":
                return self._told_of(self._find(asked))
            case "/v1/payment/list":
                self.lapse()
                invoices = [self._shown(each) for each in self._everything]
                cursor = query.get("cursor", [""])[0]
                return page_of(invoices, asked, cursor, self.per_page)
            case "/v1/payment/services":
                return self.services
            case "/v1/payment/refund":
                return self._refund(asked)
            case "/v1/wallet":
                return self._stand(asked)
            case "/v1/payment/resend":
                self._notify(self._find(asked))
                return []
        raise Refusal(404, message="Not found")

    def _open(self, asked: Mapping[str, Any]) -> Invoice:
        required(asked, "amount", "currency", "order_id")
        if len(asked["order_id"]) > ORDER_ID_MAX:
            raise Refusal(422, errors={"order_id": ["validation.max"]})
        if asked["order_id"] in self.wallets:
            raise Refusal(422, errors={"order_id": ["validation.unique"]})
        if (known := self.invoices.get(asked["order_id"])) is not None:
            return self._shown(known)
        named = {name: asked[name] for name in ("order_id", "amount", "currency")}
        opened = self._new(lifetime=int(asked.get("lifetime", 3600)), **named)
        self.invoices[asked["order_id"]] = opened
        return self._shown(opened)

    def _new(self, **members: Any) -> Invoice:
        return new_invoice(str(self.fresh()), self.clock.now(), self.page, **members)

    def _stand(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """The same order has the same address; that Heleket does so too is not confirmed."""
        required(asked, "currency", "network", "order_id")
        if asked["order_id"] in self.invoices:
            raise Refusal(422, errors={"order_id": ["validation.unique"]})
        if asked["order_id"] not in self.wallets:
            named = {name: asked[name] for name in ("order_id", "currency", "network")}
            self.wallets[asked["order_id"]] = new_wallet(str(self.fresh()), self.page, **named)
        return self.wallets[asked["order_id"]]

    @property
    def _everything(self) -> list[Invoice]:
        """All invoices and all that came to addresses, the oldest first."""
        return sorted([*self.invoices.values(), *self.top_ups], key=lambda each: each["created_at"])

    def _find(self, asked: Mapping[str, Any]) -> Invoice:
        """Of both names the one that was ours wins."""
        if order_id := asked.get("order_id"):
            found = self.invoices.get(order_id)
        else:
            named = asked.get("uuid")
            found = next((each for each in self._everything if each["uuid"] == named), None)
        if found is None:
            raise Refusal(404, message="Not found")
        return found

    def _told_of(self, invoice: Invoice) -> Invoice:
        """What whoever asks about it is shown."""
        if self.behind is None:
            return self._shown(self._lapsed(invoice))
        if invoice["uuid"] not in self.behind:
            raise Refusal(404, message="Not found")
        return self.behind[invoice["uuid"]]

    def _refund(self, asked: Mapping[str, Any]) -> list[Any]:
        required(asked, "address", "is_subtract")
        # Unlike everywhere else his own name for it wins.
        found = self._find({"uuid": asked["uuid"]} if asked.get("uuid") else asked)
        self.refunds.begin(found, asked)
        self._move(found, "refund_process")
        return []

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
        kind = "wallet" if "wallet_address_uuid" in invoice else "payment"
        self.notices.append(self._signed({"type": kind, **self._shown(invoice)}))

    def _signed(self, said: Mapping[str, Any]) -> bytes:
        return php({**said, "sign": signature(php(said), self.payment_key)})

    def _shown(self, invoice: Invoice) -> Invoice:
        shown = {**invoice, "payment_status": invoice["status"]}
        if on_its_way := self.seen.get(invoice["order_id"]):
            shown["payment_amount"] = str(Decimal(invoice["payment_amount"] or "0") + on_its_way)
            shown["payer_currency"] = invoice["payer_currency"] or invoice["currency"]
        return shown
