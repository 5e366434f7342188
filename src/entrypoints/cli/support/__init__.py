"""What people ask us: see it, answer it, close it."""

from . import answering, closing, listing, showing

STORIES = (listing, showing, answering, closing)

__all__ = ["STORIES"]
