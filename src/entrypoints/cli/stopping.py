"""Commands that serve until somebody says stop."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

STOPPING: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stopped_by_signals(stopping: asyncio.Event) -> Iterator[None]:
    """Inside the block Ctrl-C and SIGTERM say stop, and do nothing else."""
    loop = asyncio.get_running_loop()
    for each in STOPPING:
        loop.add_signal_handler(each, stopping.set)
    try:
        yield
    finally:
        for each in STOPPING:
            loop.remove_signal_handler(each)
