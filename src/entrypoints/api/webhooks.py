"""What providers tell us: stored before it is acknowledged, read by the worker afterwards."""

from http import HTTPStatus
from typing import Annotated, Any, Final

from dishka.integrations.litestar import FromDishka, inject
from litestar import Request, Response, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter

from ...core.payments import Gateways, Particular, TakeNotice
from ..wiring.intake import Intake
from ..wiring.methods import TELEGRAM, Ways
from .problems import MEDIA_TYPE, Problem, answer, problem

PATH: Final = "/webhooks/"
BODY_BYTES_MAX: Final = 64 * 1024

METHOD = Annotated[str, Parameter(description="a method that is enabled, like heleket")]

REFUSALS: Final = {
    status: ResponseSpec(Problem, media_type=MEDIA_TYPE, description=words)
    for status, words in {
        400: "It is no notice of that provider.",
        401: "It was not signed by him, or comes from an address that is not his.",
        404: "No such method is enabled.",
        413: f"It is longer than {BODY_BYTES_MAX} bytes.",
        429: "Too often; `Retry-After` says when to come again.",
        503: "It could not be stored; come again.",
    }.items()
}

ELSEWHERE: Final = problem(
    HTTPStatus.UNAUTHORIZED, "address_not_allowed", "no notices are taken from this address", {}
)


@post(
    PATH + "{method:str}",
    status_code=HTTPStatus.OK,
    request_max_body_size=BODY_BYTES_MAX,
    tags=["webhooks"],
    summary="A provider tells of a payment",
    responses=REFUSALS,
)
@inject
async def notice(
    method: METHOD,
    request: Request[Any, Any, Any],
    ways: FromDishka[Ways],
    gateways: FromDishka[Gateways],
    take_notice: FromDishka[TakeNotice],
    intake: FromDishka[Intake],
) -> Response[Any]:
    """Needs no key: it is signed. 200 means that it is safe with us, told before or not."""
    gateway = None if method == TELEGRAM else gateways.of(method)
    # Of whom we expect nothing we read nothing.
    if not ways.admit(method, request.client.host if request.client else ""):
        return answer(ELSEWHERE)
    if gateway is None:
        await intake(await request.body(), request.headers)
        return Response({})
    await take_notice(method, await request.body(), request.headers)
    if not isinstance(gateway, Particular):
        return Response({})
    his = gateway.acknowledgement
    return Response(his.body.encode(), status_code=his.status, media_type=his.content_type)
