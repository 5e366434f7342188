"""Whether the process lives, and whether it can do its work."""

from http import HTTPStatus
from typing import Any, Final

from attrs import asdict, frozen
from dishka.integrations.litestar import FromDishka, inject
from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec

from ...core.health import Condition
from ..wiring.readiness import Readiness, unmet
from .problems import RETRY_AFTER_SECONDS, answer, problem
from .refusals import described

HEADERS: Final = {"Retry-After": str(RETRY_AFTER_SECONDS)}


@frozen
class Live:
    """The process runs."""

    live: bool = True


@frozen
class Ready:
    """Every part that work needs is well; others may not be."""

    ready: bool
    parts: dict[str, Condition]


@get(
    "/health/live",
    tags=["health"],
    summary="Does the process run?",
    responses=described((403, 421)),
)
async def live() -> Live:
    """Answers as long as the process does, whatever the database does; needs no key."""
    return Live()


@get(
    "/health/ready",
    tags=["health"],
    summary="Can the process do its work?",
    responses={200: ResponseSpec(Ready), **described((401, 403, 421, 503))},
)
@inject
async def ready(readiness: FromDishka[Readiness]) -> Response[Any]:
    """Asks every part; 503 names those that work needs and that are not well."""
    parts = dict(await readiness())
    if not (missing := unmet(parts)):
        return Response(Ready(True, parts))
    sick = [f"{name}: {part.words}" for name, part in missing.items()]
    facts = {"parts": {name: asdict(part) for name, part in parts.items()}}
    unready = problem(HTTPStatus.SERVICE_UNAVAILABLE, "not_ready", "; ".join(sick), facts)
    return answer(unready, HEADERS)
