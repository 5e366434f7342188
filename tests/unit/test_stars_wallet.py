"""A wallet of Stars: it passes the contract, and takes nothing else for its payment."""

from datetime import timedelta

import pytest

from altyn.adapters.memory import ManualClock
from altyn.adapters.stars import StarsWallet
from altyn.adapters.stars.draft import StarsDraft
from altyn.core.errors import Refused, Unavailable
from altyn.core.money import TON, XTR, Money
from altyn.core.wallets import (
    CLOCKS_APART,
    BillRefused,
    Cheque,
    ChequeState,
    Sight,
    WalletUnclear,
)
from altyn.entrypoints.testkit import WalletContract
from altyn.entrypoints.testkit.wallet import Trouble, cheque_of
from tests.unit.stars_outside import BOT, FakeTelegram, StarsOutside


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def telegram(clock: ManualClock) -> FakeTelegram:
    return FakeTelegram(clock)


@pytest.fixture
def wallet(telegram: FakeTelegram, clock: ManualClock) -> StarsWallet:
    return StarsWallet(client=telegram, clock=clock)


@pytest.fixture
def outside(telegram: FakeTelegram, clock: ManualClock) -> StarsOutside:
    return StarsOutside(telegram, clock)


class TestStarsWallet(WalletContract):
    """Every sentence."""

    @pytest.fixture
    def wallet(self, telegram: FakeTelegram, clock: ManualClock) -> StarsWallet:
        return StarsWallet(client=telegram, clock=clock)

    @pytest.fixture
    def outside(self, telegram: FakeTelegram, clock: ManualClock) -> StarsOutside:
        return StarsOutside(telegram, clock)


async def drawn(wallet: StarsWallet, outside: StarsOutside) -> Cheque:
    """A cheque of 500 Stars that nobody has yet."""
    return cheque_of(wallet, outside, await wallet.draw([outside.bill()], -1))


async def test_a_draft_is_a_form(
    telegram: FakeTelegram, wallet: StarsWallet, outside: StarsOutside
) -> None:
    """With all that is needed to pay it and to know it again; it lives for ten minutes."""
    cheque = await drawn(wallet, outside)
    assert cheque.draft.message == f"1000 slug_1 {BOT} 500 -"
    assert (cheque.draft.hash, cheque.draft.sequence) == ("1000", 0)
    assert cheque.draft.expires_at == outside.now + timedelta(minutes=10)
    telegram.spend(7)
    again = await drawn(wallet, outside)
    assert again.draft.message == f"1001 slug_2 {BOT} 500 stx1"
    for each in (cheque, again):
        assert StarsDraft.parse(each.draft.message).message == each.draft.message


async def test_the_proof_is_the_id_of_the_transaction(
    telegram: FakeTelegram, wallet: StarsWallet, outside: StarsOutside
) -> None:
    """Read from the list, not made up."""
    cheque = await drawn(wallet, outside)
    look = await wallet.present(cheque)
    assert (look.sight, look.proof) == (Sight.CASHED, telegram.spendings[0].id)


async def test_what_was_spent_before_is_not_taken_for_it(
    telegram: FakeTelegram, wallet: StarsWallet, outside: StarsOutside
) -> None:
    """However alike: another cheque has it."""
    for _ in range(70):
        telegram.spend(500)
    cheque = await drawn(wallet, outside)
    assert (await wallet.look(cheque)).sight is Sight.NOTHING
    await wallet.present(cheque)
    for _ in range(120):
        telegram.spend(7)
    assert (await wallet.look(cheque)).proof == "stx71"


@pytest.mark.parametrize(
    "odd",
    [
        {"undone": True},
        {"nanos": -5},
        {"stars": 499},
    ],
)
async def test_what_was_not_paid_for_it_is_not_taken_for_it(
    telegram: FakeTelegram, wallet: StarsWallet, outside: StarsOutside, odd: dict[str, object]
) -> None:
    """What failed or was given back, and what is another amount."""
    cheque = await drawn(wallet, outside)
    telegram.spend(500, **odd)
    assert (await wallet.look(cheque)).sight is Sight.NOTHING


@pytest.mark.parametrize(
    "odd",
    [[{"pending": True}], [{"to": BOT + 1}], [{"to": None}], [{}, {}], [{}, {"pending": True}]],
)
async def test_what_cannot_be_told_apart_is_for_a_person(
    telegram: FakeTelegram,
    wallet: StarsWallet,
    outside: StarsOutside,
    odd: list[dict[str, object]],
) -> None:
    """Neither paid nor void, however long one waits."""
    cheque = await drawn(wallet, outside)
    for each in odd:
        telegram.spend(500, **each)
    for _ in range(2):
        with pytest.raises(WalletUnclear):
            await wallet.look(cheque)
        outside.pass_time(timedelta(hours=3))


async def test_what_was_spent_later_is_not_taken_for_it(
    telegram: FakeTelegram, wallet: StarsWallet, outside: StarsOutside
) -> None:
    """What is presented is carried out at once, or never."""
    cheque = await drawn(wallet, outside)
    await wallet.present(cheque)
    outside.pass_time(timedelta(minutes=3))
    telegram.spend(500)
    assert (await wallet.look(cheque)).proof == "stx1"


async def test_one_to_the_bot_is_ours_whatever_others_got(
    telegram: FakeTelegram, wallet: StarsWallet, outside: StarsOutside
) -> None:
    """Somebody may spend as much for something else by hand."""
    cheque = await drawn(wallet, outside)
    telegram.spend(500, to=BOT + 1)
    await wallet.present(cheque)
    assert (await wallet.look(cheque)).proof == "stx2"


async def test_nothing_is_seen_only_where_the_list_was_read_back(
    telegram: FakeTelegram, wallet: StarsWallet, outside: StarsOutside
) -> None:
    """To what was spent last before it; else it might be in what was not read."""
    telegram.spend(1)
    cheque = await drawn(wallet, outside)
    telegram.spendings.clear()
    with pytest.raises(WalletUnclear, match="far enough"):
        await wallet.look(cheque)
    for _ in range(1100):
        telegram.spend(3)
    with pytest.raises(WalletUnclear, match="far enough"):
        await wallet.look(cheque)
    assert telegram.asked.count("spent") == 1 + 1 + 20


async def test_what_was_paid_and_is_not_listed_is_not_void(
    telegram: FakeTelegram, wallet: StarsWallet, outside: StarsOutside
) -> None:
    """Telegram said so itself."""
    cheque = await drawn(wallet, outside)
    telegram.hidden = 1
    with pytest.raises(WalletUnclear):
        await wallet.present(cheque)
    outside.pass_time(timedelta(hours=3))
    with pytest.raises(WalletUnclear):
        await wallet.look(cheque)
    telegram.hidden = 0
    assert (await wallet.look(cheque)).sight is Sight.CASHED


async def test_a_form_that_was_paid_already_is_looked_up(
    telegram: FakeTelegram, wallet: StarsWallet, outside: StarsOutside
) -> None:
    """And never paid again; while it is not listed it is in doubt."""
    cheque = await drawn(wallet, outside)
    telegram.troubles["pay"] = [Trouble.SILENCE]
    with pytest.raises(Unavailable):
        await wallet.present(cheque)
    telegram.hidden = 1
    with pytest.raises(WalletUnclear, match="FORM_SUBMIT_DUPLICATE"):
        await wallet.present(cheque)
    telegram.hidden = 0
    assert (await wallet.present(cheque)).sight is Sight.CASHED
    assert len(telegram.paid) == 1


@pytest.mark.parametrize("code", ["BALANCE_TOO_LOW", "FORM_EXPIRED", "BOT_INVOICE_INVALID"])
async def test_what_is_certainly_not_paid_is_refused(
    telegram: FakeTelegram, wallet: StarsWallet, outside: StarsOutside, code: str
) -> None:
    """Unless it was paid by the same form a moment before: then that answer is about the second."""
    cheque = await drawn(wallet, outside)
    telegram.declines = [code, code, code]
    with pytest.raises(BillRefused, match=code):
        await wallet.present(cheque)
    telegram.troubles["spent"] = [Trouble.SILENCE]
    with pytest.raises(Unavailable):
        await wallet.present(cheque)
    telegram.spend(500)
    assert (await wallet.present(cheque)).sight is Sight.CASHED


@pytest.mark.parametrize("code", ["OF_TOMORROW", "PAYMENT_UNSUPPORTED", "AUTH_KEY_DUPLICATED"])
async def test_what_nobody_knows_is_in_doubt(
    telegram: FakeTelegram, wallet: StarsWallet, outside: StarsOutside, code: str
) -> None:
    """Codes of tomorrow are no refusals."""
    cheque = await drawn(wallet, outside)
    telegram.declines = [code]
    with pytest.raises(WalletUnclear, match=code):
        await wallet.present(cheque)


async def test_a_wait_is_told(
    telegram: FakeTelegram, wallet: StarsWallet, outside: StarsOutside
) -> None:
    """With how long."""
    cheque = await drawn(wallet, outside)
    telegram.troubles["pay"] = [Trouble.BUSY]
    with pytest.raises(Unavailable) as wait:
        await wallet.present(cheque)
    assert wait.value.retry_after_seconds == 17
    assert not isinstance(wait.value, Refused)


async def test_what_was_not_paid_is_void_once_its_form_ran_out_everywhere(
    wallet: StarsWallet, outside: StarsOutside
) -> None:
    """Not a moment before: clocks differ, and lists lag."""
    cheque = await drawn(wallet, outside)
    outside.pass_time(timedelta(minutes=10) + CLOCKS_APART - timedelta(microseconds=1))
    assert (await wallet.look(cheque)).fate(cheque) is ChequeState.SIGNED
    outside.pass_time(timedelta(microseconds=1))
    assert (await wallet.look(cheque)).fate(cheque) is ChequeState.VOID


async def test_an_id_that_cannot_be_kept_is_not_begun_with(
    telegram: FakeTelegram, wallet: StarsWallet, outside: StarsOutside
) -> None:
    """What came before could not be told from what comes after."""
    for id in ("", "-", "two words", "line\n"):
        telegram.spend(1, id=id)
        with pytest.raises(WalletUnclear):
            await wallet.draw([outside.bill()], -1)


async def test_there_is_nothing_but_stars_in_it(
    telegram: FakeTelegram, wallet: StarsWallet
) -> None:
    """And never less than none."""
    assert await wallet.balance(TON) == Money(0, TON)
    telegram.stars = -5
    assert await wallet.balance(XTR) == Money(0, XTR)
