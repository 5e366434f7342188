"""Tables as operators write them: in altyn.toml, or as TOML in a variable."""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import TypeVar

Read = TypeVar("Read")


def table(written: object, example: str) -> Mapping[str, object]:
    """The table, from a file or from text; the ValueError shows how one is written."""
    if isinstance(written, str):
        try:
            return tomllib.loads(written)
        except ValueError:
            raise ValueError(f"expected TOML, like {example}") from None
    if not isinstance(written, Mapping):
        raise ValueError(f"expected a table, like {example}")
    return written


def each(written: Mapping[str, object], read: Callable[[str, object], Read]) -> dict[str, Read]:
    """All of a table, read one by one; the ValueError begins with the name of what is wrong."""
    found: dict[str, Read] = {}
    for name, value in written.items():
        try:
            found[name] = read(name, value)
        except ValueError as wrong:
            raise ValueError(f"{name}: {wrong}") from None
    return found


def known(name: str, names: Iterable[str], what: str) -> str:
    """The name, if it is one of these; else a ValueError with the one that was meant."""
    names = list(names)
    if name in names:
        return name
    near = get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
    raise ValueError(f"there is no such {what}; {hint}")
