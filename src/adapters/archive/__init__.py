"""Backups as files: an archive that is whole, or is none."""

from .reading import OpenedBackup, open_backup
from .sheets import FolderDesks
from .writing import FileSafe

__all__ = ["FileSafe", "FolderDesks", "OpenedBackup", "open_backup"]
