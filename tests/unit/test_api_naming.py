"""What is logged while a request is answered says which request it was."""

import asyncio
import logging

from altyn.entrypoints.api.naming import call_request, request_name, tell_names


def line(words: str, *values: object) -> str:
    """What two handlers would write of it."""
    record = logging.LogRecord("altyn", logging.ERROR, "", 0, words, values, None)
    assert tell_names(record)
    assert tell_names(record)
    return record.getMessage()


async def test_lines_have_the_name() -> None:
    """Once, in the task that answers and in those it starts; others have none."""

    async def answers(name: str) -> tuple[str, str]:
        call_request(name)
        inner = await asyncio.create_task(asyncio.to_thread(line, "asked for %s", "RUB"))
        return line("100 %% of it"), inner

    both = await asyncio.gather(*(asyncio.create_task(answers(name)) for name in ("one", "two")))
    assert both == [
        ("100 %% of it (request one)", "asked for RUB (request one)"),
        ("100 %% of it (request two)", "asked for RUB (request two)"),
    ]
    assert request_name() == ""
    assert line("started") == "started"
