"""Every command on real storages, for people and for programs."""

import asyncio
import os
import shlex
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest

from altyn.core.balances import Account, Ledger, account_name
from altyn.core.money import RUB, XTR
from altyn.core.schema import Schema
from altyn.entrypoints.wiring import Settings, read_settings
from altyn.entrypoints.wiring.container import make_container

from .test_cli_program import Program

CARD, USER = account_name("clearing:card"), account_name("user:42")
ID = "0191f8bf-5a1e-7839-a1b1-6cc304f7275b"
OTHER = "0191f8bf-5a1e-7839-a1b1-6cc304f7275c"


@pytest.fixture(params=["sqlite", "postgres"])
def altyn(request: pytest.FixtureRequest, tmp_path: Path) -> Program:
    """The program with a database that is set up, and three accounts."""
    url = f"sqlite:///{tmp_path}/shop.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    asyncio.run(set_up(read_settings({"ALTYN_DATABASE": url}, tmp_path)))
    return Program(tmp_path, {"ALTYN_DATABASE": url})


async def set_up(settings: Settings) -> None:
    """What the commands of a shop's first day would do, without a process for each."""
    container = make_container(settings, create=True)
    try:
        await (await container.get(Schema)).migrate()
        ledger = await container.get(Ledger)
        await ledger.open(Account.unlimited(CARD, RUB))
        await ledger.open(Account(USER, RUB))
        await ledger.open(Account(USER, XTR, floor_units=-5, ceiling_units=1000))
    finally:
        await container.close()


def roubles(decimal: str) -> dict[str, str]:
    return {"amount": decimal, "asset": "RUB", "units": decimal.replace(".", "").lstrip("0") or "0"}


def test_migrate(altyn: Program) -> None:
    """What is up to date stays as it is."""
    assert altyn.json("migrate")["applied"] == []
    answer = altyn("migrate")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.endswith("was up to date already\n")


def test_open(altyn: Program) -> None:
    """Opening twice is opening once; with other limits it is a conflict."""
    again = ("open", "user:42", "XTR", "--floor", "-5", "--ceiling", "1000")
    assert altyn(*again).out == "user:42 is open for XTR: at least -5 XTR, at most 1000 XTR\n"
    assert altyn.json(*again)["ceiling"] == {"amount": "1000", "asset": "XTR", "units": "1000"}
    unlimited = altyn("open", "clearing:card", "RUB", "--unlimited")
    assert unlimited.out == "clearing:card is open for RUB: no floor, no ceiling\n"
    other = altyn("open", "user:42", "XTR", "--json")
    assert (other.code, other.error["code"]) == (5, "account_differs")


def test_transfer_and_what_it_leaves(altyn: Program) -> None:
    """Money moves; balances and statements of both accounts show it."""
    words = ("clearing:card", "user:42", "12.50", "RUB", "--id", ID, "--kind", "recharge")
    told = altyn.json("transfer", *words, "--reference", "inv-1", "--memo", "привет 🎉")
    assert told["id"] == ID
    assert (told["source"], told["target"], told["kind"]) == (
        "clearing:card",
        "user:42",
        "recharge",
    )
    assert told["amount"] == told["target_after"] == roubles("12.50")
    assert told["source_after"] == {"amount": "-12.50", "asset": "RUB", "units": "-1250"}

    balance = {"account": "user:42", "asset": "RUB", "held": roubles("0.00")}
    balance |= dict.fromkeys(("available", "posted"), roubles("12.50"))
    assert altyn.json("balance", "user:42", "RUB") == balance
    balances = altyn.json("balance", "user:42")
    assert balances["account"] == "user:42"
    assert [each["asset"] for each in balances["balances"]] == ["RUB", "XTR"]
    assert balances["balances"][0] == balance

    statement = altyn.json("statement", "user:42", "RUB")
    (entry,) = statement["entries"]
    assert statement["next"] is None
    assert entry["change"] == entry["after"] == roubles("12.50")
    assert (entry["number"], entry["transfer"], entry["at"]) == (1, ID, told["at"])
    assert (entry["counterpart"], entry["memo"]) == ("clearing:card", "привет 🎉")


def test_transfer_for_people(altyn: Program) -> None:
    """The id comes first, so that a lost answer can be asked for again; both sides are shown."""
    answer = altyn("transfer", "clearing:card", "user:42", "12.50", "RUB")
    assert answer.code == 0
    id = answer.err.removeprefix("altyn: this transfer has the id ").strip()
    assert UUID(id).version == 7
    moved, _, source, target, last = answer.out.splitlines()
    assert moved == "moved 12.50 RUB from clearing:card to user:42"
    assert source.split() == ["clearing:card", "-12.50", "RUB"]
    assert target.split() == ["user:42", "12.50", "RUB"]
    assert last.startswith(f"id {id}, adjustment, ")

    again = altyn("transfer", "clearing:card", "user:42", "12.50", "RUB", "--id", id)
    assert (again.code, again.out, again.err) == (0, answer.out, "")
    assert altyn.json("balance", "user:42", "RUB")["posted"] == roubles("12.50")


def test_made_id_comes_beside_the_document(altyn: Program) -> None:
    """A program gets one document, and the id by the other way before it."""
    answer = altyn("transfer", "clearing:card", "user:42", "1.00", "RUB", "--json")
    assert answer.err == f"altyn: this transfer has the id {answer.document['id']}\n"


def test_correction(altyn: Program) -> None:
    """A mistake is taken back by naming it, not twice."""
    altyn.json("transfer", "clearing:card", "user:42", "12.50", "RUB", "--id", ID)
    back = ("transfer", "user:42", "clearing:card", "12.50", "RUB", "--corrects", ID)
    told = altyn.json(*back, "--id", OTHER)
    assert (told["kind"], told["corrects"]) == ("correction", ID)
    altyn.json("transfer", "clearing:card", "user:42", "12.50", "RUB")
    refused = altyn(*back, "--id", str(UUID(int=UUID(OTHER).int + 1)), "--json")
    assert (refused.code, refused.error["code"]) == (1, "over_corrected")


def test_balance_at_a_past_moment(altyn: Program) -> None:
    """What it held then, everything at that moment included."""
    first = altyn.json("transfer", "clearing:card", "user:42", "1.00", "RUB")["at"]
    altyn.json("transfer", "clearing:card", "user:42", "2.00", "RUB")
    assert altyn.json("balance", "user:42", "RUB", "--at", first)["posted"] == roubles("1.00")
    before = altyn("balance", "user:42", "RUB", "--at", "2020-01-01T00:00:00Z")
    assert before.out.splitlines() == [
        "user:42 at 2020-01-01T00:00:00Z",
        "Asset  Available  Held  Posted",
        "RUB         0.00  0.00    0.00",
    ]


def test_statement_by_pages(altyn: Program) -> None:
    """Pages follow each other without a gap; the whole is the same in one piece."""
    for number in range(1, 6):
        altyn.json("transfer", "clearing:card", "user:42", f"{number}.00", "RUB")
    whole = altyn.json("statement", "user:42", "RUB", "--all")
    assert [each["number"] for each in whole["entries"]] == [5, 4, 3, 2, 1]
    assert whole["next"] is None
    first = altyn.json("statement", "user:42", "RUB", "--limit", "2")
    assert (first["entries"], first["next"]) == (whole["entries"][:2], 4)
    second = altyn.json("statement", "user:42", "RUB", "--limit", "2", "--before", "4")
    assert (second["entries"], second["next"]) == (whole["entries"][2:4], 2)

    answer = altyn("statement", "user:42", "RUB", "--limit", "2")
    lines = answer.out.splitlines()
    assert lines[0] == "user:42, RUB, newest first"
    assert lines[1].split()[:3] == ["No", "When", "(UTC)"]
    assert [line.split()[0] for line in lines[2:4]] == ["5", "4"]
    assert "+5.00  15.00" in lines[2]
    assert lines[4] == "older ones: --before 4, or --all"
    assert len(altyn("statement", "user:42", "RUB", "--all").out.splitlines()) == 7
    assert altyn("statement", "user:42", "XTR").out == "user:42 has no XTR history here\n"
    assert altyn.json("statement", "user:42", "XTR")["entries"] == []


def test_narrow_terminal(altyn: Program) -> None:
    """Tables keep to the width they are told; numbers are never cut."""
    memo = "a very long story " * 10
    altyn.json("transfer", "clearing:card", "user:42", "12.50", "RUB", "--memo", memo.strip())
    narrow = altyn("statement", "user:42", "RUB", COLUMNS="130").out.splitlines()
    assert len(narrow[2]) <= 130
    assert "+12.50" in narrow[2]
    assert "…" in narrow[2]
    assert "…" not in altyn("statement", "user:42", "RUB").out


def test_check(altyn: Program) -> None:
    """Every law is named with the rows that were looked at."""
    altyn.json("transfer", "clearing:card", "user:42", "12.50", "RUB")
    told = altyn.json("check")
    assert told["well"] is True
    assert len(told["laws"]) > 3
    assert all(each["finding"] is None for each in told["laws"])
    answer = altyn("check")
    assert answer.code == 0
    assert len(answer.out.splitlines()) == len(told["laws"]) + 1
    assert all(line.startswith("ok ") for line in answer.out.splitlines()[:-1])
    assert answer.out.endswith(f"all {len(told['laws'])} laws hold\n")


# Wrong in itself, whatever the database says.
MALFORMED = {
    "transfer clearing:card user:42 1e5 RUB": (1, "malformed_amount"),
    "transfer clearing:card user:42 0.1f RUB": (1, "malformed_amount"),
    "transfer clearing:card user:42 1,,50 RUB": (1, "malformed_amount"),
    "transfer clearing:card user:42 1.001 RUB": (1, "amount_ambiguous"),
    "transfer clearing:card user:42 nan RUB": (1, "malformed_amount"),
    "transfer clearing:card user:42 -5 RUB": (1, "not_positive"),
    "transfer clearing:card user:42 0 RUB": (1, "not_positive"),
    "transfer clearing:card user:42 0.00 RUB": (1, "not_positive"),
    "transfer clearing:card user:42 1.0010 RUB": (1, "too_many_decimals"),
    "transfer clearing:card user:42 1.0 XTR": (1, "too_many_decimals"),
    "transfer clearing:card user:42 92233720368547758.08 RUB": (1, "amount_too_large"),
    "transfer clearing:card user:42 1 EUR": (4, "unknown_asset"),
    "transfer clearing:card user:42 1 rub": (4, "unknown_asset"),
    "transfer user:42 user:42 1 RUB": (1, "same_account"),
    "transfer clearing user:42 1 RUB": (1, "malformed_text"),
    "transfer clearing:card user:42 1 RUB --kind Gift": (1, "malformed_text"),
    f"transfer clearing:card user:42 1 RUB --memo {'x' * 501}": (1, "malformed_text"),
    "transfer clearing:card user:42 1 RUB --memo 'a\x1b[2Jb'": (1, "malformed_text"),
    "transfer clearing:card user:42 1 RUB --id 42": (1, "malformed_id"),
    "open user:44 RUB --floor 1": (1, "limits_crossed"),
    "open user:44 RUB --ceiling -1": (1, "limits_crossed"),
    "open user:44 RUB --floor=-1e5": (1, "malformed_amount"),
    "balance user:42 RUB --at yesterday": (1, "malformed_instant"),
    "balance user:42 RUB --at 2026-01-01": (1, "zone_missing"),
    "statement user:42 EUR": (4, "unknown_asset"),
}

# Wrong only as things stand.
OUT_OF_PLACE = {
    "transfer clearing:card user:42 92233720368547758.07 RUB": (1, "insufficient_funds"),
    "transfer clearing:card user:43 1 RUB": (4, "account_missing"),
    "transfer nobody:1 user:42 1 RUB": (4, "account_missing"),
    "transfer user:42 clearing:card 12.51 RUB": (1, "insufficient_funds"),
    f"transfer clearing:card user:42 1 RUB --corrects {OTHER}": (4, "transfer_missing"),
    f"transfer clearing:card user:42 13 RUB --id {ID}": (5, "transfer_reused"),
    f"transfer clearing:card user:42 12.50 RUB --memo other --id {ID}": (5, "transfer_reused"),
    "open user:42 RUB --ceiling 1": (5, "account_differs"),
    "balance user:43": (4, "nothing_open"),
    "balance user:43 RUB": (4, "account_missing"),
    "statement user:43 RUB": (4, "account_missing"),
}


def refusals(altyn: Program, commands: Collection[str]) -> dict[str, tuple[int, str]]:
    """How each ends, and under which code; side by side, since none may change anything."""

    def refusal(words: str) -> tuple[int, str]:
        answer = altyn(*shlex.split(words), "--json")
        return answer.code, answer.document["error"]["code"]

    with ThreadPoolExecutor(os.cpu_count()) as hands:
        return dict(zip(commands, hands.map(refusal, commands), strict=True))


def test_out_of_place(altyn: Program) -> None:
    """Each is refused by its code and without a traceback, and nothing moves."""
    altyn.json("transfer", CARD, USER, "12.50", "RUB", "--id", ID)
    before = [altyn.json("statement", name, "RUB") for name in (USER, CARD)]
    assert refusals(altyn, OUT_OF_PLACE) == OUT_OF_PLACE
    assert before == [altyn.json("statement", name, "RUB") for name in (USER, CARD)]
    assert altyn.json("check")["well"] is True


@pytest.mark.parametrize("altyn", ["sqlite"], indirect=True)
def test_malformed(altyn: Program) -> None:
    """So is what no database needs to be asked about."""
    assert refusals(altyn, MALFORMED) == MALFORMED
    assert altyn.json("statement", CARD, "RUB")["entries"] == []
    assert altyn("balance", "user:44").code == 4  # nor was anything opened


def test_refusals_for_people(altyn: Program) -> None:
    """One line says what is the matter, with the figures in it."""
    answer = altyn("transfer", "user:42", "clearing:card", "12.51", "RUB", "--id", ID)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == "altyn: user:42 has 0.00 RUB available, asked for 12.51 RUB\n"
    answer = altyn("transfer", "user:42", "clearing:card", "1.0050", "RUB")
    assert answer.err == "altyn: 1.0050 does not fit: RUB has 2 decimals\n"
    answer = altyn("balance", "user:43", "RUB")
    assert answer.err == "altyn: user:43 has no RUB account\n"


def test_more_assets(altyn: Program) -> None:
    """What the settings count can be opened and moved like money."""
    (altyn.folder / "altyn.toml").write_text('[assets]\n"SKU:mug" = 0\n')
    altyn.json("open", "supply:mugs", "SKU:mug", "--unlimited")
    altyn.json("open", "shop:1", "SKU:mug")
    altyn.json("transfer", "supply:mugs", "shop:1", "3", "SKU:mug")
    assert altyn("balance", "shop:1").out.splitlines()[2].split() == ["SKU:mug", "3", "0", "3"]
    (altyn.folder / "altyn.toml").write_text('[assets]\n"SKU:mug" = 2\n')
    changed = altyn("balance", "shop:1", "SKU:mug", "--json")
    assert (changed.code, changed.error["code"]) == (1, "asset_differs")
