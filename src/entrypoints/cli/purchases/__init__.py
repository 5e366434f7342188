"""Goods going out: make a price, buy, see what became of it, decide what is in doubt."""

from . import (
    buying,
    calling_off,
    cheques,
    deciding,
    late,
    listing,
    pricing,
    reopening,
    review,
    settling,
    showing,
    suppliers,
    voiding,
)

STORIES = (
    pricing,
    buying,
    calling_off,
    showing,
    listing,
    review,
    deciding,
    late,
    settling,
    cheques,
    voiding,
    suppliers,
    reopening,
)

__all__ = ["STORIES"]
