"""A command's dealings with the house: settings are read, storage is opened and later closed."""

import os
from argparse import Namespace
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from attrs import frozen

from ...core.schema import Schema
from ..wiring import Found, Settings, find_settings, read_settings
from ..wiring.redaction import hidden

Port = TypeVar("Port")


@frozen
class Session:
    """Whatever a story needs, by its type; storage is opened when it is first needed."""

    container: Any
    """The container of dishka, which is not imported before there is one."""

    async def get(self, wanted: Callable[..., Port]) -> Port:
        """The port or use case of this type."""
        # Checkers let no Protocol pass as a type[Port], hence Callable.
        found: Port = await self.container.get(wanted)
        return found


def settings_of(arguments: Namespace) -> Settings:
    """The settings of this process; SettingsError names the one that is wrong."""
    config = getattr(arguments, "config", None)
    settings = read_settings(os.environ, Path.cwd(), Path(config) if config else None)
    hidden.learn(settings)
    return settings


def found_for(arguments: Namespace) -> Found:
    """The same for whoever wants to see all that is wrong about ways of paying."""
    config = getattr(arguments, "config", None)
    found = find_settings(os.environ, Path.cwd(), Path(config) if config else None)
    hidden.learn(found.settings)
    return found


def debugging(arguments: Namespace) -> bool:
    """Whether whoever started this wants to see everything."""
    return getattr(arguments, "debug", False)


@asynccontextmanager
async def unchecked(settings: Settings, *more: Any, create: bool = False) -> AsyncIterator[Session]:
    """
    The house, whatever shape its database is in; one that is not there may be created.

    What `more` provides is in it as well.
    """
    from ..wiring.container import make_container  # dishka alone takes a quarter of a second

    container = make_container(settings, *more, create=create)
    try:
        yield Session(container)
    finally:
        await container.close()


@asynccontextmanager
async def session(settings: Settings) -> AsyncIterator[Session]:
    """The house with a database that fits this version; raises what `make_sure` raises."""
    async with unchecked(settings) as house:
        await make_sure(house)
        yield house


async def make_sure(house: Session) -> None:
    """
    Nothing, when the database fits this version.

    Raises:
        SchemaBehind, SchemaAhead, SchemaChanged: it does not, and what to do.
    """
    await (await house.get(Schema)).check()
