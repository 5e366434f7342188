"""Contenders take turns, so that what else the machine does hits all of them."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def in_turn(contenders: Sequence[T], turn: int) -> Iterator[T]:
    """Another one begins each time, and every second time they go the other way round."""
    start = turn % len(contenders)
    order = [*contenders[start:], *contenders[:start]]
    return reversed(order) if turn % 2 else iter(order)
