"""Correlation: what is being worked on, so that everything that is said meanwhile can name it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Final

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})

_ids: ContextVar[Mapping[str, str]] = ContextVar("altyn_correlation", default=NOTHING)


def concerns() -> Mapping[str, str]:
    """The ids of what is being worked on here, by what they name; the outermost first."""
    return _ids.get()


@contextmanager
def concerning(**ids: object) -> Iterator[None]:
    """Inside the block it is about these as well, also in tasks that begin there."""
    token = _ids.set(_with(ids))
    try:
        yield
    finally:
        _ids.reset(token)


def henceforth(**ids: object) -> None:
    """It is about these as well, for as long as the running task lives."""
    _ids.set(_with(ids))


def _with(ids: Mapping[str, object]) -> Mapping[str, str]:
    return {**_ids.get(), **{name: str(id) for name, id in ids.items()}}
