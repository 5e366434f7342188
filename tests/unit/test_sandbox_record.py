"""The notebook beside the doors of the sandbox."""

from typing import Any

import pytest

from altyn.adapters.system import SystemClock
from altyn.entrypoints.sandbox.bell import Bell
from altyn.entrypoints.sandbox.faults import Fault, answer
from altyn.entrypoints.sandbox.record import Record
from altyn.entrypoints.sandbox.weather import Weather


@pytest.mark.parametrize(("fault", "more"), [(None, False), (Fault.CUT_AFTER, True)])
async def test_an_answer_that_is_cut_is_never_said_to_end(fault: Fault | None, more: bool) -> None:
    """So the server closes the connection, and nobody reads a traceback; others end."""
    sent: list[Any] = []

    async def desk(scope: Any, receive: Any, send: Any) -> None:
        await answer(send, receive, fault, 200, b"{}")

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    record = Record(SystemClock(), Bell(), ())
    scope = {"type": "http", "method": "POST", "path": "/v1/payment", "query_string": b""}
    await record.noting("heleket", desk, Weather())(scope, receive, send)
    assert (sent[-1]["body"], sent[-1].get("more_body", False)) == (b"{}", more)
    assert [each.status for each in record.calls] == [200]
