"""The Stars of a bot: what was charged, what went back, and what is left."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import shake_256
from typing import Any, Final

from attrs import define, field

from .telegram_chats import Chats, User
from .telegram_invoices import Invoice
from .telegram_wire import Asked, Methods, Refusal

NANO: Final = 10**9
LIMIT_MAX: Final = 100
OFFSET_MAX: Final = 2**31 - 1
MILLE: Final = 1000


def scrambled(seed: str, size: int) -> str:
    """A name that looks like chance and is always the same."""
    return urlsafe_b64encode(shake_256(seed.encode()).digest(size)).decode()


@define
class Subscription:
    """What renews itself until somebody says no."""

    until: int
    is_active: bool = True
    may_be_active: bool = True
    """The bot has not taken it away."""


@define
class Charge:
    """A payment that happened."""

    id: str
    provider_id: str
    payer: User
    invoice: Invoice
    commission_per_mille: int = 0
    subscription: Subscription | None = None
    is_refunded: bool = False

    def as_content(self) -> dict[str, Any]:
        """What a payment and its refund are told with."""
        return {
            "currency": self.invoice.currency,
            "total_amount": self.invoice.total_amount,
            "invoice_payload": self.invoice.payload,
            "telegram_payment_charge_id": self.id,
            "provider_payment_charge_id": self.provider_id,
        }

    @property
    def commission(self) -> int:
        """What whoever brought the payer gets, in billionths of a Star."""
        return self.invoice.total_amount * NANO * self.commission_per_mille // MILLE

    @property
    def earned(self) -> int:
        """What is left for the bot, in billionths of a Star."""
        return self.invoice.total_amount * NANO - self.commission

    def as_partner(self, sign: int) -> dict[str, Any]:
        """The payer, as a transaction names them."""
        partner: dict[str, Any] = {
            "type": "user",
            "transaction_type": "invoice_payment",
            "user": self.payer.as_sender(),
            "invoice_payload": self.invoice.payload,
        }
        if self.invoice.period_seconds:
            partner["subscription_period"] = self.invoice.period_seconds
        if self.commission_per_mille:
            share = {"commission_per_mille": self.commission_per_mille}
            partner["affiliate"] = share | stars(sign * self.commission)
        return partner


@define
class Stars:
    """The account in Stars, and every charge by its id."""

    chats: Chats
    balance: int = 0
    """In billionths of a Star."""
    charges: dict[str, Charge] = field(factory=dict)
    transactions: list[dict[str, Any]] = field(factory=list)

    @property
    def methods(self) -> Methods:
        """What a bot may ask of this."""
        return {
            "getMyStarBalance": self._get_my_star_balance,
            "getStarTransactions": self._get_star_transactions,
            "refundStarPayment": self._refund_star_payment,
            "editUserStarSubscription": self._edit_user_star_subscription,
        }

    def take(self, charge: Charge) -> None:
        """Stars come in."""
        self.charges[charge.id] = charge
        self._move(charge.id, charge.earned, "source", charge.as_partner(1))

    def refund(self, charge_id: str) -> None:
        """
        Stars go back to whoever paid; an account that has too few of them owes them.

        Raises:
            LookupError: there is nothing to give back.
        """
        charge = self.charges[charge_id]
        if charge.is_refunded:
            raise LookupError("it was refunded before")
        charge.is_refunded = True
        self._move(charge.id, -charge.earned, "receiver", charge.as_partner(-1))
        self.chats.say(charge.payer, refunded_payment=charge.as_content())

    def withdraw(self, amount: int) -> None:
        """The owner turns Stars into money."""
        id = scrambled(f"withdrawal {self.chats.number()}", 24)
        state = {"type": "succeeded", "date": self.chats.now, "url": f"https://fragment.com/{id}"}
        partner = {"type": "fragment", "withdrawal_state": state}
        self._move(id, -amount * NANO, "receiver", partner)

    def _move(self, id: str, amount: int, side: str, partner: Mapping[str, Any]) -> None:
        self.balance += amount
        moved = {"id": id, **stars(abs(amount)), "date": self.chats.now, side: partner}
        self.transactions.append(moved)

    def _charge(self, asked: Asked) -> Charge:
        charge = self.charges.get(asked.required("telegram_payment_charge_id"))
        if charge is None or charge.payer.id != asked.whole("user_id"):
            raise Refusal(400, "CHARGE_NOT_FOUND")
        return charge

    async def _get_my_star_balance(self, asked: Asked) -> dict[str, int]:
        return stars(self.balance)

    async def _get_star_transactions(self, asked: Asked) -> dict[str, Any]:
        skipped = asked.number("offset", 0, 0, OFFSET_MAX)
        limit = asked.number("limit", LIMIT_MAX, 1, LIMIT_MAX)
        return {"transactions": self.transactions[skipped : skipped + limit]}

    async def _refund_star_payment(self, asked: Asked) -> bool:
        charge = self._charge(asked)
        if charge.is_refunded:
            raise Refusal(400, "CHARGE_ALREADY_REFUNDED")
        if self.balance < charge.earned:
            raise Refusal(400, "BALANCE_TOO_LOW")
        self.refund(charge.id)
        return True

    async def _edit_user_star_subscription(self, asked: Asked) -> bool:
        charge = self._charge(asked)
        asked.required("is_canceled")
        if charge.subscription is None:
            raise Refusal(400, "CHARGE_NOT_FOUND")
        charge.subscription.may_be_active = not asked.flag("is_canceled")
        # What the bot gives back does not renew itself: the payer has to want it again.
        charge.subscription.is_active &= charge.subscription.may_be_active
        return True


def stars(nano: int) -> dict[str, int]:
    """An amount as Telegram writes it: whole Stars towards zero, and the billionths, if any."""
    whole, rest = divmod(abs(nano), NANO)
    sign = -1 if nano < 0 else 1
    return {"amount": sign * whole} | ({"nanostar_amount": sign * rest} if rest else {})
