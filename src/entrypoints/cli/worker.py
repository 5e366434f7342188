"""Do chores and tasks alone: any number of these may run beside each other, at one database.

Unlike `altyn up` it does not touch the shape of the database: run `altyn migrate` first. Told to
stop by Ctrl-C or SIGTERM it begins nothing more, and what is under way has five seconds to be done;
what is cut off then is given back, so that others need not wait for it."""

from argparse import ArgumentParser, Namespace
from typing import Final

from .output import Output
from .up import Role, serve

NAME: Final = "worker"


def arguments(parser: ArgumentParser) -> None:
    """It takes none: what it does is in the settings."""


async def run(arguments: Namespace, output: Output) -> int:
    """Work until somebody says stop."""
    return await serve(arguments, output, Role.WORKER)
