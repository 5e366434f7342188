"""Links and pictures of them: the payer's wallet is to fill in what we hope for."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from altyn.adapters.ton import ANY_WALLET, TONKEEPER, Address, Wish, parse_address

USDT = parse_address("EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs")
SHOP = Address(0, bytes(range(32)))
WRITTEN = SHOP.friendly(bounceable=False)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_the_coin_with_a_comment() -> None:
    """To the address in its non-bounceable form, and a blank is %20."""
    wish = Wish(target=SHOP, amount=1_500_000_000, text="order 7 & more", expires_at=NOON)
    assert WRITTEN.startswith("UQ")
    asked = f"{WRITTEN}?amount=1500000000&text=order%207%20%26%20more&exp=1767268800"
    assert wish.link() == f"ton://transfer/{asked}"
    assert wish.link(TONKEEPER) == f"https://app.tonkeeper.com/transfer/{asked}"


def test_a_jetton_by_its_master() -> None:
    """The amount is in its units."""
    wish = Wish(target=SHOP, amount=5_000_000, text="a/b", jetton=USDT)
    assert wish.link() == (
        f"ton://transfer/{WRITTEN}?amount=5000000&text=a%2Fb"
        "&jetton=EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs"
    )


def test_nothing_but_an_amount() -> None:
    """What is not wished for is not said."""
    assert Wish(target=SHOP, amount=1).link() == f"{ANY_WALLET}{WRITTEN}?amount=1"


def test_on_the_test_network() -> None:
    """Its addresses say so, lest somebody pays with real money."""
    link = Wish(target=SHOP, amount=1, jetton=USDT, testnet=True).link()
    assert link.startswith(f"ton://transfer/0Q{WRITTEN[2:4]}")
    assert "&jetton=kQ" in link


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80))
def test_any_comment_arrives_whole(text: str) -> None:
    """However a wallet reads it: as a form, or as it stands."""
    query = urlsplit(Wish(target=SHOP, amount=7, text=text).link(TONKEEPER)).query
    assert parse_qs(query) == {"amount": ["7"], "text": [text]}
    assert "+" not in query
    assert unquote(query.removeprefix("amount=7&text=")) == text


@pytest.mark.parametrize("amount", [0, -1])
def test_nobody_is_asked_for_nothing(amount: int) -> None:
    """A wallet would let the payer fill it in."""
    with pytest.raises(ValueError, match="positive"):
        Wish(target=SHOP, amount=amount)
