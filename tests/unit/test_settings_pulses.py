"""The health of a way of paying: whose guard is open is not offered."""

from pathlib import Path
from typing import Any

import pytest

from altyn.core.money import RUB, USDT, XTR, Asset, Money
from altyn.core.payments import Obstacle, OfferMethods, Place, Pulses, Sale
from altyn.core.resilience import Guard
from altyn.core.schema import Schema
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container
from altyn.entrypoints.wiring.ton import Readers

KEY = "a-key-for-payments-of-ours"
NOWHERE = "http://127.0.0.1:9"
ALL = {
    "API_PUBLIC": "https://shop.example",
    "HELEKET_MERCHANT": "8b03432e",
    "HELEKET_PAYMENT_KEY": KEY,
    "HELEKET_API": NOWHERE,
    "TELEGRAM_TOKEN": f"1:{KEY}",
    "TELEGRAM_PROVIDER_TOKEN": KEY,
    "TON_ADDRESS": "0:" + "a" * 64,
    "TON_API": f"{NOWHERE}, {NOWHERE}/other",
    "PSP_PROFILE": "example",
    "PSP_ID": "shop-1",
    "PSP_SECRETS": f"key={KEY}, callback_key={KEY}",
    "PSP_SUCCESS": "https://shop.example",
}


def guards(pulse: Any) -> tuple[Guard, ...]:
    """What is tripped when its provider is away."""
    return pulse.guards if isinstance(pulse, Readers) else (pulse,)


@pytest.mark.parametrize(
    ("method", "asset"),
    [("heleket", USDT), ("stars", XTR), ("cards", RUB), ("ton", USDT), ("example", RUB)],
)
async def test_every_way_of_paying_has_a_pulse(tmp_path: Path, method: str, asset: Asset) -> None:
    """It is that of the guard before its provider; of several readers one is enough."""
    given = {f"ALTYN_{name}": value for name, value in ALL.items()}
    settings = read_settings(given | {"ALTYN_DATABASE": f"sqlite:///{tmp_path}/a.db"}, tmp_path)
    container = make_container(settings, create=True)
    await (await container.get(Schema)).migrate()
    offer_methods = await container.get(OfferMethods)

    async def obstacle() -> Obstacle | None:
        offers = await offer_methods(Money.parse("200", asset), Sale(place=Place.ELSEWHERE))
        return next(each.obstacle for each in offers if each.method == method)

    assert await obstacle() is None
    for guard in guards((await container.get(Pulses)).by_method[method]):
        assert await obstacle() is None
        guard.trip()
    assert await obstacle() is Obstacle.RESTING
    await container.close()
