"""A condition says whether something is well, and why not."""

from altyn.core.health import Condition


def test_a_condition_needs_no_words_to_be_well() -> None:
    """Words are for the sick."""
    assert Condition(well=True).words == ""
    assert Condition(well=False, words="does not answer") != Condition(well=False)
