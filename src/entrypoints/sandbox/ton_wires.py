"""By which wires a chain is told of: two of toncenter's, and tonapi's."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

from attrs import frozen

from .faults import Fault
from .ton_chain import Chain
from .ton_index import Index
from .ton_node import Node
from .ton_query import Query
from .ton_steps import Transaction
from .ton_tonapi import Tonapi
from .ton_wire import Row

RATE_LIMIT: Final = {"ok": False, "result": "Ratelimit exceed", "code": 429}
NO_SUCH_KEY: Final = {"ok": False, "result": "API key does not exist", "code": 401}
TIMED_OUT: Final = "timeout: context deadline exceeded"


class Reading(Protocol):
    """A chain as far as it has been read, and the questions about it."""

    def carry_out(self, method: str, path: str, query: Query, body: bytes) -> Row:
        """What is answered to that."""
        ...


@frozen(kw_only=True)
class Wire:
    """How one kind of provider speaks."""

    prefix: str
    """Where his calls begin."""
    reading: Callable[[Chain, Sequence[Transaction], datetime], Reading]
    busy: Row
    no_such_key: Row
    failed: Row

    @property
    def spoken(self) -> Mapping[Fault, tuple[int, Row]]:
        """Faults that he words in his own way."""
        failed = 500, self.failed
        return {
            Fault.BUSY: (429, self.busy),
            Fault.FAIL_BEFORE: failed,
            Fault.FAIL_AFTER: failed,
        }


INDEX: Final = Wire(
    prefix="/api/v3",
    reading=Index,
    busy=RATE_LIMIT,
    no_such_key=NO_SUCH_KEY,
    failed={"error": f"internal server error: {TIMED_OUT}"},
)
NODE: Final = Wire(
    prefix="/api/v2",
    reading=Node,
    busy=RATE_LIMIT,
    no_such_key=NO_SUCH_KEY,
    failed={"ok": False, "error": "LITE_SERVER_NETWORK: timeout", "code": 500},
)
TONAPI: Final = Wire(
    prefix="/v2",
    reading=Tonapi,
    busy={"error": "too many requests"},
    no_such_key={"error": "unauthorized"},
    failed={"error": TIMED_OUT},
)


def wire_of(path: str) -> Wire:
    """By which of them somebody asks."""
    return next((each for each in (NODE, TONAPI) if path.startswith(f"{each.prefix}/")), INDEX)
