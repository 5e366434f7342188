"""Calls over HTTP: with a deadline, a bound on what comes back, and doubt where there is doubt."""

from .calling import Answer, Caller, Calls, NoAnswer, TooLong, open_caller

__all__ = ["Answer", "Caller", "Calls", "NoAnswer", "TooLong", "open_caller"]
