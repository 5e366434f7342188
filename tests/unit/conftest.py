"""What is counted for the coverage of the core."""

from collections.abc import Generator

import pytest
from coverage import Coverage

WORLDS = ("_world", "_world_mistakes")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Not the worlds: they go thousands of times where the others go, at half the speed."""
    counting = Coverage.current() if item.path.stem.endswith(WORLDS) else None
    if counting is None:
        return (yield)
    counting.stop()
    try:
        return (yield)
    finally:
        counting.start()
