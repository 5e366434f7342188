"""The turnstile: every request is counted before it goes on, or told when to come again."""

import ipaddress
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from attrs import frozen

from ...core.errors import AltynError
from ...core.limits import (
    AskLimits,
    Demand,
    FixedWindow,
    Policy,
    Rate,
    StrictWindow,
    TooOften,
)
from ...core.signals import Signals
from .asgi import App, Headers, Receive, Scope, Send, adding, respond
from .problems import problem_of, retry_after

WAY_IN: Final = "api"
UNCOUNTED: Final = frozenset({"/health/live", "/health/ready"})
"""Whoever looks after us may look as often as they like."""

SECOND: Final = 1_000_000
NETWORK_BITS: Final = 64
"""A household or a server has that much of IPv6 for itself, and any number of addresses in it."""


@frozen
class Turnstile:
    """
    Counts for those that `subjects` finds in a request, by the rules of one action.

    Answers tell how much is left, in the words of draft-ietf-httpapi-ratelimit-headers.
    """

    app: App
    ask: AskLimits
    signals: Signals
    action: str
    subjects: Callable[[Scope], Mapping[str, str]]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["path"] in UNCOUNTED:
            return await self.app(scope, receive, send)
        subjects = self.subjects(scope)
        try:
            admission = await self.ask(WAY_IN, self.action, subjects)
        except TooOften as often:
            self.signals.count("limits_refused_total", limit=often.limit)
            asked = self.ask.rules.demands(WAY_IN, self.action, subjects)
            left = [(often.limit, 0, often.wait_microseconds)]
            await refuse(send, often, told(asked, left))
        except AltynError as error:
            await refuse(send, error)
        else:
            names = [policy.name for _, policy, _ in admission.demands]
            left = [
                (name, remaining, full)
                for name, (_, remaining, full) in zip(names, admission.answers, strict=True)
            ]
            await self.app(scope, receive, adding(told(admission.demands, left), send))


def address(scope: Scope) -> Mapping[str, str]:
    """Who asks, by their address; of IPv6, by the network that one household has."""
    host, _ = scope.get("client") or ("", 0)
    try:
        where = ipaddress.ip_address(host)
    except ValueError:
        return {"address": host}
    if isinstance(where, ipaddress.IPv6Address):
        if where.ipv4_mapped is None:
            network = ipaddress.ip_network((where, NETWORK_BITS), strict=False)
            return {"address": str(network)}
        where = where.ipv4_mapped
    return {"address": str(where)}


def told(demands: Sequence[Demand], left: Iterable[tuple[str, int, int]]) -> Headers:
    """What is offered to whoever asks, and what is left of it for how many microseconds."""
    policies = ", ".join(
        f'"{policy.name}";q={policy.most};w={seconds(window(policy))}' for _, policy, _ in demands
    )
    rests = ", ".join(f'"{name}";r={rest};t={seconds(time)}' for name, rest, time in left)
    return (b"ratelimit-policy", policies.encode()), (b"ratelimit", rests.encode())


def window(policy: Policy) -> int:
    """The time in which all of `most` comes back."""
    match policy:
        case Rate():
            return policy.tolerance
        case FixedWindow() | StrictWindow():
            return policy.length
    raise TypeError(f"{policy.name} counts what is never given back here")


def seconds(microseconds: int) -> int:
    """Whole ones, rounded up: nobody is told to come too early."""
    return -(-microseconds // SECOND)


async def refuse(send: Send, error: AltynError, headers: Headers = ()) -> None:
    """Answer with the error, and with when to come again where that is known."""
    if wait := retry_after(error):
        headers = (*headers, (b"retry-after", wait.encode()))
    await respond(send, problem_of(error), headers)
