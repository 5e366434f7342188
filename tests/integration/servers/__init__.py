"""Real PostgreSQL and Redis for the tests, from wherever this machine has them.

In this order: a URL in the environment, a program of the machine, a program from a wheel of the
`servers` group, Docker. When none of them works, NoServer says what was tried: nothing is ever
skipped. `ALTYN_TEST_SERVERS=url|machine|wheel|docker` asks for one of them.

`postgres` and `redis` give whichever server there is, to be shared and left as it was found.
`PostgresServer` and `RedisServer` are private ones that a test may kill and start again.
"""

from .finding import Found, postgres, redis
from .postgres import PostgresServer
from .process import NoServer
from .redis import RedisServer, own_keys
from .surroundings import Surroundings

__all__ = [
    "Found",
    "NoServer",
    "PostgresServer",
    "RedisServer",
    "Surroundings",
    "own_keys",
    "postgres",
    "redis",
]
