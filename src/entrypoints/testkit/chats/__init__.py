"""The contracts of `core.chats`: what is kept of conversations."""

from .inbox import InboxContract
from .windows import WindowsContract

__all__ = ["InboxContract", "WindowsContract"]
