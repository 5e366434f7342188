"""What is seen of those outside: each is asked what he tells only those whom he lets in."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import urlsplit

from attrs import evolve, frozen

from ....core.clock import Clock
from ....core.payments import AskMethods, Condition, Gateways
from ....core.purchases import Suppliers
from ....core.schema import Schema
from ....core.wallets import Wallets
from ..methods import CARDS, Method, methods
from ..places import SqliteFile
from ..sellers import sellers
from ..settings import Settings
from .finding import Check, Finding, unknown, warning, well, wrong
from .house import Rooms, apart, skew

LATER: Final = "look again in a while"
WHOLE_SECONDS: Final = timedelta(seconds=1)
"""A server tells no smaller part of the time."""


@asynccontextmanager
async def apart_from_the_books(settings: Settings) -> AsyncIterator[Any]:
    """
    A house like that of these settings whose database is empty, and gone after the block.

    Whoever is outside can be asked from there whatever state the books are in, and nothing that
    is learnt of him is written into them.
    """
    from ..container import make_container

    with TemporaryDirectory(prefix="altyn-doctor-") as folder:
        place = SqliteFile(Path(folder, "empty.db"))
        container = make_container(evolve(settings, database=place, redis=None), create=True)
        try:
            await (await container.get(Schema)).migrate()
            yield container
        finally:
            await container.close()


@frozen
class Outside:
    """Checks of those outside, asked from a house of their own."""

    house: Rooms
    settings: Settings

    async def method(self, method: Method) -> Finding:
        """Whether a provider of payments lets us in."""
        code = f"payments.{method.name}"
        gateways = await self.house.get(Gateways)
        alone = Gateways({method.name: gateways.of(method.name)})
        reply = (await AskMethods(alone, await self.house.get(Clock))())[method.name]
        match reply.state:
            case Condition.ENABLED:
                return well(code, "its provider lets us in")
            case Condition.SILENT:
                return unknown(code, reply.why, LATER)
        return wrong(code, reply.why, f"see {method.enabled_by}, and what belongs to it")

    async def wallet(self, name: str) -> Finding:
        """Whether a wallet can be asked what it has."""
        wallet = (await self.house.get(Wallets)).of(name)
        has = [str(await wallet.balance(asset)) for asset in wallet.assets]
        return well(f"wallet.{name}", f"it has {' and '.join(has)}")

    async def supplier(self, name: str) -> Finding:
        """Whether a supplier lets us in."""
        await (await self.house.get(Suppliers)).of(name).visit()
        return well(f"supplier.{name}", "he lets us in")

    async def bot(self) -> Finding:
        """Whether Telegram knows the token, and how updates come to us."""
        from ....adapters.telegram import UPDATES
        from ..telegram import open_api

        async with open_api(self.settings) as api:
            me = await api("getMe", {})
            hook = await api("getWebhookInfo", {})
        name = f"@{me.get('username')}"
        ours = f"{self.settings.api.public}/webhooks/" if self.settings.api.public else ""
        url, public = str(hook.get("url") or ""), bool(ours)
        if url and not public:
            advice = "with ALTYN_API_PUBLIC they come here; without it `altyn up` fetches them"
            return warning("bot", f"updates of {name} are brought to {url}", advice)
        if public and not url.startswith(ours):
            advice = f"`altyn up` says so when it starts; {ours} has to be reached from outside"
            return warning("bot", f"updates of {name} are not brought to us yet", advice)
        lacks = sorted(set(UPDATES) - set(hook.get("allowed_updates") or UPDATES))
        if lacks:
            words = f"of {name} Telegram does not send {', '.join(lacks)}"
            return warning("bot", words, "start `altyn up` once")
        if trouble := hook.get("last_error_message"):
            words = f"Telegram cannot bring updates of {name}: {trouble}"
            return warning("bot", words, f"{ours} has to be reached from outside")
        return well("bot", f"Telegram knows {name}")

    async def clock(self, website: str) -> Finding:
        """Whether somebody who is asked over HTTP goes by the same time."""
        from ....adapters.http import open_caller

        host = urlsplit(website).hostname or website
        code, clock = f"clock.{host}", await self.house.get(Clock)
        async with open_caller(host, website) as ask:
            before = clock.now()
            answer = await ask("HEAD", "/")
            after = clock.now()
        try:
            at = parsedate_to_datetime(answer.headers.get("date", ""))
            ahead = apart(before - WHOLE_SECONDS, at, after)
        except (TypeError, ValueError):
            return unknown(code, "it does not tell the time", "ask another machine for the time")
        return skew(code, f"the clock of {host}", ahead)


def checks_outside(house: Any, settings: Settings) -> Sequence[Check]:
    """One for everybody who is enabled."""
    outside = Outside(Rooms(house), settings)
    # Of cards over the bot nothing can be asked without asking somebody for money.
    enabled = [each for each in methods(settings) if each.enabled and each.name != CARDS]
    wallets: Mapping[str, bool] = {
        "ton": bool(settings.ton.wallet),
        "stars": settings.stars.enabled,
    }
    selling = [each.name for each in sellers(settings) if each.enabled]
    with_bot = bool(settings.telegram.token.reveal())
    return (
        *((Check("bot", outside.bot),) if with_bot else ()),
        *(Check(f"payments.{each.name}", partial(outside.method, each)) for each in enabled),
        *(
            Check(f"wallet.{name}", partial(outside.wallet, name))
            for name, its in wallets.items()
            if its
        ),
        *(Check(f"supplier.{name}", partial(outside.supplier, name)) for name in selling),
        *(
            Check(f"clock.{urlsplit(each).hostname}", partial(outside.clock, each))
            for each in _websites(settings)
        ),
    )


def _websites(settings: Settings) -> Sequence[str]:
    """Where those are who are asked, one of each host."""
    asked = [
        (settings.heleket.merchant, (settings.heleket.api,)),
        (settings.telegram.token.reveal(), (settings.telegram.api,)),
        (settings.ton.address or settings.ton.wallet, [each.website for each in settings.ton.api]),
        (settings.fragment.cookies.reveal(), settings.fragment.api),
        (settings.stickerdom.paid_in, (settings.stickerdom.api,)),
    ]
    found = [each for enabled, addresses in asked if enabled for each in addresses]
    return tuple({urlsplit(each).hostname: each for each in found}.values())
