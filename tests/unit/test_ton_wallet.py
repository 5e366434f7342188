"""The wallet on TON: its contract, by both kinds of wallet and every kind of reader."""

import pytest

from altyn.adapters.ton import TonWallet
from altyn.core.money import TON, USDT, Asset
from altyn.entrypoints.testkit.wallet import WalletContract
from tests.unit.ton_purse import DeskOutside, Office


class OnTheSmallChain(WalletContract):
    version = "v5r1"
    kind = "toncenter"
    asset: Asset = TON

    @pytest.fixture
    def office(self) -> Office:
        return Office(self.version, self.kind)

    @pytest.fixture
    def wallet(self, office: Office) -> TonWallet:
        return office.wallet()

    @pytest.fixture
    def outside(self, office: Office) -> DeskOutside:
        return DeskOutside(office, self.asset)


class TestCoins(OnTheSmallChain):
    """Wallet v5R1, by the index of toncenter."""


class TestJettons(OnTheSmallChain):
    asset = USDT


class TestCoinsOfAnOlderWallet(OnTheSmallChain):
    version = "v4r2"


class TestJettonsOfAnOlderWallet(OnTheSmallChain):
    version, asset = "v4r2", USDT


class TestCoinsByANode(OnTheSmallChain):
    kind = "toncenter-v2"


class TestJettonsByANode(OnTheSmallChain):
    kind, asset = "toncenter-v2", USDT


class TestCoinsByTonapi(OnTheSmallChain):
    kind = "tonapi"


class TestJettonsByTonapi(OnTheSmallChain):
    kind, asset = "tonapi", USDT
