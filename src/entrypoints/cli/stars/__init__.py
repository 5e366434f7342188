"""Our account of Telegram, which pays in Stars: sign in to it, see what it has."""

from . import login, status

STORIES = (login, status)

__all__ = ["STORIES"]
