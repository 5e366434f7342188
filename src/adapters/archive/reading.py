"""Reading a backup: what is not as it says of itself is not used."""

import asyncio
import hashlib
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from attrs import frozen

from ...core.safekeeping import BackupRefused, Manifest, Part
from .wire import CHUNK, MANIFEST, read

MANIFEST_MAX: Final = 16 << 20
NOT_WHOLE: Final = (zipfile.BadZipFile, zlib.error, EOFError, KeyError)


@frozen
class OpenedBackup:
    """A backup whose manifest was read."""

    file: Path
    archive: zipfile.ZipFile
    manifest: Manifest

    async def chunks(self, name: str) -> AsyncIterator[bytes]:
        """
        A piece, bit by bit.

        Raises:
            BackupRefused: it is not what the manifest says; nothing of it may be used.
        """
        part = next((each for each in self.manifest.parts if each.name == name), None)
        if part is None:
            raise BackupRefused(str(self.file), f"there is no {name} in it")
        size, digest = 0, hashlib.sha256()
        try:
            with self.archive.open(part.name) as piece:
                while chunk := await asyncio.to_thread(piece.read, CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    yield chunk
        except NOT_WHOLE:
            raise self._differs(part) from None
        if (size, digest.hexdigest()) != (part.size, part.sha256):
            raise self._differs(part)

    async def prove(self) -> None:
        """
        Read all of it once, before anything is done with it.

        Raises:
            BackupRefused: some of it is not as the manifest says.
        """
        for each in self.manifest.parts:
            async for _ in self.chunks(each.name):
                pass

    def _differs(self, part: Part) -> BackupRefused:
        return BackupRefused(str(self.file), f"it is damaged: {part.name} is not as it was")


@contextmanager
def open_backup(file: Path) -> Iterator[OpenedBackup]:
    """
    A backup, for as long as the block lasts.

    Raises:
        BackupRefused: it is none, or not whole.
    """
    try:
        archive = zipfile.ZipFile(file)
    except OSError as failed:
        raise BackupRefused(str(file), f"cannot be read: {failed.strerror}") from None
    except zipfile.BadZipFile:
        raise BackupRefused(str(file), "it is no backup, or not a whole one") from None
    with archive:
        try:
            with archive.open(MANIFEST) as piece:
                manifest = read(piece.read(MANIFEST_MAX))
        except (*NOT_WHOLE, ValueError, TypeError):
            raise BackupRefused(str(file), "it is no backup of Altyn that can be read") from None
        yield OpenedBackup(file, archive, manifest)
