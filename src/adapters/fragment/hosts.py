"""Where Fragment is asked: at its own address, and at others that lead there."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, TypeVar

from attrs import frozen

from ...core.resilience import Candidate, Effect, EndpointPool, Guard, Operation
from ..http import Calls

Told = TypeVar("Told")

PAGE: Final = "page"
LOOK: Final = "look"
BEGIN: Final = "begin"
LOOKS: Final = ("search", "update")
"""How methods begin that change nothing, or do so once however often they are called."""


@frozen
class Host:
    """One address, and how it fares."""

    caller: Calls
    guard: Guard


@frozen
class Hosts:
    """
    All of them, by the names that the pool knows them by.

    Whoever is paid is nobody's choice here: a payment is between our wallet and the chain.
    """

    pool: EndpointPool
    by_name: Mapping[str, Host]

    async def ask(self, operation: str, once: Callable[[Calls], Awaitable[Told]]) -> Told:
        """
        What it answers at the best of them, or at another where that does no harm.

        Raises:
            Unavailable: none may be asked, or it is not known what became of it.
        """

        async def there(candidate: Candidate) -> Told:
            host = self.by_name[candidate.name]
            return await host.guard(lambda: once(host.caller))

        return await self.pool.call(operation, there)


def operations_of(names: Sequence[str]) -> tuple[Operation, ...]:
    """For a pool of hosts with these names, the preferred one first."""
    hosts = tuple(map(Candidate, names))
    return (
        Operation(PAGE, Effect.READ, hosts),
        Operation(LOOK, Effect.READ, hosts),
        # Whoever begins something has just looked somebody up there.
        Operation(BEGIN, Effect.CREATE, hosts, proven_by=LOOK),
    )


def operation_of(method: str) -> str:
    """Which of them a method is."""
    return LOOK if method.startswith(LOOKS) else BEGIN
