"""The books are handed out sheet by sheet, as of one moment, by whoever may, in flat memory."""

import json
import tracemalloc
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
from attrs import define, field

from altyn.adapters.archive import FolderDesks
from altyn.adapters.memory import ManualClock, MemoryStore, MemoryTrail
from altyn.core.identity import Audit, Caller, NotAllowed, Role
from altyn.core.money import UNITS_MAX
from altyn.core.safekeeping import SHEETS, BackupRefused, Export, Kind
from tests.unit.staff import ANNA

PAGE: Final = 500


@define
class FakeRecords:
    """Sheets with these rows, of which only a page is made at a time."""

    pages: Mapping[str, int] = field(factory=dict)
    special: Mapping[str, Any] = field(factory=dict)

    @asynccontextmanager
    async def read(self) -> AsyncIterator["FakeRecords"]:
        yield self

    async def scales(self) -> Mapping[str, int]:
        return {"RUB": 2, "XTR": 0}

    async def rows(self, sheet: str) -> AsyncIterator[Sequence[Sequence[Any]]]:
        for number in range(self.pages.get(sheet, 0)):
            yield [self._row(sheet, number * PAGE + one) for one in range(PAGE)]

    def _row(self, sheet: str, number: int) -> list[Any]:
        values = {
            Kind.AMOUNT: number + 1,
            Kind.ID: str(UUID(int=number)),
            Kind.TIME: "2026-01-01T12:00:00+00:00",
            Kind.JSON: {"a": 1},
            Kind.YES: True,
            Kind.WHOLE: number,
        }
        return [
            self.special.get(
                each.name, "RUB" if each.name.endswith("asset") else values.get(each.kind, "text")
            )
            for each in SHEETS[sheet]
        ]


def house(records: FakeRecords) -> tuple[Export, MemoryTrail]:
    store = MemoryStore()
    trail = MemoryTrail(store)
    return Export(records, FolderDesks(), Audit(trail, ManualClock()), store), trail


def left_in(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


async def test_sheets(tmp_path: Path) -> None:
    """Each row a line with all columns, amounts as people write them, and sums beside them."""
    export, trail = house(FakeRecords({"transfers": 2, "accounts": 1}))
    exported = await export(ANNA, tmp_path / "books")
    assert exported.counts == dict.fromkeys(SHEETS, 0) | {"transfers": 1000, "accounts": 500}
    lines = (tmp_path / "books" / "transfers.jsonl").read_text().splitlines()
    first = json.loads(lines[0])
    assert (len(lines), set(first)) == (1000, {each.name for each in SHEETS["transfers"]})
    assert (first["amount"], first["asset"]) == ("0.01", "RUB")
    assert json.loads(lines[999])["amount"] == "10.00"
    assert exported.sums == {"held_by_all": {"RUB": "1252.50"}, "moved": {"RUB": "5005.00"}}
    manifest = json.loads((tmp_path / "books" / "manifest.json").read_text())
    assert (manifest["rows"], manifest["sums"]) == (dict(exported.counts), exported.sums)
    assert manifest["sha256"] == exported.digests
    (link,) = await trail.onward(9)
    assert (link.audited.who, link.audited.what) == ("anna", "books.exported")
    modes = {each.stat().st_mode & 0o777 for each in (tmp_path / "books").iterdir()}
    assert (modes, (tmp_path / "books").stat().st_mode & 0o777) == ({0o600}, 0o700)


async def test_amounts_without_decimals_and_without_limits(tmp_path: Path) -> None:
    """Below zero too; what 64 bits end at is no limit, and nothing is told."""
    special = {"asset": "XTR", "posted": -7, "floor": -UNITS_MAX, "ceiling": UNITS_MAX}
    export, _ = house(FakeRecords({"accounts": 1}, special))
    await export(ANNA, tmp_path / "books")
    row = json.loads((tmp_path / "books" / "accounts.jsonl").read_text().splitlines()[0])
    assert [row[name] for name in ("posted", "floor", "ceiling")] == ["-7", None, None]


async def test_tables(tmp_path: Path) -> None:
    """For spreadsheets, in which what somebody wrote is no formula, and an amount is one."""
    special = {"memo": "=1+1", "amount": -5}
    export, _ = house(FakeRecords({"transfers": 2, "audit": 1}, special))
    await export(ANNA, tmp_path / "books", as_csv=True)
    head, first, *rest = (tmp_path / "books" / "transfers.csv").read_text().splitlines()
    assert head == ",".join(each.name for each in SHEETS["transfers"])
    assert len(rest) == 999
    assert "'=1+1,-0.05" in first
    assert '{""a"": 1}' in (tmp_path / "books" / "audit.csv").read_text()
    (empty,) = (tmp_path / "books" / "users.csv").read_text().splitlines()
    assert empty == ",".join(each.name for each in SHEETS["users"])


async def test_who_may_and_where(tmp_path: Path) -> None:
    """An owner, into a folder that is not there; nothing is left of what did not end."""
    records = FakeRecords({"transfers": 1})
    export, trail = house(records)
    with pytest.raises(NotAllowed):
        await export(Caller(name="bob", role=Role.OPERATOR), tmp_path / "books")
    assert list(await trail.onward(9)) == []
    with pytest.raises(BackupRefused, match="overwrite nothing"):
        await export(ANNA, tmp_path)
    with pytest.raises(BackupRefused, match="cannot be written"):
        await export(ANNA, tmp_path / "no" / "books")
    records.special = {"asset": "EUR"}
    with pytest.raises(KeyError):
        await export(ANNA, tmp_path / "books")
    assert left_in(tmp_path) == []


async def test_however_much_there_is_little_is_kept(tmp_path: Path) -> None:
    """Ten times as many rows take no more memory."""
    peaks = []
    for pages in (4, 40):
        export, _ = house(FakeRecords({"transfers": pages}))
        tracemalloc.start()
        await export(ANNA, tmp_path / f"{pages}")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]
