"""What operators do in the bot: they look, and they decide."""

from .office import STAFF, Office

__all__ = ["STAFF", "Office"]
