"""
What somebody might try on the tables of what lets people in, and the laws that stop it.

As in `payment_laws`: plain SQL that goes around the code, the same in every storage but for the
words that are filled in.
"""

from typing import Final

from altyn.core.identity import ApiKeys, Ended, SecondFactors, Sessions
from altyn.entrypoints.testkit.access.ground import NOON
from altyn.entrypoints.testkit.access.keys import key
from altyn.entrypoints.testkit.access.second_factors import second_factor
from altyn.entrypoints.testkit.access.sessions import begun, digest
from tests.integration.payment_laws import Crime, copied

KEY: Final = """
public, digest, name, scopes, made_by, made_at, expires_at, replaces, root, revoked_at, used_at
"""
SESSION: Final = """
id, person, device, launch, began_at, seen_at, expires_at, ended_at, ended
"""
REFRESH: Final = """
digest, session, spent_at
"""


async def lived(api_keys: ApiKeys, sessions: Sessions, second_factors: SecondFactors) -> None:
    """Some of everything, named for what it shows."""
    await second_factors.put(second_factor(step=7, confirmed_at=NOON))
    one = await begun(sessions, "spent", device="good")
    await sessions.spend(digest("spent"), NOON)
    await sessions.refresh(one, digest("good"))
    over = await begun(sessions, device="over")
    await sessions.end(over.user, NOON, Ended.FORCED, only=over.id)
    await api_keys.add(key(name="good"))
    await api_keys.add(key(name="revoked", revoked_at=NOON))


def api_key(**other: str) -> str:
    """A key as the good one, but for the others."""
    new = {"public": "'abcdefghijklmnop'", "name": "'new'"}
    return copied("api_key", KEY, "name = 'good'", **(new | other))


def of_key(name: str, sets: str) -> str:
    """Something is written about a key that is there."""
    return f"UPDATE {{s}}api_key SET {sets} WHERE name = '{name}'"


def a_session(like: str = "good", **other: str) -> str:
    """A session as that one, but for the others."""
    new = {"id": "{uuid}", "launch": "{other}"}
    return copied("session", SESSION, f"device = '{like}'", **(new | other))


def of_session(device: str, sets: str) -> str:
    """Something is written about a session that is there."""
    return f"UPDATE {{s}}session SET {sets} WHERE device = '{device}'"


def a_token(spent: str = "IS NULL", **other: str) -> str:
    """A refresh token of the good session, as the unspent one or the one that was spent."""
    where = f"spent_at {spent} AND session = (SELECT id FROM {{s}}session WHERE device = 'good')"
    return copied("refresh", REFRESH, where, **({"digest": "{other}"} | other))


def of_tokens(spent: str, sets: str) -> str:
    """Something is written about tokens that are there."""
    return f"UPDATE {{s}}refresh SET {sets} WHERE spent_at {spent}"


FACTOR: Final = """
person, sealed, made_at, confirmed_at, step, recovery
"""


UNSURE: Final = "confirmed_at = NULL"


def a_factor(**other: str) -> str:
    """A second factor of somebody else, as hers but for the others."""
    return copied("second_factor", FACTOR, "person = 42", **({"person": "43"} | other))


def of_factor(sets: str) -> str:
    """Something is written about hers."""
    return f"UPDATE {{s}}second_factor SET {sets} WHERE person = 42"


CRIMES: Final = (
    # Keys
    Crime("a short name", "api_key_public_is_name", api_key(public="'abc'")),
    Crime("a loud name", "api_key_public_is_name", api_key(public="'ABCDEFGHIJKLMNOP'")),
    Crime("a short root", "api_key_root_is_name", api_key(root="'abc'")),
    Crime("a loud root", "api_key_root_is_name", api_key(root="'ABCDEFGHIJKLMNOP'")),
    Crime(
        "a key has another root",
        "api_key_opens_what_it_did",
        of_key("good", "root = 'abcdefghijklmnop'"),
    ),
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
    # Sessions
    Crime("a session twice", "session_is_single", a_session(id="id")),
    Crime("a launch twice", "session_launch_is_single", a_session(launch="launch")),
    Crime("half a launch", "session_launch_is_whole", a_session(launch="{half}")),
    Crime("a session of no time", "session_has_an_end", a_session(expires_at="began_at")),
    Crime("an end without a reason", "session_end_is_known", a_session(ended_at="began_at")),
    Crime("a reason without an end", "session_end_is_known", a_session(ended="'left'")),
    Crime("any reason", "session_end_is_known", a_session("over", ended="'bored'")),
    Crime("a session is another's", "session_is_fixed", of_session("good", "person = 7")),
    Crime(
        "a session is back",
        "session_stays_ended",
        of_session("over", "ended_at = NULL, ended = NULL"),
    ),
    Crime("a session went on", "session_stays_ended", of_session("over", "seen_at = expires_at")),
    Crime("a token twice", "refresh_is_single", a_token("IS NOT NULL", digest="digest")),
    Crime("two unspent tokens", "refresh_unspent_is_single", a_token()),
    Crime("half a token", "refresh_digest_is_whole", a_token("IS NOT NULL", digest="{half}")),
    Crime("a token is another", "refresh_is_fixed", of_tokens("IS NOT NULL", "digest = {other}")),
    Crime("a token is unspent", "refresh_stays_spent", of_tokens("IS NOT NULL", "spent_at = NULL")),
    Crime(
        "a token is spent later",
        "refresh_stays_spent",
        of_tokens("IS NOT NULL", "spent_at = spent_at + {hour}"),
    ),
    # Second factors
    Crime(
        "it counts unconfirmed",
        "second_factor_counts_when_confirmed",
        of_factor(UNSURE),
    ),
    Crime("confirmed by nothing", "second_factor_counts_when_confirmed", a_factor(step="0")),
    Crime("half a code", "second_factor_recovery_is_whole", of_factor("recovery = {half}")),
    Crime("a code counts again", "second_factor_goes_on", of_factor("step = step - 1")),
)

HONEST: Final = {
    "a key is made": api_key(),
    "a key ends": of_key("good", "expires_at = made_at"),
    "a key is revoked": of_key("good", "revoked_at = made_at"),
    "a session begins": a_session(),
    "a session goes on": of_session("good", "seen_at = expires_at"),
    "a session ends": of_session("good", "ended_at = began_at, ended = 'left'"),
    "a token is spent": of_tokens("IS NULL", "spent_at = {now}"),
    "a second factor is made": a_factor(),
    "a code counts": of_factor("step = step + 1"),
    "another secret": of_factor("made_at = made_at + {hour}, step = 1"),
    "a token is made": a_token("IS NOT NULL"),
    "a key is used": of_key("good", "used_at = made_at"),
}
