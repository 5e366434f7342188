"""
The test kit: what authors of adapters run to know that theirs are right.

- `LedgerContract`, `OutboxContract`: classes of tests, one for each port. Subclass one in a test
  module and override its fixtures.
- `LedgerMachine`: a hypothesis state machine that plays any history on a ledger and on a
  `LedgerModel`. Subclass it, override `opened`, and collect its `TestCase`.
- `VirtualLoop`, `run_virtually`: time that passes at once, for stories full of waiting.
- `CommandSource`, `command_sources`: random commands for batches of any size, refusals,
  repetitions and reused ids among them; `agree` compares the verdicts of two ledgers.
"""

import pytest

# Before the modules come in, so that their bare asserts explain themselves.
pytest.register_assert_rewrite(
    f"{__name__}.ledger",
    f"{__name__}.ledger_machine",
    f"{__name__}.outbox",
    f"{__name__}.stumbling",
)

from .ledger import HandClock, LedgerContract  # noqa: E402
from .ledger_commands import CommandSource, command_sources  # noqa: E402
from .ledger_machine import LedgerMachine, agree  # noqa: E402
from .ledger_model import LedgerModel  # noqa: E402
from .outbox import OutboxContract  # noqa: E402
from .virtual import Deadlock, VirtualLoop, run_virtually  # noqa: E402

__all__ = [
    "CommandSource",
    "Deadlock",
    "HandClock",
    "LedgerContract",
    "LedgerMachine",
    "LedgerModel",
    "OutboxContract",
    "VirtualLoop",
    "agree",
    "command_sources",
    "run_virtually",
]
