"""Where links lead that a bot writes: to places outside, which are on this page here."""

from typing import Final
from urllib.parse import parse_qs, urlsplit

from attrs import frozen

from ..world import CHECKOUT
from .look import Look

WALLET: Final = "https://app.tonkeeper.com/transfer/"
INVOICE: Final = "https://t.me/$"


@frozen
class Links:
    """For whoever looks like that."""

    look: Look

    def to(self, url: str) -> dict[str, str | None]:
        """The attributes of a link; one that leads outside says whom it leaves behind to nobody."""
        if url.startswith(f"{CHECKOUT}/"):
            return {"href": f"#invoice-{url.removeprefix(f'{CHECKOUT}/')}"}
        if url.startswith(WALLET):
            return {"href": "#wallet"}
        if url.startswith("https://"):
            return {"href": url, "rel": "noopener noreferrer", "target": "_blank"}
        return {"href": None}


@frozen
class Transfer:
    """What a link to a wallet asks for."""

    to: str
    units: int
    text: str
    in_dollars: bool


def transfer_in(url: str) -> Transfer | None:
    """The transfer that a link fills in."""
    if not url.startswith(WALLET):
        return None
    parts = urlsplit(url)
    said = {name: values[0] for name, values in parse_qs(parts.query).items()}
    units = said.get("amount", "")
    if not units.isdecimal():
        return None
    to = parts.path.rpartition("/")[2]
    return Transfer(to, int(units), said.get("text", ""), "jetton" in said)
