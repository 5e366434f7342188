"""Limits and metrics as settings: what an operator may write, and how a mistake is named."""

from fractions import Fraction
from pathlib import Path

import pytest

from altyn.core.limits import Rate, Rule
from altyn.entrypoints.wiring import (
    Metrics,
    SettingMissing,
    SettingsError,
    SettingUnknown,
    SettingWrong,
    read_settings,
)
from altyn.entrypoints.wiring.rules import RULES, rules


def limits(folder: Path, toml: str) -> dict[str, Rule]:
    """The rules by name, with this in altyn.toml."""
    (folder / "altyn.toml").write_text(toml)
    return by_name(rules(read_settings({}, folder).limits))


def by_name(rules: tuple[Rule, ...]) -> dict[str, Rule]:
    return {rule.policy.name: rule for rule in rules}


def refusal(folder: Path, toml: str = "", **environment: str) -> SettingsError:
    (folder / "altyn.toml").write_text(toml)
    with pytest.raises(SettingsError) as caught:
        read_settings(environment, folder)
    assert len(str(caught.value).splitlines()) == 1
    return caught.value


class TestLimits:
    def test_defaults(self, tmp_path: Path) -> None:
        """Without a word about them: the limits of reading, which is done uncounted if need be."""
        assert rules(read_settings({}, tmp_path).limits) == RULES
        known = by_name(RULES)
        assert known["api.address"].policy == Rate(
            name="api.address", count=600, seconds=60, burst=100, fails_closed=False
        )
        assert known["api.caller"].policy == Rate(
            name="api.caller", count=1200, seconds=60, burst=200, fails_closed=False
        )
        assert known["api.webhook"].policy == Rate(
            name="api.webhook", count=6000, seconds=60, burst=1000, fails_closed=False
        )

    @pytest.mark.parametrize(
        "toml",
        [
            '[limits."api.address"]\nburst = 5\nseconds = 0.5\n',
            "[limits.api.address]\nburst = 5\nseconds = 0.5\n",
            "[limits]\napi.address.burst = 5\napi.address.seconds = 0.5",
            'limits = { "api.address" = { burst = 5, seconds = 0.5 } }',
        ],
    )
    def test_changed_by_name(self, tmp_path: Path, toml: str) -> None:
        """What is written changes, what is not stays; quotes make no difference."""
        changed = limits(tmp_path, toml)
        assert changed["api.address"].policy == Rate(
            name="api.address", count=600, seconds=0.5, burst=5, fails_closed=False
        )
        assert changed["api.caller"] == by_name(RULES)["api.caller"]

    def test_several(self, tmp_path: Path) -> None:
        """Each of them may be changed."""
        changed = limits(tmp_path, "[limits.api.address]\ncount = 1\n[limits.api.caller]\ncount=2")
        counts = {name: rule.policy.count for name, rule in changed.items()}  # type: ignore[attr-defined]
        assert counts == {name: rule.policy.count for name, rule in by_name(RULES).items()} | {  # type: ignore[attr-defined]
            "api.address": 1,
            "api.caller": 2,
        }

    def test_roles(self, tmp_path: Path) -> None:
        """Roles multiply, by whole numbers, fractions and decimals."""
        written = 'roles = { premium = "2", first_day = "1/2", operator = 3, guest = 0.1 }'
        rule = limits(tmp_path, f'[limits."api.caller"]\n{written}')["api.caller"]
        assert rule.roles == {
            "premium": 2,
            "first_day": Fraction(1, 2),
            "operator": 3,
            "guest": Fraction(1, 10),
        }
        assert rule.policy == by_name(RULES)["api.caller"].policy

    def test_from_the_environment(self, tmp_path: Path) -> None:
        """A variable holds the same in TOML, instead of the file."""
        (tmp_path / "altyn.toml").write_text("[limits.api.caller]\ncount = 7")
        variables = {"ALTYN_LIMITS": '"api.address".count = 300'}
        changed = by_name(rules(read_settings(variables, tmp_path).limits))
        assert changed["api.caller"] == by_name(RULES)["api.caller"]
        assert changed["api.address"].policy == Rate(
            name="api.address", count=300, seconds=60, burst=100, fails_closed=False
        )

    @pytest.mark.parametrize(
        ("toml", "words"),
        [
            ("limits = 5", 'expected limits by their names, like "api.address" = { count = 300 }'),
            ('[limits]\n"api.adress" = {count = 1}', "no limit is called api.adress; did you mean"),
            ("[limits.api.adress]\ncount = 1", "called api.adress; did you mean api.address?"),
            ("[limits.api.adress.roles]\nx = 1", "no limit is called api.adress.roles; did you"),
            ("[limits.cat]\ncount = 1", "called cat; there are api.address, api.caller"),
            ("[limits.api]\ncount = 1", "no limit is called api; there are api.address"),
            ("[limits.api]", "no limit is called api; there are api.address"),
            ('[limits]\n"api.address" = 5', "api.address: expected count, seconds, burst or roles"),
            ("[limits.api.address]\nlimit = 5", "api.address: it has no limit, but count, seconds"),
            ("[limits.api.address]\nname = 'x'", "api.address: it has no name, but count, seconds"),
            ("[limits.api.address]\nfails_closed = true", "api.address: it has no fails_closed,"),
            ("[limits.api.address]\nburst = 0", "api.address: its burst is a whole number from 1"),
            ("[limits.api.address]\ncount = '5'", "api.address: its count is a whole number fr"),
            ("[limits.api.address]\ncount = true", "api.address: its count is a whole number fr"),
            ("[limits.api.address]\nseconds = 0", "api.address: its seconds are from 0.001 to"),
            ("[limits.api.address]\nroles = 2", "api.address: expected roles with what they mul"),
            ("[limits.api.address]\nroles.a = 'x'", "api.address: role a multiplies by a number"),
            ("[limits.api.address]\nroles.a = '1/0'", "api.address: role a multiplies by a numb"),
            ("[limits.api.address]\nroles.a = true", "api.address: role a multiplies by a numb"),
            ("[limits.api.address]\nroles.a = 0", "api.address: role 'a' multiplies by 1/1000 to"),
        ],
    )
    def test_mistakes(self, tmp_path: Path, toml: str, words: str) -> None:
        """A limit that is not one, or cannot be, stops the start; the line names it."""
        error = refusal(tmp_path, toml)
        assert isinstance(error, SettingWrong)
        assert str(error).startswith("limits in altyn.toml: ")
        assert words in str(error)

    def test_mistakes_in_the_environment(self, tmp_path: Path) -> None:
        """So does a variable that is not TOML, or says nonsense in it."""
        error = refusal(tmp_path, ALTYN_LIMITS="api.address=lots")
        assert str(error) == 'ALTYN_LIMITS: expected TOML, like "api.address".count = 300'
        error = refusal(tmp_path, ALTYN_LIMITS="api.address.burst = 0")
        assert str(error).startswith("ALTYN_LIMITS: api.address: its burst is")


class TestMetrics:
    def test_not_served_unless_told_where(self, tmp_path: Path) -> None:
        """A port is asked for; then it is this machine's alone unless told otherwise."""
        assert read_settings({}, tmp_path).metrics == Metrics(host="127.0.0.1", port=None)
        variables = {"ALTYN_METRICS_PORT": "9420"}
        assert read_settings(variables, tmp_path).metrics == Metrics(host="127.0.0.1", port=9420)
        (tmp_path / "altyn.toml").write_text('[metrics]\nhost = "0.0.0.0"\nport = 0\n')
        assert read_settings({}, tmp_path).metrics == Metrics(host="0.0.0.0", port=0)

    def test_half_given(self, tmp_path: Path) -> None:
        """A host without a port would serve nothing, which nobody can have meant."""
        error = refusal(tmp_path, ALTYN_METRICS_HOST="0.0.0.0")
        assert isinstance(error, SettingMissing)
        assert error.setting == "ALTYN_METRICS_PORT"

    def test_mistakes(self, tmp_path: Path) -> None:
        """Wrong and misspelt ones are named, and so is a port that the API has already."""
        assert "a port is a number" in str(refusal(tmp_path, "[metrics]\nport = 'http'"))
        assert isinstance(refusal(tmp_path, "[metrics]\nprot = 1"), SettingUnknown)
        error = refusal(tmp_path, "[api]\nport = 9000", ALTYN_METRICS_PORT="9000")
        assert error.like(SettingWrong("ALTYN_METRICS_PORT", "9000 is the port of the API"))
        free = {"ALTYN_API_PORT": "0", "ALTYN_METRICS_PORT": "0"}
        assert read_settings(free, tmp_path / "elsewhere").metrics.port == 0
