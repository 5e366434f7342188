"""Saying one thing to many: begin it, watch it, steer it."""

from . import beginning, calling_off, listing, pausing, resuming, status

STORIES = (listing, beginning, status, pausing, resuming, calling_off)

__all__ = ["STORIES"]
