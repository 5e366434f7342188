"""The page of the sandbox: one is a customer there, and fate, and sees what Altyn does."""

from .app import Page

__all__ = ["Page"]
