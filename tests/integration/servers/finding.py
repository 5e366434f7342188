"""Which server the tests get: the routes in their order, and the error that names them all."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager

from attrs import frozen

from . import postgres as postgresql
from . import redis as redis_server
from .docker import container
from .postgres import PostgresServer
from .process import NoServer
from .redis import RedisServer
from .surroundings import Route, Surroundings

Routes = Mapping[Route, Callable[[], AbstractContextManager[str]]]


@frozen
class Found:
    """A server that answers, and the route that led to it."""

    url: str
    route: Route


@contextmanager
def postgres(around: Surroundings | None = None) -> Iterator[Found]:
    """A PostgreSQL whose user may create databases, or NoServer."""
    here = around or Surroundings()
    variable = "ALTYN_TEST_POSTGRES_URL"
    routes: Routes = {
        "url": lambda: _given(here, variable, postgresql.answers),
        "machine": lambda: _private(PostgresServer(programs=here.postgres_of_machine())),
        "wheel": lambda: _private(PostgresServer(programs=here.postgres_of_wheel())),
        "docker": lambda: container(
            here.docker(),
            "postgres:17-alpine",
            5432,
            url="postgresql://postgres@127.0.0.1:{port}/postgres",
            answers=postgresql.answers,
            options=["--env=POSTGRES_HOST_AUTH_METHOD=trust"],
        ),
    }
    with _first("PostgreSQL", variable, routes, here) as found:
        yield found


@contextmanager
def redis(around: Surroundings | None = None) -> Iterator[Found]:
    """A Redis, perhaps somebody's: use keys of your own and take them away. Or NoServer."""
    here = around or Surroundings()
    variable = "ALTYN_TEST_REDIS_URL"
    routes: Routes = {
        "url": lambda: _given(here, variable, redis_server.answers),
        "machine": lambda: _private(RedisServer(program=here.redis_of_machine())),
        "wheel": lambda: _private(RedisServer(program=here.redis_of_wheel())),
        "docker": lambda: container(
            here.docker(),
            "redis:7-alpine",
            6379,
            url="redis://127.0.0.1:{port}/0",
            answers=redis_server.answers,
        ),
    }
    with _first("Redis", variable, routes, here) as found:
        yield found


@contextmanager
def _first(what: str, variable: str, routes: Routes, around: Surroundings) -> Iterator[Found]:
    asked = around.asked_route()
    tried: list[str] = []
    for route, enter in routes.items():
        if asked not in (None, route):
            continue
        with ExitStack() as undo:
            try:
                url = undo.enter_context(enter())
            except NoServer as why:
                # A server that was given is the one that was meant: no other may stand in for it.
                if route == "url" and around.environment.get(variable):
                    raise
                tried.append(f"  {route}: {why}")
                continue
            yield Found(url, route)
            return
    raise NoServer("\n".join([f"These tests need {what}, and there is none. Tried:", *tried]))


@contextmanager
def _given(around: Surroundings, variable: str, answers: Callable[[str], bool]) -> Iterator[str]:
    url = around.environment.get(variable)
    if not url:
        raise NoServer(f"{variable} is not set")
    if not answers(url):
        # The value is not shown: it may hold a password.
        raise NoServer(f"{variable} is set, but no server lets us in there")
    yield url


@contextmanager
def _private(server: PostgresServer | RedisServer) -> Iterator[str]:
    with server:
        yield server.url
