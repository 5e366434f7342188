"""Those who buy over HTTP: each asks the very same again, here or there, when no answer came."""

import asyncio
import json
from collections import Counter
from typing import Any, Final

from attrs import define, field

from altyn.core.balances import Ledger, account_name
from altyn.core.money import USDT, Money
from altyn.core.payments import Payments
from altyn.core.purchases import Purchases

from .houses import Houses
from .judge import balances

LOOKS_AGAIN_SECONDS: Final = 0.05
MANY: Final = 100
TOP_UP: Final = Money.parse("20", USDT)
OVER: Final = ("delivered", "refused", "released")


@define(eq=False)
class Customer:
    """Somebody who tops up, buys fifty Stars for a friend, and is told of it by a webhook."""

    houses: Houses
    number: int
    keys: dict[str, tuple[str, Any, int, bytes]] = field(factory=dict)
    """What was asked under which key, and the answer."""
    purchase: dict[str, Any] = field(factory=dict)

    @property
    def name(self) -> str:
        """As the house calls them."""
        return f"user:{self.number}"

    @property
    def friend(self) -> str:
        """For whom they buy."""
        return f"friend_{self.number}"

    async def __call__(self) -> None:
        """All the way."""
        await self.listens()
        await self.tops_up()
        await self.buys()

    async def tops_up(self) -> None:
        """Money comes in from Heleket."""
        desk, payment = self.houses.desks.heleket, await self.opens()
        path, order = f"/v1/payments/{payment['id']}", payment["id"].replace("-", "")
        await self.until(path, "pending")
        desk.pay(order, desk.invoices[order]["amount"])
        await self.until(path, "settled")

    async def opens(self) -> Any:
        """A payment that nobody has paid yet."""
        amount = {"amount": TOP_UP.decimal, "asset": "USDT"}
        asked = {"payer": self.name, "method": "heleket", "amount": amount}
        return await self.posts("/v1/payments", asked)

    async def buys(self) -> None:
        """Priced, bought, and waited for; a person looks at Fragment where there is doubt."""
        self.houses.desks.fragment.people[self.friend] = self.friend.title()
        wish = {"kind": "stars", "quantity": 50, "recipient": self.friend, "buyer": self.name}
        quote = await self.posts("/v1/quotes", {**wish, "asset": "USDT"})
        await self.posts("/v1/purchases", {"quote": quote["id"]})
        self.purchase = await self.until(f"/v1/purchases/{quote['id']}", *OVER, "review")
        if self.purchase["state"] == "review":
            said = {"delivered": bool(self.delivered), "because": "seen at Fragment"}
            self.purchase = await self.posts(f"/v1/purchases/{quote['id']}/resolve", said)

    async def listens(self) -> None:
        """Their own system is told; an answer that got lost for good costs another secret."""
        houses = self.houses
        url = f"{houses.hooks}/{self.number}"
        asked = {"url": url, "events": ["*"], "account": self.name}
        answer = await self.asks("/v1/webhooks", asked)
        if answer.status_code == 409:
            (hook,) = (await self.told(f"/v1/webhooks?account={self.name}"))["webhooks"]
            answer = await self.asks(f"/v1/webhooks/{hook['id']}/rotate", {})
        assert answer.status_code in (200, 201), answer.text
        houses.listener.secrets.append(answer.json()["secret"])

    async def asks(self, path: str, body: Any) -> Any:
        """Have it done, once."""
        key = f"{self.number}-{path}"
        headers = {"Idempotency-Key": key}
        answer = await self.houses.ask("POST", path, json=body, headers=headers)
        self.keys[key] = path, body, answer.status_code, answer.content
        return answer

    async def posts(self, path: str, body: Any) -> Any:
        """The same, and it is done."""
        answer = await self.asks(path, body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def told(self, path: str) -> Any:
        """What is answered to whoever asks."""
        answer = await self.houses.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def until(self, path: str, *states: str) -> Any:
        """Look until it has come so far."""
        while True:
            found = await self.told(path)
            if found["state"] in states:
                return found
            await asyncio.sleep(LOOKS_AGAIN_SECONDS)

    async def again(self) -> None:
        """Whoever asks for the same again under the same key is answered the same, to the byte."""
        for key, (path, body, status, content) in self.keys.items():
            headers = {"Idempotency-Key": key}
            answer = await self.houses.ask("POST", path, json=body, headers=headers)
            same = (answer.status_code, answer.content) == (status, content)
            assert same, f"it is answered otherwise: {answer.text}, not {content!r}"
            assert answer.headers.get("idempotent-replayed") == "true", "it is answered anew"

    @property
    def delivered(self) -> list[Any]:
        """What their friend was given."""
        requests = self.houses.desks.fragment.requests.values()
        return [each for each in requests if each.username == self.friend and each.delivered_at]

    def heard(self) -> Counter[str]:
        """What their system was told, each event once by its id."""
        kept = self.houses.listener.kept
        ids = {
            each.headers["webhook-id"]
            for each in self.houses.listener.heard
            if each.path == f"/{self.number}"
        }
        return Counter(json.loads(kept[id])["type"] for id in ids & kept.keys())

    async def is_told(self) -> None:
        """Wait until their system knows how it ended."""
        awaited = {"payment.settled", f"purchase.{self.purchase['state']}"}
        while True:
            if awaited <= self.heard().keys():
                return
            await asyncio.sleep(LOOKS_AGAIN_SECONDS)

    async def is_right(self) -> None:
        """One payment, one purchase, and the balance that follows from them."""
        houses, account = self.houses, account_name(self.name)
        payments = await (await houses.books.get(Payments)).of(self.name, MANY)
        purchases = await (await houses.books.get(Purchases)).of(self.name, MANY)
        assert (len(payments), len(purchases)) == (1, 1), "nothing is doubled"
        delivered = self.purchase["state"] == "delivered"
        assert len(self.delivered) == delivered, "given is what was bought"
        balance = await (await houses.books.get(Ledger)).balance(account, USDT)
        spent = int(self.purchase["price"]["units"]) if delivered else 0
        left = balance.posted.units, balance.held.units
        assert left == (TOP_UP.units - spent, 0), "paid is what was given"
        told = self.heard()
        assert told["payment.settled"] == told[f"purchase.{self.purchase['state']}"] == 1


async def is_whole(houses: Houses, customers: list[Customer]) -> None:
    """What everybody outside knows is what the books say, and all of it sums to nothing."""
    assert len(houses.desks.heleket.invoices) == len(customers), "nothing is doubled"
    for each in customers:
        await each.is_right()
    units = await balances(await houses.books.get(Ledger))
    assert units["clearing:heleket", "USDT"] == -TOP_UP.units * len(customers)
    sums: Counter[str] = Counter()
    for (_, code), held in units.items():
        sums[code] += held
    assert not any(sums.values()), sums
    assert await houses.found() == []
