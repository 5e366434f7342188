"""What Fragment writes, read exactly: amounts, words in cells, transfers of dollars, cookies."""

import json
from base64 import b64encode

import pytest
from pytoniq_core.boc.builder import Builder

from altyn.adapters.fragment import (
    CookiesMalformed,
    NotTheComment,
    Payer,
    Session,
    flow_of,
    reference_in,
)
from altyn.adapters.fragment.usdt import dollars_in
from altyn.adapters.fragment.wire import (
    amount_of,
    bag_of,
    moment_of,
    shown_of,
    units_of,
)
from altyn.adapters.http import Unintelligible
from altyn.adapters.ton import Address, Unreadable, Version, comment_of, parse_address
from altyn.adapters.ton.cells import read_bag
from altyn.core.money import TON, USDT, Asset
from altyn.core.purchases import Goods, Kind, SupplierRefused
from altyn.entrypoints.sandbox.fragment import COOKIES, DESTINATION
from altyn.entrypoints.sandbox.fragment_wire import bag, comment, dollars
from tests.unit.fragment_outside import PAYER, RECEIVER

STARS_50 = "te6ccgEBAQEAJwAASgAAAAA1MCBUZWxlZ3JhbSBTdGFycyAKClJlZiNrcEo1NWgzQlc"
DOLLARS_50 = (
    "te6ccgEBAgEAfgABqA-KfqVP885dhccidjC3GwgBCkiH8LM_zUu0afyGCTWJwX1mDjdlf2rMa9UoQlD4UHUAF1jLlcMoml"
    "o5RJTwl8jnDDdfdhc7EgQQWPqFQ9IjyLPCAwEASgAAAAA1MCBUZWxlZ3JhbSBTdGFycyAKClJlZiNtOUpoWndBcFE"
)
VECTORS = [
    (
        Goods(kind=Kind.STARS, quantity=50),
        STARS_50,
        "50 Telegram Stars \n\nRef#kpJ55h3BW",
        "0bc6c016de7722b5a66da918c630e04b44dcb6e429818b723adb7e92bc4fc36d",
    ),
    (
        Goods(kind=Kind.STARS, quantity=1_000_000),
        "te6ccgEBAgEALwABTgAAAAAxMDAwMDAwIFRlbGVncmFtIFN0YXJzIAoKUmVmI1RQb01wegEABkM3ZQ",
        "1000000 Telegram Stars \n\nRef#TPoMpzC7e",
        "566e530c5e83dbbb2c9f8ef10d70f638266c7f446154a3ac5f736b4131cca68a",
    ),
    (
        Goods(kind=Kind.PREMIUM, quantity=3),
        "te6ccgEBAgEANgABTgAAAABUZWxlZ3JhbSBQcmVtaXVtIGZvciAzIG1vbnRocyAKClJlZgEAFCMzcFdKdGJkYnU",
        "Telegram Premium for 3 months \n\nRef#3pWJtbdbu",
        "97cd7d551c1a2c34a6e3045ac7f1bd293cfb49b6754e861816bdd6df2066f734",
    ),
    (
        Goods(kind=Kind.PREMIUM, quantity=12),
        "te6ccgEBAgEANAABTgAAAABUZWxlZ3JhbSBQcmVtaXVtIGZvciAxIHllYXIgCgpSZWYjcgEAEE9OQnM2cmNt",
        "Telegram Premium for 1 year \n\nRef#rONBs6rcm",
        "a88820fd160512f2ddd45fbb0925b0f9473daf2d043b53e0a97ed48bfa09c228",
    ),
    (
        Goods(kind=Kind.TON, quantity=5),
        "te6ccgEBAgEAMAABTgAAAABUZWxlZ3JhbSBhY2NvdW50IHRvcCB1cCAKClJlZiNrMXpDRQEACFkxd3g",
        "Telegram account top up \n\nRef#k1zCEY1wx",
        "1ed5d34aa85ad62a4b9fc57cea608a90bc5262aabae2fa4800618cad06c0e464",
    ),
]


@pytest.mark.parametrize(("goods", "payload", "text", "hash"), VECTORS)
def test_words_that_were_seen_on_the_chain_are_read(
    goods: Goods, payload: str, text: str, hash: str
) -> None:
    """As they were given: the cells stay the ones that Fragment made."""
    body = bag_of({"payload": payload}, "payload", 8192)
    assert comment_of(body) == text
    assert read_bag(body).hash.hex() == hash
    assert reference_in(text, flow_of(goods).beginning(goods)) == text.partition("\n\n")[2]


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "51 Telegram Stars \n\nRef#kpJ55h3BW",
        "500 Telegram Stars \n\nRef#kpJ55h3BW",
        "50 Telegram Stars and more \n\nRef#kpJ55h3BW",
        "50 Telegram Stars\n\nRef#kpJ55h3BW",
        "50 Telegram Stars \nRef#kpJ55h3BW",
        "50 telegram stars \n\nRef#kpJ55h3BW",
        "50 Telegram Stars \n\n",
        "50 Telegram Stars \n\nRef#",
        "50 Telegram Stars \n\nRef#kpJ55h3BW ",
        "50 Telegram Stars \n\nRef#kpJ55h3BW\n",
        "50 Telegram Stars \n\nRef#kpJ55h3BW Ref#kpJ55h3BX",
        "50 Telegram Stars \n\nRef#kpJ55h3BW \n\nRef#kpJ55h3BX",
        "50 Telegram Stars \n\nRef#kpJ55h3B\u0416",
        " 50 Telegram Stars \n\nRef#kpJ55h3BW",
    ],
)
def test_other_words_are_not_for_this_payment(text: str | None) -> None:
    """Another quantity, another thing, no reference or two: nobody signs that."""
    with pytest.raises(NotTheComment):
        reference_in(text, "50 Telegram Stars")


def test_a_transfer_of_dollars_that_was_seen_is_read() -> None:
    """Amount, receiver, who gets the rest, and the words; nothing else is done."""
    transfer = dollars_in(bag_of({"payload": DOLLARS_50}, "payload", 8192))
    assert (transfer.amount, transfer.custom, transfer.forwarded) == (750_000, False, 1)
    assert transfer.destination == RECEIVER
    assert transfer.response is not None
    assert transfer.comment == "50 Telegram Stars \n\nRef#m9JhZwApQ"


@pytest.mark.parametrize("body", ["", "AAAA", STARS_50, DOLLARS_50[:-8]])
def test_anything_else_is_no_transfer_of_dollars(body: str) -> None:
    """Not a comment, not half of one."""
    with pytest.raises(Unreadable):
        dollars_in(body)


def test_a_transfer_of_dollars_with_something_after_it_is_none() -> None:
    """Who knows what it would do there."""
    words = comment("50 Telegram Stars \n\nRef#m9JhZwApQ")
    made = dollars(750_000, DESTINATION, DESTINATION, words, 1)
    assert dollars_in(bag(made, of_urls=False)).amount == 750_000
    for more in (
        Builder().store_cell(made).store_bit(1),
        Builder().store_cell(made).store_ref(words),
    ):
        with pytest.raises(Unreadable):
            dollars_in(bag(more.end_cell(), of_urls=False))


@pytest.mark.parametrize(
    ("text", "asset", "units"),
    [
        ("0.4609", TON, 460_900_000),
        ("1,000,000,000", TON, 10**18),
        ("1,234.5", TON, 1_234_500_000_000),
        ("1234", TON, 1_234_000_000_000),
        ("0.750000000000", USDT, 750_000),
        ("1500.00", USDT, 1_500_000_000),
        ("0.000000001", TON, 1),
    ],
)
def test_an_amount_is_read_to_the_last_unit(text: str, asset: Asset, units: int) -> None:
    """Whatever stands between its digits; nothing is rounded."""
    amount = amount_of({"amount": text}, asset)
    assert (amount.units, amount.asset) == (units, asset)


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "",
        "0",
        "0.0",
        "-1",
        "+1",
        "1e3",
        ".5",
        "5.",
        "1,00",
        "1,0000",
        ",100",
        "1 000",
        "1.000,5",
        "0.0000000001",
        "9" * 20,
        "NaN",
        "\u0661",
        0.4609,
        5,
        True,
        ["1"],
    ],
)
def test_what_is_no_amount_is_not_guessed(wrong: object) -> None:
    """A float least of all."""
    with pytest.raises(Unintelligible):
        amount_of({"amount": wrong}, TON)


@pytest.mark.parametrize("wrong", [None, "", "-1", "1.0", "01", "1,000", 460900000, "1e9"])
def test_what_a_message_carries_is_a_whole_number(wrong: object) -> None:
    """In text, as it is written there."""
    assert units_of({"amount": "460900000"}) == 460_900_000
    with pytest.raises(Unintelligible):
        units_of({"amount": wrong})


@pytest.mark.parametrize("wrong", [None, 0, -1, 2**32, "1790552821", 1.5, True])
def test_a_moment_is_in_whole_seconds(wrong: object) -> None:
    """And within all time."""
    assert moment_of({"validUntil": 1790552821}, "validUntil").timestamp() == 1790552821
    with pytest.raises(Unintelligible):
        moment_of({"validUntil": wrong}, "validUntil")


def test_a_bag_may_be_written_in_two_alphabets_and_without_its_end() -> None:
    """It is the same bag."""
    usual = b64encode(bytes([0xFB, 0xEF, 0xFF, 0x01])).decode()
    for text in (usual, usual.rstrip("="), usual.replace("+", "-").replace("/", "_")):
        assert bag_of({"payload": text}, "payload", 100) == usual
    for wrong in (None, "", "a", "ab c", "\u0436" * 4, "ab\n", "A" * 101, 7):
        with pytest.raises(Unintelligible):
            bag_of({"payload": wrong}, "payload", 100)


def test_people_are_shown_as_far_as_that_can_be_kept() -> None:
    """On one line, and cut; whoever has no name to be seen has their username."""
    assert shown_of({"name": "Bob"}, "bob") == "Bob"
    assert shown_of({"name": "a\nb\u200dc"}, "bob") == "a b c"
    assert shown_of({"name": "x" * 300}, "bob") == "x" * 256
    assert shown_of({"name": "\u200b"}, "bob") == "@bob"
    for wrong in (None, 7):
        with pytest.raises(Unintelligible):
            shown_of({"name": wrong}, "bob")


@pytest.mark.parametrize(
    ("kind", "most"), [(Kind.STARS, 1_000_000), (Kind.PREMIUM, 12), (Kind.TON, 1_000_000_000)]
)
def test_so_much_is_sold_at_once(kind: Kind, most: int) -> None:
    """And not one more."""
    assert flow_of(Goods(kind=kind, quantity=most)).most == most
    if kind is not Kind.PREMIUM:
        with pytest.raises(SupplierRefused):
            flow_of(Goods(kind=kind, quantity=most + 1))


def test_packs_are_sold_elsewhere() -> None:
    """That is a refusal."""
    with pytest.raises(SupplierRefused):
        flow_of(Goods(kind=Kind.PACK, quantity=1, item="cats/1"))


@pytest.mark.parametrize(
    "text",
    [
        "stel_ssid=a; stel_dt=-180; stel_token=b; stel_ton_token=c",
        "  stel_ssid=a;stel_dt=-180;stel_token=b;stel_ton_token=c;",
        '{"stel_ssid": "a", "stel_dt": -180, "stel_token": "b", "stel_ton_token": "c"}',
        """[{"name": "stel_ssid", "value": "a"}, {"name": "stel_dt", "value": "-180"},
            {"name": "stel_token", "value": "b"}, {"name": "stel_ton_token", "value": "c"}]""",
    ],
)
def test_cookies_are_read_as_browsers_give_them_out(text: str) -> None:
    """And told to Fragment in one line; to nobody else."""
    session = Session.parse(text)
    assert session.header == "stel_ssid=a; stel_dt=-180; stel_token=b; stel_ton_token=c"
    assert repr(session) == "Session()"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("", "stel_ssid is missing"),
        ("{", "neither JSON"),
        ("[1]", "neither JSON"),
        ("[" * 100_000, "neither JSON"),
        ('{"stel_ssid": "s3cret"}', "stel_dt is missing"),
        ("stel_ssid=s3cret; stel_dt=-180; stel_token=s3cret", "stel_ton_token is missing"),
        ("stel_ssid=s3cret; stel_dt=0; stel_token=s3cret; stel_ton_token=", "stel_ton_token is"),
        (
            '{"stel_ssid":"a","stel_dt":"0","stel_token":"b","stel_ton_token":"s3cret\\r\\nX: 1"}',
            "",
        ),
        (json.dumps(COOKIES | {"stel_token": "s3cret\r\nX: 1"}), "stel_token has no value"),
        (json.dumps(COOKIES | {"stel_token": "s3cret;x=1"}), "stel_token has no value"),
        (json.dumps(COOKIES | {"s3cret x": "1"}), "one of the names"),
    ],
)
def test_cookies_of_nobody_who_can_buy_are_refused(wrong: str, words: str) -> None:
    """It is said which one is missing, and what is in the others is not."""
    with pytest.raises(CookiesMalformed) as refused:
        Session.parse(wrong)
    assert words in str(refused.value)
    assert "s3cret" not in f"{refused.value} {refused.value!r} {refused.value.__context__!r}"


def test_a_session_needs_each_of_its_cookies() -> None:
    """One by one."""
    for name in COOKIES:
        with pytest.raises(CookiesMalformed, match=name):
            Session({other: value for other, value in COOKIES.items() if other != name})


def test_a_wallet_is_told_in_the_words_of_ton_connect() -> None:
    """To the letter: the chain is text, and how many messages it sends depends on which it is."""
    assert PAYER.account == (
        f'{{"address":"{PAYER.address.raw}","chain":"-239","publicKey":"{PAYER.public_key.hex()}",'
        f'"walletStateInit":"{PAYER.state_init}"}}'
    )
    assert PAYER.device == (
        '{"platform":"iphone","appName":"Tonkeeper","appVersion":"5.4.0","maxProtocolVersion":2,'
        '"features":["SendTransaction",{"name":"SendTransaction","maxMessages":255},'
        '{"name":"SignData","types":["text","binary","cell"]}]}'
    )
    assert Version.V4R2.sends_max == 4


def test_a_wallet_that_lives_elsewhere_is_none() -> None:
    """Its address is the hash of its beginning."""
    elsewhere = Address(0, b"\x01" * 32)
    for address, key, begins in (
        (elsewhere, PAYER.public_key, PAYER.state_init),
        (PAYER.address, b"short", PAYER.state_init),
        (PAYER.address, PAYER.public_key, "no bag"),
    ):
        with pytest.raises(ValueError, match=r"has 32 bytes|lives where"):
            Payer(address=address, public_key=key, state_init=begins)


def test_the_receiver_is_the_same_however_it_is_written() -> None:
    """Lists are compared by what is meant."""
    assert parse_address("UQCFJEP4WZ_mpdo0_kMEmsTgvrMHG7K_tWY16pQhKHwoOtFz") == RECEIVER
