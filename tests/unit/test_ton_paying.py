"""The wallet on TON in doubt: what it signs, what it refuses, and what it believes."""

import logging
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve
from pytoniq_core.boc.builder import Builder
from pytoniq_core.boc.cell import Cell

from altyn.adapters.ton import (
    CODES,
    Key,
    Page,
    Status,
    WalletShut,
    parse_address,
)
from altyn.adapters.ton.body import comment_cell
from altyn.adapters.ton.cells import bag_of, read_bag
from altyn.adapters.ton.jetton import transfer_cell, transfer_of
from altyn.adapters.ton.orders import sends_in
from altyn.adapters.ton.outside import body_of_external
from altyn.adapters.ton.versions import data_of
from altyn.adapters.ton.wallet import LAGS_MAX, LONG_AGO
from altyn.core.errors import Unavailable
from altyn.core.money import RUB, TON, USDT, Money
from altyn.core.resilience import TurnedAway
from altyn.core.wallets import (
    Bill,
    BillRefused,
    Cheque,
    ChequeState,
    Look,
    Sight,
    WalletPoor,
    WalletUnclear,
)
from altyn.entrypoints.sandbox import Fault
from altyn.entrypoints.sandbox.ton import TonDesk
from altyn.entrypoints.sandbox.ton_steps import Message, Outcome
from altyn.entrypoints.testkit.wallet import cheque_of
from tests.unit.ton_between import Between
from tests.unit.ton_outside import AtTheDesk, pooled
from tests.unit.ton_purse import (
    FIRST,
    PAYEE,
    SEED,
    SUPPLIER,
    DeskOutside,
    Office,
    patched,
    saying,
)
from tests.unit.ton_readers import MESSAGES, READERS, STATES

NANO = 10**9

# From the site of a supplier: words for coins, and a transfer of jettons with words.
STARS = "te6ccgEBAQEAJwAASgAAAAA1MCBUZWxlZ3JhbSBTdGFycyAKClJlZiNrcEo1NWgzQlc"
STARS_HASH = "0bc6c016de7722b5a66da918c630e04b44dcb6e429818b723adb7e92bc4fc36d"
MILLION = "te6ccgEBAgEALwABTgAAAAAxMDAwMDAwIFRlbGVncmFtIFN0YXJzIAoKUmVmI1RQb01wegEABkM3ZQ"
MILLION_HASH = "566e530c5e83dbbb2c9f8ef10d70f638266c7f446154a3ac5f736b4131cca68a"
FOR_JETTONS = (
    "te6ccgEBAgEAfgABqA-KfqVP885dhccidjC3GwgBCkiH8LM_zUu0afyGCTWJwX1mDjdlf2rMa9UoQlD4UHUAF1jL"
    "lcMomlo5RJTwl8jnDDdfdhc7EgQQWPqFQ9IjyLPCAwEASgAAAAA1MCBUZWxlZ3JhbSBTdGFycyAKClJlZiNtOUpo"
    "WndBcFE"
)


@pytest.fixture(params=["v4r2", "v5r1"])
def office(request: pytest.FixtureRequest) -> Office:
    return Office(request.param)


@pytest.fixture
def outside(office: Office) -> DeskOutside:
    return DeskOutside(office, TON)


async def drawn(office: Office, *bills: Bill, last: int = -1) -> Cheque:
    wallet = office.wallet()
    draft = await wallet.draw(bills, last)
    return cheque_of(wallet, DeskOutside(office, TON), draft, len(bills))


async def presented(office: Office, *bills: Bill) -> Cheque:
    cheque = await drawn(office, *bills)
    await office.wallet().present(cheque)
    office.clock.advance(seconds=3)
    return cheque


def expire(office: Office, cheque: Cheque) -> None:
    office.clock.moment = cheque.draft.expires_at + timedelta(minutes=5)


class TestOpening:
    """That the wallet is there, is ours, and is of a kind we know."""

    async def test_who_it_is(self, office: Office) -> None:
        """All that whoever it connects to asks for; the hash of the StateInit is the address."""
        identity = await office.wallet().open()
        assert identity.address == office.address
        assert identity.public_key == Key(SEED).public
        assert identity.version == office.version
        assert read_bag(identity.state_init).hash == office.address.hash
        assert identity.id == office.kept().id

    async def test_it_is_asked_once(self, office: Office) -> None:
        """What was proven stays so."""
        wallet = office.wallet()
        assert await wallet.open() == await wallet.open()
        assert office.desk.calls.count(STATES["toncenter"]) == 1

    async def test_how_many_bills(self, office: Office) -> None:
        """What every kind can, until it is known which one it is."""
        wallet = office.wallet()
        assert wallet.bills_max == 4
        await wallet.open()
        assert wallet.bills_max == {"v4r2": 4, "v5r1": 255}[office.version]

    async def test_a_wallet_that_was_never_used(self, office: Office) -> None:
        """It has money and no code, so nobody can say of what kind it is."""
        other = parse_address("0:" + "77" * 32)
        office.desk.give(other.raw, NANO)
        wallet = office.wallet()
        for address in (other, parse_address("0:" + "78" * 32)):
            wallet = evolve(office.wallet(), address=address)
            with pytest.raises(WalletShut, match="send one payment from it first"):
                await wallet.open()
            with pytest.raises(WalletShut):
                await wallet.draw([office.bill("one")], -1)

    async def test_the_phrase_of_another_wallet(self, office: Office) -> None:
        """Neither of the two keys is told."""
        wallet = evolve(office.wallet(), key=Key(bytes(31) + b"1"))
        with pytest.raises(WalletShut, match="the phrase is that of another wallet"):
            await wallet.open()

    async def test_a_wallet_of_another_kind(self, office: Office) -> None:
        """By the hash of its code, which is that of no wallet in the world."""
        wallet = evolve(office.wallet(), codes=CODES)
        with pytest.raises(WalletShut, match="its code is none of those known: v4r2, v5r1"):
            await wallet.open()

    async def test_a_state_that_is_not_that_of_the_address(self, office: Office) -> None:
        """Whoever tells of another wallet of ours is not believed, whatever its key."""
        other = office.desk.wallet(Key(SEED).public, office.version, nano=NANO, id=5, seqno=1)
        chain = office.reader()
        state = await chain.account(parse_address(other))

        liar = patched(chain, account=saying(state))
        with pytest.raises(WalletShut, match="it was not deployed with this code, id and key"):
            await office.wallet(liar).open()

    async def test_a_wallet_that_obeys_no_signature(self) -> None:
        """It was left to its extensions, so nothing that is signed for it would be carried out."""
        office = Office()
        state = await office.reader().account(office.address)
        data = bag_of(data_of(evolve(office.kept(), signs=False)))
        shut = patched(office.reader(), account=saying(evolve(state, data=data)))
        with pytest.raises(WalletShut, match="nothing that is only signed"):
            await office.wallet(shut).open()

    async def test_it_is_opened_before_it_signs(self, office: Office) -> None:
        """A key that opens nothing signs nothing."""
        wallet = evolve(office.wallet(), key=Key(bytes(31) + b"1"))
        with pytest.raises(WalletShut):
            await wallet.draw([office.bill("one")], -1)


class TestSigning:
    """What is in a draft."""

    async def test_as_short_as_can_be(self, office: Office) -> None:
        """It can be carried out for a minute, and is known by its hash."""
        wallet = office.wallet()
        draft = await wallet.draw([office.bill("one", amount="2.5")], -1)
        body = body_of_external(read_bag(draft.message), office.address)
        version = office.kept().version
        (sending,) = sends_in(version, body)
        assert (sending.to, sending.nano, sending.bounce) == (SUPPLIER, 2_500_000_000, False)
        assert sending.body.hash == comment_cell("one").hash
        assert draft.sequence == FIRST
        assert len(draft.hash) == 64
        assert draft.expires_at - office.clock.now() <= timedelta(minutes=2)

    @pytest.mark.parametrize(("body", "hash"), [(STARS, STARS_HASH), (MILLION, MILLION_HASH)])
    async def test_words_of_a_supplier_travel_to_the_letter(
        self, office: Office, body: str, hash: str
    ) -> None:
        """In his own cells, however he wrote the bag; and he is paid by them."""
        plain = body.replace("-", "+").replace("_", "/")
        plain += "=" * (-len(plain) % 4)
        for written in (body, plain, urlsafe_b64encode(b64decode(plain)).decode()):
            draft = await office.wallet().draw([office.bill("", body=written)], -1)
            said = body_of_external(read_bag(draft.message), office.address)
            (sending,) = sends_in(office.kept().version, said)
            assert sending.body.hash.hex() == hash
        cheque = await presented(office, office.bill("", body=body))
        assert (await office.wallet().look(cheque)).paid == (True,)

    async def test_a_transfer_of_a_supplier(self) -> None:
        """What he wrote for somebody else's wallet is refused, since the rest would go there."""
        office = Office()
        plain = FOR_JETTONS.replace("-", "+").replace("_", "/")
        said = transfer_of(plain + "=" * (-len(plain) % 4))
        assert said is not None
        assert said.amount == 750_000
        assert said.destination == parse_address("UQCFJEP4WZ_mpdo0_kMEmsTgvrMHG7K_tWY16pQhKHwoOtFz")
        assert said.comment == "50 Telegram Stars \n\nRef#m9JhZwApQ"
        assert (said.query_id, said.forwarded_nano) == (0x4FF3CE5D85C72276, 1)
        bill = office.bill(
            "",
            USDT,
            "0.75",
            to="UQCFJEP4WZ_mpdo0_kMEmsTgvrMHG7K_tWY16pQhKHwoOtFz",
            body=FOR_JETTONS,
        )
        with pytest.raises(BillRefused, match="would go to somebody else"):
            await office.wallet().draw([bill], -1)

    async def test_a_transfer_to_the_letter(self, office: Office) -> None:
        """That pays so much to whom it should, and lets the rest come back."""
        body = transfer_cell(2_000_000, SUPPLIER, office.address, "order 7", 5)
        cheque = await presented(office, office.bill("", USDT, body=bag_of(body)))
        said = body_of_external(read_bag(cheque.draft.message), office.address)
        (sending,) = sends_in(office.kept().version, said)
        assert sending.body.hash == body.hash
        assert (sending.to, sending.bounce) == (parse_address(office.purse), True)
        assert office.received("order 7") == 1
        assert (await office.wallet().look(cheque)).paid == (True,)

    @pytest.mark.parametrize(
        "wrong",
        [
            lambda us: transfer_cell(2_000_001, SUPPLIER, us, "", 0),
            lambda us: transfer_cell(2_000_000, us, us, "", 0),
            lambda us: transfer_cell(2_000_000, SUPPLIER, SUPPLIER, "", 0),
            lambda us: comment_cell("words"),
        ],
    )
    async def test_another_transfer(self, office: Office, wrong: Callable[[Any], Cell]) -> None:
        """Of more, to somebody else, with the rest for somebody else, or none."""
        bill = office.bill("", USDT, body=bag_of(wrong(office.address)))
        with pytest.raises(BillRefused):
            await office.wallet().draw([bill], -1)

    async def test_more_than_a_transfer(self, office: Office) -> None:
        """Something for the jetton wallet itself, or more coins for the payee than to tell him."""
        for custom, forwarded in ((1, 1), (0, 10_000_001)):
            said: Any = Builder().store_uint(0x0F8A7EA5, 32).store_uint(0, 64)
            said = said.store_coins(2_000_000).store_address(SUPPLIER.raw)
            said = said.store_address(office.address.raw).store_bit(custom)
            if custom:
                said = said.store_ref(comment_cell("an order"))
            body = bag_of(said.store_coins(forwarded).store_bit(0).end_cell())
            with pytest.raises(BillRefused, match="more than a transfer"):
                await office.wallet().draw([office.bill("", USDT, body=body)], -1)

    async def test_of_several_bills_each_has_one_part(self, office: Office) -> None:
        """Else nobody could say of a part to which of them it belongs."""
        parts = (office.part("one"), office.part("two"))
        both = Bill(parts=parts, pay_before=office.clock.now() + timedelta(hours=1))
        with pytest.raises(BillRefused, match="a cheque of its own"):
            await office.wallet().draw([both, office.bill("three")], -1)
        cheque = await presented(office, both)
        assert (office.received("one"), office.received("two")) == (1, 1)
        assert (await office.wallet().look(cheque)).paid == (True,)

    async def test_not_more_than_a_wallet_can_send(self) -> None:
        """Four at once, of an older one; and nothing that nodes would not take."""
        office = Office("v4r2")
        bills = [office.bill(f"order {each}", amount="0.1") for each in range(5)]
        with pytest.raises(BillRefused, match="it makes 4 payments at once, not 5"):
            await office.wallet().draw(bills, -1)
        office = Office()
        words = [bag_of(comment_cell(f"{each} words " * 400)) for each in range(20)]
        bills = [office.bill("", amount="0.1", body=each) for each in words]
        with pytest.raises(BillRefused, match="too long to be sent at once"):
            await office.wallet().draw(bills, -1)

    async def test_what_stays_in_it(self, office: Office) -> None:
        """A tenth of a coin for each payment, a twentieth besides, and what goes with jettons."""
        has = office.desk.chain.at(office.at).balance
        spendable = Money(has - 150_000_000, TON)
        await office.wallet().draw([office.bill("all of it", amount=spendable.decimal)], -1)
        more = spendable + Money(1, TON)
        with pytest.raises(WalletPoor) as poor:
            await office.wallet().draw([office.bill("more", amount=more.decimal)], -1)
        assert (poor.value.available, poor.value.asked) == (spendable, more)
        with pytest.raises(WalletPoor) as poor:
            await office.wallet().draw([office.bill("more", USDT, "100.000001")], -1)
        assert poor.value.available == Money.parse("100", USDT)
        poor_in_coins = Office(office.version, nano=10**8)
        with pytest.raises(WalletPoor) as poor:
            await poor_in_coins.wallet().draw([poor_in_coins.bill("one", USDT)], -1)
        assert poor.value.asked == Money(50_000_000, TON)

    async def test_coins_and_jettons_at_once(self, office: Office) -> None:
        """Each bill in its own asset."""
        cheque = await presented(office, office.bill("coins"), office.bill("jettons", USDT))
        assert (await office.wallet().look(cheque)).paid == (True, True)
        assert (office.received("coins"), office.received("jettons")) == (1, 1)

    async def test_whoever_is_behind_is_not_signed_by(self, office: Office) -> None:
        """What he says of the number may be long over."""
        office.desk.lag()
        office.clock.advance(seconds=LAGS_MAX.total_seconds())
        await office.wallet().draw([office.bill("one")], -1)
        office.clock.advance(seconds=1)
        with pytest.raises(WalletUnclear, match="the reader is 31 s behind"):
            await office.wallet().draw([office.bill("one")], -1)

    async def test_it_has_nothing_else(self, office: Office) -> None:
        """Of an asset that it does not pay in nothing is said."""
        with pytest.raises(BillRefused):
            await office.wallet().balance(RUB)


class TestPresenting:
    """Handing a message to whoever will take it."""

    @pytest.mark.parametrize("fault", Fault)
    async def test_no_answer_is_a_refusal(self, office: Office, fault: Fault) -> None:
        """Nor does any of them prove that it was carried out."""
        cheque = await drawn(office, office.bill("one"))
        office.desk.faults.plan(MESSAGES["toncenter"], fault)
        try:
            look = await office.wallet().present(cheque)
        except Unavailable:
            look = Look(sight=Sight.NOTHING, as_of=LONG_AGO)
        assert look == Look(sight=Sight.NOTHING, as_of=LONG_AGO)
        office.clock.advance(seconds=3)
        assert office.received("one") == int(fault.happens)

    async def test_what_the_chain_would_not_take_is_in_doubt(self, office: Office) -> None:
        """Whoever says so may be behind, or ahead: it may be carried out by now."""
        cheque = await presented(office, office.bill("one"))
        with pytest.raises(Unavailable):
            await office.wallet().present(cheque)
        nonsense = evolve(cheque, draft=evolve(cheque.draft, message="nonsense"))
        with pytest.raises(Unavailable):
            await office.wallet().present(nonsense)

    @pytest.mark.parametrize("fault", [Fault.FAIL_BEFORE, Fault.FAIL_AFTER, Fault.HANG_AFTER])
    async def test_another_one_takes_it(self, office: Office, fault: Fault) -> None:
        """After any failure, since a message is carried out once whoever brings it."""
        second = TonDesk(office.clock, chain=office.desk.chain)
        readers = office.reader(), office.reader(second)
        wallet = office.wallet(pooled(office.clock, *readers))
        cheque = await drawn(office, office.bill("one"))
        office.desk.faults.plan(MESSAGES["toncenter"], fault)
        try:
            await wallet.present(cheque)
        except Unavailable:
            assert fault.happens
        assert second.calls == [MESSAGES["toncenter"]]
        assert office.received("one") == 1

    async def test_a_key_that_is_not_taken(self, office: Office) -> None:
        """Whoever turns us away took nothing, and may take it later."""
        cheque = await drawn(office, office.bill("one"))
        office.desk.api_key = "a key of others"
        office.desk._served_at = int(office.clock.now().timestamp())
        with pytest.raises(TurnedAway):
            await office.wallet().present(cheque)


class TestLooking:
    """What is believed."""

    async def test_what_it_cost(self, office: Office) -> None:
        """All that left the wallet besides what was paid, and did not come back."""
        before = office.desk.chain.at(office.at).balance
        cheque = await presented(office, office.bill("coins"), office.bill("jettons", USDT))
        look = await office.wallet().look(cheque)
        spent = before - office.desk.chain.at(office.at).balance
        assert look.fee is not None
        # What comes back costs gas when it arrives, in a transaction of its own.
        assert spent - 2 * NANO - 400_000 == look.fee.units
        assert look.proof in {each.hash.hex() for each in office.desk.chain.transactions}

    async def test_jettons_that_nobody_takes(self, office: Office) -> None:
        """They come home, so they were not paid, though the wallet did as it was told."""
        office.desk.chain.jettons.closed.add(PAYEE)
        cheque = await presented(office, office.bill("coins"), office.bill("jettons", USDT))
        look = await office.wallet().look(cheque)
        assert (look.sight, look.paid) == (Sight.CASHED, (True, False))
        assert await office.wallet().balance(USDT) == Money.parse("100", USDT)

    async def test_jettons_that_our_purse_does_not_hand_out(self, office: Office) -> None:
        """There are too few of them by now: it refuses, and they never left."""
        cheque = await drawn(office, office.bill("jettons", USDT))
        at = office.purse
        its = office.desk.chain.at(at)
        assert its.purse is not None
        office.desk.chain.accounts[at] = evolve(its, purse=evolve(its.purse, units=1))
        await office.wallet().present(cheque)
        office.clock.advance(seconds=3)
        look = await office.wallet().look(cheque)
        assert (look.sight, look.paid) == (Sight.CASHED, (False,))

    async def test_jettons_on_their_way(self, office: Office) -> None:
        """Neither paid nor unpaid, as long as the reader has not seen them arrive."""
        cheque = await presented(office, office.bill("jettons", USDT))
        steps = office.desk.chain.transactions
        (at,) = (
            place
            for place, each in enumerate(steps)
            if each.account == office.at and each.came.normalised_hash.hex() == cheque.draft.hash
        )
        whole, wallet = list(steps), office.wallet()
        for shown in (at + 1, at + 2):
            office.desk.chain.transactions = whole[:shown]
            with pytest.raises(Unavailable, match="jettons are on their way"):
                await wallet.look(cheque)
        office.desk.chain.transactions = whole
        assert (await wallet.look(cheque)).paid == (True,)

    async def test_jettons_that_are_lost(self, office: Office) -> None:
        """The payee's purse failed and sent nothing back: neither paid nor ours, for a person."""
        office.desk.chain.jettons.closed.add(PAYEE)
        cheque = await presented(office, office.bill("jettons", USDT))
        reader = office.reader()

        async def page(*asked: Any, **bounds: Any) -> Page:
            told = await reader.page(*asked, **bounds)
            return evolve(
                told, transactions=[evolve(each, sent_back=False) for each in told.transactions]
            )

        with pytest.raises(Unavailable, match="a person decides"):
            await office.wallet(patched(reader, page=page)).look(cheque)

    async def test_a_bill_of_which_a_part_was_paid(self, office: Office) -> None:
        """It is neither paid nor unpaid: a person decides."""
        office.desk.chain.jettons.closed.add(other := "0:" + "AB" * 32)
        parts = (office.part("one", USDT), office.part("two", USDT, to=other.lower()))
        both = Bill(parts=parts, pay_before=office.clock.now() + timedelta(hours=1))
        cheque = await presented(office, both)
        expire(office, cheque)
        with pytest.raises(WalletUnclear, match="1 of 2 parts were paid: a person decides"):
            await office.wallet().look(cheque)

    async def test_two_bills_alike(self, office: Office) -> None:
        """Of which one was left out: the other one is paid, and only one."""
        bill = office.bill("alike", amount="40")
        cheque = await drawn(office, bill, bill)
        its = office.desk.chain.at(office.at)
        office.desk.chain.accounts[office.at] = evolve(its, balance=50 * NANO)
        await office.wallet().present(cheque)
        office.clock.advance(seconds=3)
        assert office.received("alike") == 1
        assert (await office.wallet().look(cheque)).paid == (True, False)

    async def test_a_number_that_is_taken_by_nobody_knows_whom(self, office: Office) -> None:
        """Whoever tells of accounts knows more than whoever tells of transactions: not void."""
        cheque = await drawn(office, office.bill("one"))
        behind = TonDesk(office.clock, chain=office.desk.chain)
        behind.lag()
        await office.wallet().present(cheque)
        ahead, late = office.reader(), office.reader(behind)

        both = patched(late, account=ahead.account)  # as two readers who are pooled may answer
        wallet = office.wallet(both)
        for _ in range(2):
            look = await wallet.look(cheque)
            assert (look.sight, look.as_of) == (Sight.NOTHING, LONG_AGO)
            assert look.fate(cheque) is ChequeState.SIGNED
            expire(office, cheque)
        behind.catch_up()
        assert (await wallet.look(cheque)).paid == (True,)

    async def test_a_number_that_is_free_by_nobody_else(self, office: Office) -> None:
        """Whoever tells of accounts is behind and does not know it; a transaction speaks for it."""
        cheque = await drawn(office, office.bill("one"))
        stale = await office.reader().account(office.address)
        await office.wallet().present(cheque)
        expire(office, cheque)
        reader = office.reader()
        head = await reader.head()

        # His moment is that of now, and his account is not.
        liar = patched(reader, account=saying(evolve(stale, head=head)))
        look = await office.wallet(liar).look(cheque)
        assert (look.sight, look.paid) == (Sight.CASHED, (True,))

    async def test_the_older_moment_counts(self, office: Office) -> None:
        """That it never was there is only as true as the page that shows it."""
        cheque = await drawn(office, office.bill("one"))
        behind = TonDesk(office.clock, chain=office.desk.chain)
        behind.lag()
        expire(office, cheque)
        late = office.reader(behind)

        both = patched(late, account=office.reader().account)
        assert (await office.wallet(both).look(cheque)).fate(cheque) is ChequeState.SIGNED
        assert (await office.wallet().look(cheque)).fate(cheque) is ChequeState.VOID

    async def test_what_others_say_takes_no_number(self, office: Office) -> None:
        """Only what our key has signed under it does, and was carried out."""
        cheque = await drawn(office, office.bill("one"))
        office.desk.chain.external(office.at)  # its number moves, and not by any order of ours
        office.clock.advance(seconds=3)
        for _ in range(2):
            look = await office.wallet().look(cheque)
            assert (look.sight, look.as_of) == (Sight.NOTHING, LONG_AGO)
            expire(office, cheque)

    async def test_our_order_from_inside_the_chain(self, office: Office) -> None:
        """Whoever was shown what we signed may send it to the wallet, which does nothing of it."""
        cheque = await drawn(office, office.bill("one"))
        body = body_of_external(read_bag(cheque.draft.message), office.address)
        office.desk.send(office.at, NANO, body=body)
        office.clock.advance(seconds=3)
        for _ in range(2):
            look = await office.wallet().look(cheque)
            assert look.sight is Sight.NOTHING
            office.desk.send(office.at, NANO, body=body)
        await office.wallet().present(cheque)
        office.clock.advance(seconds=3)
        assert (await office.wallet().look(cheque)).paid == (True,)

    @pytest.mark.parametrize("kind", READERS)
    async def test_a_flood_hides_nothing(self, kind: str) -> None:
        """However much of no worth came before it and after."""
        office = Office(kind=kind)
        cheque = await drawn(office, office.bill("one"))
        for each in range(240):
            if each == 120:
                await office.wallet().present(cheque)
            office.desk.send(office.at, 1)
        office.clock.advance(seconds=3)
        look = await office.wallet().look(cheque)
        assert (look.sight, look.paid) == (Sight.CASHED, (True,))

    @pytest.mark.parametrize(
        ("kind", "change"),
        [
            ("toncenter", lambda row: {"accounts": row["accounts"] * 2}),
            ("toncenter", lambda row: {"accounts": [{**row["accounts"][0], "address": PAYEE}]}),
            ("toncenter", lambda row: {"accounts": [{**row["accounts"][0], "status": "odd"}]}),
            ("toncenter", lambda row: {"accounts": [{**row["accounts"][0], "code_boc": None}]}),
            ("toncenter", lambda row: {"accounts": [{**row["accounts"][0], "balance": 5}]}),
            ("toncenter", lambda row: {"accounts": [{**row["accounts"][0], "data_boc": "AAAA"}]}),
            ("toncenter-v2", lambda row: {**row, "result": {**row["result"], "state": "odd"}}),
            ("toncenter-v2", lambda row: {**row, "result": {**row["result"], "data": ""}}),
            ("tonapi", lambda row: {**row, "address": PAYEE.lower()}),
            ("tonapi", lambda row: {**row, "code": "no cells"}),
            ("tonapi", lambda row: {**row, "balance": "5"}),
        ],
    )
    async def test_an_account_that_makes_no_sense(self, kind: str, change: Any) -> None:
        """Is not believed, in nothing that it says."""
        office = Office(kind=kind)
        cheque = await presented(office, office.bill("one"))
        between = Between(AtTheDesk(office.desk))
        between.changes[STATES[kind].format(office.address.raw)] = change
        wallet = office.wallet(READERS[kind](between))
        with pytest.raises(Unavailable):
            await wallet.look(cheque)

    async def test_what_was_undone_may_come_again(self) -> None:
        """An aborted transaction took nothing, the number neither: not paid, and not void."""
        office = Office("v4r2")
        cheque = await drawn(office, office.bill("one"))
        body = body_of_external(read_bag(cheque.draft.message), office.address)
        chain = office.desk.chain
        its = chain.at(office.at)
        chain.note(Message(to=office.at, body=body), its, Outcome(fee=400_000, exit_code=37))
        office.clock.advance(seconds=3)
        assert (await office.wallet().look(cheque)).fate(cheque) is ChequeState.SIGNED
        await office.wallet().present(cheque)
        office.clock.advance(seconds=3)
        assert (await office.wallet().look(cheque)).paid == (True,)
        assert office.received("one") == 1

    async def test_a_wallet_that_is_frozen_meanwhile(self, office: Office) -> None:
        """Nothing is known of it before a person has looked."""
        cheque = await drawn(office, office.bill("one"))
        chain = office.reader()
        state = await chain.account(office.address)

        frozen = patched(chain, account=saying(evolve(state, status=Status.FROZEN)))
        with pytest.raises(Unavailable):
            await office.wallet(frozen).look(cheque)

    async def test_a_cheque_of_somebody_else(self, office: Office) -> None:
        """Whose message is not for this wallet is not called anything."""
        cheque = await presented(office, office.bill("one"))
        other = evolve(cheque, draft=evolve(cheque.draft, message=bag_of(comment_cell("words"))))
        with pytest.raises(Unavailable):
            await office.wallet().look(other)


async def test_nothing_secret_is_shown_anywhere(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever the wallet does, says or fails with."""
    caplog.set_level(logging.DEBUG)
    wallet = office.wallet()
    cheque = await presented(office, office.bill("one"))
    shown = [repr(wallet), str(wallet), repr(cheque), repr(await wallet.open()), caplog.text]
    doubts: list[Callable[[], Awaitable[object]]] = [
        lambda: wallet.present(cheque),
        lambda: wallet.draw([office.bill("more", amount="1000")], -1),
        lambda: wallet.draw([office.bill("", body="nonsense")], -1),
        lambda: wallet.draw([office.bill("again")], FIRST + 5),
    ]
    for doubt in doubts:
        with pytest.raises(Exception) as failed:  # noqa: PT011
            await doubt()
        shown.append(f"{failed.value!r} {failed.value} {failed.value.__cause__!r}")
        shown.append(repr(failed.value.__context__))
    secrets = SEED.hex(), str(SEED), str(bytearray(SEED)), str(list(SEED))
    assert [each for each in shown for secret in secrets if secret in each] == []
