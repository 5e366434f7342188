"""Show who was seen, by their numbers on Telegram.

With --role only those who have that role. A page ends with the number to go on after."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identity import ID_MAX, ListUsers, Role, User, UserId
from ...wiring.plain_identity import PlainUser
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from ..table import Column
from ..usage import whole

NAME: Final = "users list"
HELP: Final = "show who was seen"

LIMIT: Final = 20
LIMIT_MAX: Final = 200

COLUMNS: Final = (
    Column("User", right=True),
    Column("Name", shrinks=True),
    Column("Username"),
    Column("Role"),
    Column("Language"),
    Column("Seen (UTC)"),
    Column("Marks"),
)


def arguments(parser: ArgumentParser) -> None:
    """Which, and how many."""
    parser.add_argument("--role", choices=[each.value for each in Role], help="only such")
    parser.add_argument(
        "--after", metavar="USER", type=whole(0, ID_MAX), help="only those with a greater number"
    )
    parser.add_argument(
        "--limit",
        metavar="N",
        type=whole(1, LIMIT_MAX),
        default=LIMIT,
        help=f"so many, {LIMIT_MAX} at most (default {LIMIT})",
    )
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Show them."""
    after = None if arguments.after is None else UserId(arguments.after)
    role = None if arguments.role is None else Role(arguments.role)
    async with session(settings_of(arguments)) as house:
        everybody = await house.get(ListUsers)
        found = await everybody(caller(arguments), arguments.limit + 1, after, role)
    shown, more = found[: arguments.limit], len(found) > arguments.limit
    output.document(
        {
            "users": [PlainUser.of(each) for each in shown],
            "after": shown[-1].id if more else None,
        }
    )
    if shown:
        output.table(COLUMNS, list(map(_row, shown)))
    else:
        output.say("nobody was seen")
    if more:
        output.say(f"there are more: --after {shown[-1].id}")
    return Exit.DONE


def _row(user: User) -> tuple[str, ...]:
    return (
        str(user.id),
        user.name,
        f"@{user.username}" if user.username else "",
        user.role,
        user.language,
        f"{user.seen_at:%Y-%m-%d %H:%M:%S}",
        marks(user),
    )


def marks(user: User) -> str:
    """What is special about them."""
    told = {"muted": user.muted, "blocked us": user.blocked, "erased": user.erased_at is not None}
    return ", ".join(mark for mark, so in told.items() if so)
