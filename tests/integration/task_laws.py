"""
What somebody might try on the tables of tasks and leases, and the laws that stop it.

As in `payment_laws`: plain SQL that goes around the code, the same in every storage but for the
words that are filled in.
"""

from typing import Final

from attrs import evolve

from altyn.core.leases import Leases
from altyn.core.tasks import TASK_MOVES, Tasks, TaskState
from altyn.entrypoints.testkit.tasks.ground import FAR, LONG_AGO, one, task
from tests.integration.payment_laws import Crime, copied

TASK: Final = "id, kind, facts, state, at, attempts, claim, told"


async def lived(tasks: Tasks, leases: Leases) -> None:
    """A task of each state, of a kind that is named for it, and leases that last and do not."""
    for state in TaskState:
        await tasks.enqueue([task(state.value, order=7)], LONG_AGO)
    for state in (TaskState.CLAIMED, TaskState.DONE, TaskState.DEAD):
        held = await one(tasks, state.value)
        if state is not TaskState.CLAIMED:
            await tasks.end([evolve(held.done(), state=state)])
    await tasks.enqueue([task("later")], FAR)
    await tasks.enqueue([task("over")], LONG_AGO)
    await one(tasks, "over", seconds=-1)
    await tasks.enqueue([task("off")], LONG_AGO)
    await tasks.end([(await one(tasks, "off")).put_off(0)])
    assert await leases.take("lasts", "ann", 600) is not None
    assert await leases.take("over", "ann", -1) is not None


def new(**other: str) -> str:
    """Another task, but for the others."""
    fields = {"id": "{uuid}"}
    return copied("task", TASK, "kind = 'waiting'", **(fields | other))


def of(kind: str, what: str) -> str:
    """That task is changed."""
    return f"UPDATE {{s}}task SET {what} WHERE kind = '{kind}'"


def lease(name: str, what: str) -> str:
    """That lease is changed."""
    return f"UPDATE {{s}}lease SET {what} WHERE name = '{name}'"


CLAIMING: Final = "state = 'claimed', claim = {uuid}, attempts = attempts + 1"

CRIMES: Final = (
    Crime("an id again", "task_is_single", new(id="id")),
    *(
        Crime(f"a kind like {kind}", "task_kind_is_word", new(kind=f"'{kind}'"))
        for kind in ("", "Tell", "tell me", "7", "a-b", "a" * 33)
    ),
    Crime("too many facts", "task_facts_are_bounded", new(facts="{large}")),
    *(
        Crime(
            f"it begins {state}",
            "task_begins_waiting",
            new(state=f"'{state}'", claim="{uuid}"),
        )
        for state in TaskState
        if state is not TaskState.WAITING
    ),
    Crime("it begins with attempts", "task_begins_waiting", new(attempts="1")),
    Crime("it begins with a claim", "task_begins_waiting", new(claim="{uuid}")),
    *(
        Crime(f"another {column}", "task_is_fixed", of("waiting", what))
        for column, what in {
            "id": "id = {uuid}",
            "kind": "kind = 'other'",
            "fact": "facts = '{{\"order\":8}}'",
        }.items()
    ),
    Crime(
        "a lost state", "task_state_is_known", of("claimed", "state = 'lost'"), ("task.task_moves",)
    ),
    *(
        Crime(f"{kind} again", "task_stays_ended", of(kind, "told = 'other'"))
        for kind in ("done", "dead")
    ),
    Crime(
        "a claim of nobody",
        "task_is_in_somebodys_hands",
        of("waiting", "state = 'claimed', attempts = attempts + 1"),
        ("task.task_is_claimed_anew",),
    ),
    Crime(
        "a claim that is no attempt",
        "task_is_claimed_anew",
        of("waiting", "state = 'claimed', claim = {uuid}"),
    ),
    Crime("attempts forgotten", "task_is_claimed_anew", of("off", "attempts = 0")),
    Crime("attempts made up", "task_is_claimed_anew", of("waiting", "attempts = 5")),
    Crime("a claim for nothing", "task_is_claimed_anew", of("waiting", "claim = {uuid}")),
    Crime(
        "done under another claim",
        "task_is_claimed_anew",
        of("over", "state = 'done', claim = {uuid}"),
    ),
    Crime(
        "the same claim again",
        "task_is_claimed_anew",
        of("off", "state = 'claimed'"),
    ),
    Crime(
        "replayed with its attempts",
        "task_is_claimed_anew",
        of("dead", "state = 'waiting', claim = NULL"),
    ),
    Crime(
        "replayed with its claim",
        "task_is_claimed_anew",
        of("dead", "state = 'waiting', attempts = 0"),
    ),
    Crime(
        "fewer than no attempts",
        "task_is_counted",
        of("waiting", "attempts = -1"),
        ("task.task_is_claimed_anew",),
    ),
    *(
        Crime(
            f"{kind} deleted",
            "task_is_kept_until_done",
            f"DELETE FROM {{s}}task WHERE kind = '{kind}'",
        )
        for kind in ("waiting", "claimed", "dead", "later")
    ),
    Crime("a lease deleted", "lease_is_never_deleted", "DELETE FROM {s}lease"),
    Crime("a token that shrinks", "lease_token_grows", lease("over", "token = token - 1")),
    Crime("a token of two", "lease_token_grows", lease("over", "holder = 'bob'")),
    Crime("another name", "lease_token_grows", lease("over", "name = 'other'")),
    Crime(
        "a name again",
        "lease_is_single",
        "INSERT INTO {s}lease (name, holder, token, until) "
        "SELECT name, holder, token, until FROM {s}lease WHERE name = 'over'",
    ),
    Crime(
        "no token",
        "lease_is_counted",
        "INSERT INTO {s}lease (name, holder, token, until) "
        "SELECT 'other', holder, 0, until FROM {s}lease WHERE name = 'over'",
    ),
)

HONEST: Final = {
    "a new task": new(),
    "a claim": of("waiting", CLAIMING),
    "a claim of what is over": of("over", CLAIMING),
    "a claim after it was put off": of("off", CLAIMING),
    "the lease extended": of("claimed", "at = at + {tick}"),
    "the end": of("claimed", "state = 'done'"),
    "the death": of("claimed", "state = 'dead', told = 'no'"),
    "put off": of("claimed", "state = 'waiting'"),
    "replayed": of("dead", "state = 'waiting', claim = NULL, attempts = 0, told = ''"),
    "forgotten": "DELETE FROM {s}task WHERE kind = 'done'",
    "another holder": lease("over", "holder = 'bob', token = token + 1"),
    "a longer lease": lease("lasts", "until = until + {tick}"),
}

STEPS: Final = [(one, two) for one in TaskState for two in TaskState]


def step(before: TaskState, after: TaskState) -> str:
    """One of a state moves to another, with all that goes with such a move."""
    what = f"state = '{after}'"
    if after is TaskState.CLAIMED:
        what = CLAIMING
    elif before is TaskState.DEAD and after is TaskState.WAITING:
        what += ", claim = NULL, attempts = 0"
    # Only a claim whose lease is over gives way to another.
    kind = "over" if before is after is TaskState.CLAIMED else before.value
    return of(kind, what)


def law(before: TaskState, after: TaskState) -> str | None:
    """The law that forbids this step."""
    if after in TASK_MOVES[before] or before is after is TaskState.WAITING:
        return None
    return "task_stays_ended" if before is after else "task_moves"
