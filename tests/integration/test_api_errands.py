"""The same POST twice, over real HTTP: carried out once, and answered the same."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from altyn.core.errands import Errand, Errands
from altyn.core.payments import Payments, ProviderUnclear
from tests.integration.api_counter import Counter, opened, said

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def counter(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Counter]:
    async with opened(tmp_path_factory.mktemp("shop")) as counter:
        yield counter


def asked(payer: str, amount: str = "5.00") -> dict[str, Any]:
    """That somebody is asked for roubles."""
    return {"payer": payer, "method": "fake", "amount": {"amount": amount, "asset": "RUB"}}


async def opens(counter: Counter, payer: str) -> int:
    """How many payments somebody was asked for."""
    return len((await counter.told(f"/v1/payments?payer={payer}"))["payments"])


async def test_the_same_answer(counter: Counter) -> None:
    """To the byte, and said to be given before; and one payment."""
    first, again = [await counter.post("/v1/payments", asked("user:1"), "k") for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again.headers["content-type"] == first.headers["content-type"] == "application/json"
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert first.headers["x-request-id"] != again.headers["x-request-id"]
    assert await opens(counter, "user:1") == 1


async def test_other_contents(counter: Counter) -> None:
    """Under a key that was used they are refused; under another key they are another thing."""
    await counter.post("/v1/payments", asked("user:2"), "k2")
    other = await counter.post("/v1/payments", asked("user:2", "6.00"), "k2")
    assert said(other) == (422, "idempotency_key_reused")
    assert (await counter.post("/v1/payments", asked("user:2", "6.00"), "k3")).status_code == 201
    assert await opens(counter, "user:2") == 2


async def test_routes_are_apart(counter: Counter) -> None:
    """One key may be used once for each, and for each thing that is named in a path."""
    ids = [
        (await counter.post("/v1/payments", asked("user:3"), key)).json()["id"]
        for key in ("a3", "b3")
    ]
    states = [
        (await counter.post(f"/v1/payments/{id}/cancel", {}, "a3")).json()["state"] for id in ids
    ]
    assert states == ["cancelled", "cancelled"]


async def test_refusals_are_kept(counter: Counter) -> None:
    """What was refused is refused under that key, though it would be done by now."""
    body = {"quote": "01a0b2c4-7a10-7cc1-b9b4-0f6e2d1c5a01"}
    first, again = [await counter.post("/v1/purchases", body, "k4") for _ in range(2)]
    assert said(first) == (404, "purchase_missing")
    assert first.content == again.content
    assert again.headers["idempotent-replayed"] == "true"


async def test_what_is_not_known_is_asked_again(counter: Counter) -> None:
    """503 is no answer: the same key tries anew, under the same id."""
    counter.outside.supplier.fails = [ProviderUnclear("fragment", "silent", None)]
    quote = {
        "kind": "stars",
        "quantity": 50,
        "recipient": "durov",
        "buyer": "user:42",
        "asset": "RUB",
    }
    first = await counter.post("/v1/quotes", quote, "k5")
    assert said(first) == (503, "provider_unclear")
    assert int(first.headers["retry-after"]) > 0
    again = await counter.post("/v1/quotes", quote, "k5")
    assert again.status_code == 201
    assert "idempotent-replayed" not in again.headers


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Idempotency-Key", "")],
        [("Idempotency-Key", "x" * 256)],
        [("Idempotency-Key", "two words")],
        [("Idempotency-Key", "ключ".encode())],
        [("Idempotency-Key", "a"), ("Idempotency-Key", "a")],
    ],
)
async def test_a_key_is_needed(counter: Counter, headers: list[tuple[str, Any]]) -> None:
    """One, of visible ASCII characters; else nothing is done."""
    answer = await counter.shop.client.post(
        "/v1/payments", json=asked("user:6"), headers=httpx.Headers(headers)
    )
    assert said(answer) == (400, "idempotency_key_needed")
    assert await opens(counter, "user:6") == 0


async def test_at_the_same_moment(counter: Counter) -> None:
    """Many who ask the same get one payment and one answer."""
    body = asked("user:7")
    answers = await asyncio.gather(*(counter.post("/v1/payments", body, "k7") for _ in range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotent-replayed" in answer.headers for answer in answers) == 7
    assert await opens(counter, "user:7") == 1


async def test_who_died_half_way(counter: Counter) -> None:
    """The payment was made and the answer was lost: asked again there is still one."""
    body = asked("user:8")
    first = await counter.post("/v1/payments", body, "k8")
    errands = await counter.shop.container.get(Errands)
    errand = Errand.of("local", "POST /v1/payments", "k8", b"")
    payments = await counter.shop.container.get(Payments)
    assert str((await payments.of("user:8", 2))[0].id) == str(errand.id) == first.json()["id"]
    # As if the process had died before it kept the answer.
    assert await errands.forget(datetime.now(UTC) + timedelta(hours=1), 10_000) > 0
    again = await counter.post("/v1/payments", body, "k8")
    assert "idempotent-replayed" not in again.headers
    assert again.json()["id"] == first.json()["id"]
    assert await opens(counter, "user:8") == 1


async def test_long_bodies(counter: Counter) -> None:
    """They are not read to their end, told or not how long they are."""
    headers = {"Idempotency-Key": "k9"}
    long = b'{"payer": "' + b"x" * 65_536

    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(long), 8192):
            yield long[at : at + 8192]

    for content in (long, pieces()):
        answer = await counter.shop.client.post("/v1/payments", content=content, headers=headers)
        assert said(answer) == (413, "body_too_large")


async def test_nothing_to_say(counter: Counter) -> None:
    """Whoever has nothing to say may send nothing."""
    id = (await counter.post("/v1/payments", asked("user:10"))).json()["id"]
    answer = await counter.shop.client.post(
        f"/v1/payments/{id}/cancel", headers={"Idempotency-Key": "k10"}
    )
    assert answer.json()["state"] == "cancelled"


WRONG: dict[str, tuple[bytes, str, dict[str, str] | None]] = {
    "no JSON": (b"{", "invalid_request", None),
    "no text": (b"\xff", "invalid_request", None),
    "no number": (
        b'{"payer": "user:1", "method": "fake", "amount": {"amount": 5, "asset": "RUB"}}',
        "invalid_request",
        {"amount.amount": "Expected `str`, got `int`"},
    ),
    "no object": (b"[]", "invalid_request", {"body": "Expected `object`, got `array`"}),
    "unknown": (b'{"x": 1}', "invalid_request", {"body": "Object contains unknown field `x`"}),
    "lacking": (b"{}", "invalid_request", {"body": "Object missing required field `amount`"}),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_bodies_that_make_no_sense(counter: Counter, wrong: str) -> None:
    """They are refused with what is wrong, an unknown member too."""
    content, code, invalid = WRONG[wrong]
    headers = {"Idempotency-Key": f"wrong {wrong}".replace(" ", "-")}
    answer = await counter.shop.client.post("/v1/payments", content=content, headers=headers)
    assert said(answer) == (400, code)
    if invalid is not None:
        assert answer.json()["facts"] == {"invalid": invalid}
