"""Payments, refunds and methods over real HTTP."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, get_args
from uuid import UUID

import pytest
import pytest_asyncio

from altyn.core.money import RUB, Money
from altyn.core.payments import (
    UNDER_WAY,
    AssetNotTaken,
    CarryOutRefund,
    CheckPayment,
    Inflow,
    PaymentId,
    ProviderRefused,
    ProviderUnclear,
    RefundId,
    RefundStage,
    Stage,
)
from altyn.entrypoints.api.payments import UnderWay
from tests.integration.api_counter import Counter, opened, said

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOBODY = "01a0b2c4-7a10-7cc1-b9b4-0f6e2d1c5a01"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def counter(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Counter]:
    async with opened(tmp_path_factory.mktemp("shop")) as counter:
        yield counter


def asked(payer: str, amount: str = "5.00", **more: Any) -> dict[str, Any]:
    """That somebody is asked for roubles."""
    sum = {"amount": amount, "asset": "RUB"}
    return {"payer": payer, "method": "fake", "amount": sum, **more}


def roubles(decimal: str) -> dict[str, str]:
    units = decimal.replace(".", "").lstrip("0") or "0"
    return {"amount": decimal, "asset": "RUB", "units": units}


async def opened_for(counter: Counter, payer: str, amount: str = "5.00", **more: Any) -> str:
    """The id of a payment that somebody is asked for."""
    answer = await counter.post("/v1/payments", asked(payer, amount, **more))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def paid(counter: Counter, id: str, units: int) -> str:
    """So many kopecks came; the key under which they did."""
    inflow = Inflow(key=f"in {id}", amount=Money(units, RUB), at=datetime.now(UTC))
    counter.outside.gateway.says(Stage.CLOSED, inflow)
    check = await counter.shop.container.get(CheckPayment)
    await check(PaymentId(UUID(id)))
    return inflow.key


async def test_a_payment(counter: Counter) -> None:
    """It is opened, shown, and shown again when it was paid."""
    more = {"reference": "order 17", "goods": "physical", "place": "elsewhere", "country": "DE"}
    answer = await counter.post("/v1/payments", asked("user:1", "12.50", **more))
    assert answer.status_code == 201
    told = answer.json()
    assert told == {
        "id": told["id"],
        "state": "pending",
        "method": "fake",
        "payer": "user:1",
        "account": "user:1",
        "asked": roubles("12.50"),
        "gives": roubles("12.50"),
        "came": roubles("0.00"),
        "credited": roubles("0.00"),
        "returning": roubles("0.00"),
        "returned": roubles("0.00"),
        "link": "",
        "provider_id": f"p-{told['id']}",
        "told": "",
        "created_at": told["created_at"],
        "expires_at": told["expires_at"],
        **more,
    }
    path = f"/v1/payments/{told['id']}"
    assert await counter.told(path) == told
    assert await counter.told(f"{path}/arrivals") == {"arrivals": []}
    key = await paid(counter, told["id"], 1250)
    now = await counter.told(path)
    assert (now["state"], now["credited"]) == ("settled", roubles("12.50"))
    ((arrival,),) = (await counter.told(f"{path}/arrivals")).values()
    assert (arrival["key"], arrival["case"], arrival["credited"]) == (
        key,
        "exact",
        roubles("12.50"),
    )
    balance = await counter.told("/v1/users/1/balances/RUB")
    assert balance["available"] == roubles("12.50")


async def test_somebody_elses_account(counter: Counter) -> None:
    """Who pays and whose balance grows may be two."""
    id = await opened_for(counter, "user:2", account="shop:main")
    assert (await counter.told(f"/v1/payments/{id}"))["account"] == "shop:main"


async def test_doubt_and_refusal_of_the_provider(counter: Counter) -> None:
    """The payment says so: it is there in any case, and is not asked for twice."""
    gateway = counter.outside.gateway
    gateway.opens.append(ProviderUnclear("fake", "silent", None))
    unclear = await counter.post("/v1/payments", asked("user:3"))
    assert (unclear.status_code, unclear.json()["state"]) == (201, "unknown")
    gateway.opens.append(ProviderRefused("fake", "closed"))
    refused = await counter.post("/v1/payments", asked("user:3"))
    assert (refused.status_code, refused.json()["state"]) == (201, "failed")
    assert "closed" in refused.json()["told"]


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "method": ({"method": "gold"}, 404, "method_unknown"),
    "asset": ({"amount": {"amount": "1", "asset": "EUR"}}, 404, "unknown_asset"),
    "amount": ({"amount": {"amount": "five", "asset": "RUB"}}, 422, "malformed_amount"),
    "decimals": ({"amount": {"amount": "0.001", "asset": "RUB"}}, 422, "too_many_decimals"),
    "nothing": ({"amount": {"amount": "0.00", "asset": "RUB"}}, 422, "not_positive"),
    "account": ({"account": "nobody"}, 422, "malformed_text"),
    "ours": ({"account": "clearing:fake"}, 422, "malformed_text"),
    "country": ({"country": "Germany"}, 422, "malformed_text"),
    "goods": ({"goods": "stolen"}, 400, "invalid_request"),
    "long": ({"reference": "x" * 501}, 400, "invalid_request"),
    "number": ({"amount": {"amount": 5, "asset": "RUB"}}, 400, "invalid_request"),
    "strange": ({"amount": {"amount": "5", "asset": "RUB", "units": "5"}}, 400, "invalid_request"),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_what_nobody_can_be_asked(counter: Counter, what: str) -> None:
    """Each refusal has its status and its code, and nothing was opened."""
    wrong, status, code = REFUSED[what]
    answer = await counter.post("/v1/payments", asked("user:4") | wrong)
    assert said(answer) == (status, code)
    assert await counter.told("/v1/payments?payer=user:4") == {"payments": [], "next": None}


async def test_what_the_method_does_not_take(counter: Counter) -> None:
    """It says so before anything is written."""
    counter.outside.gateway.accepts.append(AssetNotTaken("fake", RUB))
    assert said(await counter.post("/v1/payments", asked("user:4"))) == (422, "asset_not_taken")


async def test_what_is_under_way(counter: Counter) -> None:
    """Anybody's that is still to be paid, the oldest first; in a state, and so old."""
    ids = [await opened_for(counter, f"user:{payer}") for payer in (71, 72)]
    over = await opened_for(counter, "user:73")
    await counter.post(f"/v1/payments/{over}/cancel")
    every = (await counter.told("/v1/payments/under-way?limit=200"))["payments"]
    assert [each["id"] for each in every][-2:] == ids
    first = await counter.told(f"/v1/payments/under-way?limit={len(every) - 1}")
    rest = await counter.told(f"/v1/payments/under-way?after={first['next']}")
    assert ([each["id"] for each in rest["payments"]], rest["next"]) == (ids[-1:], None)
    only = (await counter.told("/v1/payments/under-way?only=pending&limit=200"))["payments"]
    assert [each["id"] for each in only][-2:] == ids
    assert (await counter.told("/v1/payments/under-way?minutes=60"))["payments"] == []
    for wrong in ("only=settled", "minutes=-1", "payer=user:42"):
        answer = await counter.get(f"/v1/payments/under-way?{wrong}")
        assert said(answer) == (400, "invalid_request"), wrong
    assert said(await counter.get("/v1/payments/under-way?after=17")) == (422, "malformed_text")


async def test_states_under_way() -> None:
    """Those that can be asked for are those that there are."""
    assert set(get_args(UnderWay)) == UNDER_WAY


async def test_pages(counter: Counter) -> None:
    """Newest first, without a gap, whatever comes meanwhile."""
    ids = [await opened_for(counter, "user:5") for _ in range(5)]
    first = await counter.told("/v1/payments?payer=user:5&limit=2")
    await opened_for(counter, "user:5")
    second = await counter.told(f"/v1/payments?payer=user:5&limit=2&before={first['next']}")
    third = await counter.told(f"/v1/payments?payer=user:5&limit=2&before={second['next']}")
    pages = [*first["payments"], *second["payments"], *third["payments"]]
    assert [each["id"] for each in pages] == ids[::-1]
    assert third["next"] is None
    for cursor in ("x", "1", f"{10**17}-{NOBODY}", f"-1-{NOBODY}", f"1-{NOBODY.upper()}"):
        answer = await counter.get(f"/v1/payments?payer=user:5&before={cursor}")
        assert said(answer) == (422, "malformed_text")


async def test_calling_off(counter: Counter) -> None:
    """As long as nothing came; asked again nothing changes."""
    id = await opened_for(counter, "user:6")
    path = f"/v1/payments/{id}/cancel"
    for _ in range(2):
        answer = await counter.post(path, {"why": "changed my mind"})
        assert answer.status_code == 200
        assert (answer.json()["state"], answer.json()["told"]) == ("cancelled", "changed my mind")
    settled = await opened_for(counter, "user:6")
    await paid(counter, settled, 500)
    answer = await counter.post(f"/v1/payments/{settled}/cancel")
    assert said(answer) == (409, "not_cancellable")


async def test_giving_back(counter: Counter) -> None:
    """Set aside at once, then carried out; shown to whoever asks."""
    id = await opened_for(counter, "user:7")
    key = await paid(counter, id, 500)
    wish = {"key": key, "amount": {"amount": "2.00", "asset": "RUB"}, "reason": "late"}
    first, again = [await counter.post(f"/v1/payments/{id}/refunds", wish, "r") for _ in range(2)]
    assert first.status_code == 201
    assert first.content == again.content
    refund = first.json()
    assert (refund["state"], refund["amount"], refund["by"]) == ("due", roubles("2.00"), "local")
    assert (await counter.told(f"/v1/payments/{id}"))["state"] == "refunding"
    path = f"/v1/refunds/{refund['id']}"
    assert await counter.told(path) == refund
    carry_out = await counter.shop.container.get(CarryOutRefund)
    await carry_out(RefundId(UUID(refund["id"])))
    assert (await counter.told(path))["state"] == "done"
    assert [each["id"] for each in (await counter.told("/v1/refunds?payer=user:7"))["refunds"]] == [
        refund["id"]
    ]
    second = await counter.post(f"/v1/payments/{id}/refunds", wish)
    assert said(second) == (422, "not_returnable")


async def test_what_cannot_go_back(counter: Counter) -> None:
    """Each refusal has its status and its code."""
    id = await opened_for(counter, "user:8")
    key = await paid(counter, id, 500)
    path = f"/v1/payments/{id}/refunds"
    much = {"key": key, "amount": {"amount": "5.01", "asset": "RUB"}, "reason": "late"}
    assert said(await counter.post(path, much)) == (422, "too_much_back")
    assert said(await counter.post(path, {"key": "x", "reason": "y"})) == (404, "arrival_missing")
    assert said(await counter.post(path, {"key": key})) == (400, "invalid_request")
    other = {"key": key, "amount": {"amount": "1", "asset": "XTR"}, "reason": "late"}
    assert said(await counter.post(path, other)) == (422, "assets_mixed")


async def test_large_ones_take_two(counter: Counter) -> None:
    """Whoever asked does not agree; declined, the money is where it was."""
    id = await opened_for(counter, "user:9", "20000.00")
    key = await paid(counter, id, 2_000_000)
    answer = await counter.post(f"/v1/payments/{id}/refunds", {"key": key, "reason": "large"})
    assert (answer.status_code, answer.json()["state"]) == (201, "waiting")
    path = f"/v1/refunds/{answer.json()['id']}"
    assert said(await counter.post(f"{path}/approve")) == (422, "own_approval")
    assert said(await counter.post(f"{path}/resolve", {"paid": True})) == (409, "refund_moved")
    declined = await counter.post(f"{path}/decline", {"why": "no"})
    assert (declined.status_code, declined.json()["state"]) == (200, "declined")
    assert said(await counter.post(f"{path}/approve")) == (409, "refund_moved")


async def test_refunds_in_doubt(counter: Counter) -> None:
    """A person who has looked says what became of it."""
    id = await opened_for(counter, "user:10")
    key = await paid(counter, id, 500)
    answer = await counter.post(f"/v1/payments/{id}/refunds", {"key": key, "reason": "late"})
    refund = answer.json()["id"]
    counter.outside.gateway.refunds.append(RefundStage.NOTHING)
    await (await counter.shop.container.get(CarryOutRefund))(RefundId(UUID(refund)))
    assert (await counter.told(f"/v1/refunds/{refund}"))["state"] == "unknown"
    answer = await counter.post(f"/v1/refunds/{refund}/resolve", {"paid": False})
    assert (answer.status_code, answer.json()["state"]) == (200, "failed")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"/v1/payments/{NOBODY}", "payment_missing"),
        (f"/v1/payments/{NOBODY}/arrivals", "payment_missing"),
        (f"/v1/refunds/{NOBODY}", "refund_missing"),
    ],
)
async def test_what_is_not_there(counter: Counter, path: str, code: str) -> None:
    """404 for ids that nobody has, 422 for what is no id."""
    assert said(await counter.get(path)) == (404, code)
    assert said(await counter.get(path.replace(NOBODY, "17"))) == (422, "malformed_id")


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        (f"/v1/payments/{NOBODY}/cancel", {}, "payment_missing"),
        (f"/v1/payments/{NOBODY}/refunds", {"key": "k", "reason": "r"}, "payment_missing"),
        (f"/v1/refunds/{NOBODY}/approve", {}, "refund_missing"),
        (f"/v1/refunds/{NOBODY}/decline", {"why": "no"}, "refund_missing"),
        (f"/v1/refunds/{NOBODY}/resolve", {"paid": True}, "refund_missing"),
    ],
)
async def test_nothing_is_done_to_what_is_not_there(
    counter: Counter, path: str, body: dict[str, Any], code: str
) -> None:
    """404 for ids that nobody has, 422 for what is no id."""
    assert said(await counter.post(path, body)) == (404, code)
    assert said(await counter.post(path.replace(NOBODY, "17"), body)) == (422, "malformed_id")


async def test_methods(counter: Counter) -> None:
    """Those that can be used, and what speaks against the others."""
    path = "/v1/methods?amount=5.00&asset=RUB"
    offer = {
        "method": "fake",
        "offered": True,
        "obstacle": None,
        "least": None,
        "most": None,
        "why": "",
    }
    assert await counter.told(path) == {"offers": [offer]}
    counter.outside.gateway.accepts.append(AssetNotTaken("fake", RUB))
    refused = offer | {"offered": False, "obstacle": "asset"}
    assert await counter.told(f"{path}&goods=service&country=DE") == {"offers": [refused]}
    wrong = {
        "/v1/methods?amount=5.00": (400, "invalid_request"),
        "/v1/methods?amount=5.00&asset=EUR": (404, "unknown_asset"),
        "/v1/methods?amount=x&asset=RUB": (422, "malformed_amount"),
        f"{path}&place=moon": (400, "invalid_request"),
        f"{path}&country=de": (422, "malformed_text"),
    }
    assert {each: said(await counter.get(each)) for each in wrong} == wrong
