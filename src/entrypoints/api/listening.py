"""The socket that the API listens on, or a clear word on why there is none."""

import errno
import os
import socket
import sys
from typing import Final

from attrs import define

from ...core.errors import Refused

WAITING_MAX: Final = 1024


@define
class PortTaken(Refused):
    """Another program listens there."""

    host: str
    port: int

    def __str__(self) -> str:
        return (
            f"port {self.port} of {self.host} is taken by another program: "
            "stop it, or choose another port with ALTYN_API_PORT"
        )


@define
class CannotListen(Refused):
    """The address is not one that this machine can listen on."""

    host: str
    port: int
    reason: str

    def __str__(self) -> str:
        return f"cannot listen on {self.host} port {self.port}: {self.reason} (see ALTYN_API_HOST)"


def listen(host: str, port: int) -> socket.socket:
    """
    Listen there; port 0 takes any free one.

    Raises:
        PortTaken: somebody else does already.
        CannotListen: this machine cannot.
    """
    try:
        # Names are looked up once: everything listens on the address that was found.
        family, kind, protocol, _, address = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as failed:
        raise CannotListen(host, port, _reason(failed)) from None
    try:
        if os.name == "posix" and sys.platform != "cygwin":  # elsewhere it would let two listen
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(WAITING_MAX)
    except OSError as failed:
        listener.close()
        if failed.errno == errno.EADDRINUSE:
            raise PortTaken(host, port) from None
        raise CannotListen(host, port, _reason(failed)) from None
    return listener


def _reason(failed: OSError) -> str:
    return (failed.strerror or str(failed)).lower()
