"""A request that is followed: by its route, its status, and where it says that it comes from."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from altyn.core.spans import Sort, followed_by
from altyn.entrypoints.api.asgi import Message, Receive, Scope, Send
from altyn.entrypoints.api.named import Named
from altyn.entrypoints.api.routed import Routed
from altyn.entrypoints.testkit import RecordedSpan, Recorder

ELSEWHERE = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
NAME = UUID(int=1)


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    recorder = Recorder()
    with followed_by(recorder):
        yield recorder


async def asked(recorder: Recorder, *came_from: bytes, status: int = 200) -> RecordedSpan:
    """What is told of a request with these headers that is answered so."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(_: Message) -> None:
        pass

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/v1/users/42",
        "path_template": "/v1/users/{id}",
        "headers": [(b"traceparent", value) for value in came_from],
    }
    await Named(Routed(app), lambda: NAME)(scope, receive, send)
    return recorder.spans[-1]


async def test_a_request(recorder: Recorder) -> None:
    """Its route is told, in which nobody is named, and how it was answered; it has its name."""
    told = await asked(recorder)
    assert (told.sort, told.outcome, told.failed) == (Sort.REQUEST, "done", False)
    assert told.facts == {
        "request": str(NAME),
        "http_method": "GET",
        "http_route": "/v1/users/{id}",
        "http_status": 200,
    }


async def test_failures(recorder: Recorder) -> None:
    """What cannot be answered has failed; what is refused has not."""
    assert not (await asked(recorder, status=404)).failed
    told = await asked(recorder, status=503)
    assert (told.outcome, told.failed) == ("status_503", True)


async def test_where_it_comes_from(recorder: Recorder) -> None:
    """It is taken to the letter or not at all, once, and never what the request is inside of."""
    told = await asked(recorder, ELSEWHERE)
    assert (told.inside, told.facts["traceparent"]) == (None, ELSEWHERE.decode())


@pytest.mark.parametrize(
    "came_from",
    [
        (),
        (ELSEWHERE, ELSEWHERE),
        (ELSEWHERE + b"-more",),
        (ELSEWHERE.upper(),),
        (b"01" + ELSEWHERE[2:],),
        (ELSEWHERE + b"\n",),
        (b"x" * 100_000,),
    ],
)
async def test_nowhere(recorder: Recorder, came_from: tuple[bytes, ...]) -> None:
    """Whatever else is sent under that name is passed over."""
    assert "traceparent" not in (await asked(recorder, *came_from)).facts
