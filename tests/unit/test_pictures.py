"""The pictures of the tutorial are those that the tests in the browser take."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs" / "tutorial"
BYTES_MAX = 60_000
SHOWN = re.compile(r"!\[([^\]]*)\]\(pictures/(\w+)\.webp\)")
TAKEN = re.compile(r"visit\.picture\(\"(\w+)\"\)")


def test_each_picture_is_taken_shown_and_there() -> None:
    """Nothing is shown that no test takes, and nothing is kept that is not shown."""
    shown = SHOWN.findall(TUTORIAL.joinpath("first_hour.md").read_text("utf-8"))
    sources = ROOT.joinpath("tests", "browser").glob("test_*.py")
    taken = [name for each in sources for name in TAKEN.findall(each.read_text("utf-8"))]
    kept = [each.name for each in TUTORIAL.joinpath("pictures").iterdir()]
    assert sorted(name for _, name in shown) == sorted(taken)
    assert sorted(kept) == sorted(f"{name}.webp" for name in taken)


def test_each_picture_is_small_and_says_what_it_shows() -> None:
    """Whoever cannot see it is told as well."""
    for said, _ in SHOWN.findall(TUTORIAL.joinpath("first_hour.md").read_text("utf-8")):
        assert len(said.split()) > 5
    for each in TUTORIAL.joinpath("pictures").iterdir():
        assert each.stat().st_size < BYTES_MAX, each
