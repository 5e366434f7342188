"""Whether the database answers."""

import asyncio
from typing import Final

from attrs import frozen

from ...core.errors import AltynError
from ...core.health import Condition
from .store import Connection, PostgresStore

DEADLINE_SECONDS: Final = 2.0


@frozen
class PostgresProbe:
    """Asks the database for nothing, in a hurry."""

    store: PostgresStore
    name: str = "database"

    async def __call__(self) -> Condition:
        """As the port says."""

        async def ask(connection: Connection) -> None:
            await connection.execute("SELECT 1")

        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                await self.store.ask(ask)
        except TimeoutError:
            return Condition(False, f"no answer within {DEADLINE_SECONDS:g} s")
        except AltynError as failure:
            return Condition(False, str(failure))
        return Condition(True)
