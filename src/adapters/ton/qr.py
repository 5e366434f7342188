"""Links as pictures that a telephone reads, for a page, a file or a terminal."""

from collections.abc import Sequence
from io import BytesIO
from itertools import zip_longest
from typing import Any, Final

import segno

BORDER: Final = 4
"""So many light squares there have to be around it."""
PIXELS: Final = 8
"""Of a square, where a picture has any."""
HALVES: Final = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
"""Two squares above each other; the light ones are drawn, since terminals are dark."""


def qr_code(link: str) -> bytes:
    """The link as an SVG picture of any size, dark on light whatever it is laid upon."""
    picture = BytesIO()
    _code(link).save(
        picture, kind="svg", border=BORDER, dark="#000", light="#fff", xmldecl=False, omitsize=True
    )
    return picture.getvalue()


def qr_image(link: str) -> bytes:
    """The link as a PNG picture."""
    picture = BytesIO()
    _code(link).save(picture, kind="png", border=BORDER, scale=PIXELS)
    return picture.getvalue()


def qr_lines(link: str) -> Sequence[str]:
    """The link in lines of plain characters, as a terminal with light letters shows it."""
    rows = [tuple(row) for row in _code(link).matrix_iter(border=BORDER)]
    return [
        "".join(HALVES[upper, lower] for upper, lower in zip_longest(above, below, fillvalue=1))
        for above, below in zip_longest(rows[::2], rows[1::2], fillvalue=())
    ]


def _code(link: str) -> Any:
    return segno.make_qr(link, error="m")
