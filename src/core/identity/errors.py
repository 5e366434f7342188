"""How the door says no."""

from attrs import define

from ..errors import Missing, Refused


@define
class NotAllowed(Refused):
    """Whoever asks may not do this."""

    who: str
    permission: str
    takes: str
    """The least role that may."""

    def __str__(self) -> str:
        return f"{self.who} may not do this ({self.permission}): it takes the role {self.takes}"


@define
class MalformedUser(Refused):
    """Telegram gives nobody such a number."""

    given: str

    def __str__(self) -> str:
        return f"{self.given!r} is no user of Telegram: expected a number like 42"


@define
class UserMissing(Missing):
    """Nobody of that id or name was ever seen here."""

    user: str

    def __str__(self) -> str:
        return f"nobody here is known as {self.user}"


@define
class LastOwner(Refused):
    """Somebody has to own the shop."""

    user: str

    def __str__(self) -> str:
        return f"{self.user} is the only owner: make somebody else one first"


@define
class NamedOwner(Refused):
    """The setting makes them an owner, so only the setting can change that."""

    user: str

    def __str__(self) -> str:
        return f"{self.user} is named in ALTYN_OWNERS: take them out of it first"


@define
class Outranked(Refused):
    """Their role is not below that of whoever wants to mute them."""

    user: str
    role: str

    def __str__(self) -> str:
        return f"{self.user} has the role {self.role}: only who is above that can do this"
