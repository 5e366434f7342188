"""The contract of `core.identity`: every sentence of the port that keeps something."""

from .knowing import UsersContract

__all__ = ["UsersContract"]
