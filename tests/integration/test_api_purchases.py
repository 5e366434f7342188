"""Quotes, purchases and campaigns over real HTTP."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import UUID

import pytest
import pytest_asyncio

from altyn.core.balances import Account, Ledger
from altyn.core.identity import Trail
from altyn.core.money import TON
from altyn.core.purchases import (
    SET_ASIDE,
    PurchaseId,
    Purchases,
    RecipientRefused,
    State,
    SupplierUnclear,
    supply,
)
from altyn.core.wallets import Cheques, Outlays
from altyn.entrypoints.api.purchases import UnderWay
from altyn.entrypoints.testkit.purchases.ground import TO, Market
from tests.integration.api_counter import Counter, opened, said

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOBODY = "01a0b2c4-7a10-7cc1-b9b4-0f6e2d1c5a01"
STARS = {
    "kind": "stars",
    "quantity": 50,
    "recipient": "@durov",
    "buyer": "user:42",
    "asset": "RUB",
}
LATER = (datetime.now(UTC) + timedelta(days=1)).isoformat()
PLAN = {
    "recipient": "durov",
    "wanted": 2,
    "item": "19/3",
    "deadline": LATER,
    "strategies": [
        {
            "supplier": "fragment",
            "budget": {"amount": "10", "asset": "TON"},
            "unit_max": {"amount": "2", "asset": "TON"},
        }
    ],
}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def counter(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Counter]:
    async with opened(tmp_path_factory.mktemp("shop")) as counter:
        await counter.shop.pays(100_000)
        yield counter


async def quoted(counter: Counter, **more: Any) -> str:
    """The id of something that was priced."""
    answer = await counter.post("/v1/quotes", STARS | more)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def bought(counter: Counter) -> str:
    """The id of something that is being bought."""
    id = await quoted(counter)
    answer = await counter.post("/v1/purchases", {"quote": id})
    assert answer.status_code == 201, answer.text
    return id


async def came_to(counter: Counter, id: str, state: State) -> None:
    """What was reserved has come so far."""
    container = counter.shop.container
    purchases = await container.get(Purchases)
    market = Market(purchases, await container.get(Outlays), await container.get(Cheques))
    purchase = await purchases.get(PurchaseId(UUID(id)))
    await market.walk(purchase, *TO[state][1:])


async def test_a_purchase(counter: Counter) -> None:
    """Priced, agreed to under the same id, and the money is set aside."""
    answer = await counter.post("/v1/quotes", STARS)
    assert answer.status_code == 201
    quote = answer.json()
    assert quote == {
        "id": quote["id"],
        "state": "quoted",
        "late": "",
        "kind": "stars",
        "quantity": 50,
        "item": "",
        "recipient": "durov",
        "shown": "Bob",
        "buyer": "user:42",
        "account": "user:42",
        "payment": None,
        "price": {"amount": "150.00", "asset": "RUB", "units": "15000"},
        "cost": {"amount": "0.500000000", "asset": "TON", "units": "500000000"},
        "margin": {"amount": "0.00", "asset": "RUB", "units": "0"},
        "supplier": "fragment",
        "order_id": "",
        "proof": "",
        "told": "",
        "decided_by": "",
        "created_at": quote["created_at"],
        "holds_until": quote["holds_until"],
        "since": quote["since"],
    }
    path = f"/v1/purchases/{quote['id']}"
    assert await counter.told(path) == quote
    held = (await counter.told("/v1/users/42/balances/RUB"))["held"]["units"]
    first, again = [
        await counter.post("/v1/purchases", {"quote": quote["id"]}, "b") for _ in range(2)
    ]
    assert (first.status_code, first.content) == (201, again.content)
    assert (first.json()["id"], first.json()["state"]) == (quote["id"], "reserved")
    assert await counter.told(path) == first.json()
    now = (await counter.told("/v1/users/42/balances/RUB"))["held"]["units"]
    assert int(now) - int(held) == 15000
    (hold, *_) = (await counter.told("/v1/users/42/holds/RUB"))["holds"]
    assert (hold["reference"], hold["state"]) == (quote["id"], "open")


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "kind": ({"kind": "premium", "quantity": 3}, 404, "supplier_unknown"),
    "supplier": ({"supplier": "nobody"}, 404, "supplier_unknown"),
    "few": ({"quantity": 49}, 422, "not_for_sale"),
    "many": ({"quantity": 100_001}, 422, "not_for_sale"),
    "recipient": ({"recipient": "дуров"}, 422, "malformed_text"),
    "item": ({"item": "19/3"}, 422, "malformed_text"),
    "asset": ({"asset": "EUR"}, 404, "unknown_asset"),
    "rate": ({"asset": "USDT"}, 422, "rate_unknown"),
    "account": ({"account": "nobody"}, 422, "malformed_text"),
    "payment": ({"payment": "17"}, 422, "malformed_id"),
    "quantity": ({"quantity": "50"}, 400, "invalid_request"),
    "sort": ({"kind": "gold"}, 400, "invalid_request"),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_what_has_no_price(counter: Counter, what: str) -> None:
    """Each refusal has its status and its code."""
    wrong, status, code = REFUSED[what]
    assert said(await counter.post("/v1/quotes", STARS | wrong)) == (status, code)


async def test_what_the_supplier_says(counter: Counter) -> None:
    """His no is a refusal, his silence is not."""
    counter.outside.supplier.fails += [
        RecipientRefused("durov", "no"),
        SupplierUnclear("fragment", "silent"),
    ]
    assert said(await counter.post("/v1/quotes", STARS)) == (422, "recipient_refused")
    assert said(await counter.post("/v1/quotes", STARS)) == (503, "supplier_unclear")


async def test_the_house_pays(counter: Counter) -> None:
    """Then there is no price, and nobody's account; whoever agreed to it is in the trail."""
    id = await quoted(counter, house=True)
    told = await counter.told(f"/v1/purchases/{id}")
    assert (told["account"], told["price"]["units"]) == (None, "0")
    answer = await counter.post("/v1/purchases", {"quote": id})
    assert (answer.status_code, answer.json()["state"]) == (201, "reserved")
    trail: Trail = await counter.shop.container.get(Trail)
    entries = [each.audited for each in await trail.onward(99)]
    assert ("purchase.for_the_house", f"purchase:{id}") in [(e.what, e.about) for e in entries]


async def test_what_cannot_be_bought(counter: Counter) -> None:
    """What was not priced, is not paid for, or costs more than there is."""
    for quote, refusal in {
        NOBODY: (404, "purchase_missing"),
        "17": (422, "malformed_id"),
        await quoted(counter, account="user:42", quantity=50, payment=None): None,
    }.items():
        if refusal is not None:
            assert said(await counter.post("/v1/purchases", {"quote": quote})) == refusal
    poor = await quoted(counter, account="user:43")
    answer = await counter.post("/v1/purchases", {"quote": poor})
    assert said(answer) in [(404, "account_missing"), (422, "insufficient_funds")]
    payment = await counter.post(
        "/v1/payments",
        {"payer": "user:42", "method": "fake", "amount": {"amount": "150.00", "asset": "RUB"}},
    )
    waiting = await quoted(counter, payment=payment.json()["id"])
    assert said(await counter.post("/v1/purchases", {"quote": waiting})) == (409, "not_paid_for")


async def test_calling_off(counter: Counter) -> None:
    """As long as nobody was told to pay; what was set aside is free again."""
    before = (await counter.told("/v1/users/42/balances/RUB"))["available"]
    id = await bought(counter)
    for _ in range(2):
        answer = await counter.post(f"/v1/purchases/{id}/cancel")
        told = answer.json()
        assert (answer.status_code, told["state"]) == (200, "refused")
        assert told["decided_by"] == "local"
    assert (await counter.told("/v1/users/42/balances/RUB"))["available"] == before
    late = await bought(counter)
    await came_to(counter, late, State.PAYING)
    answer = await counter.post(f"/v1/purchases/{late}/cancel")
    assert said(answer) == (409, "too_late_to_cancel")


async def test_doubt(counter: Counter) -> None:
    """What waits for a person is listed, the oldest first, and decided by one."""
    ids = []
    for _ in range(2):
        ids.append(await bought(counter))
        await came_to(counter, ids[-1], State.REVIEW)
    first = await counter.told("/v1/purchases/review?limit=1")
    second = await counter.told(f"/v1/purchases/review?limit=1&after={first['next']}")
    assert [each["id"] for each in [*first["purchases"], *second["purchases"]]] == ids
    assert second["next"] is None
    before = await counter.told("/v1/users/42/balances/RUB")
    for id, delivered, state in zip(ids, (True, False), ("delivered", "released"), strict=True):
        seen = {"delivered": delivered, "because": "seen"}
        answer = await counter.post(f"/v1/purchases/{id}/resolve", seen)
        told = answer.json()
        assert (answer.status_code, told["state"], told["decided_by"]) == (200, state, "local")
        again = await counter.post(f"/v1/purchases/{id}/resolve", seen)
        assert said(again) == (409, "purchase_moved")
    after = await counter.told("/v1/users/42/balances/RUB")
    posted, held = (
        int(after[name]["units"]) - int(before[name]["units"]) for name in ("posted", "held")
    )
    assert (posted, held) == (-15_000, -30_000)


async def test_what_comes_late(counter: Counter) -> None:
    """Somebody has seen it, it waits among the doubts, and they say once who pays for it."""
    ledger = await counter.shop.container.get(Ledger)
    await ledger.open(Account.unlimited(supply("fragment"), TON))  # as when he was paid
    before = await counter.told("/v1/users/42/balances/RUB")
    for charge, late, state in ((False, "borne", "released"), (True, "paid", "delivered")):
        id = await bought(counter)
        await came_to(counter, id, State.REVIEW)
        gone = {"delivered": False, "because": "he closed"}
        await counter.post(f"/v1/purchases/{id}/resolve", gone)
        seen = {"because": "she has them"}
        reported = await counter.post(f"/v1/purchases/{id}/late", seen)
        assert (reported.status_code, reported.json()["late"]) == (200, "waiting")
        assert said(await counter.post(f"/v1/purchases/{id}/late", seen)) == (409, "purchase_moved")
        waiting = await counter.told("/v1/purchases/review")
        assert [each["id"] for each in waiting["purchases"]] == [id]
        verdict = {"charge": charge, "because": "agreed"}
        settled = await counter.post(f"/v1/purchases/{id}/settle", verdict)
        told = settled.json()
        assert (settled.status_code, told["late"], told["state"]) == (200, late, state)
        again = await counter.post(f"/v1/purchases/{id}/settle", verdict)
        assert said(again) == (409, "purchase_moved")
    after = await counter.told("/v1/users/42/balances/RUB")
    assert int(before["posted"]["units"]) - int(after["posted"]["units"]) == 15_000
    assert before["held"] == after["held"]


async def test_what_is_under_way(counter: Counter) -> None:
    """Anybody's that was agreed to and is not over, the oldest first; in a state, and so old."""
    before = len((await counter.told("/v1/purchases/under-way?limit=200"))["purchases"])
    priced, mine, paying = await quoted(counter), await bought(counter), await bought(counter)
    await came_to(counter, paying, State.PAYING)
    every = await counter.told(f"/v1/purchases/under-way?limit={before + 1}")
    rest = await counter.told(f"/v1/purchases/under-way?limit=2&after={every['next']}")
    ids = [each["id"] for each in [*every["purchases"], *rest["purchases"]]]
    assert ids[-2:] == [mine, paying]
    assert rest["next"] is None
    assert priced not in ids
    only = (await counter.told("/v1/purchases/under-way?only=paying"))["purchases"]
    assert paying in [each["id"] for each in only]
    assert {each["state"] for each in only} == {"paying"}
    assert (await counter.told("/v1/purchases/under-way?minutes=60"))["purchases"] == []
    for wrong in ("only=quoted", "minutes=-1", "minutes=5270401", "buyer=user:42"):
        answer = await counter.get(f"/v1/purchases/under-way?{wrong}")
        assert said(answer) == (400, "invalid_request"), wrong
    assert said(await counter.get("/v1/purchases/under-way?after=17")) == (422, "malformed_text")


async def test_states_under_way() -> None:
    """Those that can be asked for are those that there are."""
    assert set(get_args(UnderWay)) == SET_ASIDE


async def test_pages(counter: Counter) -> None:
    """Newest first, without a gap."""
    ids = [await quoted(counter, buyer="user:5", account="user:42") for _ in range(3)]
    first = await counter.told("/v1/purchases?buyer=user:5&limit=2")
    second = await counter.told(f"/v1/purchases?buyer=user:5&limit=2&before={first['next']}")
    pages = [*first["purchases"], *second["purchases"]]
    assert [each["id"] for each in pages] == ids[::-1]
    assert second["next"] is None


@pytest.mark.parametrize("path", ["", "/cancel", "/resolve"])
async def test_what_is_not_there(counter: Counter, path: str) -> None:
    """404 for ids that nobody has, 422 for what is no id."""
    for id, refusal in {NOBODY: (404, "purchase_missing"), "17": (422, "malformed_id")}.items():
        where = f"/v1/purchases/{id}{path}"
        body = {"delivered": True, "because": "seen"} if path == "/resolve" else {}
        answer = await (counter.post(where, body) if path else counter.get(where))
        assert said(answer) == refusal


async def test_a_campaign(counter: Counter) -> None:
    """Begun once, paused, gone on with, and called off."""
    first, again = [await counter.post("/v1/campaigns", PLAN, "c") for _ in range(2)]
    assert (first.status_code, first.content) == (201, again.content)
    told = first.json()
    budget = {"amount": "10.000000000", "asset": "TON", "units": "10000000000"}
    assert (told["state"], told["wanted"], told["budgets"]) == ("running", 2, [budget])
    path = f"/v1/campaigns/{told['id']}"
    assert await counter.told(path) == told
    assert (await counter.told("/v1/campaigns"))["campaigns"] == [told]
    assert said(await counter.post(f"{path}/resume")) == (200, None)
    assert (await counter.post(f"{path}/pause")).json()["state"] == "paused"
    assert (await counter.post(f"{path}/resume")).json()["state"] == "running"
    for _ in range(2):
        assert (await counter.post(f"{path}/cancel")).json()["state"] == "stopping"
    for verb in ("pause", "resume"):
        assert said(await counter.post(f"{path}/{verb}")) == (409, "campaign_moved")


async def test_pages_of_campaigns(counter: Counter) -> None:
    """Newest first, without a gap."""
    ids = [(await counter.post("/v1/campaigns", PLAN)).json()["id"] for _ in range(3)]
    first = await counter.told("/v1/campaigns?limit=2")
    second = await counter.told(f"/v1/campaigns?limit=1&before={first['next']}")
    assert [each["id"] for each in [*first["campaigns"], *second["campaigns"]]] == ids[::-1]


def plan(**wrong: Any) -> dict[str, Any]:
    """The plan with a strategy that is otherwise."""
    return {"strategies": [PLAN["strategies"][0] | wrong]}  # type: ignore[index]


WRONG_PLANS: dict[str, tuple[dict[str, Any], int, str]] = {
    "supplier": (plan(supplier="nobody"), 404, "supplier_unknown"),
    "budget": (plan(budget={"amount": "0", "asset": "TON"}), 422, "plan_malformed"),
    "assets": (plan(budget={"amount": "1", "asset": "RUB"}), 422, "plan_malformed"),
    "nothing": ({"wanted": 0}, 400, "invalid_request"),
    "no way": ({"strategies": []}, 400, "invalid_request"),
    "deadline": ({"deadline": "soon"}, 422, "malformed_instant"),
    "zone": ({"deadline": "2026-12-01T00:00:00"}, 422, "zone_missing"),
    "profile": ({"profile": "reckless"}, 404, "unknown_profile"),
    "account": ({"account": "nobody"}, 422, "malformed_text"),
    "recipient": ({"recipient": "дуров"}, 422, "malformed_text"),
    "months": ({"kind": "premium", "item": ""}, 422, "plan_malformed"),
    "poor": ({"account": "shop:poor"}, 404, "account_missing"),
    "deep": (plan(hurry=True), 400, "invalid_request"),
}


@pytest.mark.parametrize("what", WRONG_PLANS)
async def test_plans_that_cannot_be_carried_out(counter: Counter, what: str) -> None:
    """Each refusal has its status and its code, and nothing was begun."""
    wrong, status, code = WRONG_PLANS[what]
    before = await counter.told("/v1/campaigns")
    assert said(await counter.post("/v1/campaigns", PLAN | wrong)) == (status, code)
    assert await counter.told("/v1/campaigns") == before


@pytest.mark.parametrize("path", ["", "/pause", "/resume", "/cancel"])
async def test_campaigns_that_are_not_there(counter: Counter, path: str) -> None:
    """404 for ids that nobody has, 422 for what is no id."""
    for id, refusal in {NOBODY: (404, "campaign_missing"), "17": (422, "malformed_id")}.items():
        where = f"/v1/campaigns/{id}{path}"
        answer = await (counter.post(where) if path else counter.get(where))
        assert said(answer) == refusal
