"""The trail of what was done by hand: who did what, and whether anything of it was changed."""

from . import listing, verifying

STORIES = (listing, verifying)

__all__ = ["STORIES"]
