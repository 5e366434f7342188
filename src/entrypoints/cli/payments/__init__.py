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
    refunding,
    refunds,
    resolving,
    resubscribing,
    showing,
    standing,
    standings,
    unsubscribing,
)

STORIES = (
    asking,
    showing,
    cancelling,
    standing,
    standings,
    unsubscribing,
    resubscribing,
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
)

__all__ = ["STORIES"]
