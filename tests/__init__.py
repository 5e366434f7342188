"""Tests; a package, so that no folder `tests` that a library installs can be taken for this one."""
