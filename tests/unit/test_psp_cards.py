"""What may be the number of a card is neither shown nor kept."""

import pytest

from altyn.adapters.psp import looks_like_card, masked
from altyn.adapters.psp.cards import shown

# Numbers that card companies publish for tests, and others made to fit.
CARDS = [
    "4222222222222",
    "30569309025904",
    "378282246310005",
    "4111111111111111",
    "5555555555554444",
    "2201382000000013",
    "6759649826438453",
    "4000000000000000006",
]


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("around", ["{}", "card {} declined", "«{}»", "no{}no", "2026-11-20 {}"])
def test_a_number_that_fits_is_a_card(card: str, around: str) -> None:
    """From 13 to 19 digits, wherever it stands; its last four digits may be shown."""
    text = around.format(card)
    assert looks_like_card(text)
    assert masked(text) == around.format("*" * (len(card) - 4) + card[-4:])


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "pan 4111 1111-1111 1111, cvv 12",
        "3782 822463 10005",
    ],
)
def test_a_number_in_groups_is_a_card(text: str) -> None:
    """As it stands on the card, or as somebody typed it."""
    assert looks_like_card(text)
    assert "1111 1111" not in masked(text)
    assert "822463" not in masked(text)


def test_two_cards_are_two() -> None:
    """Both are hidden."""
    assert masked("4111111111111111 5555555555554444") == "************1111 ************4444"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "declined",
        "4111111111111112",
        "411111111111111",
        "41111111111111111111",
        "411111******1111",
        "422222222222",
        "+7 999 123 45 67",
        "2026-11-20 15:41:30",
        "4111.1111.1111.1111",
        "4111  1111  1111  1111",
    ],
)
def test_other_numbers_are_no_cards(text: str) -> None:
    """Too short, too long, or of other digits."""
    assert not looks_like_card(text)
    assert masked(text) == text


def test_what_is_shown_is_short_and_printable() -> None:
    """And a number at the edge is hidden before it is cut."""
    assert shown("a\nb\x00c") == "a b c"
    assert len(shown("x" * 1000)) == 200
    text = shown("y" * 190 + " 4111111111111111")
    assert text.endswith(" " + "*" * 9)
