"""Tables for people."""

import pytest

from altyn.entrypoints.cli.table import Column, cells, cut, table

COLUMNS = (Column("Name", shrinks=True), Column("Holds", right=True), Column("Memo", shrinks=True))
ROWS = [("user:42", "1250.00", "привет"), ("clearing:heleket", "-3.50", "🎉 and a long story")]


def test_numbers_stand_to_the_right() -> None:
    """Points stand under points; nothing trails."""
    assert table(COLUMNS, ROWS) == [
        "Name                Holds  Memo",
        "user:42           1250.00  привет",
        "clearing:heleket    -3.50  🎉 and a long story",
    ]


def test_narrow_terminal() -> None:
    """The widest texts give way first; what counts is never cut."""
    lines = table(COLUMNS, ROWS, 36)
    assert max(map(cells, lines)) == 36
    assert lines[2] == "clearing:he…    -3.50  🎉 and a lon…"
    assert [line.split()[1] for line in table(COLUMNS, ROWS, 5)] == ["Holds", "1250.00", "-3.50"]


def test_wide_enough() -> None:
    """A terminal that is wide enough changes nothing."""
    assert table(COLUMNS, ROWS, 200) == table(COLUMNS, ROWS)


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("🎉🎉🎉", 4, "🎉…"), ("e\u0301", 1, "e\u0301")],
)
def test_cut(text: str, width: int, shown: str) -> None:
    """An ellipsis says that something is left out; signs of two cells count as two."""
    assert cut(text, width) == shown
    assert cells(shown) <= width
