"""Mistakes of ours, told to a server that speaks as Sentry does."""

from .reporting import Reporting

__all__ = ["Reporting"]
