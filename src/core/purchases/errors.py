"""How purchases refuse."""

from uuid import UUID

from attrs import define

from ..errors import Conflict, Missing, Refused, Unavailable
from ..money import Money


@define
class PurchaseMissing(Missing):
    """No purchase has this id."""

    purchase: UUID

    def __str__(self) -> str:
        return f"there is no purchase {self.purchase}"


@define
class PurchaseReused(Conflict):
    """The id belongs to a purchase with other contents."""

    purchase: UUID

    def __str__(self) -> str:
        return f"purchase {self.purchase} is known with other contents: use a fresh id"


@define
class PurchaseMoved(Conflict):
    """Somebody else changed the purchase first."""

    purchase: UUID
    state: str

    def __str__(self) -> str:
        return f"purchase {self.purchase} is {self.state} by now"


@define
class LaneTaken(Conflict):
    """Another purchase is under way where one at a time is."""

    lane: str

    def __str__(self) -> str:
        return f"another purchase is under way in {self.lane}"


@define
class SupplierUnknown(Missing):
    """Nobody here sells this, or nobody has that name."""

    what: str

    def __str__(self) -> str:
        return f"there is no supplier of or called {self.what}"


@define
class QuoteExpired(Refused):
    """The price does not hold any more; nothing was paid."""

    purchase: UUID

    def __str__(self) -> str:
        return f"the price of purchase {self.purchase} does not hold any more"


@define
class NotPaidFor(Conflict):
    """The payment for the purchase has not come yet."""

    purchase: UUID
    payment: UUID

    def __str__(self) -> str:
        return f"purchase {self.purchase} waits for payment {self.payment}"


@define
class NotForHouse(Refused):
    """Somebody pays for the purchase: nobody agrees to it but them."""

    purchase: UUID

    def __str__(self) -> str:
        return f"purchase {self.purchase} is not paid for by the house"


@define
class PriceRose(Refused):
    """The supplier asks for more by now than the price was made for."""

    asked: Money
    most: Money

    def __str__(self) -> str:
        return f"it costs {self.asked} by now, and the price was made for {self.most} at most"


@define
class RecipientChanged(Refused):
    """Somebody else has the name by now than was shown."""

    shown: str
    found: str

    def __str__(self) -> str:
        return f"the recipient was {self.shown}, and is {self.found} by now"


@define
class RecipientRefused(Refused):
    """Nobody has that name, or whoever has it cannot be given this."""

    recipient: str
    reason: str

    def __str__(self) -> str:
        return f"@{self.recipient} cannot be given this: {self.reason}"


@define
class SupplierRefused(Refused):
    """The supplier said no; nothing was ordered."""

    supplier: str
    reason: str

    def __str__(self) -> str:
        return f"{self.supplier} refused: {self.reason}"


@define
class SupplierClosed(Unavailable):
    """The supplier does not sell to us before somebody has seen to it."""

    supplier: str
    reason: str

    def __str__(self) -> str:
        return f"{self.supplier} does not sell to us: {self.reason}"


@define
class SupplierUnclear(Unavailable):
    """The supplier did not answer, or not in a way that tells what happened."""

    supplier: str
    reason: str
    retry_after_seconds: float | None = None

    def __str__(self) -> str:
        return f"{self.supplier} left us in doubt: {self.reason}"


@define
class TooLateToCancel(Conflict):
    """It is too late to call the purchase off."""

    purchase: UUID
    state: str

    def __str__(self) -> str:
        return f"purchase {self.purchase} is {self.state}: it cannot be called off any more"


@define
class CampaignMissing(Missing):
    """No campaign has this id."""

    campaign: UUID

    def __str__(self) -> str:
        return f"there is no campaign {self.campaign}"


@define
class CampaignReused(Conflict):
    """The id belongs to a campaign with another plan."""

    campaign: UUID

    def __str__(self) -> str:
        return f"campaign {self.campaign} is known with another plan: use a fresh id"


@define
class CampaignMoved(Conflict):
    """Somebody else changed the campaign first, or it is not where it was thought to be."""

    campaign: UUID
    state: str

    def __str__(self) -> str:
        return f"campaign {self.campaign} is {self.state} by now"


@define
class PlanMalformed(Refused):
    """A plan does not say what is to be done."""

    reason: str

    def __str__(self) -> str:
        return f"this plan cannot be carried out: {self.reason}"
