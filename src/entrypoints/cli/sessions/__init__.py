"""People who are signed in: see where, sign them out, take a lost second factor away."""

from . import ending, listing, resetting

STORIES = (listing, ending, resetting)

__all__ = ["STORIES"]
