"""A wallet of Stars: what is presented is a form of Telegram, which is paid once at most."""

from collections.abc import AsyncIterator, Awaitable, Sequence
from datetime import timedelta
from typing import Final, TypeVar

from attrs import define, field

from ...core.clock import Clock
from ...core.money import XTR, Asset, Money
from ...core.wallets import (
    CLOCKS_APART,
    Bill,
    BillRefused,
    Cheque,
    Draft,
    Look,
    Sight,
    WalletPoor,
    WalletUnclear,
)
from .client import Declined, Form, Spent, StarsClient
from .draft import SPENDING, StarsDraft, payee_in

STARS_WALLET: Final = "stars"
FORM_LIVES: Final = timedelta(minutes=10)
LAG: Final = CLOCKS_APART
"""So long after a payment at most it stands in the list, by our clock."""
AT_ONCE: Final = timedelta(minutes=2)
"""Telegram carries out at once what is presented to it."""
PAGE: Final = 50
PAGES_MAX: Final = 20
PROOF_MAX: Final = 128

NOT_PAID: Final = frozenset(
    {
        "BALANCE_TOO_LOW",
        "BOT_INVOICE_INVALID",
        "FORM_EXPIRED",
        "FORM_ID_EMPTY",
        "FORM_ID_EXPIRED",
        "FORM_UNSUPPORTED",
        "FROZEN_METHOD_INVALID",
        "PEER_ID_INVALID",
        "SLUG_INVALID",
    }
)
"""Answers to a payment that say that this form was not paid, and will not be by that."""

Told = TypeVar("Told")


@define(eq=False, kw_only=True)
class StarsWallet:
    """
    Pays invoices out of our account.

    The list of what was spent does not say by which form. So a draft remembers the newest row
    before it: what comes after that, of the same amount, can only be this one, since one cheque is
    open at a time. Where somebody else spends from the account, what cannot be told apart is left
    to a person.
    """

    client: StarsClient
    clock: Clock
    name: str = STARS_WALLET
    _paid: set[int] = field(factory=set, init=False, repr=False)
    """Forms of which Telegram said that they were paid."""

    @property
    def assets(self) -> Sequence[Asset]:
        """As the port says."""
        return (XTR,)

    @property
    def bills_max(self) -> int:
        """As the port says: a form is of one invoice."""
        return 1

    @property
    def presents_are_single(self) -> bool:
        """As the port says: that a form pays once is not confirmed for every invoice."""
        return False

    async def draw(self, bills: Sequence[Bill], last: int) -> Draft:
        """As the port says."""
        bill = self._alone(bills)
        bot, slug = payee_in(self.name, bill.parts[0].to, bill.parts[0].body)
        try:
            form = await self.client.form(slug)
        except Declined as no:
            raise BillRefused(self.name, f"there is no such invoice ({no.code})") from None
        form = self._as_billed(form, bot, bill.total.units)
        expires_at = self.clock.now() + FORM_LIVES
        available = await self.balance(XTR)
        if available < bill.total:
            raise WalletPoor(self.name, available, bill.total)
        newest = (await self._told(self.client.spent("", 1))).rows
        if newest and not SPENDING.fullmatch(newest[0].id):
            raise WalletUnclear(self.name, "what was spent last has no id that can be kept")
        drawn = StarsDraft(
            form=form.id,
            slug=slug,
            bot=bot,
            stars=bill.total.units,
            after=newest[0].id if newest else "",
        )
        return Draft(message=drawn.message, hash=str(form.id), sequence=0, expires_at=expires_at)

    async def present(self, cheque: Cheque) -> Look:
        """As the port says; whatever is answered, it is paid when the list says so."""
        drawn = StarsDraft.parse(cheque.draft.message)
        try:
            await self.client.pay(drawn.form, drawn.slug)
        except Declined as no:
            look = await self.look(cheque)
            if look.sight is Sight.CASHED:
                return look
            if no.code in NOT_PAID:
                raise BillRefused(self.name, no.code) from None
            raise WalletUnclear(self.name, f"Telegram says {no.code}") from None
        self._paid.add(drawn.form)
        return await self.look(cheque)

    async def look(self, cheque: Cheque) -> Look:
        """As the port says."""
        drawn, as_of = StarsDraft.parse(cheque.draft.message), self.clock.now() - LAG
        same = [each async for each in self._since(drawn.after) if each.stars == drawn.stars]
        left = [each for each in same if not each.undone and not each.nanos]
        ours = [each for each in left if each.to == drawn.bot]
        if len(ours) > 1:  # of those, what was paid when the cheque was presented
            ours = [each for each in ours if each.at < cheque.present_before + AT_ONCE]
        if len(ours) == 1 and not ours[0].pending:
            return Look(sight=Sight.CASHED, as_of=as_of, paid=(True,), proof=ours[0].id[:PROOF_MAX])
        if left:
            raise WalletUnclear(self.name, "so much was spent, and it is not known for what")
        if drawn.form in self._paid:
            raise WalletUnclear(self.name, "it was paid, and the list does not show it yet")
        return Look(sight=Sight.NOTHING, as_of=as_of)

    async def balance(self, asset: Asset) -> Money:
        """As the port says; of anything but Stars there is nothing."""
        stars = await self._told(self.client.balance()) if asset == XTR else 0
        return Money(max(stars, 0), asset)

    def _alone(self, bills: Sequence[Bill]) -> Bill:
        if len(bills) != 1 or len(bills[0].parts) != 1:
            raise BillRefused(self.name, "it pays one invoice at a time")
        if bills[0].asset != XTR:
            raise BillRefused(self.name, f"it is in {bills[0].asset}")
        return bills[0]

    def _as_billed(self, form: Form | None, bot: int, stars: int) -> Form:
        """The form, if it asks for just what the bill does."""
        if form is None or form.currency != XTR.code:
            raise BillRefused(self.name, "its invoice is not in Stars")
        if form.bot != bot:
            raise BillRefused(self.name, f"its invoice is of the bot {form.bot}, not {bot}")
        if any(price < 0 for price in form.prices) or sum(form.prices) != stars:
            raise BillRefused(self.name, f"its invoice is not about {stars} Stars")
        if form.test or form.subscription:
            raise BillRefused(self.name, "its invoice is a test, or would be paid again and again")
        return form

    async def _since(self, after: str) -> AsyncIterator[Spent]:
        """
        What was spent after that, the newest first.

        Raises:
            WalletUnclear: the list does not lead back there.
        """
        offset = ""
        for _ in range(PAGES_MAX):
            page = await self._told(self.client.spent(offset, PAGE))
            for each in page.rows:
                if each.id == after:
                    return
                yield each
            if not page.next and not after:
                return
            if not page.next or page.next == offset:
                break
            offset = page.next
        raise WalletUnclear(self.name, "the list of what was spent does not lead back far enough")

    async def _told(self, asked: Awaitable[Told]) -> Told:
        try:
            return await asked
        except Declined as no:
            raise WalletUnclear(self.name, f"Telegram says {no.code}") from None
