"""Folders of sheets: a line of JSON for each row, or a table for spreadsheets."""

import asyncio
import csv
import hashlib
import io
import json
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

from attrs import define, field, frozen

from ...core.safekeeping import BackupRefused, Column, Kind

OWNER_ONLY: Final = 0o600
OWNER_ENTERS: Final = 0o700
MANIFEST: Final = "manifest.json"


@frozen
class FolderDesks:
    """Folders of this machine."""

    @asynccontextmanager
    async def writing(self, folder: Path, *, as_csv: bool) -> AsyncIterator["FolderDesk"]:
        """As the port says: it lies beside first, under a name that begins with a dot."""
        if await asyncio.to_thread(os.path.lexists, folder):
            raise BackupRefused(str(folder), "it is there already: exports overwrite nothing")
        beside = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.part")
        try:
            beside.mkdir(OWNER_ENTERS)
            desk = FolderDesk(beside, as_csv)
            try:
                yield desk
            finally:
                desk.leave()
            beside.rename(folder)
        except OSError as failed:
            reason = f"cannot be written: {failed.strerror}"
            raise BackupRefused(str(folder), reason) from None
        finally:
            shutil.rmtree(beside, ignore_errors=True)


@define
class FolderDesk:
    """One folder, sheet by sheet."""

    folder: Path
    as_csv: bool
    _open: dict[str, tuple[BinaryIO, Any]] = field(factory=dict, init=False)

    async def write(
        self, sheet: str, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]
    ) -> None:
        """As the port says."""
        await asyncio.to_thread(self._write, sheet, columns, rows)

    def _write(
        self, sheet: str, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]
    ) -> None:
        text = io.StringIO()
        if self.as_csv:
            table = csv.writer(text)
            if sheet not in self._open:
                table.writerow([each.name for each in columns])
            table.writerows([_cell(each, row[each.name]) for each in columns] for row in rows)
        else:
            for row in rows:
                text.write(json.dumps(row, ensure_ascii=False) + "\n")
        self._add(sheet, text.getvalue().encode())

    def _add(self, sheet: str, raw: bytes) -> None:
        if sheet not in self._open:
            ending = "csv" if self.as_csv else "jsonl"
            self._open[sheet] = _created(self.folder / f"{sheet}.{ending}"), hashlib.sha256()
        file, digest = self._open[sheet]
        file.write(raw)
        digest.update(raw)

    async def close(self, sheet: str) -> str:
        """As the port says; a sheet without rows is there as well."""
        self._add(sheet, b"")
        file, digest = self._open.pop(sheet)
        file.close()
        return str(digest.hexdigest())

    def leave(self) -> None:
        """Let go of sheets that were not ended, when something went wrong."""
        for file, _ in self._open.values():
            file.close()

    async def sign(self, told: Mapping[str, Any]) -> None:
        """As the port says."""
        with _created(self.folder / MANIFEST) as file:
            file.write(json.dumps(told, ensure_ascii=False, indent=1).encode())


def _created(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY), "wb")


def _cell(column: Column, value: Any) -> Any:
    """What somebody wrote so that spreadsheets take it for a formula is told to be text."""
    if column.kind is Kind.JSON:
        return json.dumps(value, ensure_ascii=False)
    formula = column.kind is Kind.TEXT and str(value)[:1] in ("=", "+", "-", "@", "\t")
    return f"'{value}" if formula else value
