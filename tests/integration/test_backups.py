"""Backups of both databases: one moment of all there is, put back whole or not at all."""

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
from attrs import evolve, frozen
from dishka import AsyncContainer

from altyn.adapters.sqlite.safekeeping import put_in_place
from altyn.core.balances import (
    Account,
    Hold,
    HoldId,
    Ledger,
    MoveMoney,
    PlaceHold,
    Transfer,
    TransferId,
    account_name,
)
from altyn.core.errors import Refused
from altyn.core.identity import Caller, NotAllowed, ResumePaying, Role, Trail
from altyn.core.money import RUB, UNITS_MAX, Money
from altyn.core.safekeeping import BackUp, BackupRefused, Export, RestoreRefused, Vault
from altyn.core.schema import Schema, SchemaAhead
from altyn.core.standstill import StandsStill, Standstill
from altyn.entrypoints.wiring import Settings, read_settings
from altyn.entrypoints.wiring.container import make_container
from altyn.entrypoints.wiring.safekeeping import restore
from altyn.entrypoints.worker import chores_of
from tests.integration.everything_kept import everything
from tests.integration.test_erasure import lived
from tests.unit.staff import ANNA

CARD, USER = account_name("clearing:card"), account_name("user:42")
CHANGES: Final = {"audit", "standstill", "lease", "sqlite_sequence"}
"""Tables that tell of the restoring itself."""


@frozen
class Ground:
    """A database with a history, and an empty one of its kind."""

    kind: str
    full: str
    empty: str
    folder: Path

    def settings(self, database: str) -> Settings:
        """Of a house over it."""
        return read_settings({"ALTYN_DATABASE": database}, self.folder)


@pytest.fixture(params=["sqlite", "postgres"])
def ground(request: pytest.FixtureRequest, tmp_path: Path) -> Ground:
    if request.param == "postgres":
        full, empty = map(request.getfixturevalue, ("postgres_url", "postgres_empty"))
        return Ground("postgres", full, empty, tmp_path)
    full, empty = (f"sqlite:///{tmp_path}/{name}.db" for name in ("full", "empty"))
    return Ground("sqlite", full, empty, tmp_path)


@asynccontextmanager
async def house_of(ground: Ground, database: str) -> AsyncIterator[AsyncContainer]:
    container = make_container(ground.settings(database), create=True)
    try:
        yield container
    finally:
        await container.close()


async def pays(house: AsyncContainer, units: int) -> TransferId:
    """Somebody brings so much."""
    id = TransferId(uuid4())
    move = await house.get(MoveMoney)
    await move(Transfer(id=id, source=CARD, target=USER, amount=Money(units, RUB)))
    return id


@pytest.fixture
async def house(ground: Ground) -> AsyncIterator[AsyncContainer]:
    """Everything happened here."""
    async with house_of(ground, ground.full) as house:
        await (await house.get(Schema)).migrate()
        ledger: Any = await house.get(Ledger)
        await ledger.open(Account(CARD, RUB, -UNITS_MAX, UNITS_MAX))
        await ledger.open(Account(USER, RUB))
        for units in (100, 200, 300):
            await pays(house, units)
        place = await house.get(PlaceHold)
        await place(Hold(id=HoldId(uuid4()), account=USER, amount=Money(50, RUB)))
        await lived(house)
        yield house


def kept(ground: Ground, database: str) -> Mapping[str, str]:
    """All rows of all tables but those that tell of restoring."""
    rows = everything(ground.settings(database).database)
    return {
        name: "\n".join(sorted(text.splitlines()))
        for name, text in rows.items()
        if name not in CHANGES
    }


async def test_what_was_backed_up_is_put_back(ground: Ground, house: AsyncContainer) -> None:
    """Row by row in every table; only its owner may read the file. Numbers are given out on."""
    file = ground.folder / "altyn.backup"
    manifest = await (await house.get(BackUp))(ANNA, file)
    assert (manifest.kind, stat.S_IMODE(file.stat().st_mode)) == (ground.kind, 0o600)
    restored = await restore(ground.settings(ground.empty), ANNA, file, replace=False)
    assert (restored.made_at, restored.safety) == (manifest.made_at, None)
    assert kept(ground, ground.empty) == kept(ground, ground.full)
    assert sorted(each.name for each in ground.folder.iterdir() if each.name[0] == ".") == []
    async with house_of(ground, ground.empty) as other:
        trail: Any = await other.get(Trail)
        told = [each.audited.what for each in await trail.onward(99)]
        assert told == ["books.backed_up", "books.restored"]
        await pays(other, 7)
        ledger: Any = await other.get(Ledger)
        assert (await ledger.balance(USER, RUB)).posted.units == 607
        await lived_on(other)


async def lived_on(house: AsyncContainer) -> None:
    """The laws stand again: history is not changed, and the trail goes on."""
    resume: Any = await house.get(ResumePaying)
    assert await resume(ANNA) is not None


async def test_one_moment_is_copied(ground: Ground, house: AsyncContainer) -> None:
    """What is paid while the copy is being read is not in it; what is in it sums to zero."""
    file = ground.folder / "altyn.backup"
    vault: Any = await house.get(Vault)
    back_up: Any = await house.get(BackUp)

    @frozen
    class Slow:
        """Copies, and has somebody pay between any two pieces."""

        kind: str = vault.kind

        @asynccontextmanager
        async def copied(self, beside: Path) -> AsyncIterator[Any]:
            async with vault.copied(beside) as copy:
                await pays(house, 1000)
                yield copy
                await pays(house, 1000)

    slowly = BackUp(Slow(), back_up.safe, back_up.audit, back_up.transaction)
    await slowly(ANNA, file)
    await restore(ground.settings(ground.empty), ANNA, file, replace=False)
    async with house_of(ground, ground.empty) as other:
        ledger: Any = await other.get(Ledger)
        assert (await ledger.balance(USER, RUB)).posted.units == 600
    ledger = await house.get(Ledger)
    assert (await ledger.balance(USER, RUB)).posted.units == 2600


async def test_no_money_goes_out_afterwards(ground: Ground, house: AsyncContainer) -> None:
    """Until somebody says so; whoever works says why, and does everything else."""
    file = ground.folder / "altyn.backup"
    await (await house.get(BackUp))(ANNA, file)
    await restore(ground.settings(ground.empty), ANNA, file, replace=False)
    selling = {
        "ALTYN_DATABASE": ground.empty,
        "ALTYN_HELEKET_MERCHANT": "8b03432e-385b-4670-8d06-064591096795",
        "ALTYN_HELEKET_PAYMENT_KEY": "k" * 32,
    }
    container = make_container(read_settings(selling, ground.folder))
    try:
        chores = {each.name: each for each in await chores_of(container)}
        with pytest.raises(StandsStill):
            await chores["giving money back"].do()
        await chores["reading notices"].do()
        await (await container.get(ResumePaying))(ANNA)
        assert await (await container.get(Standstill)).since() is None
        await chores["giving money back"].do()
    finally:
        await container.close()


def flipped(raw: bytearray) -> None:
    raw[len(raw) // 2] ^= 0x55


def cut(raw: bytearray) -> None:
    del raw[len(raw) // 2 :]


def other(raw: bytearray) -> None:
    raw[:] = b"-- PostgreSQL database dump"


@pytest.mark.parametrize("damage", [flipped, cut, other], ids=lambda each: str(each.__name__))
async def test_a_damaged_file_is_refused(
    ground: Ground, house: AsyncContainer, damage: Callable[[bytearray], None]
) -> None:
    """Before anything is touched."""
    file = ground.folder / "altyn.backup"
    await (await house.get(BackUp))(ANNA, file)
    raw = bytearray(file.read_bytes())
    damage(raw)
    file.write_bytes(raw)
    with pytest.raises(BackupRefused):
        await restore(ground.settings(ground.empty), ANNA, file, replace=False)
    async with house_of(ground, ground.empty) as untouched:
        with pytest.raises(Refused):
            await (await untouched.get(Schema)).check()


async def test_a_backup_of_a_newer_version_is_refused(
    ground: Ground, house: AsyncContainer
) -> None:
    """As is one of another storage, whoever may not restore, and a file that is there."""
    file, newer = ground.folder / "altyn.backup", ground.folder / "newer.backup"
    await (await house.get(BackUp))(ANNA, file)
    with pytest.raises(BackupRefused, match="overwrite nothing"):
        await (await house.get(BackUp))(ANNA, file)
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(newer, "w") as new:
        for name in old.namelist():
            told = old.read(name)
            if name == "manifest.json":
                manifest = json.loads(told)
                manifest["migrations"].append([9999, "f" * 64])
                told = json.dumps(manifest).encode()
            new.writestr(name, told)
    with pytest.raises(SchemaAhead):
        await restore(ground.settings(ground.empty), ANNA, newer, replace=False)
    elsewhere = f"sqlite:///{ground.folder}/x.db"
    if ground.kind == "sqlite":
        elsewhere = "postgresql://nobody@localhost/nowhere"
    with pytest.raises(BackupRefused, match="and ALTYN_DATABASE is of"):
        await restore(ground.settings(elsewhere), ANNA, file, replace=False)
    support = Caller(name="bob", role=Role.SUPPORT)
    with pytest.raises(NotAllowed):
        await restore(ground.settings(ground.empty), support, file, replace=False)
    with pytest.raises(NotAllowed):
        await (await house.get(BackUp))(support, ground.folder / "other.backup")


async def test_what_is_there_goes_only_when_it_is_kept(
    ground: Ground, house: AsyncContainer
) -> None:
    """It takes a word, and a backup of what was there is taken first."""
    file = ground.folder / "altyn.backup"
    await (await house.get(BackUp))(ANNA, file)
    await pays(house, 4000)
    await house.close()
    settings = ground.settings(ground.full)
    with pytest.raises(RestoreRefused, match="not empty"):
        await restore(settings, ANNA, file, replace=False)
    restored = await restore(settings, ANNA, file, replace=True)
    async with house_of(ground, ground.full) as there:
        ledger: Any = await there.get(Ledger)
        assert (await ledger.balance(USER, RUB)).posted.units == 600
    assert restored.safety is not None
    await restore(ground.settings(ground.empty), ANNA, restored.safety, replace=False)
    async with house_of(ground, ground.empty) as before:
        ledger = await before.get(Ledger)
        assert (await ledger.balance(USER, RUB)).posted.units == 4600


def test_a_file_of_which_some_is_in_its_log_takes_no_place(tmp_path: Path) -> None:
    """The log would be left behind, and with it that money stands still."""
    beside, place = tmp_path / "beside.db", tmp_path / "altyn.db"
    with closing(sqlite3.connect(beside)) as unwritten:
        unwritten.execute("PRAGMA journal_mode = WAL")
        unwritten.execute("CREATE TABLE standstill (since INTEGER)")
        unwritten.commit()
        with pytest.raises(RestoreRefused, match="disk full"):
            put_in_place(beside, place)
        assert not place.exists()
    put_in_place(beside, place)
    assert place.exists()


async def test_a_file_that_somebody_has_open_stays(tmp_path: Path) -> None:
    """Whoever writes to it would go on writing to nothing."""
    path = f"sqlite:///{tmp_path}/shop.db"
    ground = Ground("sqlite", path, path, tmp_path)
    async with house_of(ground, path) as house:
        await (await house.get(Schema)).migrate()
        file = tmp_path / "altyn.backup"
        await (await house.get(BackUp))(ANNA, file)
        with pytest.raises(RestoreRefused, match="stop Altyn"):
            await restore(ground.settings(path), ANNA, file, replace=True)
        trail: Any = await house.get(Trail)
        assert len(await trail.onward(9)) == 2  # its own backup, and the one that was kept


# Killed on the way.

PROGRAM: Final = """
import asyncio, sys
from pathlib import Path
from altyn.adapters.archive import reading, writing
from altyn.entrypoints.cli.program import run

async def hangs(*_):
    print("in the middle", flush=True)
    await asyncio.sleep(600)

def some(chunks):
    async def told(*args):
        async for chunk in chunks(*args):
            yield chunk
            await hangs()
    return told

kind, *words = sys.argv[1:]
if kind == "writing":
    writing.FileSealing.seal = hangs
else:
    reading.OpenedBackup.prove = lambda self: asyncio.sleep(0)
    reading.OpenedBackup.chunks = some(reading.OpenedBackup.chunks)
sys.exit(run(words))
"""


def killed(ground: Ground, database: str, kind: str, *words: str) -> None:
    """The command, killed when it is in the middle of it."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, kind, *words],
        env={**os.environ, "ALTYN_DATABASE": database},
        cwd=ground.folder,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == "in the middle\n"
        process.send_signal(signal.SIGKILL)
        process.wait()


async def test_killed_in_the_middle_there_is_all_or_nothing(
    ground: Ground, house: AsyncContainer
) -> None:
    """No backup that looks like one, no database that is half restored; and it works again."""
    file = ground.folder / "altyn.backup"
    killed(ground, ground.full, "writing", "backup", str(file))
    assert not file.exists()
    await (await house.get(BackUp))(ANNA, file)
    killed(ground, ground.empty, "reading", "restore", str(file))
    async with house_of(ground, ground.empty) as untouched:
        with pytest.raises(Refused, match="has not been set up"):
            await (await untouched.get(Schema)).check()
    if ground.kind == "sqlite":
        (ground.folder / "empty.db").unlink(missing_ok=True)
    await restore(ground.settings(ground.empty), ANNA, file, replace=False)
    assert kept(ground, ground.empty) == kept(ground, ground.full)


# Handed out.


async def test_what_is_handed_out(ground: Ground, house: AsyncContainer) -> None:
    """All sheets as of one moment, whatever is paid meanwhile; a restored database has the same."""
    export: Any = await house.get(Export)
    records, paid = export.records, list[TransferId]()

    @frozen
    class Slow:
        """Reads, and has somebody pay between any two pages."""

        @asynccontextmanager
        async def read(self) -> AsyncIterator[Any]:
            async with records.read() as view:
                await view.scales()
                paid.append(await pays(house, 5000))
                yield view

    file, first = ground.folder / "altyn.backup", ground.folder / "first"
    await (await house.get(BackUp))(ANNA, file)
    exported = await evolve(export, records=Slow())(ANNA, first)
    assert exported.sums == {"held_by_all": {"RUB": "0.00"}, "moved": {"RUB": "6.00"}}
    assert (exported.counts["transfers"], exported.counts["accounts"]) == (3, 2)
    assert str(paid[0]) not in (first / "transfers.jsonl").read_text()
    rows = map(json.loads, (first / "transfers.jsonl").read_text().splitlines())
    assert [(row["source"], row["amount"]) for row in rows] == [
        (CARD, amount) for amount in ("1.00", "2.00", "3.00")
    ]
    (hold,) = map(json.loads, (first / "holds.jsonl").read_text().splitlines())
    assert (hold["account"], hold["amount"], hold["closed_at"]) == (USER, "0.50", None)
    (purchase,) = map(json.loads, (first / "purchases.jsonl").read_text().splitlines())
    assert (purchase["price"], purchase["cost"]) == ("165.00", "0.500000000")
    (user,) = map(json.loads, (first / "users.jsonl").read_text().splitlines())
    assert (user["id"], user["username"], user["muted"]) == (42, "annushka_marked", False)
    await restore(ground.settings(ground.empty), ANNA, file, replace=False)
    async with house_of(ground, ground.empty) as other:
        again = await (await other.get(Export))(ANNA, ground.folder / "again")
    same = {sheet for sheet in again.digests if again.digests[sheet] == exported.digests[sheet]}
    assert same == set(again.digests) - {"audit"}
