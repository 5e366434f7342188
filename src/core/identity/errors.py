"""How the door says no."""

from datetime import datetime
from uuid import UUID

from attrs import define

from ..errors import Conflict, Missing, Refused


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


@define
class NotSure(Refused):
    """They may do this, but have not shown just now that it is them."""

    who: str

    def __str__(self) -> str:
        return f"{self.who} may do this after showing their second factor, and shortly after only"


@define
class NotKnown(Refused):
    """What was shown opens nothing; why not is not told to strangers."""

    what: str

    def __str__(self) -> str:
        return f"this {self.what} opens nothing here"


@define
class KeyMissing(Missing):
    """There is no key of that name."""

    public: str

    def __str__(self) -> str:
        return f"there is no key {self.public}"


@define
class KeyEnded(Refused):
    """The key opens nothing any more."""

    public: str

    def __str__(self) -> str:
        return f"key {self.public} is over: make a new one"


@define
class KeyMade(Conflict):
    """The key that was asked for is there already, and its secret was shown then."""

    public: str

    def __str__(self) -> str:
        return f"key {self.public} was made before: if its secret got lost, let another take over"


@define
class ScopesMissing(Refused):
    """A key that opens nothing is none."""

    name: str

    def __str__(self) -> str:
        return f"key {self.name!r} would open nothing: name what it is for"


@define
class TermMalformed(Refused):
    """So long nothing is good for here."""

    reason: str

    def __str__(self) -> str:
        return f"it cannot be good for that long: {self.reason}"


@define
class LaunchOver(Refused):
    """The app was opened too long ago to sign in now, or at a moment that has not come."""

    at: datetime

    def __str__(self) -> str:
        return f"the app was opened at {self.at.isoformat()}: open it again to sign in"


@define
class LaunchUsed(Refused):
    """Somebody has signed in with this launch; each opens one session."""

    user: str

    def __str__(self) -> str:
        return f"{self.user} has signed in with this launch already: open the app again"


@define
class SessionMissing(Missing):
    """There is no such session, or it has ended."""

    session: UUID

    def __str__(self) -> str:
        return f"there is no session {self.session}"


@define
class SignInOff(Missing):
    """Nobody signs in here."""

    setting: str

    def __str__(self) -> str:
        return f"nobody signs in here: {self.setting} is not set"


@define
class NothingVouches(Refused):
    """Nothing here can say that somebody is sure."""

    setting: str

    def __str__(self) -> str:
        return f"nobody can be sure here: {self.setting} is not set"


@define
class NotFresh(Refused):
    """They came in too long ago to set up what makes them sure."""

    who: str

    def __str__(self) -> str:
        return f"{self.who} came in too long ago for this: sign in again"


@define
class SecondFactorMissing(Missing):
    """They have no second factor."""

    who: str

    def __str__(self) -> str:
        return f"there is no second factor of {self.who}"


@define
class HasSecondFactor(Refused):
    """They have a second factor already."""

    who: str

    def __str__(self) -> str:
        return f"{self.who} has a second factor that counts: it has to be taken away first"
