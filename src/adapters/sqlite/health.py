"""Whether the file answers."""

import asyncio
from sqlite3 import Connection
from typing import Final

from attrs import frozen

from ...core.errors import AltynError
from ...core.health import Condition
from .store import SqliteStore

ASK: Final = """
SELECT count(*)
  FROM sqlite_schema
"""


@frozen
class SqliteProbe:
    """Reads a little, and looks whether the file is still where it was."""

    store: SqliteStore
    deadline_seconds: float = 2.0

    @property
    def name(self) -> str:
        """As the port says."""
        return "database"

    async def __call__(self) -> Condition:
        """As the port says."""
        try:
            async with asyncio.timeout(self.deadline_seconds):
                await self.store.check_file()
                await self.store.read(_ask)
        except TimeoutError:
            words = f"{self.store.where} did not answer within {self.deadline_seconds:g} s"
            return Condition(well=False, words=words)
        except AltynError as failure:
            return Condition(well=False, words=str(failure))
        return Condition(well=True)


def _ask(connection: Connection) -> None:
    connection.execute(ASK).fetchone()
