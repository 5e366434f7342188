"""How limits refuse."""

from attrs import define

from ..errors import Missing, Refused, Unavailable


@define
class PolicyMalformed(Refused):
    """The policy could never do what its name promises."""

    policy: str
    what: str

    def __str__(self) -> str:
        return f"policy {self.policy!r}: {self.what}"


@define
class RuleUnknown(Missing):
    """No limit is written for that action of that way in."""

    way_in: str
    action: str
    nearest: str | None = None

    def __str__(self) -> str:
        hint = f"; did you mean {self.nearest!r}?" if self.nearest else ""
        return f"no limits are written for {self.action!r} of {self.way_in!r}{hint}"


@define
class SubjectMissing(Refused):
    """A limit counts by something that the caller did not name."""

    limit: str
    subject: str

    def __str__(self) -> str:
        return f"limit {self.limit!r} counts by {self.subject}, and none was named"


@define
class KeyMalformed(Refused):
    """A key is text; of anything else nobody knows which text it would be."""

    policy: str
    given: str

    def __str__(self) -> str:
        return f"policy {self.policy!r}: a key is text, not {self.given}"


@define
class CostMalformed(Refused):
    """A cost is a whole number above zero."""

    policy: str
    cost: object

    def __str__(self) -> str:
        return f"policy {self.policy!r}: a cost is a whole number from 1, not {self.cost!r}"


@define
class CostNever(Refused):
    """The cost is above what the policy can ever admit: waiting does not help."""

    policy: str
    cost: int
    most: int

    def __str__(self) -> str:
        return f"policy {self.policy!r} never admits {self.cost} at once, {self.most} at most"


@define
class DemandsMalformed(Refused):
    """One step admits a few demands, each of another key or policy."""

    demands: int
    what: str

    def __str__(self) -> str:
        return f"{self.demands} demands in one step: {self.what}"


@define
class TooOften(Unavailable):
    """A limit is used up for now; the wait is exact."""

    limit: str
    wait_microseconds: int

    def __str__(self) -> str:
        return f"too often for {self.limit!r}: again in {self.retry_after_seconds:.3f} s"

    @property
    def retry_after_seconds(self) -> float:
        """When the same would be admitted, if nobody else asks before."""
        return self.wait_microseconds / 1_000_000


@define
class MeterAway(Unavailable):
    """What the processes count together cannot be asked, and this is not done uncounted."""

    retry_after_seconds: float = 1.0

    def __str__(self) -> str:
        return f"limits cannot be counted right now; try again in {self.retry_after_seconds:g} s"


@define
class MeterFull(Unavailable):
    """More is owed than may be remembered; none of it is forgotten for what is new."""

    places: int

    def __str__(self) -> str:
        return f"{self.places} debts are remembered already; try again shortly"

    @property
    def retry_after_seconds(self) -> float:
        """Debts end all the time."""
        return 1.0
