"""Handing out the books, for accountants and for whoever moves elsewhere."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol

from attrs import frozen

from ..identity import Audit, Caller, Permission
from ..money import UNITS_MAX
from ..transaction import Transaction
from .sheets import SHEETS, Column, Kind

Row = Mapping[str, Any]
SUMMED: Final = (("accounts", "posted", "held_by_all"), ("transfers", "amount", "moved"))
"""Of which sheets which column is summed up, and as what."""


class View(Protocol):
    """One unchanging view of the books."""

    async def scales(self) -> Mapping[str, int]:
        """The scale of every asset that is named anywhere."""
        ...

    def rows(self, sheet: str) -> AsyncIterator[Sequence[Sequence[Any]]]:
        """
        Its rows, in pages: each value as its column says, amounts in smallest units.

        They are never kept all at once.
        """
        ...


class Records(Protocol):
    """The books, as something to be read through from one end to the other."""

    def read(self) -> AbstractAsyncContextManager[View]:
        """A view that never changes, for as long as the block lasts; others go on writing."""
        ...


class Desk(Protocol):
    """Where sheets are written."""

    async def write(self, sheet: str, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        """Write more rows of a sheet."""
        ...

    async def close(self, sheet: str) -> str:
        """Nothing more comes; the digest of what was written (SHA-256)."""
        ...

    async def sign(self, told: Mapping[str, Any]) -> None:
        """Write down what is in it."""
        ...


class Desks(Protocol):
    """Folders of sheets, which are there whole or not at all."""

    def writing(self, folder: Path, *, as_csv: bool) -> AbstractAsyncContextManager[Desk]:
        """
        A new one, for its owner alone: of tables for spreadsheets, or of lines of JSON.

        Raises:
            BackupRefused: it is there already, or cannot be written.
        """
        ...


@frozen(kw_only=True)
class Exported:
    """What was handed out."""

    made_at: datetime
    counts: Mapping[str, int]
    """Rows, by the name of the sheet."""
    sums: Mapping[str, Mapping[str, str | None]]
    """What all accounts hold together, which is nothing, and what was moved; each by asset."""
    digests: Mapping[str, str]


@frozen
class Export:
    """Write all sheets, as of one moment."""

    records: Records
    desks: Desks
    audit: Audit
    transaction: Transaction

    async def __call__(self, by: Caller, folder: Path, *, as_csv: bool = False) -> Exported:
        """
        What was written.

        Raises:
            NotAllowed: they may not have what is known of everybody.
            BackupRefused: the folder is there, or cannot be written.
        """
        by.must(Permission.MANAGE_USERS)
        async with self.transaction():
            await self.audit(by, "books.exported", "books:all")
        counts, digests = dict[str, int](), dict[str, str]()
        totals: dict[str, Counter[str]] = {what: Counter() for _, _, what in SUMMED}
        async with self.desks.writing(folder, as_csv=as_csv) as desk, self.records.read() as view:
            made_at, scales = self.audit.clock.now(), await view.scales()
            for sheet, columns in SHEETS.items():
                counts[sheet] = 0
                # A table without rows has its columns as well.
                await desk.write(sheet, columns, [])
                async for page in view.rows(sheet):
                    rows = [_told(columns, row, scales) for row in page]
                    _sum(totals, sheet, columns, page)
                    await desk.write(sheet, columns, rows)
                    counts[sheet] += len(rows)
                digests[sheet] = await desk.close(sheet)
            sums = {
                what: {code: _decimal(units, scales[code]) for code, units in sorted(of.items())}
                for what, of in totals.items()
            }
            exported = Exported(made_at=made_at, counts=counts, sums=sums, digests=digests)
            await desk.sign(
                {
                    "altyn_export": 1,
                    "made_at": made_at.isoformat(),
                    "rows": counts,
                    "sums": sums,
                    "sha256": digests,
                }
            )
        return exported


def _sum(
    totals: Mapping[str, Counter[str]],
    sheet: str,
    columns: Sequence[Column],
    page: Sequence[Sequence[Any]],
) -> None:
    names = [each.name for each in columns]
    for of, units, what in SUMMED:
        if of == sheet:
            for row in page:
                totals[what][row[names.index("asset")]] += row[names.index(units)]


def _told(columns: Sequence[Column], row: Sequence[Any], scales: Mapping[str, int]) -> Row:
    values = dict(zip((each.name for each in columns), row, strict=True))
    amounts = {
        each.name: _decimal(values[each.name], scales[values[each.of]])
        for each in columns
        if each.kind is Kind.AMOUNT
    }
    return values | amounts


def _decimal(units: int, scale: int) -> str | None:
    """As people write it; what 64 bits end at is no limit."""
    if abs(units) == UNITS_MAX:
        return None
    digits = f"{abs(units):0{scale + 1}}"
    point = len(digits) - scale
    return ("-" if units < 0 else "") + digits[:point] + ("." + digits[point:] if scale else "")
