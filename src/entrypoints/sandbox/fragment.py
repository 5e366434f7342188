"""Fragment on this machine: it sells Stars, Premium and coins, and errs when it is told to."""

import json
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from http.cookies import SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl

from attrs import define, field

from ...core.clock import Clock
from .faults import Faults, Receive, Scope, Send, answer, read_body
from .fragment_sales import (
    COINS,
    COUNTERS,
    MONTHS,
    PREMIUM_USD,
    STAR_USD,
    STARS,
    Asked,
    Counter,
    Page,
)
from .fragment_wire import Refusal, amount, bag, comment, dollars, page, written
from .ton_cells import account, friendly, jetton_wallet
from .ton_chain import USDT_MASTER

DESTINATION: Final = "0:852443F8599FE6A5DA34FE43049AC4E0BEB3071BB2BFB56635EA9421287C283A"
STRANGER: Final = "0:" + "13" * 32
GAS: Final = 50_000_000
NONCES: Final = range(100_000_000, 2_147_483_648)
COOKIES: Final = {
    "stel_ssid": "0123456789abcdef_0123456789abcdef01",
    "stel_dt": "-180",
    "stel_token": "a-login-of-the-sandbox",
    "stel_ton_token": "a-wallet-of-the-sandbox",
}
BAD: Final = "Bad request"
NOBODY: Final = "No Telegram users found."
NO_PERSON: Final = "Please enter a username assigned to a user."
HAS_PREMIUM: Final = "This account is already subscribed to Telegram Premium."
MOVED: Final = "Sorry, you can't pay this request: its price was changed."
TOO_FEW: Final = "The minimum is 50 Stars."

Form = Mapping[str, str]
Transaction = dict[str, Any]


@define
class FragmentDesk:
    """
    The site: an ASGI application for whoever buys there, and the hands of people and of fate.

    Each page shows one request to everybody, as the real one seems to; of a payment it learns by
    asking `sees` about its reference, or by `pay`.
    """

    clock: Clock
    cookies: dict[str, str] = field(factory=lambda: dict(COOKIES))
    wallet: str = ""
    """The one that is connected to the session; empty for whichever is named in a call."""
    sees: Callable[[str], bool] | None = None
    """Whether a payment with that reference, `Ref#…`, was seen on the chain."""
    delivers_after: timedelta | None = timedelta(0)
    """How long after it saw a payment; None: not before somebody says `deliver`."""
    first: int = 1
    """Where numbers begin, as of Telegram's desk."""
    names_requests: bool = False
    """Whether pages say which request they show, and show the one that is asked for."""
    people: dict[str, str] = field(factory=lambda: {"bob": "Bob", "durov": "Pavel Durov"})
    """By username, how each of them is shown."""
    refusals: dict[str, str] = field(factory=dict)
    """By username, why they cannot be given anything."""
    rate: Decimal = Decimal("1.62725")
    """Dollars for a coin."""
    dearer: Decimal = Decimal(1)
    """By what everything that has a price in dollars is multiplied."""
    denied: bool = False
    unverified: bool = False
    unconnected: bool = False
    moves: int = 0
    """So many links are refused because the price has moved, which it then does."""
    holds_for: timedelta = timedelta(minutes=30)
    bends: list[Callable[[Transaction], None]] = field(factory=list)
    """What is done to the next transactions, one each."""
    odd_dollars: dict[str, Any] = field(factory=dict)
    """What is odd about transfers of dollars."""
    faults: Faults = field(factory=Faults)
    """By method, or by page."""
    requests: dict[str, Asked] = field(factory=dict, init=False)
    payments: set[str] = field(factory=set, init=False)
    """References that were paid."""
    confirmed: dict[str, str] = field(factory=dict, init=False)
    """By request, the message that was shown to have paid it."""
    _made: int = field(init=False)
    pages: dict[str, Page] = field(init=False)
    calls: list[str] = field(factory=list, init=False)
    """Methods and pages that were called, in their order."""
    forms: list[dict[str, str]] = field(factory=list, init=False)
    """What was asked with each method."""
    _tokens: dict[str, str] = field(factory=dict, init=False)

    @_made.default
    def _begun(self) -> int:
        return self.first - 1

    @pages.default
    def _unread(self) -> dict[str, Page]:
        return {each.page: Page(self._fresh(each.page)) for each in COUNTERS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request of a browser."""
        body = await read_body(receive)
        path = str(scope["path"])
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        if path in self.pages:
            self.calls.append(path)
            fault = self.faults.next(path)
            html = page(path, self.pages[path].hash)
            await answer(send, receive, fault, 200, html, "text/html; charset=utf-8")
            return
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        method = form.get("method", "")
        self.calls.append(method)
        self.forms.append(form)
        fault = self.faults.next(method)
        said: Mapping[str, Any] = {}
        if fault is None or fault.happens:
            query = parse_qs(scope.get("query_string", b"").decode())
            try:
                if path != "/api":
                    raise Refusal(BAD)
                counter = self._admit(headers, query.get("hash", [""])[0], method)
                said = self._carry_out(counter, method, form, SimpleCookie(headers["cookie"]))
            except Refusal as refusal:
                said = refusal.said
        await answer(send, receive, fault, 200, written(said))

    # The hands.

    def pay(self, reference: str) -> None:
        """Somebody pays for good, and writes that reference."""
        self.payments.add(reference)

    def deliver(self, request: str) -> None:
        """What was paid for is handed over now."""
        asked = self.requests[request]
        now = self.clock.now()
        asked.paid_at, asked.delivered_at = asked.paid_at or now, now
        self.pages[asked.counter.page].show(asked)

    def reprice(self, percent: int = 25) -> None:
        """Everything that has a price in dollars gets dearer by so much."""
        self.dearer = self.dearer * (100 + percent) / 100

    def expire_hashes(self) -> None:
        """What was read in a page before is not taken any more."""
        for path, each in self.pages.items():
            each.hash = self._fresh(path)

    def misdirect(self) -> None:
        """The next transaction would pay a stranger."""
        self.bends.append(lambda said: said["messages"][0].update(address=STRANGER))

    def overcharge(self) -> None:
        """The next transaction asks for a little more than was said."""

        def bend(said: Transaction) -> None:
            message = said["messages"][0]
            message["amount"] = str(int(message["amount"]) + 1)

        self.bends.append(bend)

    def add_message(self) -> None:
        """The next transaction has one message more."""
        self.bends.append(lambda said: said["messages"].append(dict(said["messages"][0])))

    # What is sold.

    def _admit(self, headers: Mapping[str, str], hash: str, method: str) -> Counter:
        """From which page it is called; a hash is of one page, and of one session."""
        told = SimpleCookie(headers.get("cookie", ""))
        for name in ("stel_ssid", "stel_dt"):
            if name not in told or told[name].value != self.cookies[name]:
                raise Refusal(BAD)
        if headers.get("x-requested-with") != "XMLHttpRequest":
            raise Refusal(BAD)
        for each in COUNTERS:
            if self.pages[each.page].hash == hash:
                if not headers.get("referer", "").endswith(each.page):
                    raise Refusal(BAD)
                return each
        raise Refusal(BAD)

    def _carry_out(
        self, counter: Counter, method: str, form: Form, told: SimpleCookie
    ) -> Mapping[str, Any]:
        if method == counter.search:
            return self._search(form)
        if told.get("stel_token") is None or told["stel_token"].value != self.cookies["stel_token"]:
            raise Refusal("Access denied")
        if method == counter.state:
            return self._state(counter, form)
        ton = told.get("stel_ton_token")
        if self.unconnected or ton is None or ton.value != self.cookies["stel_ton_token"]:
            raise Refusal(need_ton=True)
        if self.denied:
            raise Refusal("Access denied")
        if method == counter.init:
            return self._init(counter, form)
        if method == counter.link:
            return self._link(form)
        if method == "confirmReq":
            return self._confirm(form)
        raise Refusal("Invalid method")

    def _search(self, form: Form) -> Mapping[str, Any]:
        username = form.get("query", "").removeprefix("@").lower()
        if username in self.refusals:
            raise Refusal(self.refusals[username])
        if username not in self.people:
            raise Refusal(NOBODY)
        token = sha256(f"{username} {self._next()}".encode()).hexdigest()
        self._tokens[token] = username
        name = self.people[username]
        photo = f'<img src="https://fragment.com/photo/{username}.jpg">'
        return {
            "ok": True,
            "found": {"myself": False, "recipient": token, "photo": photo, "name": name},
        }

    def _state(self, counter: Counter, form: Form) -> Mapping[str, Any]:
        nonce = form.get("dh", "")
        if form.get("lv") != "false" or not nonce.isdecimal() or int(nonce) not in NONCES:
            raise Refusal(BAD)
        its = self.pages[counter.page]
        if form.get("mode") == "new" and nonce not in its.looks and its.told:
            its.shown, its.told = None, False  # what was seen by its buyer is gone for the next
        its.looks.add(nonce)
        for each in self.requests.values():
            if each.counter is counter:
                self._go_on(each)
        shown = its.shown
        if self.names_requests and "id" in form:
            shown = self.requests.get(form["id"])
        mode = "new" if shown is None else shown.mode
        its.told = its.told or (mode == "done" and shown is its.shown)
        said = {"ok": True, "mode": mode, "need_update": mode != "done", "html": "<div></div>"}
        return said | ({"req_id": shown.id} if self.names_requests and shown else {})

    def _go_on(self, asked: Asked) -> None:
        """One step: its payment is seen, or it is delivered."""
        now = self.clock.now()
        if asked.paid_at is None:
            seen = self.sees is not None and self.sees(asked.reference)
            if not seen and asked.reference not in self.payments:
                return
            asked.paid_at = now
        elif (
            asked.delivered_at is None
            and self.delivers_after is not None
            and now >= asked.paid_at + self.delivers_after
        ):
            asked.delivered_at = now
        else:
            return
        self.pages[asked.counter.page].show(asked)

    def _init(self, counter: Counter, form: Form) -> Mapping[str, Any]:
        username = self._tokens.get(form.get("recipient", ""))
        method = form.get("payment_method", "")
        counted = form.get(counter.counts, "")
        payable = method in counter.payable if counter.payable else not method
        if username is None or not counted.isdecimal() or not payable:
            raise Refusal(BAD)
        number = self._next()
        asked = Asked(
            id=sha256(f"request {number}".encode()).hexdigest()[:24],
            counter=counter,
            username=username,
            quantity=int(counted),
            method=method or "ton",
            coins=self._price(counter, counted, method),
            reference=f"Ref#{sha256(f'reference {number}'.encode()).hexdigest()[:9]}",
        )
        self.requests[asked.id] = asked
        said = {"req_id": asked.id, "myself": False, "to_bot": False}
        return said | {"amount": amount(asked.coins)}

    def _price(self, counter: Counter, counted: str, method: str) -> Decimal:
        match counter.name:
            case "stars":
                if int(counted) not in STARS:
                    raise Refusal(TOO_FEW)
                usd = STAR_USD * int(counted)
            case "premium":
                if counted not in MONTHS:
                    raise Refusal(BAD)
                usd = PREMIUM_USD[counted]
            case _:
                if int(counted) not in COINS:
                    raise Refusal(BAD)
                return Decimal(counted)
        usd *= self.dearer
        return (usd if method == "usdt_ton" else usd / self.rate).quantize(Decimal("0.0001"))

    def _link(self, form: Form) -> Mapping[str, Any]:
        asked = self.requests.get(form.get("id", ""))
        try:
            payer = account(json.loads(form.get("account", ""))["address"])
            most = json.loads(form.get("device", ""))["features"][1]["maxMessages"]
        except (ValueError, KeyError, IndexError, TypeError):
            raise Refusal(BAD) from None
        switches = (form.get("transaction"), form.get("show_sender"))
        if asked is None or not most or switches not in (("1", "0"), ("1", "1")):
            raise Refusal(BAD)
        if self.unverified:
            raise Refusal(need_verify=True)
        if self.moves:
            self.moves -= 1
            self.reprice(1)
            raise Refusal(MOVED)
        transaction = {
            "validUntil": int((self.clock.now() + self.holds_for).timestamp()),
            "from": (self.wallet or payer).lower(),
            "messages": [self._message(asked, payer)],
        }
        if self.bends:
            self.bends.pop(0)(transaction)
        said = {"ok": True, "transaction": transaction}
        return said | {"confirm_method": "confirmReq", "confirm_params": {"id": asked.id}}

    def _message(self, asked: Asked, payer: str) -> dict[str, str]:
        words = comment(asked.words)
        if asked.method == "ton":
            to = friendly(DESTINATION, bounceable=False)
            return {"address": to, "amount": str(asked.units), "payload": bag(words)}
        query = int(asked.id[:16], 16)
        odd = dict(self.odd_dollars)
        units, to = odd.pop("units", asked.units), odd.pop("to", DESTINATION)
        body = dollars(units, to, payer, words, query, **odd)
        purse = friendly(jetton_wallet(USDT_MASTER, payer), bounceable=True)
        return {"address": purse, "amount": str(GAS), "payload": bag(body)}

    def _confirm(self, form: Form) -> Mapping[str, Any]:
        asked = self.requests.get(form.get("id", ""))
        try:
            raw = b64decode(form.get("boc", ""), validate=True)
        except ValueError:
            raw = b""
        if asked is None or not raw:
            raise Refusal(BAD)
        self.confirmed[asked.id] = form["boc"]
        return {"ok": True}

    def _fresh(self, path: str) -> str:
        return sha256(f"{path} {self._next()}".encode()).hexdigest()[:18]

    def _next(self) -> int:
        self._made += 1
        return self._made
