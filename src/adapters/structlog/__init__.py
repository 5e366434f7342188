"""The log of a process, line by line."""

from .lines import formatter

__all__ = ["formatter"]
