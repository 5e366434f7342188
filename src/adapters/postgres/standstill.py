"""Whether money may go out, on PostgreSQL."""

from datetime import datetime
from typing import Any, Final

from attrs import frozen

from .store import Connection, PostgresStore

SINCE: Final = "SELECT since FROM altyn.standstill"
BEGIN: Final = "INSERT INTO altyn.standstill (since) VALUES (%s) ON CONFLICT (one) DO NOTHING"
END: Final = "DELETE FROM altyn.standstill"


@frozen
class PostgresStandstill:
    """One row while none may."""

    store: PostgresStore

    async def since(self) -> datetime | None:
        """As the port says."""

        async def ask(connection: Connection) -> datetime | None:
            row = await (await connection.execute(SINCE)).fetchone()
            return None if row is None else row[0]

        return await self.store.ask(ask)

    async def begin(self, at: datetime) -> None:
        """As the port says."""
        await self._do(BEGIN, at)

    async def end(self) -> None:
        """As the port says."""
        await self._do(END)

    async def _do(self, statement: str, *values: Any) -> None:
        async def ask(connection: Connection) -> None:
            await connection.execute(statement.encode(), values)

        await self.store.ask(ask)
