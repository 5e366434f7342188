"""Links as QR codes; what draws them comes with the extra `ton`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from attrs import frozen

from .extras import with_ton

KINDS: Final = (".svg", ".png")


@frozen
class QrCodes:
    """How a link is drawn."""

    lines: Callable[[str], Sequence[str]]
    """For a terminal."""
    pictures: Mapping[str, Callable[[str], bytes]]
    """For files, by the end of their name."""


def qr_codes(option: str) -> QrCodes:
    """
    All of that, for whoever gave that option.

    Raises:
        SettingWrong: it is not installed.
    """
    with with_ton(option, "QR codes need"):
        from ...adapters.ton import qr_code, qr_image, qr_lines

    return QrCodes(qr_lines, {".svg": qr_code, ".png": qr_image})
