"""Backups as files: an archive that is whole, or is none."""

from .reading import OpenedBackup, open_backup
from .writing import FileSafe

__all__ = ["FileSafe", "OpenedBackup", "open_backup"]
