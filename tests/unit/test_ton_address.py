"""Addresses of TON: one place has many spellings, and a misspelt one has none."""

from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from binascii import crc_hqx
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytoniq_core.boc.address import Address as TheirAddress

from altyn.adapters.ton import Address, NotAnAddress, parse_address
from altyn.core.errors import Refused

USDT = "EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs"
USDT_RAW = "0:b113a994b5024a16719f69139328eb759596c38a25f59028b146fecdc3621dfe"
MASTER = Address(-1, bytes(range(32)))

ADDRESSES = st.builds(Address, st.sampled_from([0, -1]), st.binary(min_size=32, max_size=32))


def spelt(tag: int, workchain: int, hash: bytes) -> str:
    """A friendly form with whatever is put into it, and a sum that is right."""
    said = bytes((tag, workchain & 0xFF)) + hash
    return urlsafe_b64encode(said + crc_hqx(said, 0).to_bytes(2, "big")).decode()


def test_the_jetton_that_everybody_knows() -> None:
    """Both spellings of the facts are one place."""
    address = parse_address(USDT)
    assert address == parse_address(USDT_RAW)
    assert address.raw == str(address) == USDT_RAW
    assert address.friendly(bounceable=True) == USDT
    assert address.friendly(bounceable=False).startswith("UQ")


@given(ADDRESSES, st.booleans(), st.booleans())
def test_every_spelling_is_the_same_place(
    address: Address, bounceable: bool, testnet: bool
) -> None:
    """As another library writes it, in both alphabets and in either case."""
    text = address.friendly(bounceable=bounceable, testnet=testnet)
    theirs: Any = TheirAddress(address.raw)
    assert text == theirs.to_str(is_bounceable=bounceable, is_test_only=testnet)
    other_alphabet = b64encode(urlsafe_b64decode(text)).decode()
    raw = f"{address.workchain}:{address.hash.hex().upper()}"
    for spelling in (text, other_alphabet, raw, address.raw):
        assert parse_address(spelling, testnet=True, masterchain=True) == address


@pytest.mark.parametrize(
    ("bounceable", "testnet", "begins"),
    [(True, False, "EQ"), (False, False, "UQ"), (True, True, "kQ"), (False, True, "0Q")],
)
def test_the_first_characters_show_the_kind(bounceable: bool, testnet: bool, begins: str) -> None:
    """On the masterchain the second is an f."""
    usdt = parse_address(USDT)
    assert usdt.friendly(bounceable=bounceable, testnet=testnet)[:2] == begins
    assert MASTER.friendly(bounceable=bounceable, testnet=testnet)[:2] == begins[0] + "f"


@given(ADDRESSES, st.integers(0, 47), st.sampled_from("ABYZabyz0189-_"))
def test_one_wrong_character_is_noticed(address: Address, place: int, character: str) -> None:
    """Wherever it stands."""
    right = address.friendly(bounceable=False)
    wrong = right[:place] + character + right[place + 1 :]
    if wrong != right:
        with pytest.raises(NotAnAddress):
            parse_address(wrong, testnet=True, masterchain=True)


def test_an_address_for_tests_is_for_tests() -> None:
    """Whoever writes one on the network with real money is mistaken."""
    usdt = parse_address(USDT)
    for bounceable in (True, False):
        text = usdt.friendly(bounceable=bounceable, testnet=True)
        assert parse_address(text, testnet=True) == usdt
        with pytest.raises(NotAnAddress, match="test network"):
            parse_address(text)
    assert parse_address(USDT, testnet=True) == usdt


def test_the_masterchain_only_where_it_is_wanted() -> None:
    """No payer lives there."""
    for text in (MASTER.raw, MASTER.friendly(bounceable=True)):
        assert parse_address(text, masterchain=True) == MASTER
        with pytest.raises(NotAnAddress, match="masterchain"):
            parse_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        USDT[:-1],
        USDT + "A",
        USDT + "=",
        USDT + "\n",
        " " + USDT,
        USDT.lower(),
        spelt(0x12, 0, bytes(32)),
        spelt(0x10, 0, bytes(32)),
        spelt(0x91 ^ 0x40, 1, bytes(32)),
        spelt(0x11, 1, bytes(32)),
        spelt(0x11, -2, bytes(32)),
        USDT_RAW + "\n",
        " " + USDT_RAW,
        USDT_RAW[:-1],
        USDT_RAW[:-2],
        USDT_RAW + "00",
        USDT_RAW[2:],
        "1" + USDT_RAW[1:],
        "-0" + USDT_RAW[1:],
        "+0" + USDT_RAW[1:],
        "00" + USDT_RAW[1:],
        "٠" + USDT_RAW[1:],
        USDT_RAW[:-1] + "٣",
        USDT_RAW[:-1] + "g",
        USDT_RAW.replace(":", "::"),
        "addr_none",
    ],
)
def test_what_is_not_spelt_exactly_is_no_address(text: str) -> None:
    """Libraries forgive much of this; money that went there does not come back."""
    with pytest.raises(NotAnAddress):
        parse_address(text, testnet=True, masterchain=True)


def test_both_alphabets_but_not_in_one_text() -> None:
    """A text that mixes them was mistyped, though the sum is right."""
    both = Address(0, bytes([0xFB, 0xEF, 0xBF] * 10 + [0, 0]))
    text = both.friendly(bounceable=True)
    mixed = text.replace("_", "/", 1)
    assert parse_address(mixed.replace("_", "/")) == parse_address(text) == both
    with pytest.raises(NotAnAddress, match="form"):
        parse_address(mixed)


def test_the_refusal_cuts_what_it_was_given() -> None:
    """It is shown to people, and kept."""
    with pytest.raises(NotAnAddress) as refused:
        parse_address("x" * 10_000)
    assert isinstance(refused.value, Refused)
    assert refused.value.facts["text"] == "x" * 80
    assert str(refused.value) == f"{'x' * 80!r} is not an address of TON: {refused.value.reason}"


@pytest.mark.parametrize(("workchain", "length"), [(1, 32), (-2, 32), (0, 31), (0, 33)])
def test_a_place_is_a_whole_one(workchain: int, length: int) -> None:
    """However it was made."""
    with pytest.raises(ValueError, match=r"hash|workchain"):
        Address(workchain, bytes(length))
