"""Every error as problem details (RFC 9457), with a stable code and its facts."""

import logging
import math
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from attrs import evolve, field, frozen
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from ...core.errors import AltynError, Conflict, Missing, Unavailable
from ...core.identity import LaunchOver, LaunchUsed, NotAllowed, NotFresh, NotKnown, NotSure
from ...core.limits import TooOften
from ...core.payments import NoticeForged, NoticeUnreadable
from ...core.transaction import StorageBroken, StorageUnwritable
from ..wiring.plain import facts
from ..wiring.redaction import hidden
from .naming import request_name

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER_SECONDS: Final = 5

CODES: Final = {HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "body_too_large"}
"""Where the phrase of the status, which is the code of others, differs between Pythons."""

log = logging.getLogger("altyn.api")


@frozen(kw_only=True)
class Problem:
    """Why a request was not answered as asked; `code` is stable, `detail` is for people."""

    status: int
    title: str
    code: str
    detail: str
    facts: dict[str, Any] = field(factory=dict)
    type: str = "about:blank"
    request: str = ""
    """The name of the request, under which the log has more."""


def problem(status: HTTPStatus, code: str, detail: str, facts: dict[str, Any]) -> Problem:
    """A problem with the usual title of its status."""
    return Problem(status=status, title=status.phrase, code=code, detail=detail, facts=facts)


def named(problem: Problem) -> Problem:
    """The problem, as one of the request that is being answered; no secret of ours is in it."""
    told, facts = hidden.text(problem.detail), hidden.value(problem.facts)
    return evolve(problem, detail=told, facts=facts, request=request_name())


def answer(problem: Problem, headers: dict[str, str] | None = None) -> Response[Problem]:
    """The problem as an answer."""
    told = named(problem)
    return Response(told, status_code=told.status, media_type=MEDIA_TYPE, headers=headers)


def refuse(request: Request[Any, Any, Any], error: AltynError) -> Response[Problem]:
    """A typed error, by its family."""
    wait = retry_after(error)
    return answer(problem_of(error), {"Retry-After": wait} if wait else None)


def problem_of(error: AltynError) -> Problem:
    """A typed error as a problem."""
    return problem(status_of(error), error.code, str(error), facts(error))


def retry_after(error: AltynError) -> str:
    """Whole seconds until asking again makes sense; empty where it makes none."""
    if not isinstance(error, Unavailable):
        return ""
    wait = error.retry_after_seconds
    return str(RETRY_AFTER_SECONDS if wait is None else math.ceil(wait))


def status_of(error: AltynError) -> HTTPStatus:
    """The status for an error, by its family."""
    match error:
        case StorageBroken() | StorageUnwritable():
            # Refused, but to us: nothing in the request could have been otherwise.
            return HTTPStatus.INTERNAL_SERVER_ERROR
        case TooOften():
            return HTTPStatus.TOO_MANY_REQUESTS
        case NoticeForged() | NotKnown() | LaunchOver() | LaunchUsed():
            return HTTPStatus.UNAUTHORIZED
        case NotAllowed() | NotSure() | NotFresh():
            return HTTPStatus.FORBIDDEN
        case NoticeUnreadable():
            return HTTPStatus.BAD_REQUEST
        case Missing():
            return HTTPStatus.NOT_FOUND
        case Conflict():
            return HTTPStatus.CONFLICT
        case Unavailable():
            return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.UNPROCESSABLE_ENTITY


def refuse_request(request: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
    """What the framework could not make a request of ours."""
    status = HTTPStatus(error.status_code)
    if isinstance(error, ValidationException):
        named = dict(map(_wrong, error.extra)) if isinstance(error.extra, list) else {}
        detail = "; ".join(f"{name}: {words}" for name, words in named.items())
        return answer(
            problem(status, "invalid_request", detail or error.detail, {"invalid": named})
        )
    code = CODES.get(status) or status.phrase.lower().replace(" ", "_")
    return answer(problem(status, code, f"{status.phrase}: {request.url.path}", {}), error.headers)


def _wrong(one: Any) -> tuple[str, str]:
    """The parameter and what is wrong with it, as Litestar notes it."""
    key = one.get("key", "request")
    return "body" if key == "data" else str(key), str(one.get("message", "not allowed"))


def admit_bug(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """A mistake of ours: the log gets it all, the caller nothing that might be secret."""
    log.error("while answering %s %s", request.method, request.url.path, exc_info=error)
    words = "a mistake inside Altyn; it was logged"
    return answer(problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", words, {}))


HANDLERS: Final[dict[int | type[Exception], Callable[[Any, Any], Response[Any]]]] = {
    AltynError: refuse,
    HTTPException: refuse_request,
    Exception: admit_bug,
}
