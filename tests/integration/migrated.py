"""The schema for the databases of the tests, brought in once a run."""

import asyncio

from altyn.adapters.postgres import PostgresSchema, open_postgres


def migrate_postgres(url: str) -> None:
    """Bring an empty database to the newest schema; no connection may be left open."""

    async def migrate() -> None:
        async with open_postgres(url) as store:
            await PostgresSchema(store).migrate()

    asyncio.run(migrate())
