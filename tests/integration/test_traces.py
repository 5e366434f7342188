"""Why is this purchase late? Whoever follows what is done can read it from one story."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from altyn.core.purchases import PurchaseId, Purchases, State
from altyn.core.spans import Sort, followed_by
from altyn.entrypoints.api.app import make_api
from altyn.entrypoints.sandbox.fragment import DESTINATION
from altyn.entrypoints.testkit import RecordedSpan, Recorder
from altyn.entrypoints.wiring import Settings
from altyn.entrypoints.worker import chores_of

from .purchase_mall import ANN, Mall, opened_mall

KEY = "a-key-of-the-shop-itself"
HEADERS = {"authorization": f"Bearer {KEY}"}


@pytest.fixture
async def mall(tmp_path: Path) -> AsyncIterator[Mall]:
    async with opened_mall(tmp_path, ALTYN_TRACES="yes", ALTYN_API_KEYS=KEY) as mall:
        yield mall


async def bought(mall: Mall) -> str:
    """The id of what Ann buys through the API."""
    api = await make_api(mall.container, await mall.get(Settings))
    transport = httpx.ASGITransport(app=api)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        wish = {
            "kind": "stars",
            "quantity": 50,
            "recipient": "bob",
            "buyer": str(ANN),
            "asset": "RUB",
        }
        key = {"idempotency-key": str(uuid4())}
        quote = await client.post("/v1/quotes", json=wish, headers=HEADERS | key)
        assert quote.status_code == 201, quote.text
        key = {"idempotency-key": str(uuid4())}
        agreed = {"quote": quote.json()["id"]}
        answer = await client.post("/v1/purchases", json=agreed, headers=HEADERS | key)
        assert answer.status_code == 201, answer.text
        return str(quote.json()["id"])


async def test_a_purchase_is_one_story(mall: Mall) -> None:
    """
    All that was done for it, by the API and by the worker, is found by its id: requests and rounds
    with what was done in them, who was asked outside, and in which state that left it.
    """
    recorder = Recorder()
    with followed_by(recorder):
        # In a task of its own, as each request is.
        id = await asyncio.create_task(bought(mall))
        purchases: Purchases = await mall.get(Purchases)
        chores = [each for each in await chores_of(mall.container) if each.every_seconds <= 1]
        async with asyncio.timeout(60):
            while (await purchases.get(PurchaseId(UUID(id)))).state is not State.DELIVERED:
                for chore in chores:
                    await chore()
                mall.clock.advance(seconds=1)
        for chore in chores:  # once more, with nothing left to do but to tell of it
            await chore()
        ended = len(recorder.spans)
        for chore in chores:
            await chore()
    assert len(recorder.spans) == ended, "a round with nothing to do is not told"
    assert all(each.outcome for each in recorder.spans)
    story = recorder.told(purchase=id)
    kept = [each.facts.get("state") for each in story if each.name == "transaction"]
    states = ["quoted", "reserved", "ordered", "paying", "paid", "delivered"]
    assert [state for state in kept if state] == states
    roots = {outermost(each).facts.get("http_route", outermost(each).name) for each in story}
    assert roots == {
        "/v1/quotes",
        "/v1/purchases",
        "going on with purchases",
        "passing events on",
    }
    steps = {each.name for each in story}
    assert steps >= {
        "go on with purchase",
        "order purchase",
        "pay purchase",
        "follow outlay",
        "await delivery",
        "fragment getBuyStarsLink",
        "fragment confirmReq",
        "relay event",
    }
    (cheque,) = {each.facts["cheque"] for each in story if "cheque" in each.facts}
    paying = recorder.told(cheque=cheque)
    assert {"sign cheque", "go on with cheque", "ton send"} <= {each.name for each in paying}
    assert {outermost(each).name for each in paying if each.name == "ton send"} == {"paying bills"}
    calls = [each for each in recorder.spans if each.sort is Sort.CALL]
    assert all(each.inside is not None and not each.failed for each in calls)
    assert {each.facts["provider"] for each in calls} == {"fragment", "ton"}


async def test_people_are_not_in_it(mall: Mall) -> None:
    """Neither who buys, nor for whom, nor any address is in what is told of it."""
    recorder = Recorder()
    with followed_by(recorder):
        id = await bought(mall)
        await mall.until(PurchaseId(UUID(id)), State.DELIVERED)
    told = " ".join(f"{each.name} {each.facts}" for each in recorder.spans)
    for marked in (str(ANN), "bob", DESTINATION, KEY):
        assert marked not in told
    assert "ton send" in told


def outermost(span: RecordedSpan) -> RecordedSpan:
    """What all of it was inside of."""
    *_, first = span.path
    return first
