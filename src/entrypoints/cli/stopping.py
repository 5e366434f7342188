"""Commands that serve until somebody says stop."""

import asyncio
import os
import signal
import sys
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


@contextmanager
def stopped_by_eof(stopping: asyncio.Event) -> Iterator[None]:
    """Inside the block the end of stdin says stop: whoever started us is gone, however that was."""
    loop, stdin = asyncio.get_running_loop(), sys.stdin.fileno()

    def read() -> None:
        if not os.read(stdin, 4096):
            loop.remove_reader(stdin)
            stopping.set()

    loop.add_reader(stdin, read)
    try:
        yield
    finally:
        loop.remove_reader(stdin)
