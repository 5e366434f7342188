"""How long hypothesis plays with state machines: a moment after each change, longer at night."""

import os
from typing import Final

from hypothesis import settings

TIMES: Final = int(os.environ.get("ALTYN_TEST_MACHINES_TIMES", "1"))
"""So many times as many examples as on an ordinary run."""


def played(examples: int, steps: int) -> settings:
    """So many histories of at most so many steps."""
    return settings(max_examples=examples * TIMES, stateful_step_count=steps, deadline=None)
