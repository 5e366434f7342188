"""Points in the program at which it dies by SIGKILL: before and after whatever it writes down."""

import functools
import importlib
import itertools
import os
import signal
from collections.abc import Awaitable, Callable
from random import Random
from types import ModuleType
from typing import Any, Final

PORTS: Final = (
    ("Arrivals", "add"),
    ("Arrivals", "put"),
    ("Cursors", "put"),
    ("Ledger", "carry_out"),
    ("Notices", "add"),
    ("Notices", "put"),
    ("Outbox", "put"),
    ("Payments", "add"),
    ("Payments", "put"),
    ("Refunds", "add"),
    ("Refunds", "put"),
)
"""In a transaction, but for notices; what was written of one that nobody committed is not there."""
STORAGES: Final = {"altyn.adapters.sqlite": "Sqlite", "altyn.adapters.postgres": "Postgres"}
USE_CASES: Final = (
    "CarryOutRefund",
    "CheckPayment",
    "InvoicePayment",
    "ReadFeed",
    "ReadNotices",
    "TakeNotice",
    "TakeUpdate",
)
"""Once they are done it is committed, and those who wait for an answer have none."""
OF_BUYING: Final = (
    ("Campaigns", "put"),
    ("Cheques", "close"),
    ("Cheques", "draw"),
    ("Cheques", "put"),
    ("Ledger", "carry_out"),
    ("Outbox", "put"),
    ("Outlays", "add"),
    ("Outlays", "put"),
    ("Purchases", "put"),
)
"""The same of goods that are bought."""
STEPS_OF_BUYING: Final = (
    "AwaitDelivery",
    "CashCheque",
    "DrawCheque",
    "FollowOutlay",
    "OrderPurchase",
    "PayPurchase",
    "StepCampaign",
)
OF_TALKING: Final = (
    ("Inbox", "add"),
    ("Inbox", "claim"),
    ("Inbox", "put"),
    ("Ledger", "carry_out"),
    ("Payments", "add"),
    ("Payments", "put"),
    ("Purchases", "put"),
    ("Users", "seen"),
    ("Windows", "place"),
    ("Windows", "put"),
)
"""The same of conversations, and of what is begun in them."""
OF_COMMANDS: Final = (("Payments", "add"), ("Payments", "put"), ("Ledger", "carry_out"))
"""Where those can die who only open payments."""
OF_ANSWERING: Final = (
    ("Errands", "begin"),
    ("Errands", "answer"),
    ("Ledger", "carry_out"),
    ("Notices", "add"),
    ("Payments", "add"),
    ("Payments", "put"),
    ("Purchases", "put"),
    ("Webhooks", "add"),
)
"""The same of what is asked for over HTTP, and of the answers that are kept."""
BEFORE, AFTER = "before", "after"

Mine = tuple[str, str, str, int]
"""Of what, which call of it, on which side, and how many times it goes well."""


def somewhere(random: Random) -> Mine:
    """A mine in a server."""
    if random.random() < 0.5:
        return random.choice(USE_CASES), "__call__", AFTER, random.randrange(3)
    return *random.choice(PORTS), random.choice((BEFORE, AFTER)), random.randrange(3)


def while_buying(random: Random) -> Mine:
    """A mine in a worker that buys."""
    if random.random() < 0.4:
        return random.choice(STEPS_OF_BUYING), "__call__", AFTER, random.randrange(4)
    return *random.choice(OF_BUYING), random.choice((BEFORE, AFTER)), random.randrange(6)


def while_talking(random: Random) -> Mine:
    """A mine in a bot."""
    return *random.choice(OF_TALKING), random.choice((BEFORE, AFTER)), random.randrange(6)


def while_answering(random: Random) -> Mine:
    """A mine in a process that serves the API."""
    return *random.choice(OF_ANSWERING), random.choice((BEFORE, AFTER)), random.randrange(3)


def on_the_way(random: Random) -> Mine:
    """A mine in a command that opens a payment."""
    return *random.choice(OF_COMMANDS), random.choice((BEFORE, AFTER)), random.randrange(2)


def lay(of: str, call: str, side: str, spared: int) -> None:
    """From now on this process dies there."""
    count = itertools.count()

    def die(at: str) -> None:
        if at == side and next(count) >= spared:
            os.killpg(0, signal.SIGKILL)

    def mined(called: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        @functools.wraps(called)
        async def dies(*args: Any, **named: Any) -> Any:
            die(BEFORE)
            answer = await called(*args, **named)
            die(AFTER)
            return answer

        return dies

    for owner in _classes(of):
        setattr(owner, call, mined(getattr(owner, call)))


def _classes(of: str) -> list[type]:
    if of in (*USE_CASES, *STEPS_OF_BUYING):
        return [getattr(subject, of) for subject in _subjects() if hasattr(subject, of)]
    return [
        getattr(importlib.import_module(package), prefix + of)
        for package, prefix in STORAGES.items()
    ]


def _subjects() -> list[ModuleType]:
    names = ("payments", "purchases", "wallets")
    return [importlib.import_module(f"altyn.core.{name}") for name in names]
