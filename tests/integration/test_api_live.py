"""What happens is told while it happens, over real HTTP and WebSockets, to who may know it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
import websockets

from altyn.core.events import Event, EventId, Outbox
from altyn.core.identity import Caller, MakeKey, Permission
from tests.integration.api_counter import Counter, opened, said
from tests.integration.test_api_customers import asked, signed_in
from tests.unit.test_telegram_launches import TOKEN

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def counter(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Counter]:
    folder = tmp_path_factory.mktemp("shop")
    variables = {"ALTYN_TELEGRAM_TOKEN": TOKEN}
    async with opened(folder, **variables) as counter:
        yield counter


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def ann(counter: Counter) -> str:
    """The token of user 42."""
    return await signed_in(counter, 42)


class Stream:
    """What somebody is told."""

    def __init__(self, lines: AsyncIterator[str]):
        self.lines = lines

    async def next(self) -> dict[str, Any]:
        """The next thing that happened."""
        async with asyncio.timeout(20):
            async for line in self.lines:
                if line.startswith("data: "):
                    told: dict[str, Any] = json.loads(line.removeprefix("data: "))
                    return told
        raise AssertionError("it ended")


@asynccontextmanager
async def watching(counter: Counter, query: str = "", **headers: str) -> AsyncIterator[Stream]:
    """Watch; by the time the block begins nothing is missed any more."""
    path = f"/v1/live{query}"
    async with counter.shop.client.stream("GET", path, headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.aiter_lines()
        assert await anext(lines) == ": here"
        yield Stream(lines)


async def opens(counter: Counter, payer: str) -> str:
    """A payment, of which is told that it is pending."""
    return str((await counter.post("/v1/payments", asked(payer))).json()["id"])


async def test_what_happens(counter: Counter) -> None:
    """Owners see all of it, in order, with a place to go on after."""
    async with watching(counter) as stream:
        ids = [await opens(counter, payer) for payer in ("user:42", "user:43")]
        told = [await stream.next() for _ in ids]
    assert [each["facts"]["payment"] for each in told] == ids
    assert [each["whose"] for each in told] == ["user:42", "user:43"]
    first = told[0]
    assert first["name"] == "payment.pending"
    assert set(first) == {"place", "id", "name", "at", "whose", "facts"}
    assert int(first["place"]) < int(told[1]["place"])
    async with watching(counter, f"?after={first['place']}") as stream:
        assert await stream.next() == told[1]
    async with watching(counter, "?after=0", **{"Last-Event-ID": first["place"]}) as stream:
        assert await stream.next() == told[1]
        id = await opens(counter, "user:44")
        assert (await stream.next())["facts"]["payment"] == id


async def test_what_is_theirs(counter: Counter, ann: str) -> None:
    """Customers see what is theirs alone."""
    async with watching(counter, Authorization=ann) as stream:
        await opens(counter, "user:43")
        id = await opens(counter, "user:42")
        assert (await stream.next())["facts"]["payment"] == id


async def test_what_never_leaves_the_house(counter: Counter) -> None:
    """Events that are nobody else's are not told, and of the others the public facts alone."""
    outbox = await counter.shop.container.get(Outbox)

    def event(name: str, **facts: str) -> Event:
        return Event(id=EventId(uuid4()), name=name, at=datetime.now(UTC), facts=facts)

    async with watching(counter) as stream:
        secret = event("wallet.drawn", phrase="abandon")
        known = event("payment.settled", payer="user:42", phrase="abandon")
        await outbox.put([secret, known])
        told = await stream.next()
    assert told["id"] == str(known.id)
    assert "phrase" not in told["facts"]


async def test_who_may_not_watch(counter: Counter) -> None:
    """Who may see nothing, and who asks for nonsense, is told so before it begins."""
    make = await counter.shop.container.get(MakeKey)
    made = await make(Caller.local(), "blind", {Permission.PAY})
    blind = await counter.get("/v1/live", Authorization=f"Bearer {made.token.reveal()}")
    assert said(blind) == (403, "not_allowed")
    assert said(await counter.get("/v1/live?after=x")) == (422, "malformed_text")
    assert said(await counter.get("/v1/live?after=-1")) == (422, "malformed_text")
    assert said(await counter.get("/v1/live", Authorization="Bearer nothing")) == (
        401,
        "key_needed",
    )


async def test_sockets(counter: Counter, ann: str) -> None:
    """The same on a WebSocket; browsers show their token as a subprotocol."""
    address = counter.shop.address.replace("http:", "ws:") + "/v1/live"
    token = ann.removeprefix("Bearer ")
    async with (
        websockets.connect(address) as all_of_it,
        websockets.connect(address, subprotocols=["bearer", token]) as hers,  # type: ignore[list-item]
    ):
        assert hers.subprotocol == "bearer"
        await opens(counter, "user:43")
        id = await opens(counter, "user:42")
        async with asyncio.timeout(20):
            told = [json.loads(await all_of_it.recv()) for _ in range(2)]
            own = json.loads(await hers.recv())
    assert own == told[1]
    assert own["facts"]["payment"] == id
    after = f"{address}?after={told[0]['place']}"
    async with websockets.connect(after) as again:
        assert json.loads(await again.recv()) == own


@pytest.mark.parametrize(
    ("query", "protocols", "status"),
    [("", ["bearer", "nothing"], 401), ("?after=x", [], 422), ("?before=1", [], 400)],
)
async def test_sockets_that_are_not_opened(
    counter: Counter, query: str, protocols: list[Any], status: int
) -> None:
    """The answer is the problem that a GET would get."""
    address = counter.shop.address.replace("http:", "ws:") + f"/v1/live{query}"
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(address, subprotocols=protocols or None)
    assert refused.value.response.status_code == status
    assert b'"code"' in (refused.value.response.body or b"")


async def test_other_sockets(counter: Counter) -> None:
    """There is one place for them."""
    address = counter.shop.address.replace("http:", "ws:") + "/v1/users/42/balances"
    with pytest.raises(websockets.InvalidStatus):
        await websockets.connect(address)


async def test_whoever_missed_what_was_forgotten_begins_anew(counter: Counter) -> None:
    """They are told so, rather than left to believe that nothing has happened."""
    outbox: Any = await counter.shop.container.get(Outbox)
    old, kept = (
        Event(id=EventId(uuid4()), name="payment.settled", at=at, facts={"payer": "user:42"})
        for at in (datetime(2020, 1, 1, tzinfo=UTC), datetime.now(UTC))
    )
    before = await outbox.place()
    await outbox.put([old, kept])
    await outbox.delivered([old.id, kept.id])
    after = f"/v1/live?after={before}"
    async with watching(counter, f"?after={before}") as stream:
        assert [(await stream.next())["id"] for _ in "12"] == [str(old.id), str(kept.id)]
    assert await outbox.forget(datetime(2021, 1, 1, tzinfo=UTC), 9) == 1
    assert said(await counter.get(after)) == (422, "too_far_behind")
    async with watching(counter, f"?after={await outbox.forgotten()}") as stream:
        assert (await stream.next())["id"] == str(kept.id)
