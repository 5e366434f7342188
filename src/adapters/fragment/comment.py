"""The words that go with a payment: by them Fragment knows what it is for, and so do we."""

import re
from typing import Final

REFERENCE: Final = re.compile(r"Ref#[0-9A-Za-z]{6,32}")
GAP: Final = " \n\n"
"""Between what is bought and the reference: the space before the line feeds belongs to it."""


class NotTheComment(ValueError):
    """These are not the words of a payment for that."""


def reference_in(comment: str | None, beginning: str) -> str:
    """
    The reference in a comment that is about just that: `Ref#kpJ55h3BW`.

    Raises:
        NotTheComment: it is about something else, or has no reference or several.
    """
    if comment is None:
        raise NotTheComment("there is no comment")
    begun, gap, reference = comment.partition(GAP)
    if begun != beginning:
        raise NotTheComment(f"the comment is not about {beginning!r}")
    if not gap or not REFERENCE.fullmatch(reference):
        raise NotTheComment("the comment has not one reference at its end")
    return reference
