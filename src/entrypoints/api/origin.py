"""Where a request comes from: proxies that we trust may say it, and nobody else."""

import ipaddress
import re
from collections.abc import Sequence
from typing import Final

from attrs import frozen

from .asgi import App, Receive, Scope, Send

FORWARDED: Final = b"x-forwarded-for"
PORT: Final = re.compile(r"\[([^\]]*)\](?::\d{1,5})?|([^:]*):\d{1,5}")
"""Some proxies tell the port as well; an address of IPv6 is in brackets then."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@frozen
class Origin:
    """
    Puts in the place of a proxy's address that of whoever asked the proxy.

    Each proxy adds at the right whom it was asked by, so what stands there is read from the right:
    the first who is no proxy of ours is the one, and what stands left of him is only his word.
    """

    app: App
    proxies: tuple[Network, ...]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        host, _ = scope.get("client") or ("", 0)
        told = [value for name, value in scope.get("headers", ()) if name.lower() == FORWARDED]
        where = origin(host, told, self.proxies)
        if where != host:
            scope = {**scope, "client": (where, 0)}
        await self.app(scope, receive, send)


def origin(host: str, told: Sequence[bytes], proxies: Sequence[Network]) -> str:
    """
    The address of whoever asked, where `host` is at the other end of the connection.

    What cannot be read ends the search: the proxy that passed it on is the one then.
    """
    peer = _address(host)
    if peer is None or not _is_among(peer, proxies):
        return host
    for hop in reversed(b",".join(told).decode("latin-1").split(",")):
        before = _address(_without_port(hop.strip(" \t")))
        if before is None:
            break
        peer = before
        if not _is_among(peer, proxies):
            break
    return str(peer)


def _without_port(hop: str) -> str:
    found = PORT.fullmatch(hop)
    return (found[1] or found[2] or "") if found else hop


def _address(text: str) -> Address | None:
    try:
        where = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(where, ipaddress.IPv6Address) and where.ipv4_mapped is not None:
        return where.ipv4_mapped
    return where


def _is_among(where: Address, networks: Sequence[Network]) -> bool:
    return any(where in network for network in networks)
