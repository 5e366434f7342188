"""What a person says of a cheque on the command line, bill by bill."""

from uuid import uuid4

import pytest

from altyn.core.wallets import Cheque, NotItsBills, OutlayId
from altyn.entrypoints.cli.purchases import voiding
from altyn.entrypoints.cli.usage import Parser, WrongUsage
from altyn.entrypoints.testkit.wallets.ground import cheque

THREE = cheque(1, outlays=tuple(OutlayId(uuid4()) for _ in range(3)))
REST = ["some-id", "--by", "anna"]


def said(*words: str, of: Cheque = THREE) -> list[bool]:
    parser = Parser()
    voiding.arguments(parser)
    return voiding.paid_of(parser.parse_args([*REST, *words]), of)


@pytest.mark.parametrize(
    ("words", "paid"),
    [
        (["--paid"], [True, True, True]),
        (["--not-paid"], [False, False, False]),
        (["--paid-bill", "2"], [False, True, False]),
        (["--paid-bill", "3", "--paid-bill", "1"], [True, False, True]),
    ],
)
def test_of_each_bill_it_is_said_whether_it_was_paid(words: list[str], paid: list[bool]) -> None:
    """All of them, none, or those that were seen; a message may leave out some of its payments."""
    assert said(*words) == paid


def test_a_bill_that_it_does_not_pay_is_refused() -> None:
    """Nothing is decided by a slip."""
    with pytest.raises(NotItsBills):
        said("--paid-bill", "4")


@pytest.mark.parametrize("words", [["--paid-bill", "0"], ["--paid", "--paid-bill", "1"], []])
def test_one_thing_is_said(words: list[str]) -> None:
    """Bills are counted from one, and all is not some."""
    with pytest.raises(WrongUsage):
        said(*words)
