"""Money coming in: ask for it, see what came, decide about what is held, give it back."""

from . import (
    approving,
    asking,
    cancelling,
    crediting,
    declining,
    dismissing,
    drawer,
    ending,
    giving,
    history,
    methods,
    notices,
    offering,
    refunding,
    refunds,
    rereading,
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
    notices,
    rereading,
    dismissing,
    methods,
    offering,
)

__all__ = ["STORIES"]
