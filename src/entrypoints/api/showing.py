"""What is shown to whom: nobody outside learns what is ours, or who of us did something."""

from typing import Any, Final, TypeVar

from attrs import evolve

from ...core.identity import Caller, Permission

DOERS: Final = ("by", "approved_by", "decided_by")

T = TypeVar("T")


def as_seen(caller: Caller, shown: T, **veiled: Any) -> T:
    """
    That, as far as they may see it; whoever sees what is others' sees all.

    Others see these values in the place of what is ours, and of names only their own.
    """
    if caller.may(Permission.SEE_OTHERS):
        return shown
    names = {
        name: "" for name in DOERS if getattr(shown, name, caller.name) not in ("", caller.name)
    }
    seen: Any = shown
    return evolve(seen, **veiled, **names)  # type: ignore[no-any-return]
