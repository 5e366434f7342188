"""What processes share through Redis."""

from .health import RedisProbe

__all__ = ["RedisProbe"]
