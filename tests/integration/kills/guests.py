"""Those who talk with the bot, from the first start to their Stars; and tap again as people do."""

import asyncio
from collections.abc import Mapping
from time import monotonic
from typing import Any, Final

from attrs import define, field, frozen

from altyn.core.balances import AccountMissing, Ledger, account_name
from altyn.core.money import RUB
from altyn.core.payments import Payments
from altyn.core.payments import State as Paid
from altyn.core.purchases import Purchases, State
from altyn.entrypoints.sandbox.telegram_chats import Message, User
from altyn.entrypoints.sandbox.telegram_sales import Checkout, Outcome

from .chatting import LOOKS_AGAIN_SECONDS, Parlour

PATIENCE_SECONDS: Final = 40.0
TAPS_AGAIN_SECONDS: Final = 2.0
MANY: Final = 100

EN: Final[Mapping[str, str]] = {
    "language": "en",
    "empty": "Your balance is empty",
    "stars": "Buy Stars",
    "how many": "How many?",
    "count": "50 ⭐",
    "whom": "For whom?",
    "me": "For me",
    "short": "is missing",
    "top up": "Top up",
    "methods": "How would you like to pay?",
    "by stars": "Telegram Stars",
    "by heleket": "Crypto",
    "waiting": "Waiting for your payment",
    "grew": "Your balance grew",
    "goes on": "Price: ",
    "delivered": "50 Stars delivered",
}
RU: Final[Mapping[str, str]] = {
    "language": "ru",
    "empty": "На балансе пока пусто",
    "stars": "Купить звёзды",
    "how many": "Сколько?",
    "count": "50 ⭐",
    "whom": "Для кого?",
    "me": "Для меня",
    "short": "не хватает",
    "top up": "Пополнить на",
    "methods": "Как вам удобнее заплатить?",
    "by stars": "Звёзды Telegram",
    "by heleket": "Криптовалюта",
    "waiting": "Ждём вашу оплату",
    "grew": "Баланс пополнен",
    "goes on": "Цена: ",
    "delivered": "50 звёзд: доставлено",
}


@frozen(kw_only=True)
class Result:
    """What somebody has at last."""

    charged: int
    """How many of their payments have come, as our books say."""
    delivered: int
    """How often they were given Stars, as those say who give them."""
    left: int
    """What they have of what they paid and of what they bought, in the smallest units."""
    held: int
    paid: int
    price: int
    receipts: int
    """How often they were told of the one and of the other."""
    delivered_told: int


@define(eq=False)
class Guest:
    """Somebody who wants fifty Stars and has no money here yet."""

    parlour: Parlour
    name: str
    words: Mapping[str, str]
    method: str
    user: User = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.user = self.parlour.desks.telegram.join(
            self.name.capitalize(), username=self.name, language_code=self.words["language"]
        )
        self.parlour.desks.fragment.people[self.name] = self.name.capitalize()

    async def __call__(self) -> None:
        """All the way."""
        words, telegram = self.words, self.parlour.desks.telegram
        telegram.say(self.user, "/start")
        await self.sees("empty")
        await self.taps("stars", sees="how many")
        await self.taps("count", sees="whom")
        await self.taps("me", sees="short")
        await self.taps("top up", sees="methods")
        await self.taps(f"by {self.method}", sees="waiting")
        await (self.pay_in_stars() if self.method == "stars" else self.pay_by_heleket())
        await self.sees("delivered", 2 * PATIENCE_SECONDS)  # paid for, bought, and given
        assert any(words["grew"] in text(each) for each in self.messages)

    @property
    def messages(self) -> list[Message]:
        """What the bot wrote to them that is there still."""
        found = self.parlour.desks.telegram.chats.messages.get(self.user.id, [])
        return [each for each in found if each["from"]["is_bot"]]

    def shown(self, key: str) -> bool:
        """Whether the newest message says that."""
        return bool(self.messages) and self.words[key] in text(self.messages[-1])

    async def sees(self, key: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until it is shown."""
        until = monotonic() + seconds
        while not self.shown(key):
            if monotonic() > until:
                newest = [text(each) for each in self.messages[-2:]]
                raise TimeoutError(f"{self.name} does not see {self.words[key]!r}: {newest}")
            await asyncio.sleep(LOOKS_AGAIN_SECONDS)

    async def taps(self, key: str, *, sees: str) -> None:
        """Tap, and again when nothing comes of it for a while."""
        until = monotonic() + PATIENCE_SECONDS
        while not self.shown(sees):
            if self.words[key] in labels(self.messages[-1]):
                self.parlour.desks.telegram.press(self.user, self.words[key])
            try:
                await self.sees(sees, TAPS_AGAIN_SECONDS)
            except TimeoutError:
                if monotonic() > until:
                    raise

    async def pay_in_stars(self) -> None:
        """Press the button of the invoice, and again where the bot did not answer in time."""
        while True:
            row = self.messages[-1]["reply_markup"]["inline_keyboard"][0]
            checkout = self.parlour.desks.telegram.pay(row[0]["url"], self.user)
            if await self._charged(checkout):
                return

    async def _charged(self, checkout: Checkout) -> bool:
        await self.parlour.until(lambda: checkout.outcome is not Outcome.WAITING)
        return checkout.outcome is Outcome.PAID

    async def pay_by_heleket(self) -> None:
        """Transfer what the page of the invoice says."""
        payments: Payments = await self.parlour.house.get(Payments)
        (payment, *_) = await payments.of(f"user:{self.user.id}", MANY)
        desk, order = self.parlour.desks.heleket, payment.id.hex
        desk.pay(order, desk.invoices[order]["amount"])

    async def result(self) -> Result:
        """As everybody says who knows."""
        house, account = self.parlour.house, f"user:{self.user.id}"
        payments: Payments = await house.get(Payments)
        purchases: Purchases = await house.get(Purchases)
        paid = [each for each in await payments.of(account, MANY) if each.state is Paid.SETTLED]
        bought = [
            each for each in await purchases.of(account, MANY) if each.state is State.DELIVERED
        ]
        ledger: Ledger = await house.get(Ledger)
        try:
            balance = await ledger.balance(account_name(account), RUB)
            left, held = balance.posted.units, balance.held.units
        except AccountMissing:
            left = held = 0
        requests = self.parlour.desks.fragment.requests.values()
        given = [each for each in requests if each.username == self.name and each.delivered_at]
        said = [text(each) for each in self.messages]
        return Result(
            charged=len(paid),
            delivered=len(given),
            left=left,
            held=held,
            paid=sum(each.order.quote.gives.units for each in paid),
            price=sum(each.price.units for each in bought),
            receipts=sum(self.words["grew"] in each for each in said),
            delivered_told=sum(self.words["delivered"] in each for each in said),
        )


def text(message: Message) -> str:
    """What it says."""
    return str(message.get("text", "")).replace("\N{NO-BREAK SPACE}", " ")


def labels(message: Message) -> str:
    """What the buttons below it say."""
    rows: Any = message.get("reply_markup", {}).get("inline_keyboard", [])
    said = " | ".join(each["text"] for row in rows for each in row)
    return said.replace("\N{NO-BREAK SPACE}", " ")
