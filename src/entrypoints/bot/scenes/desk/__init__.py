"""What operators do in the bot: they look, and they decide."""

from .desk import STAFF, Desk

__all__ = ["STAFF", "Desk"]
