"""The contracts of what lets people and programs in."""

from .keys import ApiKeysContract

__all__ = ["ApiKeysContract"]
