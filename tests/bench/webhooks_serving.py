"""What notices are sent to: our API, or a bare handler, each alone in a process on one core.

`python -m tests.bench.webhooks_serving KIND [CORE]`, and the database on the first line of stdin.
Says the port; for each further line the seconds for which it was at work; ends with stdin.
"""

import asyncio
import hmac
import json
import os
import sys
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from hashlib import md5
from pathlib import Path
from time import process_time
from typing import Any, Final, Literal

from litestar import Litestar, Request, Response, post
from litestar.types import ControllerRouterHandler

from altyn.core.schema import Schema
from altyn.entrypoints.api.app import make_api
from altyn.entrypoints.api.asgi import App
from altyn.entrypoints.api.listening import listen
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container

from .postgres_connections import pool

Kind = Literal["altyn", "insert", "verify"]

PATH: Final = "/webhooks/heleket"
KEY: Final = "a-key-for-payments-of-the-bench"
SETTINGS: Final = {
    "ALTYN_HELEKET_MERCHANT": "8b03432e-385b-4670-8d06-064591096795",
    "ALTYN_HELEKET_PAYMENT_KEY": KEY,
    "ALTYN_LIMITS": '"api.webhook" = { count = 1000000, seconds = 1, burst = 1000000 }',
}
LIMIT: Final = "api.webhook raised so far that nobody is refused; each request is still counted"
CONNECTIONS: Final = 10
"""As many as ours opens to PostgreSQL."""

TABLE: Final = """
CREATE TABLE notice (
    key text PRIMARY KEY,
    raw bytea NOT NULL,
    taken_at timestamptz NOT NULL DEFAULT now()
)
"""
INSERT: Final = "INSERT INTO notice (key, raw) VALUES (%s, %s) ON CONFLICT (key) DO NOTHING"


@asynccontextmanager
async def altyn(database: str) -> AsyncIterator[App]:
    """The real thing, with Heleket enabled, over that empty database."""
    nowhere = Path(os.devnull)  # whoever measures may have an altyn.toml of his own
    settings = read_settings(SETTINGS | {"ALTYN_DATABASE": database}, Path.cwd(), nowhere)
    container = make_container(settings, create=True)
    try:
        await (await container.get(Schema)).migrate()
        yield await make_api(container, settings)
    finally:
        await container.close()


@asynccontextmanager
async def verify(database: str) -> AsyncIterator[App]:
    """The least that can be done with a notice; it is stored nowhere."""

    @post(PATH, status_code=200)
    async def take(request: Request[Any, Any, Any]) -> Response[Any]:
        return Response({}, status_code=200 if is_signed(await request.body()) else 401)

    yield _application(take)


@asynccontextmanager
async def insert(database: str) -> AsyncIterator[App]:
    """What one would write: verify, a row, done."""
    async with pool(database, CONNECTIONS) as opened:
        async with opened.connection() as connection:
            await connection.execute(TABLE)

        @post(PATH, status_code=200)
        async def take(request: Request[Any, Any, Any]) -> Response[Any]:
            raw = await request.body()
            if not is_signed(raw):
                return Response({}, status_code=401)
            said = json.loads(raw)
            async with opened.connection() as connection:
                await connection.execute(INSERT, (f"{said['uuid']}:{said['status']}", raw))
            return Response({})

        yield _application(take)


def is_signed(raw: bytes) -> bool:
    """Whether the signature at the end of the notice is that of the bytes before it."""
    body, _, sign = raw.rpartition(b',"sign":"')
    made = md5(b64encode(body + b"}") + KEY.encode()).hexdigest()
    return hmac.compare_digest(made.encode() + b'"}', sign)


def _application(take: ControllerRouterHandler) -> App:
    return Litestar([take], openapi_config=None, logging_config=None)  # type: ignore[return-value]


KINDS: Final[dict[str, Callable[[str], AbstractAsyncContextManager[App]]]] = {
    "altyn": altyn,
    "insert": insert,
    "verify": verify,
}


async def main() -> None:
    """Serve until nobody wants it any more."""
    kind, *core = sys.argv[1:]
    if core:
        os.sched_setaffinity(0, map(int, core))
    stopping = asyncio.Event()
    async with KINDS[kind](sys.stdin.readline().strip()) as app:
        with closing(listen("127.0.0.1", 0)) as listener:
            async with Serving(app, listener).until(stopping):
                print(listener.getsockname()[1], flush=True)
                await asyncio.to_thread(_tell)
                stopping.set()


def _tell() -> None:
    for _ in sys.stdin:
        print(process_time(), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
