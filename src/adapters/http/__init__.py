"""Calls over HTTP: with a deadline, a bound on what comes back, and doubt where there is doubt."""

from .calling import Answer, Caller, Calls, NoAnswer, TooLong, open_caller
from .reading import Said, Unintelligible, object_of, objects_of, text_of, whole_of

__all__ = [
    "Answer",
    "Caller",
    "Calls",
    "NoAnswer",
    "Said",
    "TooLong",
    "Unintelligible",
    "object_of",
    "objects_of",
    "open_caller",
    "text_of",
    "whole_of",
]
