"""What a Mini App is told of whoever opens it: it stands behind the # of its address."""

from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from ..http import NoAnswer

TELEGRAM: Final = "telegram"


def init_data_in(url: str) -> str:
    """
    It, to the letter, as it is signed.

    Raises:
        NoAnswer: it is not there.
    """
    found = parse_qs(urlsplit(url).fragment).get("tgWebAppData", [""])[0]
    # What is still in percents twice over was put into the address twice.
    if "user%3D" in found:
        found = unquote(found)
    if "user=" not in found or "hash=" not in found:
        raise NoAnswer(TELEGRAM, "the address of the Mini App says nothing of who opens it")
    return found
