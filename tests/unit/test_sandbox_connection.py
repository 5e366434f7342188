"""The doors of the sandbox: what is cut, held and let go there, and what is said about it."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import closing

import httpx
import pytest
from attrs import define, field

from altyn.adapters.system import SystemClock
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.sandbox.bell import Bell
from altyn.entrypoints.sandbox.connection import Connection
from altyn.entrypoints.sandbox.desks import App
from altyn.entrypoints.sandbox.faults import Fault, Faults, Receive, Scope, Send, answer, read_body
from altyn.entrypoints.sandbox.record import Record
from altyn.entrypoints.sandbox.weather import Weather


@define
class Door:
    """A desk that answers whatever it is asked, in its weather, and who has come there."""

    weather: Weather = field(factory=Weather)
    faults: Faults = field(init=False)
    record: Record = field(factory=lambda: Record(SystemClock(), Bell(), ()))
    client: httpx.AsyncClient = field(init=False)
    asked: asyncio.Event = field(factory=asyncio.Event)
    stopping: asyncio.Event = field(factory=asyncio.Event)

    def __attrs_post_init__(self) -> None:
        self.faults = Faults(self.weather)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = self.faults.next(scope["path"])
        await read_body(receive)
        self.asked.set()
        await answer(send, receive, fault, 200, b"{}")

    async def ask(self) -> httpx.Response:
        """Ask, and wait for ever."""
        return await self.client.post("/x")

    async def held(self) -> "asyncio.Task[httpx.Response]":
        """A call that is not answered."""
        asking = asyncio.create_task(self.ask())
        await self.asked.wait()
        return asking


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    """Open until the end of the test, or until it is shut."""
    door = Door()
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        app = door.record.noting("heleket", door, door.weather)
        serving = Serving(app, listener, Connection)
        async with serving.until(door.stopping):
            async with httpx.AsyncClient(
                base_url=serving.address, timeout=None, trust_env=False
            ) as client:
                door.client = client
                yield door
            door.stopping.set()


async def test_what_is_cut_is_not_complained_about(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    """The caller gets half of an answer, and it is no mistake of ours; the next one is whole."""
    door.faults.plan("/x", Fault.CUT_AFTER)
    with pytest.raises(httpx.RemoteProtocolError):
        await door.ask()
    assert (await door.ask()).status_code == 200
    assert [(each.status, each.ended) for each in door.record.calls] == [(200, True)]
    assert caplog.record_tuples == []


@pytest.mark.parametrize("fault", [Fault.HANG_BEFORE, Fault.HANG_AFTER])
async def test_what_hangs_is_held_until_the_caller_gives_up(door: Door, fault: Fault) -> None:
    """The connection stays open, and nothing comes."""
    door.faults.plan("/x", fault)
    asking = await door.held()
    (call,) = door.record.calls
    assert not call.ended
    asking.cancel()
    await door.record.bell.after(0)
    assert (call.status, call.ended) == (None, True)


async def test_what_is_held_is_let_go_when_the_silence_ends(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    """It is broken off unanswered, and nobody complains."""
    door.weather.turn(silence=True)
    asking = await door.held()
    door.weather.turn(silence=True, storm=True)
    assert not door.record.calls[0].ended
    door.weather.turn()
    with pytest.raises(httpx.RemoteProtocolError):
        await asking
    assert (await door.ask()).status_code == 200
    assert caplog.record_tuples == []


async def raises(scope: Scope, receive: Receive, send: Send) -> None:
    raise RuntimeError("a bug")


async def forgets(scope: Scope, receive: Receive, send: Send) -> None:
    await read_body(receive)


@pytest.mark.parametrize("broken", [raises, forgets])
async def test_a_mistake_of_a_desk_is_told(
    door: Door, caplog: pytest.LogCaptureFixture, broken: App
) -> None:
    """Whatever a desk does that it was not told to do is seen."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        app = door.record.noting("ton", broken, Weather())
        serving = Serving(app, listener, Connection)
        async with serving.until(door.stopping):
            assert (await door.client.get(serving.address)).status_code == 500
            door.stopping.set()
    assert [each[1] for each in caplog.record_tuples] == [logging.ERROR]
