"""The API as a process of its own, in which something happens for each line of stdin.

`python -m tests.bench.api_live_serving [CORE]`, and the database on the first line of stdin. Says
the port, and of each event its id and the moment before its commit, by the clock of the machine.
"""

import asyncio
import sys
from datetime import UTC, datetime
from time import monotonic
from uuid import uuid4

from altyn.core.events import Event, EventId, Outbox
from altyn.entrypoints.api.app import make_api

from .api_serving import house, pinned, serve


async def main() -> None:
    """Serve until nobody wants it any more."""
    pinned(sys.argv[1:])
    async with house(sys.stdin.readline().strip()) as (container, settings):
        outbox, loop = await container.get(Outbox), asyncio.get_running_loop()

        async def happens() -> str:
            id, now = EventId(uuid4()), datetime.now(UTC)
            facts = {"payment": str(id), "payer": "user:1"}
            event = Event(id=id, name="payment.settled", at=now, facts=facts)
            began = monotonic()
            await outbox.put([event])
            return f"{id} {began}"

        def says() -> str:
            return asyncio.run_coroutine_threadsafe(happens(), loop).result()

        await serve(await make_api(container, settings), says)


if __name__ == "__main__":
    asyncio.run(main())
