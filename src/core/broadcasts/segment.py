"""To whom something is said: everybody, or those of whom all that is named is true."""

from datetime import datetime

from attrs import asdict, frozen

from ..clock import aware
from ..identity import Language, Role


@frozen(kw_only=True)
class Segment:
    """
    Everybody whom we know, or of them those who answer to all that is not None.

    Never the muted, those who do not want to hear from us or not this, and those we have forgotten.
    """

    language: Language | None = None
    role: Role | None = None
    bought_since: datetime | None = None
    """Something that they bought then or later was delivered."""
    not_bought_since: datetime | None = None
    """Nothing that they bought then or later was delivered: they never bought, or earlier."""
    seen_since: datetime | None = None

    def __attrs_post_init__(self) -> None:
        for each in (self.bought_since, self.not_bought_since, self.seen_since):
            if each is not None:
                aware(each)

    @property
    def words(self) -> str:
        """The same as it is told: `language=ru seen_since=…`."""
        told = asdict(self).items()
        parts = (
            f"{name}={value.isoformat() if isinstance(value, datetime) else value}"
            for name, value in told
            if value is not None
        )
        return " ".join(parts) or "everybody"
