"""Sticker packs are bought with Stars through the whole core, whatever goes wrong on the way."""

import pytest

from altyn.adapters.memory import ManualClock
from altyn.adapters.stars import StarsWallet
from altyn.core.purchases import State
from altyn.core.wallets import ChequeState
from altyn.entrypoints.sandbox import StickerdomDesk
from altyn.entrypoints.testkit.wallet import Trouble
from tests.unit.fragment_outside import AtTheDesk
from tests.unit.purchases_house import House
from tests.unit.stars_outside import TelegramOfTheStore
from tests.unit.stickerdom_outside import FOX, STARS, supplier_of


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def desk(clock: ManualClock) -> StickerdomDesk:
    return StickerdomDesk(clock)


@pytest.fixture
def telegram(clock: ManualClock, desk: StickerdomDesk) -> TelegramOfTheStore:
    return TelegramOfTheStore(clock, desk=desk)


@pytest.fixture
async def house(desk: StickerdomDesk, telegram: TelegramOfTheStore, clock: ManualClock) -> House:
    """All use cases, over both ends of the store."""
    wallet = StarsWallet(client=telegram, clock=clock, name="ton")
    supplier = supplier_of(AtTheDesk(desk, "stickerdom"), clock, STARS)
    house = House(clock=clock, seller=supplier, kind=lambda _: wallet)  # type: ignore[arg-type,return-value]
    return await house.furnished()


async def test_a_pack_is_bought_from_the_price_to_the_goods(
    desk: StickerdomDesk, telegram: TelegramOfTheStore, house: House
) -> None:
    """The answer to the payment is lost: it is found in the list, and paid once."""
    id = await house.bought(goods=FOX, supplier="stickerdom_stars")
    telegram.troubles = {
        "form": [Trouble.SILENCE],
        "balance": [Trouble.BUSY],
        "pay": [Trouble.CUT],
        "spent": [Trouble.BEFORE],
    }
    await house.work(9)
    bought = await house.purchases.get(id)
    assert (bought.state, bought.proof) == (State.DELIVERED, "stx1")
    assert (len(telegram.paid), telegram.stars) == (1, 99_500)
    assert desk.owned == {42: [(12, 3)]}
    assert await house.ann_has() == ("175.00", "0.00")
    await house.sound()


async def test_an_invoice_of_another_amount_is_not_paid(
    telegram: TelegramOfTheStore, house: House
) -> None:
    """The price that the store shows may be in another unit: Ann has all of her money."""
    telegram.adds = 1
    id = await house.bought(goods=FOX, supplier="stickerdom_stars")
    await house.work(9)
    assert await house.state(id) in (State.REFUSED, State.RELEASED)
    assert (telegram.paid, telegram.stars) == ([], 100_000)
    assert await house.ann_has() == ("1000.00", "0.00")


async def test_what_was_lost_on_the_way_is_void_once_its_form_ran_out(
    telegram: TelegramOfTheStore, house: House
) -> None:
    """Until then it might have been paid, so nobody has her money back, nor is it paid again."""
    id = await house.bought(goods=FOX, supplier="stickerdom_stars")
    telegram.troubles = {"pay": [Trouble.BEFORE]}
    await house.work(14.5)
    assert (await house.state(id), (await house.cheque()).state) == (
        State.PAYING,
        ChequeState.SIGNED,
    )
    await house.work(7)
    assert (await house.state(id), (await house.cheque()).state) == (
        State.RELEASED,
        ChequeState.VOID,
    )
    assert telegram.asked.count("pay") == 1
    assert await house.ann_has() == ("1000.00", "0.00")
