"""What was done by hand: read, and proven to be as it was written."""

from typing import Annotated, Any, Final

from attrs import frozen
from dishka.integrations.litestar import FromDishka, inject
from litestar import Request, Router, get
from litestar.params import Parameter

from ...core.identity import ReadTrail, Verified, VerifyTrail
from ...core.wording import MalformedText
from ..wiring.plain_identity import PlainLink, end_of, noted
from .balances import BEFORE
from .calling import caller_of
from .pages import LIMIT, PAGE
from .refusals import OF_READING

ABOUT = Annotated[str, Parameter(max_length=256, description="only about that, like user:42")]
WHO = Annotated[str, Parameter(max_length=128, description="only by them, like user:43")]
END = Annotated[
    str | None, Parameter(max_length=83, description="an end that was shown before, `noted`")
]


@frozen
class PlainTrail:
    """A page of the trail, newest first."""

    entries: tuple[PlainLink, ...]
    next: int | None


@frozen
class PlainVerified:
    """What was found in the whole trail."""

    well: bool
    entries: int
    noted: str | None
    """The end; noted elsewhere, it shows later whether it was cut off."""
    finding: str | None
    """The first that is not as it was written."""

    @classmethod
    def of(cls, verified: Verified) -> "PlainVerified":
        """That."""
        head, finding = verified.head, verified.finding
        return cls(
            well=finding is None,
            entries=verified.links,
            noted=None if head is None else noted(head),
            finding=None if finding is None else str(finding),
        )


@get("/", summary="What was done by hand", responses=OF_READING)
@inject
async def listed(
    request: Request[Any, Any, Any],
    read: FromDishka[ReadTrail],
    about: ABOUT = "",
    who: WHO = "",
    before: BEFORE = None,
    limit: PAGE = LIMIT,
) -> PlainTrail:
    """Newest first: who did what, and to what."""
    found = await read(caller_of(request), limit + 1, before, about=about, who=who)
    page = tuple(map(PlainLink.of, found[:limit]))
    return PlainTrail(page, page[-1].number if len(found) > limit else None)


@get("/verify", summary="Is the trail as it was written?", responses=OF_READING)
@inject
async def verified(
    request: Request[Any, Any, Any], verify: FromDishka[VerifyTrail], noted: END = None
) -> PlainVerified:
    """All of it is sealed again, and compared."""
    return PlainVerified.of(await verify(caller_of(request), _end(noted)))


def _end(text: str | None) -> tuple[int, bytes] | None:
    """
    The number and digest of a link.

    Raises:
        MalformedText: it is none.
    """
    if text is None:
        return None
    if (end := end_of(text)) is None:
        raise MalformedText("noted", text, "take the `noted` of an answer as it is")
    return end


router: Final = Router("/v1/audit", route_handlers=[listed, verified], tags=["audit"])
