"""Asking for what is under way, whosever it is: in which state, how old, and where to go on."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from .output import Output
from .table import Column
from .usage import whole

MINUTES_MAX: Final = 10 * 366 * 24 * 60


def narrowed(parser: ArgumentParser, states: Iterable[str]) -> None:
    """Which of them."""
    parser.add_argument("--state", choices=sorted(states), help="only those that are so")
    parser.add_argument(
        "--minutes",
        metavar="N",
        type=whole(0, MINUTES_MAX),
        default=0,
        help="only those that were begun so long ago",
    )
    parser.add_argument("--after", metavar="ID", help="only those after it, in this order")


def age(arguments: Namespace) -> timedelta:
    """How long ago they were begun at least."""
    return timedelta(minutes=arguments.minutes)


def show(
    output: Output,
    what: str,
    shown: Sequence[object],
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    following: str | None,
) -> None:
    """A page of them, of one `what` or many, and where the next one begins."""
    output.document({f"{what}s": shown, "after": following})
    if rows:
        output.table(columns, rows)
    else:
        output.say(f"no such {what} is under way")
    if following:
        output.say(f"there are more: --after {following}")
