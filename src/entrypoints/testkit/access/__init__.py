"""The contracts of what lets people and programs in."""

from .keys import ApiKeysContract
from .sessions import SessionsContract

__all__ = ["ApiKeysContract", "SessionsContract"]
