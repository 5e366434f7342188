"""Telegram on this machine: the Bot API for one bot, and the people who talk with it and pay."""

import hmac
import json
import re
from typing import Any, Final

from attrs import define, field

from ...core.clock import Clock
from .faults import Faults, Receive, Scope, Send, answer
from .telegram_chats import Chats, Message, User
from .telegram_launch import apps_in, launched
from .telegram_sales import Checkout, Sales
from .telegram_stars import Charge, Stars
from .telegram_talk import Talk
from .telegram_updates import Delivery, Updates
from .telegram_wire import FAILURES, Asked, Methods, Refusal, Said, asked_of

PATH: Final = re.compile(r"/bot(?P<token>[^/]+)/(?P<method>[A-Za-z]+)")


@define
class TelegramDesk:
    """
    Telegram: an ASGI application for a bot, and the hands of its users and of fate.

    Updates are made, not sent: a bot that polls fetches them, and those for a webhook are taken
    from `deliveries` and delivered as often, as late and in whatever order one likes.
    """

    clock: Clock
    token: str = field(default="4200000042:a-token-for-the-bot-of-the-sandbox", repr=False)
    provider_token: str = field(default="4200000042:TEST:of-the-sandbox", repr=False)
    """Of payments that are not made in Stars."""
    username: str = "altyn_sandbox_bot"
    first: int = 1
    """Where numbers begin: a shop that remembers earlier desks needs one that begins higher."""
    faults: Faults = field(factory=Faults)
    """By the name of the method."""
    calls: list[str] = field(factory=list, init=False)
    """The methods that were called, in their order."""
    updates: Updates = field(init=False)
    chats: Chats = field(init=False)
    stars: Stars = field(init=False)
    sales: Sales = field(init=False)
    talk: Talk = field(init=False)

    def __attrs_post_init__(self) -> None:
        me = {
            "id": int(self.token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Altyn",
            "username": self.username,
        }
        self.updates = Updates(self.first)
        self.chats = Chats(self.clock, me, self.updates, self.first - 1)
        self.stars = Stars(self.chats)
        self.sales = Sales(self.chats, self.stars, self.provider_token)
        self.talk = Talk(self.chats)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request of a bot."""
        fault, said = None, Said()
        try:
            method = self._called(str(scope["path"]))
            self.calls.append(method)
            fault = self.faults.next(method)
            asked = await asked_of(scope, receive)
            if fault is None or fault.happens:
                said = {"ok": True, "result": await self._carry_out(method, asked)}
        except Refusal as refusal:
            said = refusal.said
        if fault is not None and fault in FAILURES:
            said, fault = FAILURES[fault], None
        await answer(send, receive, fault, said.get("error_code", 200), json.dumps(said).encode())

    @property
    def methods(self) -> Methods:
        """What a bot may ask."""
        parts = (self.updates, self.chats, self.stars, self.sales, self.talk)
        return {name: method for part in parts for name, method in part.methods.items()}

    @property
    def deliveries(self) -> list[Delivery]:
        """The requests to the webhook, ready to be made, in the order of their updates."""
        return self.updates.deliveries

    def join(self, first_name: str, **names: str) -> User:
        """Somebody makes an account; the bot has never heard of them, and cannot write to them."""
        return self.chats.join(first_name, **names)

    def say(self, user: User, text: str) -> Message:
        """Write to the bot; from then on it can write back."""
        return self.chats.say(user, text=text)

    def tap(self, user: User, callback_data: str) -> None:
        """Tap the button with that data below a message of the bot, or raise LookupError."""
        self.chats.tap(user, callback_data)

    def press(self, user: User, label: str) -> None:
        """Tap the button that says that, below the newest message that has one, or LookupError."""
        self.talk.press(user, label)

    def launch(self, user: User, url: str) -> str:
        """
        Tap the button that opens the Mini App at that address; answered is where that leads.

        Who opened it, signed just now for the bot, is in the fragment of the answer.

        Raises:
            LookupError: there is no such button in their chat.
        """
        messages = self.chats.messages.get(user.id, [])
        if not any(url in apps_in(each.get("reply_markup", {})) for each in messages):
            raise LookupError(f"no button opens {url!r}")
        query = f"AAE{self.chats.number()}"
        return launched(self.token, url, user.as_sender(), self.chats.now, query)

    def block(self, user: User) -> None:
        """The person wants to hear nothing more; the bot is told, and cannot write any more."""
        self.talk.block(user)

    def pay(
        self,
        invoice: str | Message,
        payer: User,
        *,
        commission_per_mille: int = 0,
        fails: str = "",
    ) -> Checkout:
        """
        Press the button of an invoice: by its link, or by the message, from whoever's chat.

        The bot is asked, and has ten seconds by the clock. A commission goes to whoever brought
        the payer; when it `fails`, nothing is charged although the bot agreed, for that reason.

        Raises:
            LookupError: there is no such invoice, or this payer has no such button.
        """
        return self.sales.pay(invoice, payer, commission_per_mille, fails)

    def renew(self, charge_id: str, *, own_id: bool = True) -> Charge:
        """
        A subscription is paid again; whether under an id of its own is not confirmed of Telegram.

        Raises:
            LookupError: no such subscription is active.
        """
        return self.sales.renew(charge_id, own_id)

    def change_subscription(self, charge_id: str, state: str) -> None:
        """
        The payer has it `canceled` or `active` again, or its next payment `failed`.

        Raises:
            LookupError: there is no such subscription, or the bot has taken it away.
        """
        self.sales.change_subscription(charge_id, state)

    def refund_outside(self, charge_id: str) -> None:
        """
        Support, or the shop where the payer bought Stars, gives them back without asking us.

        Raises:
            LookupError: there is nothing to give back.
        """
        self.stars.refund(charge_id)

    def withdraw(self, amount: int) -> None:
        """The owner of the bot turns so many Stars into money."""
        self.stars.withdraw(amount)

    def _called(self, path: str) -> str:
        found = PATH.fullmatch(path)
        if not found:
            raise Refusal(404, "Not Found")
        if not hmac.compare_digest(found["token"].encode(), self.token.encode()):
            raise Refusal(401, "Unauthorized")
        asked = found["method"].lower()  # names of methods may be written in any case
        return next((name for name in self.methods if name.lower() == asked), found["method"])

    async def _carry_out(self, method: str, asked: Asked) -> Any:
        if (known := self.methods.get(method)) is None:
            raise Refusal(404, "Not Found: method not found")
        return await known(asked)
