"""How a profile says that it cannot be used."""

from typing import Final

from attrs import define

from ...core.errors import Refused

NAMED_MAX: Final = 3
"""How many of the missing values are named in one line."""
SHOWN_MAX: Final = 10


@define
class ProfileMissing(Refused):
    """No profile of a card provider has this name, and there is no such file."""

    profile: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        known = ", ".join(self.known)
        return f"there is no profile {self.profile}: give the path of a file, or one of {known}"


@define
class ProfileWrong(Refused):
    """A profile of a card provider cannot be understood, or contradicts itself."""

    profile: str
    problems: tuple[str, ...]
    """Each with its place."""

    def __str__(self) -> str:
        told = "; ".join(self.problems[:SHOWN_MAX])
        more = len(self.problems) - SHOWN_MAX
        return f"profile {self.profile}: {told}" + (f"; and {more} more" if more > 0 else "")


@define
class ProfileUnfinished(Refused):
    """A profile of a card provider lacks what only the provider can tell."""

    profile: str
    missing: tuple[str, ...]
    """The places of the values."""

    def __str__(self) -> str:
        named, more = self.missing[:NAMED_MAX], len(self.missing) - NAMED_MAX
        values = ", ".join(named) + (f" and {more} more" if more > 0 else "")
        return (
            f"profile {self.profile} lacks {values}: ask {self.profile} for its documentation, "
            "write into a copy of the file what it says, and use the copy"
        )


@define
class ShopIncomplete(Refused):
    """A provider is used without something that its profile needs from us."""

    profile: str
    missing: tuple[str, ...]

    def __str__(self) -> str:
        return f"profile {self.profile} needs {' and '.join(self.missing)} of our account there"
