"""All desks side by side: what they are told of each other, and how a restart is no beginning."""

import pytest

from altyn.adapters.memory import ManualClock
from altyn.adapters.ton import Key, Version
from altyn.entrypoints.sandbox.desks import PHRASE, PUBLIC_KEY, SHOP, Desks, Receipts
from altyn.entrypoints.sandbox.fragment import DESTINATION
from altyn.entrypoints.sandbox.ton_cells import account
from altyn.entrypoints.wiring.settings import VARIABLES
from tests.unit.ton_purse import OURS


@pytest.fixture
def desks() -> Desks:
    return Desks.open(ManualClock())


def test_the_phrase_is_that_of_the_wallet(desks: Desks) -> None:
    """Whoever is told the words signs for it, and knows by which rules."""
    assert Key.of_phrase(PHRASE).public == PUBLIC_KEY
    ton = next(each for each in desks.listed() if each.name == "ton")
    told = ton.settings["ALTYN_TON_WALLET_CODES"].split(", ")
    assert {code: Version(kind) for code, _, kind in (each.partition("=") for each in told)} == OURS


def test_all_that_is_told_can_be_set(desks: Desks) -> None:
    """By names that Altyn has."""
    for desk in desks.listed():
        assert set(desk.settings_at("http://127.0.0.1:1")) <= VARIABLES.keys()


def test_shops_see_what_is_paid_on_the_chain(desks: Desks) -> None:
    """In coins or in dollars, to themselves and to nobody else, and once it has come."""
    sees, packs = desks.fragment.sees, desks.stickerdom.sees
    assert sees is not None
    assert packs is not None
    assert not sees("Ref#one")
    desks.ton.send(DESTINATION, 1, "50 Telegram Stars \n\nRef#one")
    desks.ton.send_jetton(DESTINATION, 1, "50 Telegram Stars \n\nRef#two", inline=True)
    desks.ton.send_jetton(DESTINATION, 1, "50 Telegram Stars \n\nRef#three")
    desks.ton.send(SHOP, 1, "Ref#four")
    desks.ton.send(account(desks.stickerdom.wallet), 1, "order")
    assert [sees(f"Ref#{each}") for each in ("one", "two", "three", "four")] == [True] * 3 + [False]
    assert packs("order")
    assert not packs("Ref#one")


def test_money_without_words_is_no_payment_of_anything() -> None:
    """Nor is what nobody sent."""
    desks = Desks.open(ManualClock())
    desks.ton.send(DESTINATION, 1)
    desks.ton.external(DESTINATION)
    assert "" not in Receipts(desks.ton.chain, DESTINATION)


def test_a_restart_is_no_beginning() -> None:
    """Whoever remembers earlier desks meets no number again."""
    clock = ManualClock()
    before = Desks.open(clock)
    for _ in range(3):
        before.ton.send(SHOP, 1)
    clock.advance(seconds=1)
    after = Desks.open(clock)
    assert after.wallet == before.wallet
    chains = before.ton.chain, after.ton.chain
    assert chains[0].transactions[-1].lt < chains[1].transactions[0].lt
    assert chains[0].at(before.wallet).seqno < chains[1].at(after.wallet).seqno
    assert before.telegram.first < after.telegram.first
    assert before.fragment.first < after.fragment.first
    assert before.stickerdom.first < after.stickerdom.first
