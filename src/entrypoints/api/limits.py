"""How much is left of what one may, with nothing counted."""

from typing import Annotated, Any, Final

from attrs import frozen
from dishka.integrations.litestar import FromDishka, inject
from litestar import Request, Router, get
from litestar.params import Parameter

from ...core.identity import Permission
from ...core.limits import Admission, Meter, Rulebook
from .calling import caller_of
from .door import caller
from .refusals import OF_READING
from .turnstile import SECOND, WAY_IN, address, seconds, window

WORD = Annotated[str, Parameter(max_length=64)]
SUBJECT = Annotated[str | None, Parameter(max_length=128, description="whom it counts")]


@frozen
class PlainLimit:
    """One limit, and where somebody stands with it."""

    name: str
    most: int
    """How much is admitted at once."""
    window_seconds: int
    """In which all of it comes back."""
    left: int
    wait_seconds: float
    """Until one more is admitted; nothing where it is now."""
    full_in_seconds: int


@frozen
class PlainLimits:
    """All that stand before what was asked about."""

    limits: tuple[PlainLimit, ...]


@get("/", summary="How often you may", responses=OF_READING)
@inject
async def own(
    request: Request[Any, Any, Any], meter: FromDishka[Meter], rulebook: FromDishka[Rulebook]
) -> PlainLimits:
    """What is left to whoever asks, by address and by caller; this request is counted itself."""
    scope: Any = request.scope
    demands = [
        *rulebook.demands(WAY_IN, "arrive", address(scope)),
        *rulebook.demands(WAY_IN, "ask", caller(scope)),
    ]
    return _plain(await meter.peek(*demands))


@get("/{way_in:str}/{action:str}", summary="How often somebody may", responses=OF_READING)
@inject
async def others(
    request: Request[Any, Any, Any],
    way_in: WORD,
    action: WORD,
    meter: FromDishka[Meter],
    rulebook: FromDishka[Rulebook],
    address: SUBJECT = None,
    caller: SUBJECT = None,
    chat: SUBJECT = None,
    user: SUBJECT = None,
) -> PlainLimits:
    """What is left to those who are named, before that action of that way in."""
    caller_of(request).must(Permission.SEE_OTHERS)
    named = {"address": address, "caller": caller, "chat": chat, "user": user}
    subjects = {name: value for name, value in named.items() if value is not None}
    return _plain(await meter.peek(*rulebook.demands(way_in, action, subjects)))


def _plain(found: Admission) -> PlainLimits:
    pairs = zip(found.demands, found.answers, strict=True)
    return PlainLimits(
        tuple(
            PlainLimit(
                name=policy.name,
                most=policy.most,
                window_seconds=seconds(window(policy)),
                left=left,
                wait_seconds=wait / SECOND,
                full_in_seconds=seconds(full),
            )
            for (_, policy, _), (wait, left, full) in pairs
        )
    )


router: Final = Router("/v1/limits", route_handlers=[own, others], tags=["limits"])
