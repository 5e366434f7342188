"""Serve the HTTP API alone: any number of these may run beside workers, at one database.

Unlike `altyn up` it does not touch the shape of the database: run `altyn migrate` first.
Stop it with Ctrl-C, or with SIGTERM."""

from argparse import ArgumentParser, Namespace
from typing import Final

from .output import Output
from .up import Role, serve

NAME: Final = "api"


def arguments(parser: ArgumentParser) -> None:
    """It takes none: what it does is in the settings."""


async def run(arguments: Namespace, output: Output) -> int:
    """Serve until somebody says stop."""
    return await serve(arguments, output, Role.API)
