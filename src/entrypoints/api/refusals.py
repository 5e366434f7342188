"""Which refusals a route is described with: those that every route may give, and its own."""

from typing import Any, Final

from litestar.openapi.datastructures import ResponseSpec

from .problems import MEDIA_TYPE, Problem

WORDS: Final = {
    400: "The request makes no sense: a parameter or a member of the body is wrong.",
    401: "No key, or an unknown one.",
    403: "Whoever asks may not do this.",
    404: "What was named is not there.",
    409: "Something else came first: read again, decide again.",
    413: "The body is longer than is read.",
    421: "Without keys only this machine is answered, under its own name.",
    422: "No, and asking again changes nothing.",
    429: "Too often; `Retry-After` says when to ask again.",
    503: "It could not be asked or is not known; ask the same again after `Retry-After` seconds.",
}
READING: Final = (400, 401, 403, 404, 421, 422, 429, 503)
WRITING: Final = (*READING, 409, 413)


def described(statuses: tuple[int, ...]) -> dict[int, Any]:
    """Those, for the description."""
    return {
        status: ResponseSpec(
            Problem, media_type=MEDIA_TYPE, description=WORDS[status], generate_examples=False
        )
        for status in sorted(statuses)
    }


OF_READING: Final = described(READING)
OF_WRITING: Final = described(WRITING)
