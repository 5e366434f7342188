"""What is for sale: invoices, and everything that Telegram refuses to print on one."""

import re
from typing import Any, Final

from attrs import evolve, frozen

from .telegram_wire import Asked, Refusal

STARS: Final = "XTR"
TITLE_MAX: Final = 32
DESCRIPTION_MAX: Final = 255
PAYLOAD_BYTES_MAX: Final = 128
TIPS_MAX: Final = 4
PERIOD_SECONDS: Final = 2592000
SUBSCRIPTION_STARS_MAX: Final = 10000
CURRENCY: Final = re.compile(r"[A-Z]{3}")
AMOUNT_MAX: Final = 2**53


@frozen(kw_only=True)
class Invoice:
    """An invoice, to be paid by anybody and any number of times."""

    title: str
    description: str
    payload: str
    currency: str
    total_amount: int
    start_parameter: str = ""
    period_seconds: int = 0
    """Of a subscription; zero when it is none."""

    @property
    def in_stars(self) -> bool:
        """Whether it is paid in Stars."""
        return self.currency == STARS

    def as_content(self) -> dict[str, Any]:
        """An `Invoice` of the Bot API."""
        return {
            "title": self.title,
            "description": self.description,
            "start_parameter": self.start_parameter,
            "currency": self.currency,
            "total_amount": self.total_amount,
        }


def invoice_of(asked: Asked, provider_token: str) -> Invoice:
    """
    The invoice that was asked for, by sendInvoice or createInvoiceLink.

    Raises:
        Refusal: something is wrong with it.
    """
    amounts = _amounts(asked)
    invoice = Invoice(
        title=_short(asked, "title", TITLE_MAX),
        description=_short(asked, "description", DESCRIPTION_MAX),
        payload=asked.required("payload"),
        currency=asked.required("currency"),
        total_amount=sum(amounts),
        start_parameter=asked.text("start_parameter"),
    )
    if len(invoice.payload.encode()) > PAYLOAD_BYTES_MAX:
        raise Refusal(400, "INVOICE_PAYLOAD_INVALID")
    tips = _tips(asked)
    if invoice.in_stars:
        if len(amounts) != 1 or asked.text("provider_token") or tips:
            raise Refusal(400, "STARS_INVOICE_INVALID")
    elif not CURRENCY.fullmatch(invoice.currency):
        raise Refusal(400, "CURRENCY_INVALID")
    elif asked.text("provider_token") != provider_token:
        raise Refusal(400, "PAYMENT_PROVIDER_INVALID")
    if not 0 < invoice.total_amount <= AMOUNT_MAX:
        raise Refusal(400, "CURRENCY_TOTAL_AMOUNT_INVALID")
    return invoice


def subscription_of(invoice: Invoice, asked: Asked) -> Invoice:
    """
    The invoice of a link, which may be one for every thirty days.

    Raises:
        Refusal: it may not, in this currency, for that time, or at that price.
    """
    if asked.text("business_connection_id"):
        raise Refusal(400, "business connection not found")
    if not asked.text("subscription_period"):
        return invoice
    seconds = asked.whole("subscription_period")
    if not invoice.in_stars or seconds != PERIOD_SECONDS:
        raise Refusal(400, "SUBSCRIPTION_PERIOD_INVALID")
    if invoice.total_amount > SUBSCRIPTION_STARS_MAX:
        raise Refusal(400, "CURRENCY_TOTAL_AMOUNT_INVALID")
    return evolve(invoice, period_seconds=seconds)


def check_buttons(asked: Asked) -> None:
    """
    A keyboard below an invoice begins with the button that pays.

    Raises:
        Refusal: it begins with another.
    """
    if not (markup := asked.json("reply_markup", dict)):
        return
    try:
        pays = markup["inline_keyboard"][0][0]["pay"]
    except (LookupError, TypeError):
        pays = False
    if pays is not True:
        raise Refusal(400, "REPLY_MARKUP_BUY_EMPTY")


def _short(asked: Asked, name: str, length_max: int) -> str:
    if len(text := asked.required(name)) > length_max:
        raise Refusal(400, f"{name} is longer than {length_max} characters")
    return text


def _amounts(asked: Asked) -> list[int]:
    asked.required("prices")
    amounts = []
    for price in asked.json("prices", list):
        amount = price.get("amount") if isinstance(price, dict) else None
        if type(amount) is not int or not isinstance(price.get("label"), str):
            raise Refusal(400, "can't parse labeled price")
        amounts.append(amount)
    return amounts


def _tips(asked: Asked) -> int:
    """The most that may be tipped."""
    suggested = asked.json("suggested_tip_amounts", list)
    most = asked.number("max_tip_amount", 0, 0, AMOUNT_MAX)
    rising = all(
        type(tip) is int and before < tip <= most
        for before, tip in zip([0, *suggested], suggested, strict=False)
    )
    if len(suggested) > TIPS_MAX or not rising:
        raise Refusal(400, "TIP_AMOUNTS_INVALID")
    return most
