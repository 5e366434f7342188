"""What one can do on the page: as a customer, as somebody outside, and as fate."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from attrs import evolve, frozen

from ..desks import SHOP
from ..faults import Fault
from ..people import OWNER, Person
from ..ton_cells import jetton_wallet
from ..ton_chain import USDT_MASTER
from ..world import World
from .look import Look
from .outside import wanted_of
from .phone import Phone
from .scenarios import Stage
from .stickers import LEFT_MAX

TEXT_MAX: Final = 4096
FAUCET_NANO: Final = 100 * 10**9
LATENCIES: Final = ("0", "0.3", "2", "10")
ERRORS: Final = ("0", "10", "30", "100")
CHANGING: Final[Mapping[str, tuple[str, ...]]] = {
    "telegram": ("sendMessage", "editMessageText"),
    "heleket": ("/v1/payment",),
    "ton": ("/api/v3/message",),
    "fragment": ("getBuyStarsLink", "getGiftPremiumLink"),
    "stickerdom": ("order",),
}
"""The calls of each desk that change something there: one of them is done and never answered."""

Form = Mapping[str, str]


class Impossible(Exception):
    """There is nothing there to be done that with, or not any more."""


@frozen
class Hands:
    """They do it at once; what Altyn makes of it comes by itself."""

    world: World
    stage: Stage
    phone: Phone

    async def do(self, deed: str, look: Look, form: Form) -> None:
        """
        Do it.

        Raises:
            Impossible: it cannot be done.
        """
        deeds: Mapping[str, Callable[[Person, Form], None]] = {
            "say": self._say,
            "tap": self._tap,
            "pay": self._pay,
            "checkout": self._checkout,
            "faucet": self._faucet,
            "transfer": self._transfer,
            "stock": self._stock,
            "weather": self._weather,
            "hang": self._hang,
            "post": self._post,
            "chain": self._chain,
            "stale": self._stale,
            "kill": self._kill,
            "shut": self._shut,
            "reopen": self._reopen,
            "calm": self._calm,
            "play": self._play,
        }
        try:
            if deed == "set_up":
                await self.phone.set_up(OWNER)
            else:
                deeds[deed](evolve(look.who, user=look.user), form)
        except (LookupError, ValueError) as wrong:
            raise Impossible(str(wrong)) from None
        self.world.bell.ring()

    # As a customer.

    def _say(self, who: Person, form: Form) -> None:
        if text := form["text"].strip()[:TEXT_MAX]:
            self.world.desks.telegram.say(who.user, text)

    def _tap(self, who: Person, form: Form) -> None:
        self.world.desks.telegram.chats.tap(who.user, form["data"], int(form["message"]))

    def _pay(self, who: Person, form: Form) -> None:
        invoice: Any = form.get("link", "")
        if not invoice:
            messages = self.world.desks.telegram.chats.messages[who.user.id]
            invoice = next(each for each in messages if str(each["message_id"]) == form["message"])
        self.world.desks.telegram.pay(invoice, who.user)

    # As somebody outside.

    def _checkout(self, who: Person, form: Form) -> None:
        desk = self.world.desks.heleket
        found = [each for each in desk.invoices.values() if each["uuid"] == form["invoice"]]
        order, asked = found[0]["order_id"], Decimal(found[0]["amount"])
        match form["way"]:
            case "exact":
                desk.pay(order, str(asked))
            case "little":
                desk.pay(order, str(asked / 2))
            case "much":
                desk.pay(order, str(asked * 3 / 2))
            case "late":
                self._lapse(found[0])
                desk.pay(order, str(asked))
            case "never":
                self._lapse(found[0])
            case other:
                raise ValueError(other)

    def _lapse(self, invoice: dict[str, Any]) -> None:
        invoice["expired_at"] = int(self.world.clock.now().timestamp())
        self.world.desks.heleket.lapse()

    def _faucet(self, who: Person, form: Form) -> None:
        self.world.desks.ton.give(who.wallet, FAUCET_NANO)

    def _transfer(self, who: Person, form: Form) -> None:
        ton, wanted = self.world.desks.ton, wanted_of(self.world, who)
        if wanted is None:
            raise LookupError("nobody asks for a transfer")
        words = wanted.text if form["way"] == "exact" else None
        if not wanted.in_dollars:
            if ton.chain.at(who.wallet).balance < wanted.units:
                raise ValueError("the wallet has too little")
            ton.send(SHOP, wanted.units, words, source=who.wallet)
            return
        at = jetton_wallet(USDT_MASTER, who.wallet)
        before = ton.chain.at(at)
        if before.purse is None or before.purse.units < wanted.units:
            raise ValueError("the wallet has too little")
        ton.send_jetton(SHOP, wanted.units, words, source=who.wallet)
        spent = evolve(before.purse, units=before.purse.units - wanted.units)
        ton.chain.accounts[at] = evolve(before, purse=spent)

    def _stock(self, who: Person, form: Form) -> None:
        left = int(form["left"])
        if not 0 <= left <= LEFT_MAX:
            raise ValueError("no shelf holds so many")
        self.world.desks.stickerdom.stocked(int(form["collection"]), int(form["character"]), left)

    # As fate.

    def _weather(self, who: Person, form: Form) -> None:
        weather = self.world.weathers[form["desk"]]
        latency, errors = form["latency"], form["errors"]
        if latency not in LATENCIES or errors not in ERRORS:
            raise ValueError("no such weather")
        weather.turn(
            latency_seconds=float(latency),
            errors_percent=int(errors),
            storm="storm" in form,
            silence="silence" in form,
        )

    def _hang(self, who: Person, form: Form) -> None:
        desk = form["desk"]
        for path in CHANGING[desk]:
            getattr(self.world.desks, desk).faults.plan(path, Fault.HANG_AFTER)

    def _post(self, who: Person, form: Form) -> None:
        self.world.postman.copies = "copies" in form
        self.world.postman.backwards = "backwards" in form

    def _chain(self, who: Person, form: Form) -> None:
        if "lags" in form:
            self.world.desks.ton.lag()
        else:
            self.world.desks.ton.catch_up()

    def _stale(self, who: Person, form: Form) -> None:
        self.world.desks.fragment.expire_hashes()

    def _kill(self, who: Person, form: Form) -> None:
        self.world.shop.kill()

    def _shut(self, who: Person, form: Form) -> None:
        self.world.shop.shut()

    def _reopen(self, who: Person, form: Form) -> None:
        self.world.shop.reopen()

    def _calm(self, who: Person, form: Form) -> None:
        self.world.calm()

    def _play(self, who: Person, form: Form) -> None:
        self.stage.play(form["scenario"], who)
