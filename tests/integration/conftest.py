"""Servers for the tests: one of each for a worker of the run, a fresh database for each test."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from tests.integration import servers

ROUTES = pytest.StashKey[dict[str, str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[ROUTES] = {}


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of pytest-xdist tells those who sum up which servers it had."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["routes"] = session.config.stash[ROUTES]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    # One that crashed told nothing.
    node.config.stash[ROUTES] |= getattr(node, "workeroutput", {}).get("routes", {})


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say which servers the tests ran on."""
    for what, route in config.stash[ROUTES].items():
        terminalreporter.write_line(f"{what} by the route «{route}»")


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> Iterator[str]:
    """A PostgreSQL whose user may create databases."""
    with servers.postgres() as found:
        pytestconfig.stash[ROUTES]["PostgreSQL"] = found.route
        yield found.url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a migrated, empty database; nobody else's, since the server may be shared."""
    from tests.integration.migrated import migrate_postgres

    with _database(postgres_server, sql.SQL("CREATE DATABASE {name}")) as name:
        migrate_postgres(_at(postgres_server, name))
        yield name


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """A fresh migrated database."""
    copy = sql.SQL("CREATE DATABASE {name} TEMPLATE {template}")
    with _database(postgres_server, copy, template=sql.Identifier(postgres_template)) as name:
        yield _at(postgres_server, name)


@pytest.fixture
def postgres_empty(postgres_server: str) -> Iterator[str]:
    """A fresh database in which nobody has ever been."""
    with _database(postgres_server, sql.SQL("CREATE DATABASE {name}")) as name:
        yield _at(postgres_server, name)


@pytest.fixture(scope="session")
def redis_url(pytestconfig: pytest.Config) -> Iterator[str]:
    """A Redis that may be somebody's: every key of a test begins with `redis_prefix`."""
    with servers.redis() as found:
        pytestconfig.stash[ROUTES]["Redis"] = found.route
        yield found.url


@pytest.fixture
def redis_prefix(redis_url: str) -> Iterator[str]:
    """How the keys of this test begin; they are taken away after it, and no others."""
    with servers.own_keys(redis_url) as prefix:
        yield prefix


@contextmanager
def _database(server: str, statement: sql.SQL, **parts: sql.Identifier) -> Iterator[str]:
    name = f"altyn_test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.format(name=sql.Identifier(name), **parts))
    try:
        yield name
    finally:
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(drop)


def _at(server: str, database: str) -> str:
    return urlsplit(server)._replace(path=f"/{database}").geturl()
