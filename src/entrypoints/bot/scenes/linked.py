"""DeepLinks into the chat: what somebody is led to who follows one, and their own."""

from uuid import UUID

from attrs import frozen

from ....core.chats import DeepLinks, LinkForged, Topic
from ....core.errors import Missing
from ....core.identity import Users
from ....core.payments import PaymentId, Payments
from ....core.purchases import PurchaseId, Purchases
from ..addresses import Addresses, sharing
from ..views import menu
from .buying import Buying
from .guest import Facts, Guest, Shown
from .looking import Looking
from .recharging import Recharging


@frozen
class Linked:
    """Scenes to which links lead; what is not theirs is shown to nobody."""

    links: DeepLinks
    addresses: Addresses
    users: Users
    payments: Payments
    purchases: Purchases
    looking: Looking
    recharging: Recharging
    buying: Buying

    async def opened(self, guest: Guest, text: str) -> Shown:
        """What the link that they came by is about."""
        nothing = {"note": "link-nothing"}
        try:
            link = self.links.read(text)
        except LinkForged:
            return await self.looking.menu(guest, nothing)
        if link.topic is Topic.REFERRAL:
            return await self.looking.menu(guest, {})
        id, account = UUID(int=link.subject), guest.user.account
        try:
            if link.topic is Topic.PURCHASE:
                if (await self.purchases.get(PurchaseId(id))).wish.buyer == account:
                    return await self.buying.offer(guest, {"purchase": str(id)})
            elif (await self.payments.get(PaymentId(id))).order.payer == account:
                return await self.recharging.paying(guest, {"payment": str(id)})
        except Missing:
            pass
        return await self.looking.menu(guest, nothing)

    async def invite(self, guest: Guest, facts: Facts) -> Shown:
        """How many came by them, and their link."""
        address = await self.addresses.of(Topic.REFERRAL, guest.user.id)
        count = await self.users.brought(guest.user.id)
        view = menu.invite(guest.words, address, sharing(address), count)
        return Shown(scene="invite", view=view)
