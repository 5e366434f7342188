"""Who may use the page: a browser on this machine that was not led here by somebody else."""

import ipaddress
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from ..faults import Scope

NAMES: Final = frozenset({"127.0.0.1", "localhost", "::1"})
SAME: Final = frozenset({"same-origin", "none"})


def refusal(scope: Scope) -> str:
    """
    Why not; empty for whoever may.

    The connection has to come from this machine, and the name under which we are asked has to be
    its own: a foreign name that was pointed at our address is refused. What changes something has
    to come from our own page, so that no page of another site can do it.
    """
    host, _ = scope.get("client") or ("", 0)
    if not _is_loopback(host):
        return "the sandbox answers this machine only"
    hosts = _values(scope, b"host")
    if len(hosts) != 1 or _name(f"http://{hosts[0]}") not in NAMES:
        return "the sandbox answers under a name of this machine only, such as localhost"
    if scope["method"] in ("GET", "HEAD"):
        return ""
    origins, sites = _values(scope, b"origin"), _values(scope, b"sec-fetch-site")
    if origins != [f"http://{hosts[0]}"] or not set(sites) <= SAME:
        return "only the page of the sandbox may do that"
    return ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _values(scope: Scope, name: bytes) -> Sequence[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def _name(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
