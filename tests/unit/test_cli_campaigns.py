"""Campaigns on the command line: begun by a plan, steered, and told to programs."""

import json
from pathlib import Path

import pytest

from altyn.entrypoints.cli import program

PHRASE = (
    "alpha accident abandon address alarm access above actual amazing among alert admit "
    "almost among alarm alpha adult able actress actress alter actual admit acid"
)
GIVEN = {
    "ALTYN_FRAGMENT_COOKIES": "stel_ssid=a; stel_dt=-180; stel_token=b; stel_ton_token=c",
    "ALTYN_TON_WALLET": "0:" + "a" * 64,
    "ALTYN_TON_MNEMONIC": PHRASE,
}
PLAN = """
kind = "stars"
recipient = "durov"
wanted = 500
deadline = "2100-12-31T18:00:00Z"

[[strategies]]
supplier = "fragment"
budget = "10 TON"
unit_max = "0.012 TON"
quantity_max = 100
"""


def test_a_campaign_is_begun_and_steered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command says where it is then; what makes no sense by then is a conflict."""
    monkeypatch.chdir(tmp_path)
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "plan.toml").write_text(PLAN)
    assert program.run(["migrate"]) == 0
    capsys.readouterr()
    assert program.run(["campaign", "run", "plan.toml", "--json"]) == 0
    begun = json.loads(capsys.readouterr().out)
    assert (begun["state"], begun["wanted"]) == ("running", 500)

    def said(command: str) -> tuple[int, str]:
        code = program.run(["campaign", command, begun["id"], "--json"])
        told = json.loads(capsys.readouterr().out)
        return code, told.get("state") or told["error"]["code"]

    assert said("pause") == (0, "paused")
    assert said("resume") == (0, "running")
    assert said("cancel") == (0, "stopping")
    assert said("pause") == (5, "campaign_moved")
    assert said("status") == (0, "stopping")
