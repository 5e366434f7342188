"""What comes to an address on TON: which transactions are deposits, and what they are for."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from pytoniq_core.boc.builder import Builder
from pytoniq_core.boc.cell import Cell

from altyn.adapters.memory import ManualClock
from altyn.adapters.ton import (
    INTERNAL_TRANSFER,
    TRANSFER_NOTIFICATION,
    Message,
    Purse,
    Purses,
    Toncenter,
    Transaction,
    memo_of,
    parse_address,
    payment_of,
)
from altyn.core.money import TON, USDT, Asset, Money
from altyn.core.payments import Deposit, Inflow, PaymentId
from altyn.entrypoints.sandbox.ton import SOMEBODY, TonDesk
from altyn.entrypoints.sandbox.ton_cells import (
    boc,
    comment_cell,
    encrypted_cell,
    excesses,
    internal_transfer,
    jetton_wallet,
    stranger,
    transfer_notification,
)
from altyn.entrypoints.sandbox.ton_chain import USDT_MASTER
from altyn.entrypoints.sandbox.ton_steps import Transaction as Happened
from tests.unit.ton_outside import MASTER, NANO, OWNER, SHOP, reading

ID = PaymentId(UUID("0191f8bf-5a1e-7839-a1b1-6cc304f7275b"))
MEMO = "AGI7RP22DZ4DTINRNTBQJ5ZHLM"
PAYER = parse_address(SOMEBODY)
WALLET = parse_address(jetton_wallet(USDT_MASTER, SHOP))
NOBODY = stranger("nobody")
DUST = NANO // 100


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def desk(clock: ManualClock) -> TonDesk:
    """A desk where nobody lives at our address yet."""
    return TonDesk(clock)


@pytest.fixture
async def chain(desk: TonDesk) -> AsyncIterator[Toncenter]:
    async with reading(desk) as chain:
        yield chain


@pytest.fixture
async def purse(chain: Toncenter) -> Purse:
    return await Purses(chain, OWNER, {MASTER: USDT}).ours()


async def came(chain: Toncenter, purse: Purse) -> list[Deposit]:
    """Everything that came to our address."""
    happened = await chain.transactions(OWNER)
    return [each for each in map(purse.deposit, happened) if each is not None]


def deposit(
    desk: TonDesk, its: Happened, units: int, payment: PaymentId | None, asset: Asset = TON
) -> Deposit:
    """What the transaction is, when it is one."""
    return Deposit(
        Inflow(
            key=its.hash.hex(),
            amount=Money(units, asset),
            at=desk.clock.now(),
            sender=PAYER.friendly(bounceable=False),
        ),
        payment,
    )


class TestMemos:
    def test_a_memo_names_one_payment(self) -> None:
        """In letters and digits that wallets and people pass on as they are."""
        assert memo_of(ID) == MEMO
        assert payment_of(MEMO) == ID

    @given(st.uuids())
    def test_every_payment_has_its_own(self, uuid: UUID) -> None:
        """And it is read as it was written, blanks around it or not."""
        id = PaymentId(uuid)
        assert payment_of(memo_of(id)) == id
        assert payment_of(f"  {memo_of(id)} ") == id

    @given(st.text() | st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=26, max_size=26))
    def test_nothing_else_is_one(self, text: str) -> None:
        """What is no memo is none, and what is one is written in one way alone."""
        id = payment_of(text)
        assert id is None or memo_of(id) == text.strip(" ")

    @given(st.uuids(), st.integers(0, 25), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
    def test_a_letter_makes_a_difference(self, uuid: UUID, place: int, letter: str) -> None:
        """A mistyped memo is never taken for that of the payment."""
        memo = memo_of(PaymentId(uuid))
        other = memo[:place] + letter + memo[place + 1 :]
        assert (payment_of(other) == uuid) == (other == memo)


NEAR_MISSES = [
    MEMO.lower(),
    MEMO[:-1],
    MEMO + "A",
    MEMO[:-1] + "N",  # other last bits, which say nothing
    MEMO[:-1] + "=",
    MEMO + "======",
    MEMO.replace("I", "1"),
    MEMO.replace("M", "М"),  # a Cyrillic letter
    MEMO.replace("2", "２"),  # a wide digit
    f"{MEMO[:13]} {MEMO[13:]}",
    f"{MEMO}\n",
    f"\t{MEMO}",
    f"\u00a0{MEMO}",
    f"{MEMO}\x00",
    f"\ufeff{MEMO}",
    f"order {MEMO}",
    f"{MEMO} {MEMO}",
    str(ID),
    ID.hex,
    "",
    "thanks!",
    "x" * 5000,
]


class TestCoins:
    """Coins that came."""

    async def test_with_a_memo(
        self, clock: ManualClock, desk: TonDesk, chain: Toncenter, purse: Purse
    ) -> None:
        """They are for that payment: so much, at that moment, from that address."""
        clock.advance(minutes=7)
        its = desk.send(SHOP, 2 * NANO, MEMO)
        assert await came(chain, purse) == [deposit(desk, its, 2 * NANO, ID)]

    @pytest.mark.parametrize("comment", [f" {MEMO}", f"{MEMO}   ", f" {MEMO} "])
    async def test_with_blanks_around_it(
        self, desk: TonDesk, chain: Toncenter, purse: Purse, comment: str
    ) -> None:
        """As people copy it."""
        its = desk.send(SHOP, 1, comment)
        assert await came(chain, purse) == [deposit(desk, its, 1, ID)]

    @pytest.mark.parametrize("comment", [None, *NEAR_MISSES])
    async def test_without_one_they_are_nobodys(
        self, desk: TonDesk, chain: Toncenter, purse: Purse, comment: str | None
    ) -> None:
        """A memo that is nearly right is none: to guess is to give somebody's money to another."""
        its = desk.send(SHOP, 2 * NANO, comment)
        assert await came(chain, purse) == [deposit(desk, its, 2 * NANO, None)]

    @pytest.mark.parametrize(
        "how",
        [
            {"comment": MEMO, "encrypted": True},
            {"body": comment_cell(MEMO.encode() + b"\xff")},
            {"body": comment_cell(b"\xff\xfe")},
            {"body": Builder().store_uint(1, 32).store_snake_string(MEMO).end_cell()},
            {"body": Builder().store_snake_string(MEMO).end_cell()},
            {"body": Builder().store_uint(0, 16).end_cell()},
            {"body": transfer_notification(5, SOMEBODY, comment_cell(MEMO), inline=True)},
            {"body": internal_transfer(5, SOMEBODY, 1, comment_cell(MEMO), inline=True)},
        ],
    )
    async def test_whatever_else_is_written_there(
        self, desk: TonDesk, chain: Toncenter, purse: Purse, how: dict[str, Any]
    ) -> None:
        """They came, and wait for a person."""
        its = desk.send(SHOP, 2 * NANO, **how)
        assert await came(chain, purse) == [deposit(desk, its, 2 * NANO, None)]

    async def test_to_where_nobody_lives(
        self, desk: TonDesk, chain: Toncenter, purse: Purse
    ) -> None:
        """No code ran, so it was aborted; the money stayed all the same."""
        its = desk.send(SHOP, 2 * NANO, MEMO)
        assert its.outcome.aborted
        assert await came(chain, purse) == [deposit(desk, its, 2 * NANO, ID)]

    @pytest.mark.parametrize(("nano", "exit_code"), [(2 * NANO, 37), (9, 0), (2 * NANO, 0)])
    async def test_to_a_wallet_that_lives(
        self, desk: TonDesk, chain: Toncenter, purse: Purse, nano: int, exit_code: int
    ) -> None:
        """Whether its code ran, failed, or had nothing to run on."""
        desk.external(SHOP)
        its = desk.send(SHOP, nano, MEMO, exit_code=exit_code)
        assert its.outcome.aborted == (exit_code != 0 or nano == 9)
        assert await came(chain, purse) == [deposit(desk, its, nano, ID)]

    async def test_what_went_back_did_not_come(
        self, desk: TonDesk, chain: Toncenter, purse: Purse
    ) -> None:
        """A bounceable message to where nobody lives goes home at once."""
        its = desk.send(SHOP, 2 * NANO, MEMO, bounce=True)
        assert its.outcome.back == "ok"
        assert await came(chain, purse) == []

    async def test_what_came_home_did_not_come(
        self, desk: TonDesk, chain: Toncenter, purse: Purse
    ) -> None:
        """A payment of ours that nobody took is no income, whatever was written there."""
        desk.send(NOBODY, 2 * NANO, MEMO, source=SHOP, bounce=True)
        home = (await chain.transactions(OWNER))[-1]
        assert home.in_msg is not None
        assert home.in_msg.bounced
        assert await came(chain, purse) == []

    async def test_what_we_do_is_no_deposit(
        self, desk: TonDesk, chain: Toncenter, purse: Purse
    ) -> None:
        """A message from outside brings no money, whether it makes us send any or not."""
        desk.external(SHOP)
        desk.send(NOBODY, 2 * NANO, MEMO, source=SHOP)
        assert len(await chain.transactions(OWNER)) == 2
        assert await came(chain, purse) == []

    @pytest.mark.parametrize(
        ("nano", "comment", "counts"),
        [
            (DUST - 1, None, False),
            (DUST - 1, "best casino", False),
            (DUST - 1, MEMO.lower(), False),
            (DUST, None, True),
            (DUST, "best casino", True),
            (DUST - 1, MEMO, True),
            (1, MEMO, True),
            (0, MEMO, False),
            (0, None, False),
        ],
    )
    async def test_dust(
        self,
        desk: TonDesk,
        chain: Toncenter,
        purse: Purse,
        nano: int,
        comment: str | None,
        counts: bool,
    ) -> None:
        """Advertisements are no deposits; what somebody pays with a memo is one, to the last."""
        desk.send(SHOP, nano, comment)
        assert len(await came(chain, purse)) == counts

    @pytest.mark.parametrize(("nano", "counts"), [(DUST, 0), (NANO - 1, 0), (NANO, 1)])
    async def test_what_is_left_of_our_gas(
        self, desk: TonDesk, chain: Toncenter, purse: Purse, nano: int, counts: int
    ) -> None:
        """It was ours before; more than we ever pay was not, whatever it calls itself."""
        desk.send(SHOP, nano, body=excesses())
        assert len(await came(chain, purse)) == counts


class TestJettons:
    """Jettons that came."""

    @pytest.mark.parametrize("inline", [True, False])
    async def test_with_a_memo(
        self, desk: TonDesk, chain: Toncenter, purse: Purse, inline: bool
    ) -> None:
        """Beside the rest or below it; the sender is whoever held them, not their wallet."""
        its = desk.send_jetton(SHOP, 5_000_000, MEMO, inline=inline)
        assert its.outcome.aborted
        assert await came(chain, purse) == [deposit(desk, its, 5_000_000, ID, USDT)]

    async def test_to_a_wallet_that_lives(
        self, desk: TonDesk, chain: Toncenter, purse: Purse
    ) -> None:
        """All the same."""
        desk.external(SHOP)
        its = desk.send_jetton(SHOP, 1, f" {MEMO} ")
        assert await came(chain, purse) == [deposit(desk, its, 1, ID, USDT)]

    @pytest.mark.parametrize("inline", [True, False])
    @pytest.mark.parametrize(
        "payload",
        [
            Builder().end_cell(),
            comment_cell(""),
            comment_cell(MEMO.lower()),
            comment_cell(MEMO + "A"),
            comment_cell(b"\xff" + MEMO.encode()),
            comment_cell("x" * 900),
            encrypted_cell(MEMO),
            Builder().store_uint(0xFF, 8).store_snake_string(MEMO).end_cell(),
            Builder().store_uint(0, 31).end_cell(),
            Builder().store_uint(0, 32).store_uint(1, 3).end_cell(),
        ],
    )
    async def test_without_one_they_are_nobodys(
        self, desk: TonDesk, chain: Toncenter, purse: Purse, payload: Cell, inline: bool
    ) -> None:
        """They came, whatever was written beside them."""
        its = desk.send_jetton(SHOP, 5_000_000, payload=payload, inline=inline)
        assert await came(chain, purse) == [deposit(desk, its, 5_000_000, None, USDT)]

    async def test_none_came(self, desk: TonDesk, chain: Toncenter, purse: Purse) -> None:
        """Zero of them are none."""
        desk.send_jetton(SHOP, 0, MEMO)
        assert await came(chain, purse) == []

    async def test_anybody_may_say_that_they_came(
        self, desk: TonDesk, chain: Toncenter, purse: Purse
    ) -> None:
        """Only our own wallet is believed; the gas of a lie is real, and nothing else of it."""
        desk.send_jetton(SHOP, 5_000_000, MEMO, false_wallet=True)
        desk.send_jetton(SHOP, 5_000_000, MEMO, master=stranger("a master of toys"))
        assert len(await chain.transactions(OWNER)) == 2
        assert await came(chain, purse) == []
        lie = transfer_notification(5_000_000, SOMEBODY, comment_cell(MEMO), inline=False)
        its = desk.send(SHOP, 2 * NANO, body=lie)
        assert await came(chain, purse) == [deposit(desk, its, 2 * NANO, None)]

    async def test_the_rest_of_a_transfer_of_ours(
        self, desk: TonDesk, chain: Toncenter, purse: Purse
    ) -> None:
        """We pay somebody in jettons, and get back what was over of the gas."""
        desk.send_jetton(NOBODY, 5_000_000, MEMO, source=SHOP)
        assert len(await chain.transactions(OWNER)) == 1
        assert await came(chain, purse) == []


CAME = Message(
    hash="aa",
    source=PAYER,
    destination=OWNER,
    value=2 * NANO,
    bounced=False,
    opcode=0,
    body=boc(comment_cell(MEMO)),
)
STEP = Transaction(
    account=OWNER,
    hash="bb",
    lt=7,
    previous_lt=0,
    at=ManualClock().now(),
    aborted=False,
    sent_back=False,
    in_msg=CAME,
    out_msgs=(),
)
TOLD = evolve(
    CAME,
    source=WALLET,
    value=1,
    opcode=TRANSFER_NOTIFICATION,
    body=boc(transfer_notification(5, SOMEBODY, comment_cell(MEMO), inline=False)),
)
HANDED = evolve(
    CAME,
    source=parse_address(jetton_wallet(USDT_MASTER, SOMEBODY)),
    destination=WALLET,
    opcode=INTERNAL_TRANSFER,
    body=boc(internal_transfer(5, SOMEBODY, 1, comment_cell(MEMO), inline=False)),
)
TAKEN = evolve(STEP, account=WALLET, in_msg=HANDED)
OURS = Purse(OWNER, {WALLET: USDT})


class TestSingleSteps:
    """What the desk does not do by itself."""

    def test_they_are_deposits(self) -> None:
        """Unless something of what follows is wrong with them."""
        assert OURS.deposit(STEP)
        assert OURS.deposit(evolve(STEP, in_msg=TOLD))

    @pytest.mark.parametrize("in_msg", [CAME, TOLD])
    @pytest.mark.parametrize("how", [{"sent_back": True}, {"out_msgs": (CAME,)}])
    def test_what_did_not_stay(self, in_msg: Message, how: dict[str, Any]) -> None:
        """It was returned, or sent on in the same step."""
        assert OURS.deposit(evolve(STEP, in_msg=in_msg, **how)) is None

    @pytest.mark.parametrize("in_msg", [CAME, TOLD])
    def test_what_came_home(self, in_msg: Message) -> None:
        """From whomever it was."""
        assert OURS.deposit(evolve(STEP, in_msg=evolve(in_msg, bounced=True))) is None
        assert OURS.deposit(evolve(STEP, in_msg=evolve(in_msg, source=None))) is None
        assert OURS.deposit(evolve(STEP, in_msg=None)) is None

    def test_half_a_notification(self) -> None:
        """Our wallet does not speak like that; what came is found on the wallet's own list."""
        half = Builder().store_uint(TRANSFER_NOTIFICATION, 32).store_uint(0, 64).end_cell()
        assert OURS.deposit(evolve(STEP, in_msg=evolve(TOLD, body=boc(half)))) is None

    def test_nobody_held_them(self) -> None:
        """New ones come from no address."""
        body = Builder().store_uint(TRANSFER_NOTIFICATION, 32).store_uint(0, 64).store_coins(5)
        body = body.store_address(None).store_bit(0)
        told = OURS.deposit(evolve(STEP, in_msg=evolve(TOLD, body=boc(body.end_cell()))))
        assert told is not None
        assert (told.inflow.sender, told.inflow.amount) == ("", Money(5, USDT))


class TestSilence:
    """What a wallet of ours took, and whether we were told."""

    async def test_jettons_without_a_word(
        self, desk: TonDesk, chain: Toncenter, purse: Purse
    ) -> None:
        """They are seen by the wallet's own step, and nobody says what they are for."""
        its = desk.send_jetton(SHOP, 5_000_000, MEMO, notify=False)
        assert await came(chain, purse) == []
        (step,) = await chain.transactions(WALLET)
        assert purse.silent(step) == deposit(desk, its, 5_000_000, None, USDT)

    @pytest.mark.parametrize("inline", [True, False])
    async def test_jettons_of_which_we_were_told(
        self, desk: TonDesk, chain: Toncenter, purse: Purse, inline: bool
    ) -> None:
        """They are a deposit already."""
        desk.send_jetton(SHOP, 5_000_000, "for the mug", inline=inline)
        (step,) = await chain.transactions(WALLET)
        assert purse.silent(step) is None
        assert len(await came(chain, purse)) == 1

    def test_told_in_the_same_step(self) -> None:
        """By the wallet, to our address, in words that can be read: anything else is silence."""
        half = Builder().store_uint(TRANSFER_NOTIFICATION, 32).store_uint(0, 64).end_cell()
        silence = [
            (),
            (evolve(TOLD, source=PAYER),),
            (evolve(TOLD, destination=PAYER),),
            (evolve(TOLD, body=boc(half)),),
            (evolve(TOLD, body=boc(excesses())),),
        ]
        for sent in silence:
            assert OURS.silent(evolve(TAKEN, out_msgs=sent))
        assert OURS.silent(evolve(TAKEN, out_msgs=(evolve(TOLD, destination=PAYER), TOLD))) is None

    @pytest.mark.parametrize(
        "how",
        [
            {"aborted": True},
            {"sent_back": True},
            {"in_msg": None},
            {"in_msg": evolve(HANDED, bounced=True)},
            {"in_msg": evolve(HANDED, body=boc(comment_cell(MEMO)))},
            {"in_msg": evolve(HANDED, body=boc(excesses()))},
            {
                "in_msg": evolve(
                    HANDED,
                    body=boc(internal_transfer(0, SOMEBODY, 0, comment_cell(MEMO), inline=False)),
                )
            },
        ],
    )
    def test_what_the_wallet_did_not_take(self, how: dict[str, Any]) -> None:
        """It turned it away, or was about something else."""
        assert OURS.silent(TAKEN)
        assert OURS.silent(evolve(TAKEN, **how)) is None
