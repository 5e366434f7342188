"""Profiles are the numbers that were tried elsewhere, and none of them is senseless."""

from math import inf, nan

import pytest
from attrs import asdict, evolve

from altyn.core.resilience import (
    BALANCED,
    PROFILES,
    SAFE,
    MisjudgedProfile,
    UnknownProfile,
    profile_named,
)

NUMBERS = {
    "delay_max_seconds": (600, 300, 60, 30, 15),
    "preemptive_delay_seconds": (120, 60, 10, 5, 2),
    "circuit_threshold": (2, 3, 5, 7, 10),
    "circuit_timeout_seconds": (600, 300, 120, 60, 30),
    "backoff_multiplier": (3, 2, 1.5, 1.2, 1.1),
    "poll_seconds": (10, 5, 2, 1, 1),
    "price_ttl_seconds": (60, 30, 10, 5, 3),
    "retries_max": (3, 5, 4, 3, 2),
    "request_timeout_seconds": (45, 30, 20, 15, 10),
}


def test_the_numbers_are_those_that_were_tried() -> None:
    """From the most patient to the boldest."""
    assert list(PROFILES) == ["safe", "balanced", "fast", "aggressive", "extreme"]
    found = [asdict(profile) for profile in PROFILES.values()]
    assert [each.pop("name") for each in found] == list(PROFILES)
    assert {name: tuple(each[name] for each in found) for name in found[0]} == NUMBERS


def test_a_profile_is_found_by_its_name() -> None:
    """Only by exactly that."""
    assert profile_named("safe") is SAFE
    for name in ("Safe", "sane", ""):
        with pytest.raises(UnknownProfile):
            profile_named(name)


def test_a_name_that_is_nearly_right_is_suggested() -> None:
    """What is far from all of them only gets the list."""
    with pytest.raises(UnknownProfile) as said:
        profile_named("agressive")
    known = "known: safe, balanced, fast, aggressive, extreme"
    assert str(said.value) == (
        f"no profile is called 'agressive'; did you mean aggressive? {known}"
    )
    with pytest.raises(UnknownProfile) as said:
        profile_named("x" * 100)
    assert str(said.value) == f"no profile is called '{'x' * 40}'; {known}"


@pytest.mark.parametrize(
    ("setting", "value", "reason"),
    [
        ("delay_max_seconds", 0, "is from 1 to 3600, not 0"),
        ("delay_max_seconds", 3601, "is from 1 to 3600, not 3601"),
        ("preemptive_delay_seconds", -0.1, "is from 0 to 600, not -0.1"),
        ("preemptive_delay_seconds", 301, "is above delay_max_seconds, 300"),
        ("circuit_threshold", 0, "is from 1 to 100, not 0"),
        ("circuit_threshold", 2.5, "is not a whole number: 2.5"),
        ("circuit_threshold", True, "is not a whole number: True"),
        ("circuit_timeout_seconds", inf, "is from 1 to 3600, not inf"),
        ("backoff_multiplier", 0.9, "is from 1 to 10, not 0.9"),
        ("backoff_multiplier", nan, "is from 1 to 10, not nan"),
        ("poll_seconds", 0.4, "is from 0.5 to 3600, not 0.4"),
        ("price_ttl_seconds", "30", "is not a number: '30'"),
        ("price_ttl_seconds", 601, "is from 1 to 600, not 601"),
        ("retries_max", 11, "is from 0 to 10, not 11"),
        ("request_timeout_seconds", 121, "is from 1 to 120, not 121"),
    ],
)
def test_senseless_numbers_are_refused(setting: str, value: object, reason: str) -> None:
    """With the setting and what is wrong with it."""
    with pytest.raises(MisjudgedProfile) as said:
        evolve(BALANCED, **{setting: value})  # type: ignore[arg-type]
    assert said.value.facts == {"profile": "balanced", "setting": setting, "reason": reason}
    assert str(said.value) == f"profile 'balanced': {setting} {reason}"


def test_numbers_at_the_bounds_are_allowed() -> None:
    """The bounds belong to what is allowed."""
    least = evolve(
        BALANCED,
        delay_max_seconds=1,
        preemptive_delay_seconds=1,
        circuit_threshold=1,
        circuit_timeout_seconds=1,
        backoff_multiplier=1,
        poll_seconds=0.5,
        price_ttl_seconds=1,
        retries_max=0,
        request_timeout_seconds=1,
    )
    assert least.preemptive_delay_seconds == least.delay_max_seconds
    most = evolve(
        BALANCED,
        delay_max_seconds=3600,
        preemptive_delay_seconds=600,
        circuit_threshold=100,
        circuit_timeout_seconds=3600,
        backoff_multiplier=10,
        poll_seconds=3600,
        price_ttl_seconds=600,
        retries_max=10,
        request_timeout_seconds=120,
    )
    assert most.circuit_threshold == 100
