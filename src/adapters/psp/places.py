"""Addresses that are safe to go to."""

from typing import Final
from urllib.parse import urlsplit

HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def safe(url: str) -> bool:
    """Whether nobody reads along on the way there: it is https, or this machine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or not url.isprintable():
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in HERE)


def base(url: str) -> bool:
    """Whether it is safe, and can have a path behind it."""
    return safe(url) and not {"?", "#"} & set(url)
