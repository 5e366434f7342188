"""What may be expected of the file."""

from sqlite3 import Connection
from typing import Final

from attrs import frozen

from ...core.health import Footing
from .store import SqliteStore

JOURNAL: Final = "PRAGMA journal_mode"


@frozen
class SqliteFooting:
    """Asks SQLite how it keeps what was kept."""

    store: SqliteStore

    async def __call__(self) -> Footing:
        """As the port says; its clock is ours."""
        await self.store.check_file()
        journal = await self.store.read(_journal)
        doubts = () if journal == "wal" else (f"journal_mode is {journal}, not wal",)
        return Footing(doubts=doubts)


def _journal(connection: Connection) -> str:
    return str(connection.execute(JOURNAL).fetchone()[0])
