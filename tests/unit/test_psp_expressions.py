"""What a profile may say in a call: a short list of names, words, and both put together."""

from decimal import Decimal

import pytest

from altyn.adapters.psp.expressions import Expression, Known, Template, text_of
from altyn.adapters.psp.pointers import Pointer, clash

KNOWN: Known = {"order.id": "0af", "amount.minor": 1050, "amount.decimal": Decimal("10.50")}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("order.id", "0af"),
        ("amount.minor", 1050),
        ("amount.decimal", Decimal("10.50")),
        ("'RUB'", "RUB"),
        ("''", ""),
        ("'a, b) concat('", "a, b) concat("),
        ("concat('Order ', order.id)", "Order 0af"),
        ("concat( order.id , '-',amount.minor )", "0af-1050"),
        ("concat('x', concat('y', amount.decimal), 'z')", "xy10.50z"),
        (" order.id ", "0af"),
    ],
)
def test_an_expression_stands_for_what_is_known(text: str, value: object) -> None:
    """A number that is alone stays a number."""
    found = Expression.parse(text).value(KNOWN)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "order.id amount.minor",
        "'open",
        "concat",
        "concat()",
        "concat('a'",
        "concat('a',)",
        "concat('a' 'b')",
        "concat('a'))",
        "order.id.hex",
        "Order.id",
        "order[0]",
        "1",
        '"RUB"',
        "order.id + '1'",
        "__import__('os')",
        "concat(" + ", ".join(["'a'"] * 33) + ")",
    ],
)
def test_anything_else_is_no_expression(text: str) -> None:
    """It is no language to write programs in."""
    with pytest.raises(ValueError, match=r"\w"):
        Expression.parse(text)


def test_an_expression_says_what_it_needs() -> None:
    """So that a profile can be refused before it is used."""
    expression = Expression.parse("concat(order.id, ' ', amount.minor, order.id)")
    assert expression.names == {"order.id", "amount.minor"}


def test_names_in_a_path_cannot_lead_out_of_it() -> None:
    """What a provider calls a payment is his to choose; where we ask is ours."""
    path = Template("/v1/payments/{payment.id}/refunds")
    assert path.names == {"payment.id"}
    assert path.filled({"payment.id": "a/../b?c=d#é"}) == (
        "/v1/payments/a%2F..%2Fb%3Fc%3Dd%23%C3%A9/refunds"
    )


@pytest.mark.parametrize("text", ["v1", "", "/v1?a=b", "/v1#a", "/a b", "/{}", "/\n", "//x/y"])
def test_anything_else_is_no_path(text: str) -> None:
    """Its question mark belongs to the fields."""
    with pytest.raises(ValueError, match="is no path"):
        Template(text)


def test_values_are_written_as_forms_have_them() -> None:
    """None of them in two ways."""
    written = [text_of(each) for each in (True, False, 7, Decimal("10.50"), "x")]
    assert written == ["true", "false", "7", "10.50", "x"]


SAID = {"a": {"b/c": [{"d": 1}, 2], "~": "tilde"}, "0": "zero", "n": None}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/a/b~1c/0/d", 1),
        ("/a/b~1c/1", 2),
        ("/a/~0", "tilde"),
        ("/0", "zero"),
        ("/n", None),
        ("/n/x", None),
        ("/a/b~1c/2", None),
        ("/a/b~1c/-1", None),
        ("/a/b~1c/99999999999", None),
        ("/a/b~1c/²", None),
        ("/missing/x", None),
        ("/0/0", None),
    ],
)
def test_a_pointer_reads(pointer: str, value: object) -> None:
    """What is not there is None."""
    assert Pointer.parse(pointer).read(SAID) == value
    assert str(Pointer.parse(pointer)) == pointer


@pytest.mark.parametrize("text", ["", "/", "a", "a/b", "/a/", "//a", "$.a"])
def test_anything_else_is_no_pointer(text: str) -> None:
    """In particular none to everything."""
    with pytest.raises(ValueError, match="no JSON pointer"):
        Pointer.parse(text)


def test_a_pointer_writes() -> None:
    """With the objects around it."""
    said: dict[str, object] = {}
    for text, value in (("/a/b", 1), ("/a/c/d", 2), ("/e", 3)):
        Pointer.parse(text).write(said, value)
    assert said == {"a": {"b": 1, "c": {"d": 2}}, "e": 3}


@pytest.mark.parametrize(
    ("texts", "both"),
    [
        (("/a", "/b", "/a/b"), ("/a", "/a/b")),
        (("/a/b/c", "/x", "/a"), ("/a", "/a/b/c")),
        (("/a-", "/a/b", "/a"), ("/a", "/a/b")),
        (("/a/b", "/a/c", "/ab"), None),
    ],
)
def test_pointers_that_lead_through_each_other_clash(
    texts: tuple[str, ...], both: tuple[str, str] | None
) -> None:
    """A value has no members."""
    found = clash(map(Pointer.parse, texts))
    assert (tuple(map(str, found)) if found else None) == both
