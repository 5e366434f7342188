"""What may be expected of the server."""

from typing import Final

from attrs import frozen

from ...core.health import Footing
from .store import Connection, PostgresStore

ASK: Final = """
SELECT clock_timestamp(),
       pg_is_in_recovery(),
       current_setting('fsync'),
       current_setting('full_page_writes'),
       current_setting('synchronous_commit'),
       current_setting('default_transaction_isolation')
"""

# Of each of our connections we ask for the last two; whoever pools them may not pass that on.
SOUND: Final = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "local", "remote_write", "remote_apply"),
    "default_transaction_isolation": ("read committed",),
}
"""What each setting may be, in the order in which they are asked for."""


@frozen
class PostgresFooting:
    """Asks PostgreSQL for its clock, and how it keeps what was kept."""

    store: PostgresStore

    async def __call__(self) -> Footing:
        """As the port says."""

        async def ask(connection: Connection) -> Footing:
            row = await (await connection.execute(ASK)).fetchone()
            at, recovering, *values = row or (None, False, *("?" for _ in SOUND))
            doubts = [
                f"{name} is {value}"
                for (name, sound), value in zip(SOUND.items(), values, strict=True)
                if value not in sound
            ]
            if recovering:
                doubts.append("it is a replica, which keeps nothing")
            return Footing(at=at, doubts=tuple(doubts))

        return await self.store.ask(ask)
