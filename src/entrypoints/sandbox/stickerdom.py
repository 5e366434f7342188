"""The store of sticker packs on this machine: it sells them, and errs when it is told to."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final
from urllib.parse import parse_qsl

from attrs import define, field

from ...core.clock import Clock
from .faults import Faults, Receive, Scope, Send, answer, read_body
from .stickerdom_shop import Character, Collection, Order
from .stickerdom_wire import (
    BOT,
    BOT_TOKEN,
    NotSignedIn,
    Refusal,
    init_data,
    no,
    number,
    opened,
    token,
    user_in,
    visitor,
    yes,
)

WALLET: Final = "UQBTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTUxFo"
ROOT: Final = "/api/v1"
OPENER: Final = "/opener"
"""Where somebody opens the store for the shop's account at Telegram, and tells what it is told."""
BUYER: Final = (42, "altyn_shop")
NANO: Final = 10**9
COUNT_MAX: Final = 5
SECRET: Final = b"a secret of the sandbox"

NO_COLLECTION: Final = "collection_not_found"
NO_CHARACTER: Final = "character_not_found"
NO_TOKEN: Final = "invalid_auth_token"  # noqa: S105 - a word of theirs
SOLD_OUT: Final = "sold_out"
TOO_MANY: Final = "invalid_count"
LIMIT: Final = "orders_limit_reached"
NO_COINS: Final = "crypto_payment_disabled"

ROUTES: Final[Mapping[tuple[str, str], str]] = {
    ("POST", OPENER): "opener",
    ("POST", "/auth"): "auth",
    ("GET", "/shop/settings"): "settings",
    ("GET", "/collections"): "collections",
    ("GET", "/shop/price/crypto"): "price",
    ("POST", "/shop/buy/crypto"): "order",
    ("POST", "/shop/buy"): "invoice",
}
Query = Mapping[str, str]


def _collections() -> dict[int, Collection]:
    fox = Character(id=3, name="Fox", stars=500, coins=Decimal("1.25"), left=100)
    owl = Character(id=4, name="Owl", stars=900, coins=Decimal("2.100000001"), left=100)
    return {12: Collection(id=12, title="Forest", characters={3: fox, 4: owl})}


@define
class StickerdomDesk:
    """
    The store: an ASGI application for its Mini App, and the hands of people and of fate. It plays
    Telegram too, as far as that opens the Mini App for the account of the shop.

    Of a payment it learns by asking `sees` about its order, or by `pay`. What a profile looks like,
    and which codes its refusals have, is not known of the real one: here they are made up.
    """

    clock: Clock
    collections: dict[int, Collection] = field(factory=_collections)
    crypto_enabled: bool = True
    orders_limit: int = 1
    """So many orders may be open at once."""
    wallet: str = WALLET
    bot_token: str = BOT_TOKEN
    account: tuple[int, str] = BUYER
    """For whom it is opened at `OPENER`, by id and username."""
    token_life: timedelta = timedelta(minutes=60)
    sees: Callable[[str], bool] | None = None
    """Whether a payment with that id of an order was seen on the chain."""
    delivers_after: timedelta | None = timedelta(0)
    """How long after it saw a payment; None: not before somebody says `deliver`."""
    first: int = 1
    """Where numbers begin, as of Telegram's desk."""
    orders_hold: timedelta = timedelta(minutes=15)
    """For how long an order that is not paid counts as open."""
    banned: bool = False
    refuses_with: int = 200
    """The status of its refusals."""
    turns_away_with: int = 200
    """The status for whoever is not signed in."""
    bends: list[Callable[[dict[str, Any]], None]] = field(factory=list)
    """What is done to the next orders, one each."""
    faults: Faults = field(factory=Faults)
    """By what is asked: `auth`, `settings`, `price`, `collection`, `profile`, `order`, …"""
    orders: dict[str, Order] = field(factory=dict, init=False)
    owned: dict[int, list[tuple[int, int]]] = field(factory=dict, init=False)
    """By account, the collection and character of each pack."""
    payments: set[str] = field(factory=set, init=False)
    """Ids of orders that were paid."""
    calls: list[str] = field(factory=list, init=False)
    """What was asked, in its order."""
    _made: int = field(init=False)
    _tokens_from: int = field(default=0, init=False)

    @_made.default
    def _begun(self) -> int:
        return self.first - 1

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request of the Mini App."""
        body = await read_body(receive)
        path, method = str(scope["path"]), str(scope["method"])
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        query = dict(parse_qsl(scope.get("query_string", b"").decode()))
        asked, subject = self._route(method, path.removeprefix(ROOT))
        self.calls.append(asked)
        fault = self.faults.next(asked)
        status, said = 200, b""
        if fault is None or fault.happens:
            try:
                said = self._said(asked, subject, query, headers, body.decode())
            except Refusal as refusal:
                status, said = self.refuses_with, no(refusal.code)
            except NotSignedIn:
                status, said = self.turns_away_with, no(NO_TOKEN)
            except LookupError:
                status, said = 404, b"<html>404 page not found</html>"
        await answer(send, receive, fault, status, said)

    # The hands.

    def pay(self, order: str) -> None:
        """Somebody pays an order for good."""
        self.payments.add(order)

    def deliver(self, order: str) -> None:
        """What was paid for is handed over now."""
        bought, now = self.orders[order], self.clock.now()
        bought.paid_at, bought.delivered_at = bought.paid_at or now, now
        bought.character.left = max(bought.character.left - bought.count, 0)
        self.give(bought.user, bought.collection.id, bought.character.id, bought.count)

    def give(self, user: int, collection: int, character: int, count: int) -> None:
        """An account gets packs, from wherever."""
        self.owned.setdefault(user, []).extend([(collection, character)] * count)

    def reprice(self, percent: int = 25) -> None:
        """Everything gets dearer by so much."""
        for each in self.collections.values():
            for one in each.characters.values():
                one.coins = (one.coins * (100 + percent) / 100).quantize(Decimal("0.000000001"))
                one.stars = one.stars * (100 + percent) // 100

    def stocked(self, collection: int, character: int, left: int) -> None:
        """So many packs are left."""
        self.collections[collection].characters[character].left = left

    def expire_tokens(self) -> None:
        """Whoever is signed in is not any more."""
        self._tokens_from = self._next()

    def misdirect(self, wallet: str) -> None:
        """The next order wants to be paid there."""
        self.bends.append(lambda said: said.update(wallet=wallet))

    # What is sold.

    def _route(self, method: str, path: str) -> tuple[str, str]:
        """What is asked, and about whom."""
        if (known := ROUTES.get((method, path))) is not None:
            return known, ""
        match method, path.split("/")[1:]:
            case "GET", ["collection", id]:
                return "collection", id
            case "GET", ["user", id, "profile"]:
                return "profile", id
        return "unknown", ""

    def _said(
        self, asked: str, subject: str, query: Query, headers: Mapping[str, str], body: str
    ) -> bytes:
        if asked == "opener":
            return self._opened(body)
        return yes(self._answer(asked, subject, query, headers, body))

    def _answer(
        self, asked: str, subject: str, query: Query, headers: Mapping[str, str], body: str
    ) -> Any:
        if asked == "unknown":
            raise LookupError
        if self.banned:
            raise NotSignedIn
        if asked == "auth":
            user = user_in(body, self.clock.now(), self.bot_token)
            return token(user, self._next(), self.clock.now(), self.token_life, SECRET)
        user = self._visitor(headers)
        self._go_on()
        match asked:
            case "settings":
                return self._settings()
            case "collections":
                return [each.said for each in self.collections.values()]
            case "collection":
                return self._collection(self._found(subject))
            case "profile":
                return self._profile(int(subject))
            case "price":
                _, character = self._character(query)
                return [{"token_symbol": "TON", "price": number(character.coins)}]
            case "order":
                return self._order(user, query)
        return self._invoice(user, query)

    def _opened(self, body: str) -> bytes:
        if json.loads(body)["bot_id"] != BOT:
            raise LookupError
        return opened(init_data(*self.account, self.clock.now(), bot_token=self.bot_token))

    def _visitor(self, headers: Mapping[str, str]) -> int:
        kind, _, told = headers.get("authorization", "").partition(" ")
        if kind != "Bearer":
            raise NotSignedIn
        user, made = visitor(told, self.clock.now(), SECRET)
        if made < self._tokens_from:
            raise NotSignedIn
        return user

    def _settings(self) -> dict[str, Any]:
        return {
            "is_crypto_payment_enabled": self.crypto_enabled,
            "is_transfer_enabled": True,
            "is_market_enabled": True,
            "crypto_orders_limit": self.orders_limit,
        }

    def _collection(self, found: Collection) -> dict[str, Any]:
        shown = [found.shown(each) for each in found.characters.values()]
        return {"collection": found.said, "stickers": [], "characters": shown}

    def _profile(self, user: int) -> dict[str, Any]:
        packs = [
            self.collections[collection].shown(self.collections[collection].characters[character])
            for collection, character in self.owned.get(user, [])
        ]
        return {"id": user, "characters": packs}

    def _order(self, user: int, query: Query) -> dict[str, Any]:
        if not self.crypto_enabled:
            raise Refusal(NO_COINS)
        counted = query.get("count", "")
        if query.get("currency") != "TON" or not counted.isdecimal():
            raise Refusal(TOO_MANY)
        made = self._made_order(user, query, int(counted), in_stars=False)
        said = {
            "order_id": made.id,
            "total_amount": made.units,
            "currency": "TON",
            "wallet": self.wallet,
        }
        if self.bends:
            self.bends.pop(0)(said)
        return said

    def _invoice(self, user: int, query: Query) -> dict[str, Any]:
        made = self._made_order(user, query, 1, in_stars=True)
        said = {"url": f"https://t.me/${made.id}"}
        if self.bends:
            self.bends.pop(0)(said)
        return said

    def _made_order(self, user: int, query: Query, count: int, *, in_stars: bool) -> Order:
        collection, character = self._character(query)
        if collection.status != "active" or character.left < count:
            raise Refusal(SOLD_OUT)
        if not 1 <= count <= COUNT_MAX:
            raise Refusal(TOO_MANY)
        now = self.clock.now()
        if not in_stars and self._open(user) >= self.orders_limit:
            raise Refusal(LIMIT)
        units = character.stars if in_stars else int(character.coins * NANO) * count
        id = sha256(f"order {self._next()}".encode()).hexdigest()[:20]
        made = Order(
            id=id,
            user=user,
            collection=collection,
            character=character,
            count=count,
            units=units,
            in_stars=in_stars,
            made_at=now,
        )
        self.orders[id] = made
        return made

    def _open(self, user: int) -> int:
        since = self.clock.now() - self.orders_hold
        return sum(
            each.user == user
            and not each.in_stars
            and each.paid_at is None
            and each.made_at > since
            for each in self.orders.values()
        )

    def _go_on(self) -> None:
        """Payments are seen, and what was paid for is handed over while there is any."""
        now = self.clock.now()
        for each in self.orders.values():
            if each.paid_at is None:
                seen = self.sees is not None and not each.in_stars and self.sees(each.id)
                if seen or each.id in self.payments:
                    each.paid_at = now
            elif (
                each.delivered_at is None
                and self.delivers_after is not None
                and now >= each.paid_at + self.delivers_after
                and each.character.left >= each.count
            ):
                self.deliver(each.id)

    def _character(self, query: Query) -> tuple[Collection, Character]:
        collection = self._found(query.get("collection", ""))
        wanted = query.get("character", "")
        if not wanted.isdecimal() or int(wanted) not in collection.characters:
            raise Refusal(NO_CHARACTER)
        return collection, collection.characters[int(wanted)]

    def _found(self, id: str) -> Collection:
        if not id.isdecimal() or int(id) not in self.collections:
            raise Refusal(NO_COLLECTION)
        return self.collections[int(id)]

    def _next(self) -> int:
        self._made += 1
        return self._made
