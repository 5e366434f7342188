"""A PostgreSQL that waits for the disk, found as the tests find theirs, and databases on it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.integration import servers
from tests.integration.servers.surroundings import Route

DURABLE: Final = ("fsync", "synchronous_commit", "full_page_writes")
SETTINGS: Final = "SELECT name, setting FROM pg_settings WHERE name = ANY (%s)"


@contextmanager
def durable_postgres() -> Iterator[servers.Found]:
    """One given by URL or in a container as it is; else a private one with all settings default."""
    around = servers.Surroundings()
    programs = _programs(around)
    if programs is None:
        with servers.postgres(around) as found:
            yield found
        return
    with servers.PostgresServer(durable=True, programs=programs) as server:
        yield servers.Found(server.url, _route(around, programs))


def described(found: servers.Found) -> str:
    """Which server it is, how it was found, and whether an acknowledged transfer can be lost."""
    with psycopg.connect(found.url) as connection:
        settings: dict[str, str] = dict(
            connection.execute(SETTINGS, ([*DURABLE, "server_version"],)).fetchall()
        )
    durability = {name: settings[name] for name in DURABLE}
    promised = ", ".join(f"{name} {value}" for name, value in durability.items())
    warning = "" if set(durability.values()) == {"on"} else ": NOT DURABLE"
    return f"{settings['server_version']} by the route «{found.route}», {promised}{warning}"


def _programs(around: servers.Surroundings) -> Path | None:
    """For a server of our own; None when one was given, or must be had in another way."""
    asked = around.asked_route()
    given = around.environment.get("ALTYN_TEST_POSTGRES_URL")
    if asked in ("url", "docker") or (asked is None and given):
        return None
    try:
        return around.postgres_programs()
    except servers.NoServer:
        if asked is None:
            return None
        raise


def _route(around: servers.Surroundings, programs: Path) -> Route:
    with suppress(servers.NoServer):
        if programs == around.postgres_of_wheel():
            return "wheel"
    return "machine"


@contextmanager
def database(server: str, *, copy_of: str | None = None) -> Iterator[str]:
    """The URL of a fresh database, which goes with the context."""
    name = f"altyn_bench_{uuid4().hex}"
    template = sql.Identifier(urlsplit(copy_of).path[1:] if copy_of else "template1")
    made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), template)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(made)
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(drop)


def vacuum(url: str) -> None:
    """What autovacuum would have done to a long-lived database by now."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
