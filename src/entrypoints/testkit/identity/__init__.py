"""The contract of `core.identity`: every sentence of the ports that keep something."""

from .knowing import UsersContract
from .trailing import TrailContract

__all__ = ["TrailContract", "UsersContract"]
