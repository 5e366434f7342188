"""Who is told of mistakes of ours besides the log: a server of Sentry, where there is one."""

import logging
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from attrs import frozen

from .extras import with_sentry
from .places import website
from .redaction import hidden
from .secret import Secret

SETTING: Final = "ALTYN_SENTRY"
EXAMPLE: Final = "https://KEY@sentry.example/1"


@frozen
class Sentry:
    """Its address with the key, which is a secret by itself as well."""

    dsn: Secret
    key: Secret


def sentry(written: object) -> Sentry:
    """Read what Sentry calls a DSN."""
    if not isinstance(written, str):
        raise ValueError(f"expected what Sentry calls a DSN, like {EXAMPLE}")
    key, at, place = urlsplit(written).netloc.partition("@")
    project = urlsplit(written).path.rpartition("/")[2]
    if not at or not key.isalnum() or not project.isdecimal():
        raise ValueError(f"expected what Sentry calls a DSN, like {EXAMPLE}")
    website(urlunsplit(urlsplit(written)._replace(netloc=place)))
    return Sentry(Secret(written), Secret(key))


def report_mistakes(chosen: Sentry | None, role: str) -> None:
    """
    From now on Sentry, if it was chosen, is told what the log of this process tells of mistakes.

    Raises:
        SettingWrong: what tells it is not installed.
    """
    if chosen is None:
        return
    with with_sentry(SETTING, "Sentry needs"):
        from ...adapters.sentry import Reporting
    from ... import __version__

    dsn, release = chosen.dsn.reveal(), f"altyn@{__version__}"
    logging.getLogger().addHandler(Reporting(dsn, role, release, hidden.value))
