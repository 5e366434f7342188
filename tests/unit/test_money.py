"""Money is exact: read, written, added, compared, shared out and taken in per cents."""

import decimal
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from altyn.core.amounts import AmountAmbiguous, amount_written, leading_amount
from altyn.core.errors import AltynError
from altyn.core.money import (
    RUB,
    SCALE_MAX,
    TON,
    UNITS_MAX,
    USD,
    USDT,
    WELL_KNOWN,
    XTR,
    AmountTooLarge,
    Asset,
    Assets,
    AssetsMixed,
    MalformedAmount,
    MalformedAsset,
    MalformedPercent,
    Money,
    NotShares,
    NotWhole,
    Percent,
    Rounding,
    TooManyDecimals,
    UnknownAsset,
    rounded,
    zero,
)

scales = st.integers(0, SCALE_MAX)
assets = scales.map(lambda scale: Asset("COIN", scale))
edges = st.sampled_from([0, 1, -1, UNITS_MAX, -UNITS_MAX])
units = edges | st.integers(-UNITS_MAX, UNITS_MAX) | st.integers(-10_000, 10_000)
moneys = st.builds(Money, units, assets)
DECIMALS = decimal.Context(prec=100)


@given(moneys)
def test_what_is_written_is_read_back(money: Money) -> None:
    """Parsing undoes formatting, for every scale and to the edge of 64 bits."""
    assert Money.parse(money.decimal, money.asset) == money
    assert str(money) == f"{money.decimal} COIN"


@given(moneys)
def test_what_is_written_is_the_number(money: Money) -> None:
    """The decimal means exactly the units, with exactly the asset's decimals."""
    assert Fraction(money.decimal) == Fraction(money.units, 10**money.asset.scale)
    assert len(money.decimal.partition(".")[2]) == money.asset.scale
    assert money.decimal.endswith(".") is False


@given(st.from_regex(r"[+-]?[0-9]{1,21}(\.[0-9]{1,20})?", fullmatch=True), assets)
def test_a_decimal_is_read_exactly_or_refused(text: str, asset: Asset) -> None:
    """Nothing is rounded: the value is exact, too fine, or too large."""
    exact = Fraction(text) * 10**asset.scale
    if len(text.partition(".")[2]) > asset.scale:
        with pytest.raises(TooManyDecimals) as too_fine:
            Money.parse(text, asset)
        assert too_fine.value.facts == {"text": text, "asset": asset}
    elif abs(exact) > UNITS_MAX:
        with pytest.raises(AmountTooLarge) as too_large:
            Money.parse(text, asset)
        assert too_large.value.facts == {"units": exact, "asset": asset}
    else:
        assert Money.parse(text, asset).units == exact


@given(st.text())
def test_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    """No text does anything but give an amount or a typed refusal."""
    for read in (lambda: Money.parse(text, RUB), lambda: Percent.parse(text)):
        words = ""
        try:
            read()
        except AltynError as refused:
            words = str(refused)
        assert len(words.splitlines()) <= 1
        assert len(words) < 500


@pytest.mark.parametrize(
    ("text", "asset", "wanted"),
    [
        ("0", XTR, 0),
        ("12", RUB, 1_200),
        ("12.5", RUB, 1_250),
        ("12.05", USD, 1_205),
        ("+1.000001", USDT, 1_000_001),
        ("-0.000000001", TON, -1),
        ("-0.00", RUB, 0),
        ("007", XTR, 7),
        ("9223372036854775807", XTR, UNITS_MAX),
        ("-9223372036854775807", XTR, -UNITS_MAX),
        ("92233720368547758.07", RUB, UNITS_MAX),
    ],
)
def test_amounts_as_people_write_them(text: str, asset: Asset, wanted: int) -> None:
    """Digits, one point, a sign."""
    assert Money.parse(text, asset) == Money(wanted, asset)


@pytest.mark.parametrize(
    ("text", "asset", "wanted"),
    [
        (" +12,5 ", RUB, 1250),
        ("-0.125", TON, -125_000_000),
        ("0,125", TON, 125_000_000),
        ("1000", RUB, 100_000),
        ("1000,50", RUB, 100_050),
        ("1234.567", TON, 1_234_567_000_000),
        ("1.2500", TON, 1_250_000_000),
    ],
)
def test_people_write_a_comma_or_a_point(text: str, asset: Asset, wanted: int) -> None:
    """Either stands before decimals where that is the only way to read it."""
    assert amount_written(text, asset) == Money(wanted, asset)


@pytest.mark.parametrize(
    ("text", "asset", "readings"),
    [
        ("1,000", RUB, ("1000", "1")),
        ("+1.000", XTR, ("+1000", "+1")),
        ("-1,250", TON, ("-1250", "-1.25")),
        ("1.234", TON, ("1234", "1.2340")),
        ("1.234", RUB, ("1234",)),
        ("1 000", RUB, ("1000",)),
        ("1 000,50", RUB, ("1000.50",)),
        ("1.000,", RUB, ("1000",)),
        ("12,345,678.9", TON, ("12345678.9",)),
        ("1\u00a0000", RUB, ("1000",)),
        ("1'000", RUB, ("1000",)),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(
    text: str, asset: Asset, readings: tuple[str, ...]
) -> None:
    """Whoever wrote it is shown what to write, each of which can be read in one."""
    with pytest.raises(AmountAmbiguous) as said:
        amount_written(text, asset)
    assert (said.value.text, said.value.readings) == (text, readings)
    assert ("in two ways" in str(said.value)) == (len(readings) > 1)
    for each in readings:
        amount_written(each, asset)


@pytest.mark.parametrize("text", ["", "1 00", "01,000", "1,0000,0", "ten", "1.2.3"])
def test_what_a_person_writes_is_a_number(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises((MalformedAmount, TooManyDecimals)):
        amount_written(text, RUB)


@pytest.mark.parametrize(
    ("text", "amount", "rest"),
    [
        ("1 000,50 for the mug", "1 000,50", "for the mug"),
        ("-5 taken back", "-5", "taken back"),
        ("1 000 000", "1 000 000", ""),
        ("1\u00a0000 for the mug", "1\u00a0000", "for the mug"),
        ("1\u202f000,50 for the mug", "1\u202f000,50", "for the mug"),
        ("5 100-rouble notes", "5", "100-rouble notes"),
        ("  ", "", ""),
    ],
)
def test_words_begin_with_an_amount(text: str, amount: str, rest: str) -> None:
    """All of it, so that no part of a number is taken for a reason."""
    assert leading_amount(text) == (amount, rest)


@pytest.mark.parametrize(
    "text",
    [
        *["", " ", "1 ", " 1", "1\n", "1,5", "1 000", "1_000", "1e3", ".5", "5.", "--1", "+"],
        *["1.2.3", "0x10", "nan", "inf", "−1", "٣", "²", "1.5 RUB", "9" * 41, "1." + "0" * 41],
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    """Neither spaces nor commas, exponents, or digits of other scripts."""
    with pytest.raises(MalformedAmount) as said:
        Money.parse(text, RUB)
    assert said.value.text == text[:80]


@pytest.mark.parametrize(
    ("text", "asset"), [("1.0", XTR), ("1.000", XTR), ("1.005", RUB), ("1.500", RUB)]
)
def test_more_decimals_than_the_asset_has_are_refused(text: str, asset: Asset) -> None:
    """Even when they are zeros: 1.000 may well mean a thousand."""
    with pytest.raises(TooManyDecimals) as said:
        Money.parse(text, asset)
    assert said.value.facts == {"text": text, "asset": asset}


@pytest.mark.parametrize("given_units", [UNITS_MAX + 1, -UNITS_MAX - 1, 10**30])
def test_what_does_not_fit_64_bits_is_refused(given_units: int) -> None:
    """On both sides alike: the range is symmetric, so negation always fits."""
    with pytest.raises(AmountTooLarge) as said:
        Money(given_units, TON)
    assert said.value.facts == {"units": given_units, "asset": TON}
    with pytest.raises(AmountTooLarge):
        Money.parse(str(given_units), XTR)


class Number(int):
    """Whole, but not plainly so."""


@pytest.mark.parametrize(
    "given_units", [1.0, 0.1, float("nan"), True, False, Decimal(1), "1", "1\n2", None, Number(1)]
)
def test_only_plain_whole_numbers_are_money(given_units: int) -> None:
    """Floats, booleans, decimals, texts and subclasses are turned away in one line."""
    with pytest.raises(NotWhole) as said:
        Money(given_units, RUB)
    assert said.value.given.startswith(type(given_units).__name__)
    assert "\n" not in str(said.value)


@given(units, units, assets)
def test_sums_and_differences_are_exact(one: int, other: int, asset: Asset) -> None:
    """They are those of whole numbers, or refused when 64 bits do not hold them."""
    left, right = Money(one, asset), Money(other, asset)
    for total, combine in ((one + other, left.__add__), (one - other, left.__sub__)):
        if abs(total) <= UNITS_MAX:
            assert combine(right) == Money(total, asset)
        else:
            with pytest.raises(AmountTooLarge):
                combine(right)
    assert -left == Money(-one, asset)


@given(units, units, assets)
def test_order_is_that_of_units(one: int, other: int, asset: Asset) -> None:
    """All comparisons agree with those of whole numbers."""
    left, right = Money(one, asset), Money(other, asset)
    assert (left < right, left <= right) == (one < other, one <= other)
    assert (left > right, left >= right) == (one > other, one >= other)
    assert (left == right, left != right) == (one == other, one != other)


@pytest.mark.parametrize(
    "combine",
    [Money.__add__, Money.__sub__, Money.__lt__, Money.__le__, Money.__gt__, Money.__ge__],
)
@pytest.mark.parametrize("other", [USD, Asset("RUB", 3)])
def test_assets_do_not_mix(combine: Callable[[Money, Money], object], other: Asset) -> None:
    """Another code or another scale is another asset, equal to nothing of this one."""
    with pytest.raises(AssetsMixed) as said:
        combine(Money(1, RUB), Money(1, other))
    assert said.value.facts == {"left": RUB, "right": other}
    assert Money(1, RUB) != Money(1, other)


@given(moneys, st.lists(st.integers(0, 10**12), min_size=1, max_size=12).filter(any))
def test_shares_sum_to_the_whole(money: Money, weights: list[int]) -> None:
    """Every part is within a unit of its exact share, and nothing is lost or added."""
    parts = money.shared(weights)
    assert sum(part.units for part in parts) == money.units
    assert {part.asset for part in parts} == {money.asset}
    for part, weight in zip(parts, weights, strict=True):
        exact = Fraction(money.units * weight, sum(weights))
        assert abs(part.units - exact) < 1
        assert abs(part.units) >= int(abs(exact))


@given(moneys, st.lists(st.integers(0, 1_000), min_size=1, max_size=12).filter(any))
def test_the_largest_remainders_get_the_rest(money: Money, weights: list[int]) -> None:
    """Whoever got a unit more had at least the remainder of whoever did not; earlier ones first."""
    size, whole = abs(money.units), sum(weights)
    remainders = [size * weight % whole for weight in weights]
    favoured = [
        abs(part.units) > size * weight // whole
        for part, weight in zip(money.shared(weights), weights, strict=True)
    ]
    order = sorted(range(len(weights)), key=lambda at: (-remainders[at], at))
    assert [favoured[at] for at in order] == sorted(favoured, reverse=True)


@pytest.mark.parametrize(
    ("whole", "weights", "wanted"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (5, [0, 3, 3, 1], [0, 2, 2, 1]),
        (2, [1, 1, 1], [1, 1, 0]),
        (0, [1, 2], [0, 0]),
        (UNITS_MAX, [1, 10**18], [9, UNITS_MAX - 9]),
    ],
)
def test_shares_as_one_would_deal_them(whole: int, weights: list[int], wanted: list[int]) -> None:
    """Some shares that anyone can check."""
    assert [part.units for part in Money(whole, RUB).shared(weights)] == wanted


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [1, -1, 1], [-1], [5, -1], [1.0, 1], [True]])
def test_weights_are_whole_and_some_are_positive(weights: list[int]) -> None:
    """Nothing else can be shared by."""
    with pytest.raises(NotShares) as said:
        Money(1, RUB).shared(weights)
    assert said.value.weights == tuple(weights)


EXACT_ROUNDING = {
    Rounding.DOWN: decimal.ROUND_DOWN,
    Rounding.UP: decimal.ROUND_UP,
    Rounding.FLOOR: decimal.ROUND_FLOOR,
    Rounding.CEILING: decimal.ROUND_CEILING,
    Rounding.HALF_UP: decimal.ROUND_HALF_UP,
    Rounding.HALF_EVEN: decimal.ROUND_HALF_EVEN,
}


@given(units, st.integers(-2_000_000, 2_000_000), st.sampled_from(Rounding))
def test_percentages_round_as_the_decimal_module_does(
    number: int, millionths: int, rounding: Rounding
) -> None:
    """For every rounding, every sign, and amounts of any size."""
    exact = Decimal(number * millionths).scaleb(-6, DECIMALS)
    wanted = int(exact.quantize(Decimal(1), EXACT_ROUNDING[rounding], DECIMALS))
    if abs(wanted) > UNITS_MAX:
        with pytest.raises(AmountTooLarge):
            Money(number, TON).percent(Percent(millionths), rounding)
    else:
        assert Money(number, TON).percent(Percent(millionths), rounding) == Money(wanted, TON)


@pytest.mark.parametrize("rounding", Rounding)
def test_every_small_fraction_is_rounded_right(rounding: Rounding) -> None:
    """All of them, exact middles on both sides of zero among them."""
    for numerator in range(-60, 61):
        for denominator in range(1, 13):
            exact = DECIMALS.divide(Decimal(numerator), Decimal(denominator))
            wanted = exact.quantize(Decimal(1), EXACT_ROUNDING[rounding], DECIMALS)
            assert rounded(numerator, denominator, rounding) == wanted, (numerator, denominator)


def test_every_rounding_has_an_equal() -> None:
    """No way of rounding is left out of the comparison."""
    assert set(EXACT_ROUNDING) == set(Rounding)


@pytest.mark.parametrize(
    ("text", "millionths"),
    [
        ("2.5", 25_000),
        ("2.5%", 25_000),
        ("-0.0001 %", -1),
        ("+100", 1_000_000),
        ("0", 0),
        ("-0", 0),
        ("0.1234%", 1_234),
        ("300 %", 3_000_000),
    ],
)
def test_percentages_as_people_write_them(text: str, millionths: int) -> None:
    """With or without the sign, to four decimals."""
    assert Percent.parse(text) == Percent(millionths)


@pytest.mark.parametrize("text", ["", "%", "2,5", "1%%", "0.00001", "five", "1 0", " 1", "1e2"])
def test_what_is_no_percentage_is_refused(text: str) -> None:
    """Too fine or no number at all."""
    with pytest.raises(MalformedPercent) as said:
        Percent.parse(text)
    assert said.value.text == text


@pytest.mark.parametrize("code", ["XTR", "A", "A1", "SKU:mug", "SKU:Mug-2.x_y", "X" * 16])
@pytest.mark.parametrize("scale", [0, SCALE_MAX])
def test_assets_have_codes_and_scales(code: str, scale: int) -> None:
    """Capital letters and digits, and after a colon the thing itself."""
    assert str(Asset(code, scale)) == code


@pytest.mark.parametrize(
    ("code", "scale"),
    [
        *[("", 0), ("xtr", 0), ("1A", 0), ("X" * 17, 0), ("SKU:", 0), ("SKU:-a", 0), ("A:B:C", 0)],
        *[("SKU:a b", 0), ("XTR\n", 0), ("SKU:" + "a" * 49, 0), (None, 0), (7, 0)],
        *[("XTR", -1), ("XTR", SCALE_MAX + 1), ("XTR", 2.0), ("XTR", True), ("XTR", None)],
    ],
)
def test_what_is_no_asset_is_refused(code: str, scale: int) -> None:
    """Whether it is the code or the scale that is wrong."""
    with pytest.raises(MalformedAsset) as said:
        Asset(code, scale)
    assert said.value.facts == {"asset_code": str(code), "scale": scale}


def test_assets_are_found_by_code() -> None:
    """The well-known ones, or a catalogue of one's own; unknown ones are missing."""
    assert [WELL_KNOWN.named(each.code) for each in (XTR, RUB, USD, USDT, TON)] == [
        XTR,
        RUB,
        USD,
        USDT,
        TON,
    ]
    assert [each.scale for each in (XTR, RUB, USD, USDT, TON)] == [0, 2, 2, 6, 9]
    own = Assets.of(Asset("POINT", 1), XTR)
    assert own.named("POINT").scale == 1
    with pytest.raises(UnknownAsset) as said:
        own.named("RUB")
    assert said.value.facts == {"asset_code": "RUB", "known": ("POINT", "XTR")}
    assert zero(TON) == Money(0, TON)


def test_amounts_read_like_amounts() -> None:
    """What people see."""
    wanted = {"-0.05 RUB": Money(-5, RUB), "7 XTR": Money(7, XTR), "0.000000001 TON": Money(1, TON)}
    for text, money in wanted.items():
        assert str(money) == text
        assert re.fullmatch(r"-?\d+(\.\d+)? [A-Z]+", text)
