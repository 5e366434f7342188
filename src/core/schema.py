"""Numbered changes to a database: which are applied, which are due, and when to keep away."""

from collections.abc import Sequence
from functools import cached_property
from hashlib import sha256
from importlib.resources import files
from typing import Protocol

from attrs import define, frozen

from .errors import Refused


@define
class SchemaBehind(Refused):
    """The database lacks migrations that this version needs."""

    where: str
    found: int
    needed: int

    def __str__(self) -> str:
        have = f"is at migration {self.found}" if self.found else "has not been set up"
        return f"{self.where} {have}, this version needs {self.needed}: run `altyn migrate`"


@define
class SchemaAhead(Refused):
    """The database was migrated by a newer version."""

    where: str
    found: int
    known: int

    def __str__(self) -> str:
        return (
            f"{self.where} is at migration {self.found}, this version knows {self.known}: "
            "run the newer Altyn that migrated it"
        )


@define
class SchemaChanged(Refused):
    """A migration that was applied is not the one this version carries."""

    where: str
    number: int

    def __str__(self) -> str:
        return (
            f"migration {self.number} of {self.where} differs from the one this version carries: "
            "the database was migrated by another build, do not write to it"
        )


@frozen(slots=False)
class Migration:
    """One numbered change; once released it is never edited."""

    number: int
    name: str
    sql: str

    @cached_property
    def digest(self) -> str:
        """What tells it from an edited one."""
        return sha256(self.sql.encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.number:04} {self.name}"


@frozen
class Applied:
    """What a database remembers of a migration."""

    number: int
    digest: str


class Schema(Protocol):
    """The shape of a database."""

    async def check(self) -> None:
        """
        Make sure that this version and the database were made for each other.

        Raises:
            SchemaBehind, SchemaAhead, SchemaChanged: they were not, and what to do.
        """
        ...

    async def migrate(self) -> Sequence[Migration]:
        """
        Apply what is due, each migration whole or not at all, while others wait; answers which.

        Raises:
            SchemaAhead, SchemaChanged: nothing was touched.
        """
        ...


def migrations_in(package: str) -> tuple[Migration, ...]:
    """The files `0001_name.sql` of a package, in order."""
    found = []
    for file in files(package).iterdir():
        number, _, name = file.name.removesuffix(".sql").partition("_")
        if file.name.endswith(".sql"):
            found.append(Migration(int(number), name.replace("_", " "), file.read_text("utf-8")))
    return tuple(sorted(found, key=lambda migration: migration.number))


def due(
    where: str, carried: Sequence[Migration], applied: Sequence[Applied]
) -> Sequence[Migration]:
    """
    The migrations that the database lacks, in order.

    Raises:
        SchemaAhead: it has some that this version does not know.
        SchemaChanged: one of those it has is not the one this version carries.
    """
    known = {migration.number: migration for migration in carried}
    for each in sorted(applied, key=lambda one: one.number):
        if each.number not in known:
            raise SchemaAhead(where, each.number, max(known))
        if each.digest != known[each.number].digest:
            raise SchemaChanged(where, each.number)
    present = {each.number for each in applied}
    return [migration for migration in carried if migration.number not in present]


def make_sure(where: str, carried: Sequence[Migration], applied: Sequence[Applied]) -> None:
    """Nothing, when the two fit; else SchemaBehind, SchemaAhead or SchemaChanged."""
    if due(where, carried, applied):
        found = max((each.number for each in applied), default=0)
        raise SchemaBehind(where, found, max(migration.number for migration in carried))
