"""People who are signed in: see where, sign them out, hand out and take away second factors."""

from . import ending, enrolling, listing, resetting

STORIES = (listing, ending, enrolling, resetting)

__all__ = ["STORIES"]
