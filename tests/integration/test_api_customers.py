"""A customer pays, buys and looks at what is theirs over real HTTP; what is others' is not."""

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.integration.api_counter import Counter, opened, said
from tests.unit.test_telegram_launches import TOKEN, fields, signed

pytestmark = pytest.mark.asyncio(loop_scope="module")

RUB = {"amount": "5.00", "asset": "RUB"}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def counter(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Counter]:
    folder = tmp_path_factory.mktemp("shop")
    variables = {"ALTYN_TELEGRAM_TOKEN": TOKEN}
    async with opened(folder, **variables) as counter:
        await counter.shop.pays(100_000)
        yield counter


async def signed_in(counter: Counter, user: int, **more: str) -> str:
    """What somebody shows who has signed in from the Mini App."""
    now = str(int(time.time()))
    shown = fields({"id": user, "first_name": "Ann"}, auth_date=now, **more)
    answer = await counter.post("/v1/auth/telegram", {"init_data": signed(shown, TOKEN)})
    assert answer.status_code == 200, answer.text
    return f"Bearer {answer.json()['access_token']}"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def ann(counter: Counter) -> str:
    """The token of user 42."""
    return await signed_in(counter, 42)


def asked(payer: str, **more: Any) -> dict[str, Any]:
    return {"payer": payer, "method": "fake", "amount": RUB, **more}


def wished(buyer: str, **more: Any) -> dict[str, Any]:
    stars = {"kind": "stars", "quantity": 50, "recipient": "bob", "asset": "RUB"}
    return {**stars, "buyer": buyer, **more}


async def test_what_is_theirs(counter: Counter, ann: str) -> None:
    """They see it, pay for it, buy and call off."""
    for path in ("balances", "balances/RUB", "statement/RUB", "holds/RUB"):
        assert said(await counter.get(f"/v1/users/42/{path}", Authorization=ann)) == (200, None)
    payment = await counter.post("/v1/payments", asked("user:42"), Authorization=ann)
    assert payment.status_code == 201
    path = f"/v1/payments/{payment.json()['id']}"
    assert (await counter.get(path, Authorization=ann)).json() == payment.json()
    cancelled = await counter.post(f"{path}/cancel", Authorization=ann)
    assert cancelled.json()["state"] == "cancelled"
    quote = await counter.post("/v1/quotes", wished("user:42"), Authorization=ann)
    assert (quote.status_code, quote.json()["cost"], quote.json()["margin"]) == (201, None, None)
    body = {"quote": quote.json()["id"]}
    assert said(await counter.post("/v1/purchases", body, Authorization=ann)) == (201, None)
    path = f"/v1/purchases/{body['quote']}"
    refused = await counter.post(f"{path}/cancel", Authorization=ann)
    assert (refused.json()["state"], refused.json()["decided_by"]) == ("refused", "user:42")
    ours = await counter.told(path)
    assert ours["told"]
    hidden = {"cost": None, "margin": None, "order_id": "", "told": ""}
    assert (await counter.get(path, Authorization=ann)).json() == ours | hidden


async def test_what_is_others(counter: Counter, ann: str) -> None:
    """They neither see it nor spend it, and nobody's account but theirs is filled."""
    theirs = (await counter.post("/v1/payments", asked("user:43"))).json()["id"]
    quote = (await counter.post("/v1/quotes", wished("user:43"))).json()["id"]
    for path in (
        "/v1/users/43/balances",
        "/v1/accounts/income:stars/balances",
        "/v1/payments?payer=user:43",
        f"/v1/payments/{theirs}",
        f"/v1/payments/{theirs}/arrivals",
        "/v1/refunds?payer=user:43",
        "/v1/purchases?buyer=user:43",
        f"/v1/purchases/{quote}",
        "/v1/purchases/review",
        "/v1/campaigns",
        "/v1/limits/api/ask?caller=user:43",
    ):
        assert said(await counter.get(path, Authorization=ann)) == (403, "not_allowed"), path
    for path, body in (
        ("/v1/payments", asked("user:43")),
        ("/v1/payments", asked("user:42", account="user:43")),
        (f"/v1/payments/{theirs}/cancel", {}),
        (f"/v1/payments/{theirs}/refunds", {"key": "k", "reason": "mine"}),
        ("/v1/quotes", wished("user:43")),
        ("/v1/quotes", wished("user:42", account="user:43")),
        ("/v1/quotes", wished("user:42", house=True)),
        ("/v1/quotes", wished("user:42", role="friend")),
        ("/v1/purchases", {"quote": quote}),
        (f"/v1/purchases/{quote}/cancel", {}),
        (f"/v1/purchases/{quote}/resolve", {"delivered": True, "because": "mine"}),
    ):
        answer = await counter.post(path, body, Authorization=ann)
        assert said(answer) == (403, "not_allowed"), path
    assert (await counter.told(f"/v1/payments/{theirs}"))["state"] == "pending"
    assert (await counter.told(f"/v1/purchases/{quote}"))["state"] == "quoted"
