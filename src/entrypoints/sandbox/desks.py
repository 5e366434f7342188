"""All desks side by side, as one machine has them: they know of each other, and Altyn of them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from attrs import define, field, frozen
from pytoniq_core.boc.slice import Slice

from ...core.clock import Clock
from .faults import Receive, Scope, Send
from .fragment import DESTINATION, FragmentDesk
from .heleket import HeleketDesk
from .psp import PspDesk
from .stickerdom import OPENER, StickerdomDesk
from .telegram import TelegramDesk
from .ton import TonDesk
from .ton_cells import TRANSFER_NOTIFICATION, account, comment_of, friendly, opcode, stranger
from .ton_chain import LT_BEFORE_ALL, LTS_OF_A_BLOCK, Chain
from .ton_steps import Message
from .ton_wallets import CODES

PHRASE: Final = (
    "alpha accident abandon address alarm access above actual amazing among alert admit "
    "almost among alarm alpha adult able actress actress alter actual admit acid"
)
"""Of the wallet that Altyn pays with here. Everybody knows it: nothing of worth may be its own."""
PUBLIC_KEY: Final = bytes.fromhex(
    "cae4cff3e20060f2ebdb575c1242c60693918a89c08416fafed8a4c2ccfb06f5"
)
"""What becomes of the phrase."""
SHOP: Final = stranger("shop")
NANO: Final = 10**9
UNITS: Final = 10**6
FUNDS: Final = 10_000
"""So many coins the wallet has at first, and so many dollars."""
LTS_OF_A_MILLISECOND: Final = LTS_OF_A_BLOCK

App = Callable[[Scope, Receive, Send], Awaitable[None]]


@frozen
class Desk:
    """A desk under its name."""

    name: str
    app: App
    address_setting: str
    """The setting that says where it is."""
    before: str = ""
    """What stands before the address in it."""
    settings: Mapping[str, str] = field(factory=dict)
    """The others of Altyn that are about it, with their values."""
    below: Mapping[str, str] = field(factory=dict)
    """Those that are about places below its address, with their paths."""

    def settings_at(self, address: str) -> dict[str, str]:
        """All of them, where it listens there."""
        places = {name: address + path for name, path in self.below.items()}
        return {self.address_setting: self.before + address, **places, **self.settings}


@define
class Receipts:
    """The words that came with money to one account of the chain, looked through once."""

    chain: Chain
    at: str
    _seen: set[str] = field(factory=set, init=False)
    _read: int = field(default=0, init=False)

    def __contains__(self, word: object) -> bool:
        new, self._read = self.chain.transactions[self._read :], len(self.chain.transactions)
        for each in new:
            if each.account == self.at and each.came.source:
                self._seen.update(_words(each.came))
        return word in self._seen


@frozen
class Desks:
    """Everybody whom Altyn deals with. They keep nothing, so their numbers go on with the time."""

    telegram: TelegramDesk
    heleket: HeleketDesk
    psp: PspDesk
    ton: TonDesk
    fragment: FragmentDesk
    stickerdom: StickerdomDesk
    wallet: str
    """Where Altyn's own wallet is."""

    @classmethod
    def open(cls, clock: Clock) -> "Desks":
        """All of them anew: our wallet is full, and shops see what is paid on the chain."""
        now = clock.now()
        chain = Chain(clock, begins=_lt(now))
        ton, first = TonDesk(clock, chain), int(now.timestamp())
        wallet = ton.wallet(PUBLIC_KEY, nano=FUNDS * NANO, units=FUNDS * UNITS, seqno=first)
        stickerdom = StickerdomDesk(clock, first=first)
        for each in (DESTINATION, SHOP, account(stickerdom.wallet)):
            ton.external(each)
        desks = cls(
            telegram=TelegramDesk(clock, first=first),
            heleket=HeleketDesk(clock),
            psp=PspDesk(clock),
            ton=ton,
            fragment=FragmentDesk(clock, first=first),
            stickerdom=stickerdom,
            wallet=wallet,
        )
        desks.watch_the_chain()
        return desks

    def watch_the_chain(self) -> None:
        """Shops see what they are paid there, from its beginning on."""
        chain, stickerdom = self.ton.chain, self.stickerdom
        self.fragment.sees = Receipts(chain, DESTINATION).__contains__
        stickerdom.sees = Receipts(chain, account(stickerdom.wallet)).__contains__

    def listed(self) -> Sequence[Desk]:
        """Each with what Altyn has to be told to deal with it."""
        return (
            Desk("fragment", self.fragment, "ALTYN_FRAGMENT_API", settings=self._fragment),
            Desk("ton", self.ton, "ALTYN_TON_API", "toncenter:", self._ton),
            Desk(
                "stickerdom",
                self.stickerdom,
                "ALTYN_STICKERDOM_API",
                settings={"ALTYN_STICKERDOM_PAID_IN": "TON"},
                below={"ALTYN_STICKERDOM_OPENER": OPENER},
            ),
            Desk("telegram", self.telegram, "ALTYN_TELEGRAM_API", settings=self._telegram),
            Desk("heleket", self.heleket, "ALTYN_HELEKET_API", settings=self._heleket),
            Desk("psp", self.psp, "ALTYN_PSP_API", settings=self._psp),
        )

    @property
    def _fragment(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.fragment.cookies.items())
        return {"ALTYN_FRAGMENT_COOKIES": cookies}

    @property
    def _ton(self) -> dict[str, str]:
        kinds = ", ".join(f"{code.hash.hex()}={kind}" for kind, code in CODES.items())
        return {
            "ALTYN_TON_ADDRESS": friendly(SHOP, bounceable=False),
            "ALTYN_TON_WALLET": friendly(self.wallet, bounceable=False),
            "ALTYN_TON_MNEMONIC": PHRASE,
            "ALTYN_TON_WALLET_CODES": kinds,
        }

    @property
    def _telegram(self) -> dict[str, str]:
        return {
            "ALTYN_TELEGRAM_TOKEN": self.telegram.token,
            "ALTYN_TELEGRAM_PROVIDER_TOKEN": self.telegram.provider_token,
        }

    @property
    def _heleket(self) -> dict[str, str]:
        return {
            "ALTYN_HELEKET_MERCHANT": self.heleket.merchant,
            "ALTYN_HELEKET_PAYMENT_KEY": self.heleket.payment_key,
            "ALTYN_HELEKET_PAYOUT_KEY": self.heleket.payout_key,
        }

    @property
    def _psp(self) -> dict[str, str]:
        return {
            "ALTYN_PSP_PROFILE": "example",
            "ALTYN_PSP_ID": self.psp.shop,
            "ALTYN_PSP_SECRETS": f"key={self.psp.key}, callback_key={self.psp.callback_key}",
        }


def _lt(now: datetime) -> int:
    """Where the times of a chain begin that begins now: after those of any that began before."""
    return LT_BEFORE_ALL + int(now.timestamp() * 1000) * LTS_OF_A_MILLISECOND


def _words(message: Message) -> list[str]:
    """What is written on a payment, in coins or in jettons."""
    body = message.body
    if opcode(body) == TRANSFER_NOTIFICATION:
        said = Slice.from_cell(body).skip_bits(32 + 64)
        said.load_coins(), said.load_address()
        body = said.load_ref() if said.load_bit() else said.to_cell()
    return (comment_of(body) or "").split()
