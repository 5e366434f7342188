"""What Altyn did, asked over its own HTTP API as any program may."""

import asyncio
import json
import re
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import httpx
from attrs import define, field, frozen

from ..people import Person
from ..world import World

PATIENCE_SECONDS: Final = 3.0
AGAIN_SECONDS: Final = 0.5
HAPPENINGS_MAX: Final = 40
ROWS: Final = 12
ASSET: Final = "RUB"
BREAKER: Final = re.compile(r'altyn_breaker_state\{name="([^"]+)"\} ([0-9.]+)')

Row = Mapping[str, Any]


@frozen(kw_only=True)
class Seen:
    """How one person stands there, and Altyn itself."""

    balance: Row | None = None
    payments: Sequence[Row] = ()
    purchases: Sequence[Row] = ()
    refunds: Sequence[Row] = ()
    entries: Sequence[Row] = ()
    limits: Sequence[Row] = ()
    parts: Mapping[str, Row] = field(factory=dict)
    breakers: Mapping[str, int] = field(factory=dict)


@define(eq=False)
class Insight:
    """What was seen last, which is shown on while Altyn is down."""

    world: World
    happenings: deque[Row] = field(factory=lambda: deque(maxlen=HAPPENINGS_MAX), init=False)
    """The latest events, the newest first."""
    _seen: dict[str, Seen] = field(factory=dict, init=False)
    _client: httpx.AsyncClient = field(init=False)

    @_client.default
    def _opened(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(timeout=PATIENCE_SECONDS, trust_env=False)

    async def of(self, who: Person) -> Seen:
        """How they stand now, or stood when Altyn was last there."""
        shop = self.world.shop
        if shop.address:
            with suppress(httpx.HTTPError, ValueError, KeyError):  # it may die in the middle
                self._seen[who.name] = await self._ask(shop.address, shop.metrics, who)
        return self._seen.get(who.name, Seen())

    async def _ask(self, api: str, metrics: str, who: Person) -> Seen:
        account = who.account
        (
            balance,
            payments,
            purchases,
            refunds,
            statement,
            limits,
            ready,
            numbers,
        ) = await asyncio.gather(
            self._get(f"{api}/v1/accounts/{account}/balances/{ASSET}"),
            self._get(f"{api}/v1/payments", payer=account, limit=ROWS),
            self._get(f"{api}/v1/purchases", buyer=account, limit=ROWS),
            self._get(f"{api}/v1/refunds", payer=account, limit=ROWS),
            self._get(f"{api}/v1/accounts/{account}/statement/{ASSET}", limit=ROWS),
            self._get(f"{api}/v1/limits/bot/tap", user=who.user.id),
            self._get(f"{api}/health/ready"),
            self._text(metrics),
        )
        return Seen(
            balance=balance or None,
            payments=payments.get("payments", ()),
            purchases=purchases.get("purchases", ()),
            refunds=refunds.get("refunds", ()),
            entries=statement.get("entries", ()),
            limits=limits.get("limits", ()),
            parts=ready.get("parts", {}),
            breakers={name: int(float(state)) for name, state in BREAKER.findall(numbers)},
        )

    async def _get(self, url: str, **asked: str | int) -> Any:
        """The answer; nothing where there is no such thing yet."""
        answer = await self._client.get(url, params=asked)
        return answer.json() if answer.is_success else {}

    async def _text(self, url: str) -> str:
        return (await self._client.get(url)).text

    async def watch(self) -> None:
        """Hear what happens, and ring the bell for it; ends by being cancelled."""
        place: str | None = None
        async with self._client:
            while True:
                try:
                    await self.world.shop.served()
                    place = await self._listen(place)
                except httpx.HTTPError:
                    await asyncio.sleep(AGAIN_SECONDS)

    async def _listen(self, place: str | None) -> str | None:
        """Until it hangs up; answered is where to go on."""
        asked = {} if place is None else {"after": place}
        url = f"{self.world.shop.address}/v1/live"
        patience = httpx.Timeout(PATIENCE_SECONDS, read=60)
        async with self._client.stream("GET", url, params=asked, timeout=patience) as answer:
            if not answer.is_success:
                await asyncio.sleep(AGAIN_SECONDS)
                return None
            with suppress(httpx.HTTPError):  # it is gone, and what it told before is not
                async for line in answer.aiter_lines():
                    if line.startswith("data: "):
                        happened = json.loads(line.removeprefix("data: "))
                        place = happened["place"]
                        self.happenings.appendleft(happened)
                        self.world.bell.ring()
            return place
