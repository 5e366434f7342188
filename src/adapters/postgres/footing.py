"""What may be expected of the server."""

from typing import Final

from attrs import frozen

from ...core.health import Footing
from .store import Connection, PostgresStore

ASK: Final = """
SELECT clock_timestamp(),
       current_setting('fsync'),
       current_setting('full_page_writes'),
       pg_is_in_recovery()
"""


@frozen
class PostgresFooting:
    """Asks PostgreSQL for its clock, and how it keeps what was kept."""

    store: PostgresStore

    async def __call__(self) -> Footing:
        """As the port says."""

        async def ask(connection: Connection) -> Footing:
            row = await (await connection.execute(ASK)).fetchone()
            at, fsync, pages, recovering = row or (None, "?", "?", False)
            doubts = [
                f"{name} is {value}"
                for name, value in (("fsync", fsync), ("full_page_writes", pages))
                if value != "on"
            ]
            if recovering:
                doubts.append("it is a replica, which keeps nothing")
            return Footing(at=at, doubts=tuple(doubts))

        return await self.store.ask(ask)
