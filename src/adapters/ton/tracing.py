"""What became of what a wallet was told to send."""

from collections.abc import Mapping, Sequence

from attrs import frozen

from ...core.money import Asset
from ...core.payments import ProviderUnclear
from .address import Address
from .cells import read_bag
from .chain import METHOD, Chain, Message, Transaction
from .jetton import INTERNAL_TRANSFER
from .searching import set_off_by
from .sends import Sending


@frozen
class Fate:
    """Of one payment: whether it arrived, and what it cost besides."""

    paid: bool
    cost: int = 0


@frozen
class Tracing:
    """
    Follows each payment as far as it can fail.

    Coins are paid when they were sent: they never bounce. Jettons go through our jetton wallet and
    the payee's, and each of them may fail and undo it: they are paid when the latter has them.
    """

    chain: Chain
    owner: Address
    jettons: Mapping[Address, Asset]

    async def fates(self, transaction: Transaction, sends: Sequence[Sending]) -> Sequence[Fate]:
        """
        What became of each, once the wallet was told to send them.

        What could not be sent was left out, though the wallet carried out the rest.

        Raises:
            Unavailable: it is not known of all of them yet.
        """
        left, fates = list(transaction.out_msgs), list[Fate]()
        for each in sends:
            sent = next((message for message in left if _is(message, each)), None)
            if sent is None:
                fates.append(Fate(paid=False))
                continue
            left.remove(sent)
            if each.to in self.jettons:
                fates.append(await self._jettons(sent, transaction.lt))
            else:
                fates.append(Fate(paid=True, cost=sent.forward_fee))
        return fates

    async def _jettons(self, sent: Message, lt: int) -> Fate:
        """What became of jettons that our jetton wallet was told to transfer."""
        spent = sent.forward_fee + sent.value
        ours = await self._seen(sent, lt)
        spent -= self._back(ours)
        if ours.aborted:  # nothing of it is kept, so they never left
            return Fate(paid=False, cost=spent)
        handed = [each for each in ours.out_msgs if each.opcode == INTERNAL_TRANSFER]
        if len(handed) != 1:
            raise ProviderUnclear(METHOD, f"{ours.hash} transfers no jettons, and does not fail")
        theirs = await self._seen(handed[0], ours.lt)
        spent -= self._back(theirs)
        if not theirs.aborted:
            return Fate(paid=True, cost=spent)
        if not theirs.sent_back:
            raise ProviderUnclear(METHOD, f"jettons were lost in {theirs.hash}: a person decides")
        return Fate(paid=False, cost=spent)

    async def _seen(self, message: Message, lt: int) -> Transaction:
        found = await set_off_by(self.chain, message, lt)
        if found is None:
            raise ProviderUnclear(METHOD, f"jettons are on their way to {message.destination}")
        return found

    def _back(self, transaction: Transaction) -> int:
        """What of the coins comes back to us from there."""
        return sum(each.value for each in transaction.out_msgs if each.destination == self.owner)


def _is(message: Message, sending: Sending) -> bool:
    """Whether that is what was to be sent, to the letter."""
    return (
        message.destination == sending.to
        and message.value == sending.nano
        and read_bag(message.body).hash == sending.body.hash
    )
