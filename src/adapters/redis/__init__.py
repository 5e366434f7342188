"""What processes share through Redis."""

from .breakers import RedisTrips
from .cache import RedisCache
from .connection import open_redis
from .health import RedisProbe
from .limits import RedisMeter
from .wire import Wire, open_line

__all__ = [
    "RedisCache",
    "RedisMeter",
    "RedisProbe",
    "RedisTrips",
    "Wire",
    "open_line",
    "open_redis",
]
