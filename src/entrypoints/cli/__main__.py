"""`python -m altyn.entrypoints.cli`."""

from .program import main

main()
