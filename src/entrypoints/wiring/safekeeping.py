"""Where backups are put back: beside the database first, and at its place when they are proven."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from attrs import evolve, frozen

from ...adapters.archive import OpenedBackup, open_backup
from ...core.balances import Auditor
from ...core.identity import Audit, Caller, Permission, Trail
from ...core.safekeeping import BackUp, BackupRefused, RestoreRefused, examined
from ...core.schema import Applied, Migration, Schema, due, migrations_in
from ...core.standstill import Standstill
from ...core.transaction import Transaction
from .container import make_container
from .places import PostgresServer, SqliteFile
from .settings import Settings


@frozen(kw_only=True)
class Restored:
    """What a restore came to."""

    made_at: datetime
    """Of the backup."""
    links: int
    safety: Path | None
    """Where what was there before was kept."""


@contextmanager
def backup_of(settings: Settings, file: Path) -> Iterator[tuple[OpenedBackup, Sequence[Migration]]]:
    """
    A backup that fits these settings, and the migrations that it was made under.

    Raises:
        BackupRefused: it is none, or of another kind of storage.
        SchemaAhead, SchemaChanged: it is of a newer version, or of another build.
    """
    with open_backup(file) as backup:
        kind = _kind(settings)
        if backup.manifest.kind != kind:
            reason = f"it is of {backup.manifest.kind}, and ALTYN_DATABASE is of {kind}"
            raise BackupRefused(str(file), reason)
        carried = migrations_in(f"altyn.adapters.{kind}.migrations")
        applied = [Applied(*each) for each in backup.manifest.migrations]
        left = {each.number for each in due(str(file), carried, applied)}
        yield backup, [each for each in carried if each.number not in left]


async def restore(settings: Settings, by: Caller, file: Path, *, replace: bool) -> Restored:
    """
    Make the database what it was when the backup was taken; from then on no money goes out.

    It is there whole and proven, or as it was before.

    Raises:
        NotAllowed: they may not.
        RestoreRefused: something is there, or somebody uses it.
        BackupRefused, BooksBroken, SchemaAhead, SchemaChanged: it cannot be used.
    """
    by.must(Permission.MANAGE_USERS)
    with backup_of(settings, file) as (backup, migrations):
        await backup.prove()
        empty = await _empty(settings)
        if not empty and not replace:
            where = str(settings.database)
            raise RestoreRefused(where, "it is not empty; --replace keeps a backup of it first")
        safety = None if empty else await _kept_safe(settings, by, file)
        match settings.database:
            case SqliteFile(path):
                await _into_file(settings, by, backup, path)
            case PostgresServer(url):
                await _into_server(url.reveal(), backup, migrations, replace=replace)
                await _proven(settings, by, backup)
        return Restored(made_at=backup.manifest.made_at, links=backup.manifest.links, safety=safety)


async def _empty(settings: Settings) -> bool:
    """Whether nothing is there."""
    match settings.database:
        case SqliteFile(path):
            from ...adapters.sqlite.safekeeping import is_empty as no_file

            return no_file(path)
        case PostgresServer(url):
            from ...adapters.postgres import open_postgres
            from ...adapters.postgres.safekeeping import is_empty as no_schema

            async with open_postgres(url.reveal()) as store:
                return await no_schema(store)


async def _kept_safe(settings: Settings, by: Caller, file: Path) -> Path:
    """A backup of what is there now, beside the one that takes its place."""
    at = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    safety = file.with_name(f"{file.name}.before-{at}-{secrets.token_hex(2)}")
    house = make_container(settings)
    try:
        await (await house.get(Schema)).check()
        await (await house.get(BackUp))(by, safety)
    finally:
        await house.close()
    return safety


async def _into_file(settings: Settings, by: Caller, backup: OpenedBackup, path: Path) -> None:
    from ...adapters.sqlite.safekeeping import PART, put_in_place, written_beside

    beside = await written_beside(path, backup.chunks(PART))
    try:
        await _proven(evolve(settings, database=SqliteFile(beside)), by, backup)
        put_in_place(beside, path)
    finally:
        for ending in ("", "-wal", "-shm"):
            beside.with_name(beside.name + ending).unlink(missing_ok=True)


async def _into_server(
    url: str, backup: OpenedBackup, migrations: Sequence[Migration], *, replace: bool
) -> None:
    from ...adapters.postgres import open_postgres
    from ...adapters.postgres.safekeeping import fill

    async with open_postgres(url) as store:
        now = datetime.now(UTC)
        await fill(store, backup.manifest, migrations, backup.chunks, now, replace=replace)


async def _proven(settings: Settings, by: Caller, backup: OpenedBackup) -> None:
    """Bring it up to date, examine it, and write down that it was restored."""
    manifest = backup.manifest
    house = make_container(settings)
    try:
        await (await house.get(Schema)).migrate()
        head = manifest.links, bytes.fromhex(manifest.head)
        await examined(by, await house.get(Auditor), await house.get(Trail), head)
        audit = await house.get(Audit)
        async with (await house.get(Transaction))():
            await (await house.get(Standstill)).begin(audit.clock.now())
            made_at = manifest.made_at.isoformat(timespec="seconds")
            await audit(by, "books.restored", "books:all", made_at=made_at)
    finally:
        await house.close()


def _kind(settings: Settings) -> str:
    return "sqlite" if isinstance(settings.database, SqliteFile) else "postgres"
