"""Numbers of cards never stay here: what looks like one is not shown and not kept."""

import re
from typing import Final

LENGTHS: Final = range(13, 20)
GROUPS: Final = re.compile(r"[0-9]+(?:[ -][0-9]+)*")
"""Digits as people write them, in groups or not."""
SHOWN_MAX: Final = 200
KEPT: Final = 4
"""Digits that may be shown: the last ones, as on a receipt."""


def looks_like_card(text: str) -> bool:
    """Whether the number of a card may stand in it: 13 to 19 digits, the last of which fits."""
    return masked(text) != text


def masked(text: str) -> str:
    """The text, of every number that may be a card's only the last digits."""
    return GROUPS.sub(_hidden, text)


def shown(text: str) -> str:
    """Somebody else's words as they can be shown: short, printable, without cards."""
    # Masked before it is cut: half a number is a number too.
    printable = "".join(each if each.isprintable() else " " for each in masked(text[:10_000]))
    return printable[:SHOWN_MAX]


def _hidden(found: re.Match[str]) -> str:
    """The groups, without those that together are the number of a card."""
    pieces = re.split(r"([ -])", found[0])  # groups at even places, what parts them between
    begin = 0
    while begin < len(pieces):
        digits = ""
        for end in range(begin, len(pieces), 2):
            digits += pieces[end]
            if len(digits) > LENGTHS[-1]:
                break
            if len(digits) in LENGTHS and _fits(digits):
                pieces[begin : end + 1] = ["*" * (len(digits) - KEPT) + digits[-KEPT:]]
                break
        begin += 2
    return "".join(pieces)


def _fits(digits: str) -> bool:
    """Luhn: every second digit counts twice, and the sum ends with a zero."""
    doubled = (int(each) * 2 for each in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(n - 9 * (n > 9) for n in doubled)) % 10 == 0
