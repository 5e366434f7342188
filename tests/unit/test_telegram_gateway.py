"""Stars and cards over Telegram: both gateways pass the contract."""

from collections.abc import AsyncIterator

import pytest

from altyn.core.payments import Gateway, Rules
from altyn.entrypoints.testkit import GatewayContract
from altyn.entrypoints.testkit.gateway import House
from tests.unit.telegram_outside import (
    CardsOutside,
    Shop,
    StarsOutside,
    contract_house,
    open_shop,
)


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    """One that credits what comes twice, as the contract has it."""
    async with open_shop(Rules()) as shop:
        yield shop


class TestStarsGateway(GatewayContract):
    """Every sentence, at the desk."""

    @pytest.fixture
    def gateway(self, shop: Shop) -> Gateway:
        return shop.stars

    @pytest.fixture
    def outside(self, shop: Shop) -> StarsOutside:
        return StarsOutside(shop)

    @pytest.fixture
    def house(self, shop: Shop, outside: StarsOutside) -> House:
        return contract_house(shop, outside)


class TestCardsGateway(GatewayContract):
    """Every sentence, at the desk."""

    @pytest.fixture
    def gateway(self, shop: Shop) -> Gateway:
        return shop.cards

    @pytest.fixture
    def outside(self, shop: Shop) -> CardsOutside:
        return CardsOutside(shop)

    @pytest.fixture
    def house(self, shop: Shop, outside: CardsOutside) -> House:
        return contract_house(shop, outside)
