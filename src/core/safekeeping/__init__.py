"""Copies of the books, to be kept elsewhere."""

from .backing_up import BackUp, examined
from .errors import BackupRefused, BooksBroken, RestoreRefused
from .exporting import Desk, Desks, Export, Exported, Records, View
from .manifest import FORMAT, Manifest, Part
from .ports import Chunks, Copy, Safe, Sealing, Vault
from .sheets import SHEETS, Column, Kind

__all__ = [
    "FORMAT",
    "SHEETS",
    "BackUp",
    "BackupRefused",
    "BooksBroken",
    "Chunks",
    "Column",
    "Copy",
    "Desk",
    "Desks",
    "Export",
    "Exported",
    "Kind",
    "Manifest",
    "Part",
    "Records",
    "RestoreRefused",
    "Safe",
    "Sealing",
    "Vault",
    "View",
    "examined",
]
