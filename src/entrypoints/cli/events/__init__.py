"""Events that could not be passed on: look at them, and have it tried again."""

from . import retrying, stuck

STORIES = (stuck, retrying)

__all__ = ["STORIES"]
