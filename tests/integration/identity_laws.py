"""
What somebody might try on the tables of people and of the trail, and the laws that stop it.

As in `payment_laws`: plain SQL that goes around the code, the same in every storage but for the
words that are filled in.
"""

from typing import Final

from altyn.core.identity import Trail, Users
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit.identity.ground import ANN, BOB, EVE, NOON, TICK, done, shown
from tests.integration.payment_laws import Crime, copied

PERSON: Final = """
id, name, username, language, role, muted, blocked, since, seen_at, referrer, erased_at
"""
LINK: Final = """
number, at, who, what, about, facts, before, digest
"""


async def lived(users: Users, trail: Trail, transaction: Transaction) -> None:
    """Ann was brought by Eve, Bob was erased, and two things were done."""
    async with transaction():
        await trail.append(done(1))
        await trail.append(done(2))
    await users.seen(shown(EVE, username=""), NOON)
    await users.seen(shown(ANN), NOON + TICK, referrer=EVE)
    await users.seen(shown(BOB, username="bob"), NOON)
    await users.erase(BOB, NOON + TICK)


def person(**other: str) -> str:
    """Another one like Ann, but for the others."""
    return copied("person", PERSON, f"id = {ANN}", **({"id": "7"} | other))


def of(who: int, what: str) -> str:
    """They are changed."""
    return f"UPDATE {{s}}person SET {what} WHERE id = {who}"


def link(**other: str) -> str:
    """The next entry of the trail, but for the others."""
    new = {"number": "number + 1", "before": "digest"}
    return copied("audit", LINK, "number = 2", **(new | other))


CRIMES: Final = (
    Crime("somebody again", "person_is_single", person(id="id")),
    *(
        Crime(f"nobody has the number {id}", "person_id_is_telegrams", person(id=id))
        for id in ("0", "-1", str(2**52))
    ),
    Crime("a name too long", "person_name_is_bounded", of(ANN, f"name = '{'x' * 129}'")),
    *(
        Crime(f"called {name[:4]}", "person_username_is_one", of(ANN, f"username = '{name}'"))
        for name in ("a b", "аня", "@ann", "x" * 33)
    ),
    Crime("written to in no language", "person_language_is_known", of(ANN, "language = 'de'")),
    Crime("a role that is none", "person_role_is_known", of(ANN, "role = 'god'")),
    Crime("seen before they came", "person_was_seen_since", person(seen_at="seen_at - {tick}")),
    Crime("brought by themselves", "person_is_brought_by_another", person(referrer="7")),
    Crime("brought by nobody", "person_is_brought_by_another", person(referrer="0")),
    *(
        Crime(f"erased with a {column}", "person_erased_is_nobody", of(BOB, f"{column} = {value}"))
        for column, value in {"name": "'Bob'", "username": "'bob'"}.items()
    ),
    Crime(
        "erased and brought by somebody",
        "person_erased_is_nobody",
        of(BOB, f"referrer = {EVE}"),
        ("person.person_referrer_is_fixed",),
    ),
    Crime("another number", "person_beginning_is_fixed", of(ANN, "id = 7")),
    Crime("known for longer", "person_beginning_is_fixed", of(ANN, "since = since - {tick}")),
    Crime("brought by another", "person_referrer_is_fixed", of(ANN, f"referrer = {BOB}")),
    Crime("brought afterwards", "person_referrer_is_fixed", of(EVE, f"referrer = {ANN}")),
    Crime(
        "not seen after all",
        "person_time_runs_forward",
        of(ANN, "seen_at = seen_at - {tick}"),
    ),
    Crime(
        "somebody deleted", "person_is_never_deleted", f"DELETE FROM {{s}}person WHERE id = {ANN}"
    ),
    # The trail
    Crime("a gap", "audit_continues", link(number="number + 2")),
    Crime("an entry in between", "audit_continues", link(number="number")),
    Crime("after nothing", "audit_continues", link(before="{start}")),
    Crime("after another one", "audit_continues", link(before="before")),
    Crime("a short digest", "audit_digest_is_sha256", link(digest="{short}")),
    Crime(
        "after a short digest",
        "audit_digest_is_sha256",
        link(before="{short}"),
        ("audit.audit_continues",),
    ),
    *(
        Crime(f"{what} changed", "audit_is_append_only", f"UPDATE {{s}}audit SET {what}")
        for what in (
            "who = 'nobody'",
            "facts = '{{}}'",
            "digest = before",
            "number = number + 1",
            "about = about",
        )
    ),
    Crime("an entry deleted", "audit_is_append_only", "DELETE FROM {s}audit WHERE number = 2"),
)

HONEST: Final = {
    "somebody new": person(),
    "something done": link(),
    "seen again": of(ANN, "seen_at = seen_at + {tick}, name = '', username = 'x_1'"),
    "muted": of(ANN, "muted = {yes}, blocked = {yes}"),
    "promoted": of(ANN, "role = 'owner', language = 'en'"),
    "erased": of(ANN, "name = '', username = '', referrer = NULL, erased_at = seen_at"),
    "back again": of(BOB, "name = 'Bob', erased_at = NULL"),
}
"""What the laws let through."""
