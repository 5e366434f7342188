"""Links as pictures: each shows every square of the code, and the quiet border around it."""

import re
import zlib
from xml.etree import ElementTree

import pytest
import segno

from altyn.adapters.ton import qr_code, qr_image, qr_lines

LINK = "ton://transfer/UQ?amount=1500000000&text=order-7"
LINKS = [LINK, "ton://transfer/UQ?amount=7", LINK * 4]
BORDER = 4
HALVES = {"█": (0, 0), "▀": (0, 1), "▄": (1, 0), " ": (1, 1)}


def squares(link: str) -> list[list[int]]:
    """The code with its border; 1 is dark."""
    rows = segno.make_qr(link, error="m").matrix_iter(border=BORDER)
    return [[int(square) for square in row] for row in rows]


@pytest.mark.parametrize("link", LINKS)
def test_lines_show_the_link(link: str) -> None:
    """Two rows a line, drawn where it is light; what is over at the end is left dark."""
    rows = squares(link)
    seen: list[list[int]] = []
    for line in qr_lines(link):
        pairs = [HALVES[each] for each in line]
        seen += [[pair[0] for pair in pairs], [pair[1] for pair in pairs]]
    assert seen[: len(rows)] == rows
    assert seen[len(rows) :] == [[1] * len(rows)] * (len(seen) - len(rows))
    assert {len(line) for line in qr_lines(link)} == {len(rows)}


@pytest.mark.parametrize("link", LINKS)
def test_an_image_shows_the_link(link: str) -> None:
    """Black on white, eight dots a square, in a file that says it is a PNG."""
    rows, image = squares(link), qr_image(link)
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    side = 8 * len(rows)
    header = image[image.index(b"IHDR") + 4 :]
    assert (int.from_bytes(header[:4]), int.from_bytes(header[4:8])) == (side, side)
    assert (header[8], header[9]) == (1, 0)  # a bit a dot, of grey
    data = image.index(b"IDAT")
    packed = image[data + 4 : data + 4 + int.from_bytes(image[data - 4 : data])]
    scanned, stride = zlib.decompress(packed), side // 8 + 1
    for number, row in enumerate(rows):
        line = scanned[8 * number * stride : (8 * number + 1) * stride]
        assert line == bytes([0, *(0x00 if square else 0xFF for square in row)])


def test_the_picture_shows_the_link() -> None:
    """Every dark square of the code, on light, with the quiet border around it."""
    picture = ElementTree.fromstring(qr_code(LINK))
    space = "{http://www.w3.org/2000/svg}"
    assert picture.tag == f"{space}svg"
    matrix = segno.make_qr(LINK, error="m").matrix
    side = len(matrix) + 8
    assert picture.get("viewBox") == f"0 0 {side} {side}"
    light, dark = picture.findall(f"{space}path")
    assert (light.get("fill"), dark.get("stroke")) == ("#fff", "#000")
    assert light.get("d") == f"M0 0h{side}v{side}h-{side}z"
    assert squares_of(dark.get("d") or "") == {
        (column + 4, row + 4)
        for row, squares in enumerate(matrix)
        for column, square in enumerate(squares)
        if square
    }
    assert qr_code(LINK) == qr_code(LINK) != qr_code(LINK + "&")


def squares_of(path: str) -> set[tuple[int, int]]:
    """The squares under the strokes of a path such as `M4 4.5h7m1 0h3`, each a square high."""
    squares: set[tuple[int, int]] = set()
    column, row = 0, 0.0
    for step, along, down in re.findall(r"([Mmh])(-?\d+)(?: (-?[\d.]+))?", path):
        if step == "h":
            squares |= {(column + each, int(row)) for each in range(int(along))}
        column, row = column + int(along), row + float(down or 0)
    return squares
