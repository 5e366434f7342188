"""How invoices are paid: the bot is asked, has ten seconds to agree, and only then money moves."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from attrs import define, evolve, field

from ...core.clock import Clock
from .telegram_chats import Chats, Message, User
from .telegram_invoices import Invoice, check_buttons, invoice_of, subscription_of
from .telegram_stars import Charge, Stars, Subscription, scrambled
from .telegram_wire import Asked, Methods, Refusal

PATIENCE: Final = timedelta(seconds=10)
LINK: Final = "https://t.me/$"
CHARGE_BYTES: Final = 96
"""Such ids have up to 131 characters in the wild, and that is how long these are."""


class Outcome(StrEnum):
    """What became of somebody's wish to pay."""

    WAITING = "waiting"
    """The bot has not answered and still may."""
    PAID = "paid"
    REFUSED = "refused"
    """The bot said no."""
    LATE = "late"
    """The bot did not answer in time."""
    FAILED = "failed"
    """The bot agreed, and the money did not move all the same."""


@define
class Checkout:
    """Somebody pressed the button that pays. Nothing is charged unless it is paid."""

    id: str
    payer: User
    invoice: Invoice
    asked_at: datetime
    clock: Clock = field(repr=False)
    commission_per_mille: int = 0
    fails: str = ""
    charge: Charge | None = None
    _answered: Outcome | None = None
    _why: str = ""

    @property
    def outcome(self) -> Outcome:
        """As of now."""
        if self._answered:
            return self._answered
        late = self.clock.now() - self.asked_at >= PATIENCE
        return Outcome.LATE if late else Outcome.WAITING

    @property
    def why(self) -> str:
        """What the payer is shown when it was not paid."""
        return "the bot did not answer in time" if self.outcome is Outcome.LATE else self._why

    def end(self, outcome: Outcome, why: str = "") -> None:
        """There was an answer."""
        self._answered, self._why = outcome, why


@define
class Sales:
    """Invoices that were sent or linked to, and everybody who wanted to pay one."""

    chats: Chats
    stars: Stars
    provider_token: str = field(repr=False)
    links: dict[str, Invoice] = field(factory=dict)
    sent: dict[int, Invoice] = field(factory=dict)
    """By the id of the message."""
    checkouts: dict[str, Checkout] = field(factory=dict)

    @property
    def methods(self) -> Methods:
        """What a bot may ask of this."""
        return {
            "sendInvoice": self._send_invoice,
            "createInvoiceLink": self._create_invoice_link,
            "answerPreCheckoutQuery": self._answer_pre_checkout_query,
        }

    def pay(
        self, invoice: str | Message, payer: User, commission_per_mille: int, fails: str
    ) -> Checkout:
        """
        Press the button: the bot is asked.

        Raises:
            LookupError: there is no such invoice, or its copy at this payer has no such button.
        """
        found = self._find(invoice, payer)
        checkout = Checkout(
            str(self.chats.number()),
            payer,
            found,
            self.chats.clock.now(),
            self.chats.clock,
            commission_per_mille,
            fails,
        )
        self.checkouts[checkout.id] = checkout
        query = {
            "id": checkout.id,
            "from": payer.as_sender(),
            "currency": found.currency,
            "total_amount": found.total_amount,
            "invoice_payload": found.payload,
        }
        self.chats.updates.make("pre_checkout_query", query)
        return checkout

    def renew(self, charge_id: str, own_id: bool) -> Charge:
        """
        Another thirty days are paid, without anybody being asked.

        Raises:
            LookupError: it is no subscription, or one that was cancelled.
        """
        charge = self.stars.charges[charge_id]
        if not charge.subscription or not charge.subscription.is_active:
            raise LookupError("no such subscription is active")
        charge.subscription.until += charge.invoice.period_seconds
        names = self._names(charge.invoice, charge.payer)
        id = names[0] if own_id else charge.id
        renewal = evolve(charge, id=id, provider_id=names[1], is_refunded=False)
        self._book(renewal, is_recurring=True)
        return renewal

    def change_subscription(self, charge_id: str, state: str) -> None:
        """
        The payer cancels it or wants it again, or had not enough for the next thirty days.

        Raises:
            LookupError: it is no subscription, or the bot has taken it away.
        """
        charge = self.stars.charges[charge_id]
        if not charge.subscription or not charge.subscription.may_be_active:
            raise LookupError("no such subscription may be changed")
        charge.subscription.is_active = state != "canceled"
        changed = {
            "user": charge.payer.as_sender(),
            "invoice_payload": charge.invoice.payload,
            "state": state,
        }
        self.chats.updates.make("subscription", changed)

    def _find(self, invoice: str | Message, payer: User) -> Invoice:
        if isinstance(invoice, str):
            return self.links[invoice]
        found = self.sent[invoice["message_id"]]
        if found.start_parameter and invoice["chat"]["id"] != payer.id:
            raise LookupError("a copy of this message has a link to the bot, and no button to pay")
        return found

    async def _send_invoice(self, asked: Asked) -> Message:
        user = self.chats.reach(asked)
        invoice = invoice_of(asked, self.provider_token)
        check_buttons(asked)
        message = self.chats.send(user, asked, {"invoice": invoice.as_content()})
        self.sent[message["message_id"]] = invoice
        return message

    async def _create_invoice_link(self, asked: Asked) -> str:
        invoice = subscription_of(invoice_of(asked, self.provider_token), asked)
        link = LINK + scrambled(f"link {self.chats.number()}", 18)
        self.links[link] = invoice
        return link

    async def _answer_pre_checkout_query(self, asked: Asked) -> bool:
        checkout = self.checkouts.get(asked.required("pre_checkout_query_id"))
        agreed = asked.flag("ok")
        why = "" if agreed else asked.required("error_message")
        # That a second answer is refused is not confirmed; a bot has to live with it if it is.
        if checkout is None or checkout.outcome is not Outcome.WAITING:
            raise Refusal(
                400, "query is too old and response timeout expired or query ID is invalid"
            )
        if not agreed:
            checkout.end(Outcome.REFUSED, why)
        elif checkout.fails:
            checkout.end(Outcome.FAILED, checkout.fails)
        else:
            self._charge(checkout)
        return True

    def _charge(self, checkout: Checkout) -> None:
        invoice, payer = checkout.invoice, checkout.payer
        id, provider_id = self._names(invoice, payer)
        charge = Charge(id, provider_id, payer, invoice, checkout.commission_per_mille)
        recurring = {}
        if invoice.period_seconds:
            charge.subscription = Subscription(self.chats.now + invoice.period_seconds)
            recurring = {"is_recurring": True, "is_first_recurring": True}
        checkout.charge = charge
        checkout.end(Outcome.PAID)
        self._book(charge, **recurring)

    def _names(self, invoice: Invoice, payer: User) -> tuple[str, str]:
        """Of a charge: Telegram's, and that of whoever took the money."""
        number = self.chats.number()
        by_payer = f"{payer.id}_{number}"
        if invoice.in_stars:
            return "stx" + scrambled(f"charge {number}", CHARGE_BYTES), by_payer
        return by_payer, "ch_" + scrambled(f"card {number}", 18)

    def _book(self, charge: Charge, **recurring: bool) -> None:
        if charge.invoice.in_stars:
            self.stars.take(charge)
        paid = charge.as_content() | recurring
        if charge.subscription:
            paid["subscription_expiration_date"] = charge.subscription.until
        self.chats.say(charge.payer, successful_payment=paid)
