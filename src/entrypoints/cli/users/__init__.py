"""People: who they are, what they may do, what is known of them."""

from . import appointing, erasing, exporting, listing, muting, showing

STORIES = (listing, showing, appointing, muting, exporting, erasing)

__all__ = ["STORIES"]
