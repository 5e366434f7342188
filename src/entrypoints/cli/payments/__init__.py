"""Money coming in: ask for it, see what came, decide about what is held, give it back."""

from . import (
    approving,
    asking,
    cancelling,
    crediting,
    declining,
    drawer,
    ending,
    giving,
    history,
    methods,
    offering,
    refunding,
    refunds,
    resolving,
    showing,
    standing,
)

STORIES = (
    asking,
    showing,
    cancelling,
    standing,
    ending,
    history,
    drawer,
    crediting,
    giving,
    refunding,
    refunds,
    approving,
    declining,
    resolving,
    methods,
    offering,
)

__all__ = ["STORIES"]
