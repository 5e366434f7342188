"""Goods going out: make a price, buy, see what became of it, decide what is in doubt."""

from . import buying, calling_off, cheques, deciding, listing, pricing, review, showing, voiding

STORIES = (
    pricing,
    buying,
    calling_off,
    showing,
    listing,
    review,
    deciding,
    cheques,
    voiding,
)

__all__ = ["STORIES"]
