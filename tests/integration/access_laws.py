"""
What somebody might try on the tables of what lets people in, and the laws that stop it.

As in `payment_laws`: plain SQL that goes around the code, the same in every storage but for the
words that are filled in.
"""

from typing import Final

from altyn.core.identity import ApiKeys
from altyn.entrypoints.testkit.access.ground import NOON
from altyn.entrypoints.testkit.access.keys import key
from tests.integration.payment_laws import Crime, copied

KEY: Final = """
public, digest, name, scopes, made_by, made_at, expires_at, replaces, revoked_at, used_at
"""


async def lived(api_keys: ApiKeys) -> None:
    """Some of everything, named for what it shows."""
    await api_keys.add(key(name="good"))
    await api_keys.add(key(name="revoked", revoked_at=NOON))


def api_key(**other: str) -> str:
    """A key as the good one, but for the others."""
    new = {"public": "'abcdefghijklmnop'", "name": "'new'"}
    return copied("api_key", KEY, "name = 'good'", **(new | other))


def of_key(name: str, sets: str) -> str:
    """Something is written about a key that is there."""
    return f"UPDATE {{s}}api_key SET {sets} WHERE name = '{name}'"


CRIMES: Final = (
    # Keys
    Crime("a short name", "api_key_public_is_name", api_key(public="'abc'")),
    Crime("a loud name", "api_key_public_is_name", api_key(public="'ABCDEFGHIJKLMNOP'")),
    Crime("a key twice", "api_key_is_single", api_key(public="public")),
    Crime("half a digest", "api_key_digest_is_whole", api_key(digest="{half}")),
    Crime("a key for nothing", "api_key_opens_something", api_key(scopes="{nothing}")),
    Crime("a key is forgotten", "api_key_is_never_deleted", "DELETE FROM {s}api_key"),
    Crime("a key opens more", "api_key_opens_what_it_did", of_key("good", "scopes = {more}")),
    Crime("a key is another", "api_key_opens_what_it_did", of_key("good", "digest = {other}")),
    Crime("a key is somebody's", "api_key_opens_what_it_did", of_key("good", "made_by = 'me'")),
    Crime("a key is back", "api_key_stays_revoked", of_key("revoked", "revoked_at = NULL")),
    Crime(
        "a key was good longer",
        "api_key_stays_revoked",
        of_key("revoked", "revoked_at = made_at + {hour}"),
    ),
)

HONEST: Final = {
    "a key is made": api_key(),
    "a key ends": of_key("good", "expires_at = made_at"),
    "a key is revoked": of_key("good", "revoked_at = made_at"),
    "a key is used": of_key("good", "used_at = made_at"),
}
