"""All that a database keeps, table by table, as text in which words are found."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing

import psycopg
from psycopg import sql

from altyn.entrypoints.wiring.places import Database, PostgresServer, SqliteFile

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'altyn'"


def everything(database: Database) -> Mapping[str, str]:
    """By the name of the table; bytes as the text that they are."""
    match database:
        case SqliteFile(path):
            with closing(sqlite3.connect(path)) as connection:
                return _of_file(connection)
        case PostgresServer(url):
            with psycopg.connect(url.reveal()) as server:
                return _of_server(server)


def _of_file(connection: sqlite3.Connection) -> dict[str, str]:
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    return {
        name: "\n".join(map(_words, connection.execute(f'SELECT * FROM "{name}"')))
        for (name,) in tables
    }


def _of_server(connection: psycopg.Connection[tuple[object, ...]]) -> dict[str, str]:
    found = {}
    for (name,) in connection.execute(TABLES).fetchall():
        rows = connection.execute(
            sql.SQL("SELECT * FROM altyn.{}").format(sql.Identifier(str(name)))
        )
        found[str(name)] = "\n".join(map(_words, rows))
    return found


def _words(row: tuple[object, ...]) -> str:
    texts = (each.decode("utf-8", "replace") if isinstance(each, bytes) else each for each in row)
    return " ".join(map(str, texts))
