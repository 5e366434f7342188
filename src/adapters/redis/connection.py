"""How Redis is reached: soon or not at all."""

from typing import Any, Final

from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

CONNECT_SECONDS: Final = 1.0
CONNECTIONS_MAX: Final = 64

Client = Redis | RedisCluster


def open_redis(url: str) -> Redis:
    """
    A client of that server; nothing is connected before it is asked something.

    It never repeats what it was asked to do: whoever asks knows what may be done twice. Close it.

    Raises:
        ValueError: the address cannot be read, or has an option that is not known.
    """
    options: dict[str, Any] = {
        "retry": Retry(NoBackoff(), 0),
        "socket_connect_timeout": CONNECT_SECONDS,
        # With a timeout of its own the library sends in a way that loses cancellations, and our
        # deadlines with them, on Python 3.11; whoever asks brings a deadline.
        "socket_timeout": None,
        "max_connections": CONNECTIONS_MAX,
        "client_name": "altyn",
    }
    client = Redis.from_url(url, **options)
    try:
        client.connection_pool.make_connection()  # type: ignore[no-untyped-call]
    except TypeError:
        raise ValueError("the address has an option that is not known") from None
    return client
