"""Buying much of one thing: begin a plan, watch it, steer it."""

from . import beginning, calling_off, pausing, resuming, status

STORIES = (beginning, status, pausing, resuming, calling_off)

__all__ = ["STORIES"]
