"""Members of what somebody said in JSON: as they have to be, or not at all."""

from collections.abc import Callable

import pytest

from altyn.adapters.http import Said, Unintelligible, object_of, objects_of, text_of, whole_of

SAID: Said = {
    "text": "some",
    "empty": "",
    "lines": "a\nb",
    "whole": 0,
    "below": -1,
    "part": 1.0,
    "truth": True,
    "object": {},
    "list": [{}, {"a": 1}],
    "mixed": [{}, 1],
    "none": None,
}


@pytest.mark.parametrize(
    ("read", "well"),
    [
        (object_of, {"object"}),
        (objects_of, {"list"}),
        (text_of, {"text"}),
        (whole_of, {"whole"}),
    ],
)
def test_a_member_is_what_it_has_to_be(read: Callable[[Said, str], object], well: set[str]) -> None:
    """Anything else, or nothing, is not taken for it."""
    for name in [*SAID, "missing"]:
        if name in well:
            assert read(SAID, name) == SAID[name]
        else:
            with pytest.raises(Unintelligible):
                read(SAID, name)


def test_text_is_bounded() -> None:
    """By what the reader says."""
    assert text_of({"text": "abc"}, "text", 3) == "abc"
    with pytest.raises(Unintelligible):
        text_of({"text": "abcd"}, "text", 3)
