"""What every use case and every transaction is wrapped in where somebody follows what is done."""

import inspect
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any, Final

from attrs import frozen
from dishka import Provider

from ...core.spans import detail
from ...core.transaction import Transaction

CORE: Final = Transaction.__module__.rpartition(".")[0]
NEXT_WORD: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


@frozen
class FollowedTransaction:
    """A transaction, from the first wait for it until it is kept or undone."""

    real: Transaction

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[None]:
        """As the port says."""
        with detail("transaction"):
            async with self.real():
                yield

    @property
    def active(self) -> bool:
        """As the port says."""
        return self.real.active


class FollowedUseCase:
    """A use case, under its name in words; whatever else it has is its own."""

    def __init__(self, name: str, real: Any) -> None:
        self._name = name
        self._real = real

    async def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """As the use case says."""
        with detail(self._name):
            return await self._real(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def following(providers: Iterable[Provider]) -> Provider:
    """What wraps all that they provide."""
    wrapping = Provider()
    for kind in {each.provides.type_hint for one in providers for each in one.factories}:
        if kind is Transaction:
            wrapping.decorate(_wrapped_transaction)
        elif _is_use_case(kind):
            _decorate(wrapping, kind)
    return wrapping


def _wrapped_transaction(real: Transaction) -> Transaction:
    return FollowedTransaction(real)


def _decorate(wrapping: Provider, kind: type[Any]) -> None:
    name = NEXT_WORD.sub(" ", kind.__name__).lower()

    def wrapped(real: Any) -> Any:
        return FollowedUseCase(name, real)

    wrapped.__annotations__ = {"real": kind, "return": kind}
    wrapping.decorate(wrapped)


def _is_use_case(kind: Any) -> bool:
    return (
        inspect.isclass(kind)
        and kind.__module__.startswith(CORE)
        and not getattr(kind, "_is_protocol", False)
        and inspect.iscoroutinefunction(getattr(kind, "__call__", None))  # noqa: B004 - its kind
    )
