"""Whether the process lives, whether it can do its work, and how everybody is whom it needs."""

from http import HTTPStatus
from typing import Any, Final

from attrs import asdict, frozen
from dishka.integrations.litestar import FromDishka, inject
from litestar import Request, Response, get
from litestar.openapi.datastructures import ResponseSpec

from ...core.health import Condition
from ..wiring.doctor import Finding, Rounds
from ..wiring.plain import iso
from ..wiring.readiness import Readiness, unmet
from .calling import caller_of
from .problems import RETRY_AFTER_SECONDS, answer, problem
from .refusals import described

HEADERS: Final = {"Retry-After": str(RETRY_AFTER_SECONDS)}
ROUNDS: Final = "rounds"
"""Under this name the application knows the doctor's rounds."""


@frozen
class Live:
    """The process runs."""

    live: bool = True


@frozen
class Ready:
    """Every part that work needs is well; others may not be."""

    ready: bool
    parts: dict[str, Condition]


@frozen
class Examined:
    """What the doctor found; others who asked shortly before were told the same."""

    well: bool
    """Nothing is wrong; there may be warnings, and what could not be seen."""
    at: str
    findings: tuple[Finding, ...]


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


@get(
    "/health/deep",
    tags=["health"],
    summary="What is wrong?",
    responses=described((400, 401, 403, 421, 429, 503)),
)
async def deep(request: Request[Any, Any, Any]) -> Examined:
    """Storage, disk, Redis, and everybody outside are asked, at most twice a minute."""
    rounds: Rounds = request.app.state[ROUNDS]
    report = await rounds(caller_of(request))
    return Examined(report.well, iso(report.at), tuple(report.findings))
