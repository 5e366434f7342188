"""Copies of the books, to be kept elsewhere."""

from .backing_up import BackUp, examined
from .errors import BackupRefused, BooksBroken, RestoreRefused
from .manifest import FORMAT, Manifest, Part
from .ports import Chunks, Copy, Safe, Sealing, Vault

__all__ = [
    "FORMAT",
    "BackUp",
    "BackupRefused",
    "BooksBroken",
    "Chunks",
    "Copy",
    "Manifest",
    "Part",
    "RestoreRefused",
    "Safe",
    "Sealing",
    "Vault",
    "examined",
]
