"""How telling people says no."""

from attrs import define

from ..errors import Missing, Refused


@define
class KindMalformed(Refused):
    """Nothing is told under such a name."""

    kind: str

    def __str__(self) -> str:
        return f"{self.kind!r} is no kind: lower-case words with dots, like payment.settled"


@define
class KindUnworded(Missing):
    """There are no words for what is to be told."""

    kind: str

    def __str__(self) -> str:
        return f"there are no words for {self.kind}"


@define
class RecipientGone(Refused):
    """Whoever is to be told does not let us talk to them, or is not there any more."""

    recipient: int
    reason: str

    def __str__(self) -> str:
        return f"{self.recipient} cannot be told anything: {self.reason}"
