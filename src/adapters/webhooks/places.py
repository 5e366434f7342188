"""Where a webhook really is, and whether anything may be sent there."""

import asyncio
import socket
from concurrent.futures import Executor
from functools import partial
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from attrs import frozen

from ...core.notifications import AddressRefused
from ...core.resilience import NotExecuted

PORTS: Final = frozenset({443, 8443})
TRANSLATED: Final = IPv6Network("64:ff9b::/96")
"""Addresses of IPv4 as a network without it writes them."""
OTHER_WAYS: Final = tuple(map(IPv6Network, ("64:ff9b:1::/48", "2001::/32", "2002::/16")))
"""Addresses of IPv6 that lead to one of IPv4 of somebody's choice."""


@frozen
class Place:
    """One address of a host."""

    host: str
    address: str
    port: int

    def url_of(self, parts: SplitResult) -> str:
        """The same URL at just this address."""
        literal = f"[{self.address}]" if ":" in self.address else self.address
        return parts._replace(netloc=f"{literal}:{self.port}").geturl()


def check(url: str, *, private: bool) -> SplitResult:
    """
    The parts of an address that nothing speaks against, as far as can be seen of it.

    Raises:
        AddressRefused: something does.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if private:
        return parts
    if parts.scheme != "https":
        raise AddressRefused(host, "only https goes there")
    if (parts.port or 443) not in PORTS:
        raise AddressRefused(host, f"only the ports {', '.join(map(str, sorted(PORTS)))}")
    try:
        literal = ip_address(host)
    except ValueError:
        return parts
    _check_address(host, literal)
    return parts


async def places_of(parts: SplitResult, threads: Executor, *, private: bool) -> list[Place]:
    """
    Where that is by now: one look, and what is sent goes to just these addresses.

    It waits in one of these threads. Those of the loop are everybody's, and whoever chose the name
    may have it looked for as long as he likes.

    Raises:
        AddressRefused: any of them is one where nothing is sent.
        NotExecuted: nobody knows where that is.
    """
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    look = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        found = await asyncio.get_running_loop().run_in_executor(threads, look)
    except (OSError, UnicodeError):
        raise NotExecuted(f"nobody knows where {host} is") from None
    addresses = list(dict.fromkeys(str(address[0]).partition("%")[0] for *_, address in found))
    if not private:
        for each in addresses:
            _check_address(host, ip_address(each))
    return [Place(host, each, port) for each in addresses]


def _check_address(host: str, address: IPv4Address | IPv6Address) -> None:
    inner = address
    if isinstance(address, IPv6Address):
        if any(address in network for network in OTHER_WAYS):
            raise AddressRefused(host, f"{address} leads somewhere else")
        if address.ipv4_mapped is not None:
            inner = address.ipv4_mapped
        elif address in TRANSLATED:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
    # Those of a site were given up, so they are no private ones any more, and routed all the same.
    local = isinstance(inner, IPv6Address) and inner.is_site_local
    if not inner.is_global or inner.is_multicast or inner.is_reserved or local:
        raise AddressRefused(host, f"{address} is no address of the public internet")
