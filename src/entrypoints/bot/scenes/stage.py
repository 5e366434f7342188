"""Which scene follows which: by commands, by buttons, by what somebody writes."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeVar

from attrs import frozen

from ....core.chats import Window
from ....core.identity import User
from ....core.purchases import Kind
from ..views import about
from .asking import Asking
from .buying import Buying
from .choosing import Choosing
from .guest import Facts, Front, Guest, Shown
from .linked import Linked
from .looking import Looking
from .office import Office
from .recharging import Recharging

COMMANDS: Final = (
    "start",
    "balance",
    "recharge",
    "buy_stars",
    "premium",
    "stickers",
    "history",
    "invite",
    "language",
    "help",
    "terms",
    "privacy",
    "support",
    "paysupport",
)
"""All there are, in the order in which they are listed."""

TIMELESS: Final = frozenset({"menu", "stars", "premium", "stickers"})
"""Actions that need nothing of what is shown: their buttons do the same at any turn."""

T = TypeVar("T")

Scene = Callable[[Guest, Facts], Awaitable[Shown]]
Action = Callable[[Guest, Facts, str], Awaitable[Shown]]


@frozen
class Stage:
    """Leads from one scene to the next."""

    front: Front
    looking: Looking
    recharging: Recharging
    buying: Buying
    choosing: Choosing
    linked: Linked
    office: Office
    asking: Asking

    @property
    def commands(self) -> tuple[str, ...]:
        """Those that lead somewhere here."""
        needs = {
            "recharge": self.front.can_pay,
            "paysupport": self.front.can_pay,
            "buy_stars": Kind.STARS in self.front.kinds,
            "premium": Kind.PREMIUM in self.front.kinds,
            "stickers": Kind.PACK in self.front.kinds,
        }
        return tuple(each for each in COMMANDS if needs.get(each, True))

    def commands_of(self, user: User) -> tuple[str, ...]:
        """All that somebody may use: what operators do is there for nobody else."""
        return (*self.commands, *self.office.commands(user))

    def asks_secret(self, guest: Guest, window: Window, text: str) -> bool:
        """Whether what somebody writes there is for nobody to read."""
        works_here = bool(self.office.commands(guest.user))
        return works_here and self.office.asks_secret(window, text)

    async def draw(self, guest: Guest, window: Window) -> Shown:
        """What is shown there, as it is by now."""
        scenes = self._with_office(guest, self._scenes, lambda office: office.scenes)
        return await scenes.get(window.scene, self.looking.menu)(guest, window.facts)

    async def command(self, guest: Guest, window: Window, name: str, argument: str) -> Shown | None:
        """Where a command leads; None when there is no such command for them."""
        if name in self.office.commands(guest.user):
            return await self.office.command(guest, window.facts, name, argument)
        if name not in self.commands:
            return None
        match name:
            case "start" if argument:
                return await self.linked.opened(guest, argument)
            case "recharge" if argument:
                return await self.recharging.asked_for(guest, {}, argument)
            case "buy_stars" if argument:
                return await self._buy_stars(guest, argument)
        return await self.act(guest, {}, "menu" if name == "start" else name, "")

    async def _buy_stars(self, guest: Guest, argument: str) -> Shown:
        """So many, perhaps for somebody, and else for oneself."""
        quantity, _, recipient = argument.partition(" ")
        shown = await self.buying.counted(guest, {"kind": "stars"}, quantity)
        recipient = recipient.strip() or guest.user.username
        if shown.scene != "whom" or not recipient:
            return shown
        return await self.buying.named(guest, shown.facts, recipient)

    async def act(self, guest: Guest, facts: Facts, action: str, argument: str) -> Shown:
        """Where a button leads; one that is not known leads to the menu."""
        actions = self._actions
        if argument:
            actions = self._with_office(guest, actions, lambda office: office.actions)
        if (acting := actions.get(action)) is not None:
            return await acting(guest, facts, argument)
        buttons = self._with_office(guest, self._buttons, lambda office: office.buttons)
        return await buttons.get(action, self.looking.menu)(guest, facts)

    def _with_office(
        self, guest: Guest, own: Mapping[str, T], of: Callable[[Office], Mapping[str, T]]
    ) -> Mapping[str, T]:
        """What is there for everybody, and with it what is there for those who work here."""
        return {**own, **of(self.office)} if self.office.commands(guest.user) else own

    async def go_on(self, guest: Guest, facts: Facts) -> Shown:
        """What follows what is shown there, by itself: the purchase for which somebody has paid."""
        return await self.buying.resumed(guest, facts)

    async def text(self, guest: Guest, window: Window, text: str) -> Shown | None:
        """Where something leads that somebody wrote; None where nothing was asked."""
        readers = self._with_office(guest, self._readers, lambda office: office.readers)
        reading = readers.get(window.scene)
        return None if reading is None else await reading(guest, window.facts, text)

    async def _help(self, guest: Guest, facts: Facts) -> Shown:
        return Shown(scene="help", view=about.help_with(guest.words, self.commands_of(guest.user)))

    async def _stars(self, guest: Guest, facts: Facts) -> Shown:
        return await self.buying.how_many(guest, {"kind": "stars"})

    async def _premium(self, guest: Guest, facts: Facts) -> Shown:
        return await self.buying.how_many(guest, {"kind": "premium"})

    async def _top_up(self, guest: Guest, facts: Facts, argument: str) -> Shown:
        """So much is missing for a purchase: it goes on when it is there."""
        return await self.recharging.asked_for(guest, await self.buying.lacking(facts), argument)

    @property
    def _scenes(self) -> Mapping[str, Scene]:
        """By what is kept of a window."""
        return {
            "menu": self.looking.menu,
            "balance": self.looking.balance,
            "history": self.looking.history,
            "help": self._help,
            "terms": self.looking.terms,
            "privacy": self.looking.privacy,
            "question": self.asking.question,
            "ticket": self.asking.ticket,
            "invite": self.linked.invite,
            "erase": self.looking.erase,
            "support": self.asking.support,
            "paysupport": self.asking.paysupport,
            "amount": self.recharging.how_much,
            "methods": self.recharging.methods,
            "paying": self.recharging.paying,
            "count": self.buying.how_many,
            "whom": self.buying.for_whom,
            "offer": self.buying.offer,
            "none": self.buying.none,
            "bought": self.buying.bought,
            "packs": self.choosing.collections,
            "articles": self.choosing.articles,
        }

    @property
    def _buttons(self) -> Mapping[str, Scene]:
        """By the action of a button that has no argument."""
        return {
            **self._scenes,
            "recharge": self.recharging.how_much,
            "stars": self._stars,
            "buy_stars": self._stars,
            "premium": self._premium,
            "stickers": self.choosing.anew,
            "language": self.looking.change_language,
            "export": self.looking.export,
            "erase_yes": self.looking.erase_yes,
            "check": self.recharging.look,
            "stop": self.recharging.stop,
            "me": self.buying.for_me,
            "again": self.buying.again,
            "buy": self.buying.buy,
            "drop": self.buying.drop,
            "other": self.buying.other,
        }

    @property
    def _actions(self) -> Mapping[str, Action]:
        """By the action of a button that has one."""
        return {
            "amount": self.recharging.asked_for,
            "method": self.recharging.chosen,
            "count": self.buying.chosen,
            "packs_page": self.choosing.turn,
            "collection": self.choosing.opened,
            "articles_page": self.choosing.leaf,
            "pack": self.choosing.chosen,
            "ask": self.asking.about,
            "top_up": self._top_up,
            "history": self.looking.turn,
        }

    @property
    def _readers(self) -> Mapping[str, Action]:
        """By the scene in which something is asked."""
        return {
            "amount": self.recharging.asked_for,
            "count": self.buying.counted,
            "whom": self.buying.named,
            "question": self.asking.asked,
        }
