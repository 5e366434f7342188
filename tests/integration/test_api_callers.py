"""Whoever may not do something is told so on every route, and nothing is done."""

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import pytest
import pytest_asyncio

from altyn.core.identity import Caller, MakeKey, Permission
from altyn.core.notifications import RelayEvents
from altyn.entrypoints.api.app import specification
from tests.integration.api_counter import Counter, opened, said
from tests.integration.test_api_payments import opened_for, paid

pytestmark = pytest.mark.asyncio(loop_scope="module")

SEE, ADJUST = Permission.SEE_OTHERS, Permission.ADJUST
PAY, BUY, REFUND = Permission.PAY, Permission.BUY, Permission.REFUND
DECIDE, CAMPAIGN = Permission.DECIDE, Permission.CAMPAIGN
AUDIT, USERS, KEYS = Permission.SEE_AUDIT, Permission.MANAGE_USERS, Permission.MANAGE_KEYS
SEE_OWN, MUTE = Permission.SEE_OWN, Permission.MUTE

PAYMENT = {"payer": "user:42", "method": "fake", "amount": {"amount": "5.00", "asset": "RUB"}}
QUOTE = {"kind": "stars", "quantity": 50, "recipient": "b", "buyer": "user:42", "asset": "RUB"}
WISH = {"kind": "payment.*"}
HOOK = {"url": "https://shop.example/altyn", "events": ["*"]}
KEY = {"name": "cash desk", "scopes": ["see_others"], "expires_at": None}
PLAN = {
    "recipient": "durov",
    "wanted": 2,
    "item": "19/3",
    "deadline": "2100-01-01T00:00:00Z",
    "strategies": [
        {
            "supplier": "fragment",
            "budget": {"amount": "10", "asset": "TON"},
            "unit_max": {"amount": "2", "asset": "TON"},
        }
    ],
}

TAKES: dict[str, tuple[set[Permission], Any]] = {
    "GET /v1/users/{user}/balances": ({SEE}, None),
    "GET /v1/users/{user}/balances/{asset}": ({SEE}, None),
    "GET /v1/users/{user}/statement/{asset}": ({SEE}, None),
    "GET /v1/users/{user}/statement/{asset}/csv": ({SEE}, None),
    "GET /v1/users/{user}/holds/{asset}": ({SEE}, None),
    "GET /v1/users/{user}/holds/{asset}/csv": ({SEE}, None),
    "GET /v1/users": ({SEE}, None),
    "GET /v1/users/{user}": ({SEE}, None),
    "GET /v1/users/named/{username}": ({SEE}, None),
    "GET /v1/users/{user}/export": ({USERS}, None),
    "GET /v1/users/{user}/preferences": ({SEE}, None),
    "GET /v1/users/{user}/notifications": ({SEE}, None),
    "POST /v1/users/{user}/role": ({USERS}, {"role": "support"}),
    "POST /v1/users/{user}/mute": ({MUTE}, {}),
    "POST /v1/users/{user}/erase": ({USERS}, {}),
    "POST /v1/users/{user}/preferences/decline": ({SEE_OWN, ADJUST}, WISH),
    "POST /v1/users/{user}/preferences/accept": ({SEE_OWN, ADJUST}, WISH),
    "GET /v1/audit": ({AUDIT}, None),
    "GET /v1/audit/verify": ({AUDIT}, None),
    "GET /v1/accounts/{name}/balances": ({SEE}, None),
    "GET /v1/accounts/{name}/balances/{asset}": ({SEE}, None),
    "GET /v1/accounts/{name}/statement/{asset}": ({SEE}, None),
    "GET /v1/accounts/{name}/statement/{asset}/csv": ({SEE}, None),
    "GET /v1/accounts/{name}/holds/{asset}": ({SEE}, None),
    "GET /v1/accounts/{name}/holds/{asset}/csv": ({SEE}, None),
    "GET /v1/payments": ({SEE}, None),
    "GET /v1/payments/under-way": ({SEE}, None),
    "GET /v1/payments/{id}": ({SEE}, None),
    "GET /v1/payments/{id}/arrivals": ({SEE}, None),
    "POST /v1/payments": ({PAY, ADJUST}, PAYMENT),
    "POST /v1/payments/{id}/cancel": ({DECIDE}, {}),
    "POST /v1/payments/{id}/refunds": ({REFUND}, {"key": "k", "reason": "late"}),
    "GET /v1/refunds": ({SEE}, None),
    "POST /v1/refunds/{id}/approve": ({REFUND}, {}),
    "POST /v1/refunds/{id}/decline": ({REFUND}, {"why": "no"}),
    "POST /v1/refunds/{id}/resolve": ({DECIDE}, {"paid": True}),
    "POST /v1/quotes": ({BUY, ADJUST}, QUOTE),
    "GET /v1/purchases": ({SEE}, None),
    "GET /v1/purchases/under-way": ({SEE}, None),
    "GET /v1/purchases/review": ({SEE}, None),
    "GET /v1/purchases/{id}": ({SEE}, None),
    "POST /v1/purchases": ({BUY, ADJUST}, "quote"),
    "POST /v1/purchases/{id}/cancel": ({DECIDE}, {}),
    "POST /v1/purchases/{id}/resolve": ({DECIDE}, {"delivered": True, "because": "seen"}),
    "POST /v1/purchases/{id}/late": ({DECIDE}, {"because": "seen"}),
    "POST /v1/purchases/{id}/settle": ({DECIDE}, {"charge": True, "because": "agreed"}),
    "GET /v1/campaigns": ({SEE}, None),
    "GET /v1/campaigns/{id}": ({SEE}, None),
    "POST /v1/campaigns": ({CAMPAIGN}, PLAN),
    "POST /v1/campaigns/{id}/pause": ({CAMPAIGN}, {}),
    "POST /v1/campaigns/{id}/resume": ({CAMPAIGN}, {}),
    "POST /v1/campaigns/{id}/cancel": ({CAMPAIGN}, {}),
    "GET /v1/limits/{way_in}/{action}": ({SEE}, None),
    "GET /health/deep": ({SEE}, None),
    "GET /v1/keys": ({KEYS}, None),
    "POST /v1/keys": ({KEYS, SEE}, KEY),
    "POST /v1/keys/{key}/rotate": ({KEYS, SEE}, {"expires_at": None}),
    "DELETE /v1/keys/{key}": ({KEYS}, None),
    "GET /v1/webhooks": ({KEYS}, None),
    "GET /v1/webhooks/{id}": ({KEYS}, None),
    "GET /v1/webhooks/{id}/deliveries": ({KEYS}, None),
    "GET /v1/deliveries/{id}": ({KEYS}, None),
    "POST /v1/webhooks": ({KEYS}, HOOK),
    "POST /v1/webhooks/{id}/pause": ({KEYS}, {}),
    "POST /v1/webhooks/{id}/resume": ({KEYS}, {}),
    "POST /v1/webhooks/{id}/rotate": ({KEYS}, {}),
    "POST /v1/webhooks/{id}/replay": ({DECIDE}, {}),
    "POST /v1/deliveries/{id}/replay": ({DECIDE}, {}),
    "DELETE /v1/webhooks/{id}": ({KEYS}, None),
}
"""What each route takes of a caller who is no user: everything is somebody else's to them."""
FOR_ALL = {"GET /v1/methods", "GET /v1/limits"}
LAST = {"GET /v1/refunds/{id}"}
"""There is no refund before somebody was refused one: see the test at the end."""
QUERIES = {
    "GET /v1/payments": "?payer=user:42",
    "GET /v1/refunds": "?payer=user:42",
    "GET /v1/purchases": "?buyer=user:42",
    "GET /v1/limits/{way_in}/{action}": "?caller=x",
}


class Doors:
    """A house with something of everything, and keys to it."""

    def __init__(self, counter: Counter):
        self.counter = counter
        self.ids: dict[str, str] = {}
        self.names = count()

    async def furnish(self) -> None:
        """Something that can be asked about."""
        await self.counter.shop.pays(100_000)
        made = ("webhooks", HOOK), ("payments", PAYMENT), ("quotes", QUOTE), ("campaigns", PLAN)
        for what, body in made:
            answer = await self.counter.post(f"/v1/{what}", body)
            self.ids[what] = answer.json()["id"]
        self.ids["keys"] = (await self.counter.post("/v1/keys", KEY)).json()["key"]
        self.ids["purchases"] = self.ids["quotes"]
        self.ids["deliveries"] = await self._told()
        self.ids["refunds"] = self.ids["quotes"]  # there is none

    async def _told(self) -> str:
        """Something that the webhook is told."""
        await (await self.counter.shop.container.get(RelayEvents))()
        told = await self.counter.told(f"/v1/webhooks/{self.ids['webhooks']}/deliveries")
        return str(told["deliveries"][0]["id"])

    async def key(self, scopes: set[Permission]) -> str:
        """A key that opens those."""
        make = await self.counter.shop.container.get(MakeKey)
        made = await make(Caller.local(), f"key {next(self.names)}", scopes)
        return f"Bearer {made.token.reveal()}"

    async def ask(self, route: str, body: Any, key: str) -> tuple[int, str | None]:
        """What somebody with that key is answered."""
        verb, _, path = route.partition(" ")
        what = path.split("/")[2]
        for name, value in {
            "{user}": "42",
            "{name}": "user:42",
            "{username}": "ann",
            "{asset}": "RUB",
            "{key}": self.ids["keys"],
            "{id}": self.ids.get(what, ""),
            "{way_in}": "api",
            "{action}": "ask",
        }.items():
            path = path.replace(name, value)
        path += QUERIES.get(route, "")
        if verb == "GET":
            return said(await self.counter.get(path, Authorization=key))
        if verb == "DELETE":
            client = self.counter.shop.client
            return said(await client.delete(path, headers={"Authorization": key}))
        sent = {"quote": self.ids["quotes"]} if body == "quote" else body
        return said(await self.counter.post(path, sent, Authorization=key))


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def doors(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Doors]:
    folder = tmp_path_factory.mktemp("shop")
    async with opened(folder, ALTYN_SEALING_KEYS="ab" * 32) as counter:
        doors = Doors(counter)
        await doors.furnish()
        yield doors


async def test_every_route_is_tried() -> None:
    """None is forgotten."""
    routes = {
        f"{verb.upper()} {path}"
        for path, verbs in specification()["paths"].items()
        for verb in verbs
        if path.startswith(("/v1/", "/health/deep")) and not path.startswith(ELSEWHERE)
    }
    assert routes == TAKES.keys() | FOR_ALL | LAST


ELSEWHERE = ("/v1/auth/", "/v1/sessions", "/v1/live")
"""How callers come in, and what has no end, is tried where that is."""


async def test_who_may_not(doors: Doors) -> None:
    """With all permissions but one that it takes, every route refuses."""
    keys = {each: await doors.key(set(Permission) - {each}) for each in Permission}
    found = {
        (route, lacking): await doors.ask(route, body, keys[lacking])
        for route, (takes, body) in TAKES.items()
        for lacking in takes
    }
    assert found == dict.fromkeys(found, (403, "not_allowed"))


async def test_who_may(doors: Doors) -> None:
    """With nothing but what it takes, none does; those at the end change what they are about."""
    for route, (takes, body) in TAKES.items():
        status, _ = await doors.ask(route, body, await doors.key(takes))
        assert status not in (400, 401, 403), route


async def test_everybody_may(doors: Doors) -> None:
    """What is nobody's is shown to whoever has any key."""
    key = await doors.key({Permission.SEE_AUDIT})
    methods = await doors.counter.get("/v1/methods?amount=1.00&asset=RUB", Authorization=key)
    assert methods.status_code == 200
    assert (await doors.counter.get("/v1/limits", Authorization=key)).status_code == 200


async def test_what_it_costs_us_is_not_everybodys(doors: Doors) -> None:
    """Who sees only what they do is not shown cost and margin."""
    key = await doors.key({BUY, ADJUST})
    answer = await doors.counter.post("/v1/quotes", QUOTE, Authorization=key)
    assert (answer.json()["cost"], answer.json()["margin"]) == (None, None)
    assert answer.json()["price"]["amount"] == "150.00"


async def test_what_is_not_for_customers_to_choose(doors: Doors) -> None:
    """A price of another role, or none at all."""
    key = await doors.key(set(Permission) - {ADJUST})
    for more in ({"house": True}, {"role": "friend"}):
        answer = await doors.counter.post("/v1/quotes", QUOTE | more, Authorization=key)
        assert said(answer) == (403, "not_allowed")


async def test_keys_are_apart(doors: Doors) -> None:
    """What one caller did under a key of theirs, another does anew under the same."""
    keys = [await doors.key({PAY, ADJUST}) for _ in range(2)]
    answers = [
        await doors.counter.post("/v1/payments", PAYMENT, "same", Authorization=key)
        for key in [*keys, keys[0]]
    ]
    first, other, again = [answer.json()["id"] for answer in answers]
    assert first == again != other


async def test_refunds_are_somebodys(doors: Doors) -> None:
    """Whoever asked for one, it is about the money of the payer."""
    id = await opened_for(doors.counter, "user:7")
    body = {"key": await paid(doors.counter, id, 500), "reason": "late"}
    refund = await doors.counter.post(f"/v1/payments/{id}/refunds", body)
    path = f"/v1/refunds/{refund.json()['id']}"
    blind = await doors.counter.get(path, Authorization=await doors.key(set(Permission) - {SEE}))
    assert said(blind) == (403, "not_allowed")
    seeing = await doors.counter.get(path, Authorization=await doors.key({SEE}))
    assert seeing.json() == refund.json()
