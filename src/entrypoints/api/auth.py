"""Signing in and out: a launch of the Mini App becomes tokens, and these become newer ones."""

from typing import Annotated, Any, Final, Self

from attrs import frozen
from dishka.integrations.litestar import FromDishka, inject
from litestar import Request, Router, delete, get, post
from litestar.params import JSONBody, Parameter
from msgspec import Meta

from ...core.identifiers import parse_id
from ...core.identity import (
    EndSessions,
    Enrolment,
    EnrolSecondFactor,
    ListSessions,
    NotKnown,
    RefreshSession,
    SecondFactorMissing,
    SecondFactors,
    SessionId,
    SessionMissing,
    Sessions,
    SignedIn,
    SignIn,
    StepUp,
    Sure,
    UserId,
)
from ..wiring.plain import iso
from ..wiring.plain_access import PlainFactor, PlainSession
from .bodies import Body
from .door import caller_in, session_in
from .refusals import described
from .turnstile import address

PATH: Final = "/v1/auth/"
BODY_BYTES_MAX: Final = 16 * 1024

REFUSALS: Final = described((400, 401, 403, 404, 413, 421, 422, 429, 503))


class LaunchShown(Body, frozen=True, kw_only=True):
    """What Telegram gave to the app."""

    init_data: Annotated[
        str, Meta(max_length=8192, description="`Telegram.WebApp.initData`, as it is")
    ]


class RefreshShown(Body, frozen=True, kw_only=True):
    """What the app was given last."""

    refresh_token: Annotated[str, Meta(max_length=128)]


@frozen(kw_only=True)
class Tokens:
    """What one shows from now on."""

    access_token: str
    expires_at: str
    refresh_token: str
    session: str
    user: int
    token_type: str = "Bearer"  # noqa: S105 - the name of a scheme

    @classmethod
    def of(cls, signed_in: SignedIn) -> Self:
        """The only time that they are written out."""
        return cls(
            access_token=signed_in.access,
            expires_at=iso(signed_in.expires_at),
            refresh_token=signed_in.refresh.reveal(),
            session=str(signed_in.session.id),
            user=signed_in.session.user,
        )


class CodeShown(Body, frozen=True, kw_only=True):
    """What the app shows, or a code from paper."""

    code: Annotated[str, Meta(max_length=64)]


@frozen(kw_only=True)
class SureTokens:
    """What one shows from now on, for a while."""

    access_token: str
    expires_at: str
    sure_until: str
    token_type: str = "Bearer"  # noqa: S105 - the name of a scheme

    @classmethod
    def of(cls, sure: Sure) -> Self:
        """The only time that it is written out."""
        return cls(
            access_token=sure.access,
            expires_at=iso(sure.expires_at),
            sure_until=iso(sure.sure_until),
        )


@frozen(kw_only=True)
class Enrolled:
    """What goes into an app, and on paper."""

    secret: str
    uri: str
    recovery_codes: list[str]

    @classmethod
    def of(cls, enrolment: Enrolment) -> Self:
        """The only time that it is written out."""
        return cls(
            secret=enrolment.secret,
            uri=enrolment.uri,
            recovery_codes=list(enrolment.recovery),
        )


@frozen
class PlainSessions:
    """Where somebody is signed in."""

    sessions: list[PlainSession]


@post("/telegram", summary="Sign in from the Mini App", status_code=200, responses=REFUSALS)
@inject
async def telegram(
    data: JSONBody[LaunchShown], request: Request[Any, Any, Any], sign_in: FromDishka[SignIn]
) -> Tokens:
    """Needs no key: Telegram signed what is shown. Each launch signs in once, within an hour."""
    device = request.headers.get("user-agent", "")
    return Tokens.of(await sign_in(data.init_data, device, _address(request)))


@post("/refresh", summary="Get new tokens for the last ones", status_code=200, responses=REFUSALS)
@inject
async def refresh(
    data: JSONBody[RefreshShown],
    request: Request[Any, Any, Any],
    refresh_session: FromDishka[RefreshSession],
) -> Tokens:
    """Needs no key. A refresh token is good once; shown twice, it ends the session."""
    return Tokens.of(await refresh_session(data.refresh_token, _address(request)))


@post("/logout", summary="Sign out", status_code=204, responses=REFUSALS)
@inject
async def logout(request: Request[Any, Any, Any], end: FromDishka[EndSessions]) -> None:
    """The session of the access token that is shown ends."""
    user, session = _signed_in(request)
    await end.leave(user, session)


@get("/second-factor", summary="Whether one has a second factor", responses=REFUSALS)
@inject
async def factor(
    request: Request[Any, Any, Any], factors: FromDishka[SecondFactors]
) -> PlainFactor:
    """One that counts: whose app has shown a code."""
    user, _ = _signed_in(request)
    try:
        return PlainFactor.of(await factors.get(user))
    except SecondFactorMissing:
        return PlainFactor()


@post("/second-factor", summary="Set up a second factor", responses=REFUSALS)
@inject
async def enrol(
    request: Request[Any, Any, Any],
    enrol_second_factor: FromDishka[EnrolSecondFactor],
    kept: FromDishka[Sessions],
) -> Enrolled:
    """A first one within ten minutes of signing in; another with the first. It is shown once."""
    _, session = _signed_in(request)
    came_at = (await kept.get(session)).began_at
    return Enrolled.of(await enrol_second_factor(caller_in(request.scope), came_at))


@post(
    "/second-factor/verify",
    summary="Show the second factor",
    status_code=200,
    responses=REFUSALS,
)
@inject
async def verify(
    data: JSONBody[CodeShown], request: Request[Any, Any, Any], step_up: FromDishka[StepUp]
) -> SureTokens:
    """A code of the app, or one from paper. The new access token is sure for five minutes."""
    _, session = _signed_in(request)
    caller = caller_in(request.scope)
    return SureTokens.of(await step_up(caller, session, data.code, _address(request)))


@get("/v1/sessions", tags=["access"], summary="Where one is signed in", responses=REFUSALS)
@inject
async def sessions(
    request: Request[Any, Any, Any], list_sessions: FromDishka[ListSessions]
) -> PlainSessions:
    """Of whoever asks, the newest first."""
    user, current = _signed_in(request)
    found = await list_sessions(caller_in(request.scope), user)
    return PlainSessions([PlainSession.of(each, current) for each in found])


@delete("/v1/sessions", tags=["access"], summary="Sign out elsewhere", responses=REFUSALS)
@inject
async def end_others(request: Request[Any, Any, Any], end: FromDishka[EndSessions]) -> None:
    """All sessions of whoever asks end, but that of the token that is shown."""
    user, current = _signed_in(request)
    await end(caller_in(request.scope), user, but=current)


@delete("/v1/sessions/{id:str}", tags=["access"], summary="End a session", responses=REFUSALS)
@inject
async def end_one(
    id: Annotated[str, Parameter(description="the id of a session")],
    request: Request[Any, Any, Any],
    end: FromDishka[EndSessions],
) -> None:
    """One of whoever asks."""
    user, _ = _signed_in(request)
    session = SessionId(parse_id(id))
    if not await end(caller_in(request.scope), user, only=session):
        raise SessionMissing(session)


def _signed_in(request: Request[Any, Any, Any]) -> tuple[UserId, SessionId]:
    """Who asks, and in which session; keys have none."""
    caller, session = caller_in(request.scope), session_in(request.scope)
    if caller.user is None or session is None:
        raise NotKnown("access token")
    return caller.user, session


def _address(request: Request[Any, Any, Any]) -> str:
    return address(dict(request.scope))["address"]


router: Final = Router(
    PATH,
    route_handlers=[telegram, refresh, logout, factor, enrol, verify],
    tags=["access"],
    request_max_body_size=BODY_BYTES_MAX,
)
