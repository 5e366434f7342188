"""The command line: `altyn up`, and what an operator asks in a shell."""

from .program import main

__all__ = ["main"]
