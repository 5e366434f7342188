"""Writing a backup: beside its place first, and put there when it is whole."""

import asyncio
import hashlib
import os
import secrets
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from attrs import define, frozen

from ...core.safekeeping import BackupRefused, Chunks, Manifest, Part
from .wire import MANIFEST, written

OWNER_ONLY: Final = 0o600


@frozen
class FileSafe:
    """Archives in folders of this machine."""

    @asynccontextmanager
    async def writing(self, file: Path) -> AsyncIterator["FileSealing"]:
        """As the port says."""
        if await asyncio.to_thread(os.path.lexists, file):
            raise BackupRefused(str(file), "there is such a file: backups overwrite nothing")
        beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
        try:
            handle = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY)
        except OSError as failed:
            raise BackupRefused(str(file), f"cannot be written: {failed.strerror}") from None
        try:
            with os.fdopen(handle, "wb") as raw:
                with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                    sealing = FileSealing(archive)
                    yield sealing
                raw.flush()
                os.fsync(raw.fileno())
            if not sealing.sealed:
                raise RuntimeError("a backup is sealed before its block ends")
            _place(beside, file)
            _flush(file.parent)
        except FileExistsError:
            raise BackupRefused(str(file), "somebody has written such a file meanwhile") from None
        except OSError as failed:
            raise BackupRefused(str(file), f"cannot be written: {failed.strerror}") from None
        finally:
            beside.unlink(missing_ok=True)


def _place(beside: Path, file: Path) -> None:
    """A link overwrites nothing that came meanwhile; not every disk has them."""
    try:
        os.link(beside, file)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(file):
            raise FileExistsError from None
        beside.rename(file)


def _flush(folder: Path) -> None:
    """That a file is in it is on disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@define
class FileSealing:
    """One archive, piece by piece."""

    archive: zipfile.ZipFile
    sealed: bool = False

    async def add(self, name: str, chunks: Chunks, *, table: bool) -> Part:
        """As the port says."""
        size, rows, digest = 0, 0, hashlib.sha256()
        with self.archive.open(name, "w", force_zip64=True) as piece:
            async for chunk in chunks:
                await asyncio.to_thread(piece.write, chunk)
                digest.update(chunk)
                size += len(chunk)
                rows += chunk.count(b"\n")
        return Part(name=name, size=size, sha256=digest.hexdigest(), rows=rows if table else None)

    async def seal(self, manifest: Manifest) -> None:
        """As the port says."""
        self.archive.writestr(MANIFEST, written(manifest))
        self.sealed = True
