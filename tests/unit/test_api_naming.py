"""A request has its name for as long as it is answered."""

import asyncio

from altyn.core.correlation import concerns
from altyn.entrypoints.api.naming import call_request, request_name


async def test_requests_have_names() -> None:
    """In the task that answers and in those it starts; others have none."""

    async def answers(name: str) -> tuple[str, str]:
        call_request(name)
        return request_name(), await asyncio.to_thread(lambda: concerns()["request"])

    both = await asyncio.gather(*(asyncio.create_task(answers(name)) for name in ("one", "two")))
    assert both == [("one", "one"), ("two", "two")]
    assert request_name() == ""
