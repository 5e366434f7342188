"""What somebody said in JSON: its members exactly as they have to be, or not at all."""

from collections.abc import Mapping
from typing import Any, Final

TEXT_MAX: Final = 200

Said = Mapping[str, Any]


class Unintelligible(ValueError):
    """It is not what was to be expected; the words hold nothing secret."""


def object_of(said: Said, name: str) -> Said:
    """A member that has to be an object."""
    found = said.get(name)
    if not isinstance(found, dict):
        raise Unintelligible(f"{name} is missing or is no object")
    return found


def objects_of(said: Said, name: str) -> list[Said]:
    """A member that has to be a list of objects."""
    found = said.get(name)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Unintelligible(f"{name} is missing or is no list of objects")
    return found


def text_of(said: Said, name: str, longest: int = TEXT_MAX) -> str:
    """A member that has to be text on one line."""
    found = said.get(name)
    if not isinstance(found, str) or not found or not found.isprintable() or len(found) > longest:
        raise Unintelligible(f"{name} is missing or is no such text")
    return found


def whole_of(said: Said, name: str) -> int:
    """A member that has to be a whole number, not below nothing."""
    found = said.get(name)
    if type(found) is not int or found < 0:
        raise Unintelligible(f"{name} is missing or is no such number")
    return found
