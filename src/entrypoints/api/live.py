"""What happens, told while it happens: to each what they may see, from any place on."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any, Final

from attrs import asdict, frozen
from dishka.integrations.litestar import FromDishka, inject
from litestar import Request, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter
from litestar.response import Stream

from ...core.clock import Clock
from ...core.events import Event, Fact
from ...core.identity import Caller
from ...core.money import UNITS_MAX
from ...core.notifications import may_see, must_watch, near, public, whose
from ...core.wording import MalformedText
from ..wiring.plain import iso
from .calling import caller_of
from .lookout import Lookout, Seen
from .refusals import OF_READING

PATH: Final = "/v1/live"
EVENTS: Final = "text/event-stream"
LOOKOUT: Final = "lookout"
BEAT_SECONDS: Final = 15.0
"""How often something is sent while nothing happens, so that nobody on the way hangs up."""
LASTS_SECONDS: Final = 600.0
"""Then one comes again, and shows again who one is."""
PLACE_MAX: Final = len(str(UNITS_MAX)) - 1

AFTER = Annotated[
    str | None,
    Parameter(
        description="go on after this `place`; from now on if left out", max_length=PLACE_MAX
    ),
]
TELLS: Final = ResponseSpec(
    str,
    media_type=EVENTS,
    description="Server-sent events: `id` is the place to go on after, `data` an object.",
    generate_examples=False,
)


@frozen
class PlainHappening:
    """Something that happened."""

    place: str
    """Where to go on after."""
    id: str
    name: str
    at: str
    whose: str
    facts: dict[str, Fact]

    @classmethod
    def of(cls, place: int, event: Event) -> "PlainHappening":
        """That event, as far as others may know."""
        return cls(
            place=str(place),
            id=str(event.id),
            name=event.name,
            at=iso(event.at),
            whose=whose(event),
            facts=public(event),
        )


@get(
    PATH,
    tags=["live"],
    summary="What happens, while it happens",
    media_type=EVENTS,
    responses={200: TELLS, **OF_READING},
)
@inject
async def live(
    request: Request[Any, Any, Any], clock: FromDishka[Clock], after: AFTER = None
) -> Stream:
    """Server-sent events, or a WebSocket: of whoever asks, or of all for who may see that."""
    caller = caller_of(request)
    must_watch(caller)
    lookout: Lookout = request.app.state[LOOKOUT]
    place = _place(request.headers.get("last-event-id") or after)
    if place is not None:
        outbox = lookout.outbox
        near(place, await outbox.place(), await outbox.forgotten())
    seen = lookout.told(place, BEAT_SECONDS)
    await anext(seen)  # refused before it begins
    return Stream(_told(seen, caller, clock), media_type=EVENTS)


async def _told(
    seen: AsyncGenerator[Seen | None, None], caller: Caller, clock: Clock
) -> AsyncIterator[str]:
    began = clock.now()
    async with aclosing(seen):
        yield ": here\n\n"
        async for one in seen:
            if one is None:
                yield ": nothing\n\n"
            elif may_see(caller, one[1]):
                yield written(PlainHappening.of(*one))
            if (clock.now() - began).total_seconds() > LASTS_SECONDS:
                return


def written(one: PlainHappening) -> str:
    """As server-sent events are written."""
    data = json.dumps(asdict(one), ensure_ascii=False)
    return f"id: {one.place}\nevent: {one.name}\ndata: {data}\n\n"


def _place(text: str | None) -> int | None:
    """
    The place.

    Raises:
        MalformedText: it is none.
    """
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= PLACE_MAX):
        raise MalformedText("place", text[:40], "take the `place` of what you were told last")
    return int(text)
