"""A private PostgreSQL in a folder of its own, which may be killed and started again."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, Self

import psycopg
from attrs import Factory, define, field

from .process import NoServer, Process, as_user, free_port
from .surroundings import Surroundings

NOBODY: Final = 65534

# A test server may lose everything when it falls; a durable one keeps the defaults.
FORGETFUL: Final = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_wal_size": "128MB",
    "synchronous_commit": "off",
}

MEMORY: Final = Path("/dev/shm")
MEMORY_BYTES_MIN: Final = 1024**3


@define(kw_only=True)
class PostgresServer:
    """
    PostgreSQL from the machine's programs or a wheel's, on a loopback port of its own.

    It runs while the context lasts, and its data goes with it. Only a durable one waits for the
    disk before it acknowledges; the data of others lies in memory where there is room. As root it
    runs as nobody, since PostgreSQL refuses root.

    Raises:
        NoServer: there are no programs, or they do not start; with what they said.
    """

    durable: bool = False
    programs: Path = Factory(lambda: Surroundings().postgres_programs())
    settings: Mapping[str, str] = Factory(dict)
    _process: Process = field(init=False)
    _url: str = field(init=False)
    _exit: ExitStack = field(init=False, factory=ExitStack)

    @property
    def url(self) -> str:
        """Where its first database is; the same after a new start."""
        return self._url

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        return self._process.pid

    def start(self) -> None:
        """Start again on the same data and port; return when recovery is done and it answers."""
        self._process.start()

    def stop(self) -> None:
        """Stop in good order (PostgreSQL's «fast» shutdown)."""
        self._process.stop()

    def kill(self) -> None:
        """`kill -9` of the postmaster; its children find out by themselves and end."""
        self._process.kill()

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            home = undo.enter_context(_folder())
            data = undo.enter_context(_folder(None if self.durable else _memory()))
            self._make(home, data)
            undo.callback(self._process.stop)
            self._process.start()
            self._exit = undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    def _make(self, home: Path, data: Path) -> None:
        user = NOBODY if sys.platform != "win32" and os.geteuid() == 0 else None
        programs = self.programs if user is None else _readable(self.programs, home, user)
        if user is not None:
            os.chown(data, user, user)
        _initdb(programs / "initdb", data, user)

        port = free_port()
        self._url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        settings = {
            "listen_addresses": "127.0.0.1",
            "max_connections": "200",
            "port": str(port),
            "unix_socket_directories": "",
            **({} if self.durable else FORGETFUL),
            **self.settings,
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._process = Process(
            command=[programs / "postgres", "-D", data, *options],
            log=home / "log",
            answers=self._answers,
            stop_signal=signal.SIGINT,
            user=user,
            # The backends of a killed postmaster hold its memory until they notice.
            not_yet="pre-existing shared memory block",
        )

    def _answers(self) -> bool:
        return answers(self._url)


def answers(url: str) -> bool:
    """Whether a PostgreSQL takes connections there."""
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def _folder(where: Path | None = None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(
        prefix="altyn-postgres-", dir=where, ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)


def _memory() -> Path | None:
    """A place that is no disk: a database is hundreds of files, which ext4 is slow to replace."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_BYTES_MIN
    return MEMORY if roomy and os.access(MEMORY, os.W_OK) else None


def _initdb(program: Path, data: Path, user: int | None) -> None:
    options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
    made = subprocess.run(
        [program, "-D", data, *options],
        capture_output=True,
        check=False,
        cwd="/",
        text=True,
        **as_user(user),
    )
    if made.returncode:
        raise NoServer(f"{program} failed:\n{made.stdout}{made.stderr}")


def _readable(programs: Path, home: Path, user: int) -> Path:
    """The programs where that user can run them: where they are, or copied into our own folder."""
    home.chmod(0o711)  # our own temporary folder; no other folder is ever opened to others
    try:
        tried = subprocess.run(
            [programs / "postgres", "-V"],
            capture_output=True,
            check=False,
            cwd="/",
            text=True,
            **as_user(user),
        )
        problem = tried.stderr if tried.returncode else ""
    except PermissionError as error:
        problem = str(error)
    if not problem:
        return programs
    # A checkout that only root may enter. A wheel is a closed set of files that can be copied;
    # of other programs nobody knows what belongs to them.
    installation, package = programs.parent, programs.parents[1]
    if package.parent.name != "site-packages":
        raise NoServer(f"{programs / 'postgres'} cannot be run by the user {user}: {problem}")
    copied = home / package.name / installation.name
    shutil.copytree(installation, copied, ignore=shutil.ignore_patterns("include", "pgxs"))
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():  # the programs look for them beside the package
        shutil.copytree(libraries, home / libraries.name)
    return copied / programs.name
