"""What happens in a chat: scenes that are drawn from facts, and actions that lead between them."""

from .guest import Front, Guest, Shown
from .stage import COMMANDS, TIMELESS, Stage

__all__ = ["COMMANDS", "TIMELESS", "Front", "Guest", "Shown", "Stage"]
