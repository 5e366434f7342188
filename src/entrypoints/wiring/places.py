"""Where data lives, as operators write it: addresses whose passwords are never shown."""

import ipaddress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from attrs import frozen

from .secret import Secret, without_password

SQLITE: Final = "sqlite:///"
POSTGRES: Final = ("postgresql://", "postgres://")
REDIS: Final = ("redis://", "rediss://", "unix://")


@frozen
class SqliteFile:
    """A database in a file on this machine."""

    path: Path

    def __str__(self) -> str:
        return str(self.path.absolute())


@frozen
class PostgresServer:
    """A database on a PostgreSQL server."""

    url: Secret

    def __str__(self) -> str:
        return without_password(self.url.reveal())


@frozen
class RedisServer:
    """A Redis that processes share."""

    url: Secret

    def __str__(self) -> str:
        return without_password(self.url.reveal())


Database = SqliteFile | PostgresServer


def database(written: object) -> Database:
    """Read `sqlite:///folder/file`, `sqlite:////absolute/file` or `postgresql://…`."""
    address = _text(written)
    if address.startswith(SQLITE):
        return SqliteFile(_sqlite_path(address.removeprefix(SQLITE)))
    if address.startswith(POSTGRES):
        return PostgresServer(_server(address))
    raise ValueError("an address starts with sqlite:/// or postgresql://")


def redis(written: object) -> RedisServer:
    """Read `redis://…`, `rediss://…` or `unix://…`."""
    address = _text(written)
    if not address.startswith(REDIS):
        raise ValueError("an address starts with redis://, rediss:// or unix://")
    url = _server(address)
    try:
        _ = urlsplit(address).port
    except ValueError:  # whose words would repeat a part of the address, perhaps of the password
        raise ValueError("the port in the address is not a number from 0 to 65535") from None
    return RedisServer(url)


def website(written: object) -> str:
    """Read `https://…`, or `http://…` of this machine; without a slash at its end."""
    address = _text(written)
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("the address names no server that can be asked") from None
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError("an address starts with https:// and names a server")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError("http:// is for this machine; anybody could read along: write https://")
    if "@" in parts.netloc or any(sign in address for sign in "?#"):
        raise ValueError("the address has no user, no ? and no #")
    return address.rstrip("/")


def websites(written: object) -> tuple[str, ...]:
    """Read one such address or several, separated by commas, or a list of them."""
    words = written.replace(",", " ").split() if isinstance(written, str) else written
    if not isinstance(words, list) or not words:
        raise ValueError("expected one address or several, like https://fragment.com")
    found = tuple(map(website, words))
    if len(set(found)) < len(found):
        raise ValueError("an address is there twice")
    return found


def is_here(website: str) -> bool:
    """Whether that address is one of this machine."""
    return is_loopback(urlsplit(website).hostname or "")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _sqlite_path(text: str) -> Path:
    if not text or text.endswith("/"):
        raise ValueError("the address names no file: write it like sqlite:///altyn-data/altyn.db")
    if text.startswith(":memory:"):
        raise ValueError("money is not kept in memory: name a file")
    if any(sign in text for sign in "?#"):
        raise ValueError("an address of a file takes no options")
    return Path(text).expanduser()


def _server(address: str) -> Secret:
    if not address.partition("://")[2]:
        raise ValueError("the address names no server")
    return Secret(address)


def _text(written: object) -> str:
    if not isinstance(written, str):
        raise ValueError("an address is text")
    if not written.isprintable() or " " in written:
        raise ValueError("an address has no spaces and no line breaks")
    return written
