"""Storages that cannot be used: each is told in one line, and nothing is written."""

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from .test_cli_program import Program

COMMANDS = (
    ("check",),
    ("open", "user:42", "RUB"),
    ("balance", "user:42"),
    ("statement", "user:42", "RUB"),
    ("transfer", "a:1", "b:1", "1", "RUB"),
)
FILE = "altyn-data/altyn.db"


@pytest.fixture
def altyn(tmp_path: Path) -> Program:
    """The program in an empty folder, without any settings."""
    return Program(tmp_path)


def test_first_start_needs_migrate(altyn: Program) -> None:
    """A database that is not there is not created by looking; one line says how it is."""
    for command in COMMANDS:
        answer = altyn(*command)
        assert (answer.code, answer.out) == (1, "")
        assert "has not been set up" in answer.err
        assert answer.err.endswith("run `altyn migrate`\n")
        assert len(answer.err.splitlines()) == 1
    assert list(altyn.folder.iterdir()) == []
    answer = altyn("migrate")
    assert answer.code == 0
    assert answer.out.startswith("applied 0001 ")
    assert answer.out.endswith(f"{altyn.folder / FILE} is up to date\n")
    assert altyn("check").code == 0


def change(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize(
    ("statement", "code", "migrated"),
    [
        ("DELETE FROM migration WHERE number > 1", "schema_behind", None),
        ("INSERT INTO migration VALUES (9999, 'later', '')", "schema_ahead", 1),
        ("UPDATE migration SET digest = 'other' WHERE number = 1", "schema_changed", 1),
    ],
)
def test_other_shapes(altyn: Program, statement: str, code: str, migrated: int | None) -> None:
    """A half-migrated, newer or foreign database is left alone, by migrate too where it must."""
    altyn.json("migrate")
    change(altyn.folder / FILE, statement)
    before = (altyn.folder / FILE).read_bytes()
    for command in COMMANDS:
        answer = altyn(*command, "--json")
        assert (answer.code, answer.error["code"]) == (1, code)
    if migrated is not None:
        for command in (("migrate",), ("up",)):
            answer = altyn(*command, "--json", ALTYN_API_PORT="0")
            assert (answer.code, answer.error["code"]) == (migrated, code)
    assert (altyn.folder / FILE).read_bytes() == before


def test_no_database_at_all(altyn: Program) -> None:
    """A file of something else is refused and not touched."""
    other = altyn.folder / "notes.db"
    other.write_text("Buy milk. " * 100)
    for command in (("migrate",), ("up",), *COMMANDS):
        answer = altyn(*command, ALTYN_DATABASE="sqlite:///notes.db", ALTYN_API_PORT="0")
        assert (answer.code, answer.out) == (1, "")
        assert "notes.db" in answer.err
        assert len(answer.err.splitlines()) == 1
    assert other.read_text() == "Buy milk. " * 100


def test_folder_that_cannot_be_written(altyn: Program) -> None:
    """A place below a regular file holds no data, whoever asks."""
    (altyn.folder / "file").write_text("")
    for command in (("migrate",), ("up",)):
        for database in ("sqlite:///file/altyn.db", "sqlite:///file/deeper/altyn.db"):
            answer = altyn(*command, ALTYN_DATABASE=database, ALTYN_API_PORT="0")
            assert (answer.code, answer.out) == (1, "")
            assert answer.err.startswith(f"altyn: cannot write {altyn.folder}/file/")
            assert len(answer.err.splitlines()) == 1
    answer = altyn("migrate", "--json", ALTYN_DATABASE="sqlite:///file/altyn.db")
    assert answer.error["code"] == "storage_unwritable"
    assert [path.name for path in altyn.folder.iterdir()] == ["file"]


def test_unreachable_server(altyn: Program) -> None:
    """Nobody answers: not known, ask again; the password is not repeated."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]  # nobody listens there once it is closed
    url = f"postgresql://altyn:hunter2@127.0.0.1:{port}/altyn"
    for command in (("migrate",), ("up",), *COMMANDS):
        answer = altyn(*command, ALTYN_DATABASE=url, ALTYN_API_PORT="0")
        assert (answer.code, answer.out) == (3, "")
        assert "hunter2" not in answer.err
        assert answer.err.startswith("altyn: cannot reach ")
        assert len(answer.err.splitlines()) == 1
    answer = altyn("check", "--json", ALTYN_DATABASE=url)
    assert answer.error["code"] == "storage_unreachable"
    assert "hunter2" not in answer.out


@pytest.mark.parametrize(
    "tail", ["?connect_timeout=soon", "?no_such_option=1", "?sslmode=perhaps", ":port/altyn"]
)
def test_malformed_server(altyn: Program, tail: str) -> None:
    """An address that the client cannot read is told in one line, without the password."""
    answer = altyn("migrate", ALTYN_DATABASE=f"postgresql://altyn:hunter2@127.0.0.1{tail}")
    assert answer.code in (1, 2, 3)
    assert answer.err.startswith("altyn: ")
    assert len(answer.err.splitlines()) == 1
    assert "hunter2" not in answer.err


@pytest.fixture
def empty_database(postgres_server: str) -> Iterator[str]:
    """A database that nobody migrated."""
    name = f"altyn_test_{uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield postgres_server.rpartition("/")[0] + f"/{name}"
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_server_that_was_never_set_up(altyn: Program, empty_database: str) -> None:
    """An empty database stays empty until somebody migrates it."""
    for command in COMMANDS:
        answer = altyn(*command, ALTYN_DATABASE=empty_database)
        assert (answer.code, answer.out) == (1, "")
        assert "has not been set up" in answer.err
    with psycopg.connect(empty_database) as connection:
        found = connection.execute("SELECT count(*) FROM pg_class WHERE relnamespace >= 16384")
        assert found.fetchone() == (0,)
    answer = altyn("migrate", ALTYN_DATABASE=empty_database)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("applied 0001 ")
    assert altyn("check", ALTYN_DATABASE=empty_database).code == 0


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("DELETE FROM altyn.migration WHERE number = 1", "schema_behind"),
        ("INSERT INTO altyn.migration VALUES (9999, 'later', '')", "schema_ahead"),
        ("UPDATE altyn.migration SET digest = 'other' WHERE number = 1", "schema_changed"),
    ],
)
def test_other_shapes_of_a_server(
    altyn: Program, postgres_url: str, statement: str, code: str
) -> None:
    """The same holds for a server."""
    with psycopg.connect(postgres_url) as connection:
        connection.execute(statement)
    for command in (*COMMANDS, *([] if code == "schema_behind" else [("migrate",), ("up",)])):
        settings = {"ALTYN_DATABASE": postgres_url, "ALTYN_API_PORT": "0"}
        answer = altyn(*command, "--json", **settings)
        assert (answer.code, answer.error["code"]) == (1, code)


def test_corrupted_row(altyn: Program) -> None:
    """`check` finds and names a row that was changed by hand, around every guard."""
    altyn.json("migrate")
    altyn.json("open", "clearing:card", "RUB", "--unlimited")
    altyn.json("open", "user:42", "RUB")
    altyn.json("transfer", "clearing:card", "user:42", "12.50", "RUB")
    with closing(sqlite3.connect(altyn.folder / FILE)) as connection:
        guards = connection.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE account SET posted = 9999 WHERE name = 'user:42'")
        for _, text in guards:
            connection.execute(text)
        connection.commit()
    answer = altyn("check")
    assert (answer.code, answer.err) == (1, "")
    assert "BROKEN  " in answer.out
    assert "user:42" in answer.out
    assert answer.out.splitlines()[-1].endswith("laws broken")
    told = altyn("check", "--json")
    assert told.code == 1
    assert told.document["well"] is False
    findings = [each["finding"] for each in told.document["laws"] if each["finding"]]
    assert any("user:42" in finding["where"] for finding in findings)
