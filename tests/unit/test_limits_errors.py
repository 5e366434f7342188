"""Refusals of limits: which family they are of, what they carry, and how they read."""

import pytest

from altyn.core.errors import AltynError, Missing, Refused, Unavailable
from altyn.core.limits import (
    CostMalformed,
    CostNever,
    DemandsMalformed,
    KeyMalformed,
    MeterAway,
    MeterFull,
    PolicyMalformed,
    RuleUnknown,
    SubjectMissing,
    TooOften,
)


@pytest.mark.parametrize(
    ("error", "family", "words"),
    [
        (PolicyMalformed("a", "its limit is odd"), Refused, "policy 'a': its limit is odd"),
        (
            RuleUnknown("bot", "by", "buy"),
            Missing,
            "no limits are written for 'by' of 'bot'; did you mean 'buy'?",
        ),
        (RuleUnknown("bot", "by"), Missing, "no limits are written for 'by' of 'bot'"),
        (
            SubjectMissing("buy.user", "user"),
            Refused,
            "limit 'buy.user' counts by user, and none was named",
        ),
        (KeyMalformed("a", "bytes"), Refused, "policy 'a': a key is text, not bytes"),
        (CostMalformed("a", -1), Refused, "policy 'a': a cost is a whole number from 1, not -1"),
        (CostNever("a", 6, 5), Refused, "policy 'a' never admits 6 at once, 5 at most"),
        (DemandsMalformed(0, "too few"), Refused, "0 demands in one step: too few"),
        (TooOften("a", 1_500_000), Unavailable, "too often for 'a': again in 1.500 s"),
        (
            MeterAway(2.0),
            Unavailable,
            "limits cannot be counted right now; try again in 2 s",
        ),
        (MeterFull(9), Unavailable, "9 debts are remembered already; try again shortly"),
    ],
    ids=lambda value: value.code if isinstance(value, AltynError) else "",
)
def test_an_error_reads_well(error: AltynError, family: type[AltynError], words: str) -> None:
    """In one line, with its facts."""
    assert isinstance(error, family)
    assert str(error) == words


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (TooOften("a", 1), 0.000001),
        (TooOften("a", 90_000_000), 90.0),
        (MeterAway(), 1.0),
        (MeterAway(15.5), 15.5),
        (MeterFull(9), 1.0),
    ],
)
def test_whoever_may_ask_again_hears_when(error: Unavailable, seconds: float) -> None:
    """In seconds."""
    assert error.retry_after_seconds == seconds
