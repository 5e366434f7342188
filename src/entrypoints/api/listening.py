"""The sockets that we listen on, or a clear word on why there is one less."""

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
    setting: str

    def __str__(self) -> str:
        return (
            f"port {self.port} of {self.host} is taken by another program: "
            f"stop it, or choose another port with {self.setting}"
        )


@define
class CannotListen(Refused):
    """The address is not one that this machine can listen on."""

    host: str
    port: int
    setting: str
    reason: str

    def __str__(self) -> str:
        return f"cannot listen on {self.host} port {self.port}: {self.reason} (see {self.setting})"


def listen(host: str, port: int, settings: str = "ALTYN_API") -> socket.socket:
    """
    Listen there; port 0 takes any free one. The settings are those that say where.

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
        raise CannotListen(host, port, f"{settings}_HOST", _reason(failed)) from None
    try:
        if os.name == "posix" and sys.platform != "cygwin":  # elsewhere it would let two listen
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(WAITING_MAX)
    except OSError as failed:
        listener.close()
        if failed.errno == errno.EADDRINUSE:
            raise PortTaken(host, port, f"{settings}_PORT") from None
        raise CannotListen(host, port, f"{settings}_HOST", _reason(failed)) from None
    return listener


def _reason(failed: OSError) -> str:
    return (failed.strerror or str(failed)).lower()
