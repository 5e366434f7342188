"""What people decide about money, command by command, beside a desk that listens and a worker."""

import asyncio
import csv
import io
import os
import shlex
from collections.abc import AsyncIterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from attrs import frozen
from dishka import AsyncContainer

from altyn.adapters.memory import ManualClock
from altyn.adapters.system import SystemClock
from altyn.adapters.ton import qr_code, qr_image, qr_lines
from altyn.core.payments import TakeNotice
from altyn.core.schema import Schema
from altyn.entrypoints.cli.program import run
from altyn.entrypoints.sandbox import Fault, HeleketDesk
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container
from altyn.entrypoints.worker import chores_of
from tests.integration.payment_market import open_street
from tests.integration.test_cli_program import Answer
from tests.integration.test_payment_ways import TimedByHand

ID = "0191f8bf-5a1e-7839-a1b1-6cc304f7275b"
OTHER = "0191f8bf-5a1e-7839-a1b1-6cc304f7275c"
REFUND = "/v1/payment/refund"
ANN, BORIS = ("--by", "ann"), ("--by", "boris")
BACK = ("--to", "TBack0001", "--reason", "asked", *ANN)


@frozen
class Altyn:
    """The commands, run within this process, and a worker whose time is ahead of theirs."""

    desk: HeleketDesk
    house: AsyncContainer
    time: ManualClock

    async def __call__(self, *words: str) -> Answer:
        """Run a command to its end, in a loop of its own."""
        return await asyncio.to_thread(_told, words)

    async def json(self, *words: str) -> Any:
        """The document of a command that does what it was asked to."""
        answer = await self(*words, "--json")
        assert answer.code == 0, answer
        return answer.document

    async def refused(self, *words: str) -> tuple[int, str]:
        """How it ends and by which code; for people it is one line."""
        answer = await self(*words)
        assert (answer.out, len(answer.err.splitlines())) == ("", 1), answer
        told = await self(*words, "--json")
        assert told.code == answer.code
        return told.code, told.error["code"]

    async def worked(self) -> None:
        """The worker goes on with all that is due by now."""
        self.time.advance(minutes=1)
        for chore in await chores_of(self.house):
            await chore()

    async def told(self) -> None:
        """The worker reads the latest notice of the desk."""
        await (await self.house.get(TakeNotice))("heleket", self.desk.notices[-1], {})
        await self.worked()

    async def holds(self, name: str) -> str:
        """What an account holds, in USDT."""
        return str((await self.json("balance", name, "USDT"))["posted"]["amount"])

    async def paid(self, amount: str) -> str:
        """Somebody is asked for that much and pays it; the key under which it came."""
        payment = await self.json("payments", "open", "user:42", amount, "USDT")
        self.desk.pay(order_id(payment["id"]), amount)
        await self.told()
        (arrival,) = (await self.json("payments", "show", payment["id"]))["arrivals"]
        return str(arrival["key"])

    async def back(self, key: str, *more: str) -> Any:
        """A refund is asked for by ann."""
        return await self.json("payments", "refund", "heleket", key, *BACK, *more)

    async def state(self, refund: str) -> str:
        """How far a refund of user:42 is, as their history has it."""
        events = (await self.json("payments", "history", "user:42"))["events"]
        return next(str(each["state"]) for each in events if each["id"] == refund)

    @property
    def days(self) -> Sequence[str]:
        """Today and, should it be midnight soon, tomorrow."""
        tomorrow = self.desk.clock.now() + timedelta(days=1)
        return "reconcile", "--day", f"{tomorrow:%Y-%m-%d}", "--days", "3"


def _told(words: Sequence[str]) -> Answer:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(words)
    assert "Traceback" not in err.getvalue()
    return Answer(code, out.getvalue(), err.getvalue())


@pytest.fixture
async def altyn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Altyn]:
    """The commands on a database that is set up, with the key that lets money go back."""
    time = ManualClock(SystemClock().now())
    for name in [name for name in os.environ if name.startswith("ALTYN_") or name == "COLUMNS"]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    async with open_street() as street:
        street.settings["ALTYN_HELEKET_PAYOUT_KEY"] = street.desk.payout_key
        street.settings["ALTYN_DATABASE"] = f"sqlite:///{tmp_path}/shop.db"
        for name, value in street.settings.items():
            monkeypatch.setenv(name, value)
        settings = read_settings(street.settings, tmp_path)
        house = make_container(settings, TimedByHand(time), create=True)
        try:
            await (await house.get(Schema)).migrate()
            altyn = Altyn(street.desk, house, time)
            yield altyn
            assert (await altyn.json("check"))["well"]
        finally:
            await house.close()


def order_id(id: str) -> str:
    return UUID(id).hex


def usdt(decimal: str) -> dict[str, str]:
    return {"amount": decimal, "asset": "USDT", "units": str(int(decimal.replace(".", "")))}


class TestRefunds:
    async def test_a_part_goes_back(self, altyn: Altyn) -> None:
        """Set aside at once and once, asked for by the worker, gone when the provider says so."""
        key = await altyn.paid("10")
        much = ("payments", "refund", "heleket", key, *BACK, "--amount", "10.000001", "--id", ID)
        assert await altyn.refused(*much) == (1, "too_much_back")
        told = await altyn.back(key, "--amount", "5", "--id", ID)
        created_at, payment = told.pop("created_at"), told.pop("payment")
        assert told == {
            "id": ID,
            "state": "due",
            "method": "heleket",
            "key": key,
            "payer": "user:42",
            "amount": usdt("5.000000"),
            "origin": "target",
            "to": "TBack0001",
            "reason": "asked",
            "by": "ann",
            "approved_by": "",
            "told": "",
        }
        assert await altyn.holds("user:42") == "5.000000"
        again = await altyn("payments", "refund", "heleket", key, *BACK, "--id", ID)
        assert (again.code, again.out) == (0, f"refund {ID} of 5.000000 USDT is due\n")
        other = ("payments", "refund", "heleket", key, *BACK, "--amount", "6", "--id", ID)
        assert await altyn.refused(*other) == (5, "refund_reused")
        twice = ("payments", "refund", "heleket", key, *BACK, "--id", OTHER)
        assert await altyn.refused(*twice) == (1, "not_returnable")
        assert altyn.desk.refunds.begun == []

        await altyn.worked()
        assert [(str(each.amount), each.address) for each in altyn.desk.refunds.begun] == [
            ("5.000000", "TBack0001")
        ]
        assert await altyn.state(ID) == "processing"
        altyn.desk.finish_refund(order_id(payment))
        await altyn.worked()
        assert altyn.desk.calls.count(REFUND) == 1
        assert await altyn.holds("user:42") == "5.000000"
        assert await altyn.holds("clearing:heleket") == "-5.000000"

        history = await altyn.json("payments", "history", "user:42")
        paid_at = history["events"][1].pop("at")
        assert paid_at < created_at
        assert history == {
            "payer": "user:42",
            "events": [
                {
                    "id": ID,
                    "kind": "refund",
                    "state": "completed",
                    "at": created_at,
                    "amount": usdt("5.000000"),
                    "method": "heleket",
                    "payment": payment,
                    "note": "asked",
                },
                {
                    "id": payment,
                    "kind": "recharge",
                    "state": "completed",
                    "amount": usdt("10.000000"),
                    "method": "heleket",
                    "payment": payment,
                    "note": "",
                },
            ],
        }
        title, newest, oldest = (await altyn("payments", "history", "user:42")).out.splitlines()
        assert title.split()[:3] == ["When", "(UTC)", "Kind"]
        words = ["refund", "5.000000", "USDT", "completed", "heleket", "asked", ID]
        assert newest.split()[2:] == words
        assert oldest.split()[2:5] == ["recharge", "10.000000", "USDT"]
        assert (
            len((await altyn.json("payments", "history", "user:42", "--limit", "1"))["events"]) == 1
        )
        await altyn.json("open", "income:gifts", "USDT", "--unlimited")
        gift = ("transfer", "income:gifts", "user:42", "2", "USDT", "--kind", "bonus")
        bonus = await altyn.json(*gift, "--memo", "welcome")
        newest_of_all = (await altyn.json("payments", "history", "user:42"))["events"][0]
        assert newest_of_all == {
            "id": bonus["id"],
            "kind": "bonus",
            "state": "completed",
            "at": bonus["at"],
            "amount": usdt("2.000000"),
            "method": "",
            "payment": None,
            "note": "welcome",
        }
        nobody = await altyn("payments", "history", "user:43")
        assert (nobody.code, nobody.out) == (0, "user:43 has no history here\n")

    async def test_what_is_large_takes_two(self, altyn: Altyn) -> None:
        """Nobody agrees to their own; declined it is where it was, and agreed to it goes."""
        none = await altyn("payments", "refunds")
        assert (none.code, none.out) == (0, "no refund waits for a person\n")
        key = await altyn.paid("150")
        asked = await altyn("payments", "refund", "heleket", key, *BACK)
        id = asked.err.removeprefix("altyn: this refund has the id ").strip()
        assert asked.out.splitlines() == [
            f"refund {id} of 150.000000 USDT is waiting",
            f"  somebody else has to agree: altyn payments approve {id} --by NAME",
        ]
        waiting = await altyn.json("payments", "refunds")
        assert [each["id"] for each in waiting["refunds"]] == [id]
        assert waiting["more"] is False
        title, line = (await altyn("payments", "refunds")).out.splitlines()
        assert title.split()[:3] == ["Since", "(UTC)", "Amount"]
        assert line.split()[2:] == ["150.000000", "USDT", "waiting", "heleket", "ann", "asked", id]
        await altyn.worked()
        assert REFUND not in altyn.desk.calls

        assert await altyn.refused("payments", "approve", id, *ANN) == (1, "own_approval")
        no = await altyn("payments", "decline", id, *BORIS, "--why", "a stranger")
        lines = [f"refund {id} of 150.000000 USDT is declined", "  a stranger"]
        assert (no.code, no.out.splitlines()) == (0, lines)
        assert await altyn.holds("user:42") == "150.000000"
        assert await altyn.refused("payments", "approve", id, *BORIS) == (5, "refund_moved")
        late = ("payments", "decline", id, *BORIS, "--why", "again")
        assert await altyn.refused(*late) == (5, "refund_moved")

        other = (await altyn.back(key))["id"]
        agreed = await altyn.json("payments", "approve", other, *BORIS)
        assert (agreed["state"], agreed["by"], agreed["approved_by"]) == ("due", "ann", "boris")
        await altyn.worked()
        assert [str(each.amount) for each in altyn.desk.refunds.begun] == ["150.000000"]
        assert await altyn.holds("user:42") == "0.000000"
        assert (await altyn.json("payments", "refunds"))["refunds"] == []

    async def test_more_than_are_shown(self, altyn: Altyn) -> None:
        """The oldest first, and that there are more is said."""
        first = (await altyn.back(await altyn.paid("150")))["id"]
        await altyn.back(await altyn.paid("150"))
        told = await altyn.json("payments", "refunds", "--limit", "1")
        assert ([each["id"] for each in told["refunds"]], told["more"]) == ([first], True)
        shown = await altyn("payments", "refunds", "--limit", "1")
        assert shown.out.splitlines()[2:] == ["there are more; these come first"]

    @pytest.mark.parametrize(
        ("seen", "fault", "state", "left"),
        [
            ("--paid", Fault.FAIL_AFTER, "done", "0.000000"),
            ("--not-paid", Fault.FAIL_BEFORE, "failed", "10.000000"),
        ],
    )
    async def test_doubt(
        self, altyn: Altyn, seen: str, fault: Fault, state: str, left: str
    ) -> None:
        """Whoever looked at the provider's says what became of it, once."""
        altyn.desk.faults.plan(REFUND, fault)
        id = (await altyn.back(await altyn.paid("10")))["id"]
        assert await altyn.refused("payments", "resolve", id, seen, *ANN) == (5, "refund_moved")
        await altyn.worked()
        assert await altyn.state(id) == "processing"
        told = await altyn.json("payments", "resolve", id, seen, *ANN)
        assert (told["state"], told["approved_by"]) == (state, "ann")
        assert await altyn.holds("user:42") == left
        assert await altyn.holds("clearing:heleket") == f"-{left}".replace("-0.0", "0.0")
        for each in ("--paid", "--not-paid"):
            again = ("payments", "resolve", id, each, *ANN)
            assert await altyn.refused(*again) == (5, "refund_moved")
        await altyn.worked()
        assert altyn.desk.calls.count(REFUND) == 1


async def test_a_link_as_a_picture(altyn: Altyn, tmp_path: Path) -> None:
    """In the terminal or in a file, of a payment that is opened or shown; programs see none."""
    open_it = ("payments", "open", "user:42", "10", "USDT", "--id", ID)
    plain = await altyn(*open_it)
    drawn = await altyn(*open_it, "--qr")
    link = plain.out.splitlines()[-1].strip()
    assert drawn.out == plain.out + "".join(f"{line}\n" for line in qr_lines(link))
    shown = await altyn("payments", "show", ID, "--qr", "--qr-file", "link.svg")
    assert "\n".join(qr_lines(link)) in shown.out
    assert (tmp_path / "link.svg").read_bytes() == qr_code(link)
    assert await altyn.json(*open_it, "--qr", "--qr-file", "Link.PNG") == await altyn.json(*open_it)
    assert (tmp_path / "Link.PNG").read_bytes() == qr_image(link)


async def test_a_picture_that_cannot_be(altyn: Altyn) -> None:
    """The payment is told all the same, and what is wrong with its picture in one line."""
    open_it = ("payments", "open", "user:42", "10", "USDT", "--id", ID)
    assert await altyn.refused(*open_it, "--qr-file", "link.jpg") == (2, "wrong_usage")
    assert (await altyn("payments", "show", ID)).code == 4
    answer = await altyn(*open_it, "--qr-file", "nowhere/link.png")
    assert (answer.code, answer.err) == (
        1,
        "altyn: cannot write nowhere/link.png: No such file or directory\n",
    )
    assert answer.out.startswith(f"payment {ID} is pending\n")
    altyn.desk.faults.plan("/v1/payment", Fault.FAIL_BEFORE)
    doubt = ("payments", "open", "user:42", "10", "USDT", "--id", OTHER, "--qr-file", "link.png")
    assert (await altyn(*doubt)).code == 3
    answer = await altyn("payments", "show", OTHER, "--qr", "--qr-file", "link.png")
    assert (answer.code, answer.err) == (1, "altyn: there is no link that could be drawn\n")
    assert (await altyn("payments", "show", OTHER, "--qr")).code == 0


async def test_called_off(altyn: Altyn) -> None:
    """Nobody waits for it any more; of what was paid it is too late."""
    opened = await altyn.json("payments", "open", "user:42", "10", "USDT", "--id", ID)
    told = await altyn.json("payments", "cancel", ID, "--why", "changed their mind")
    assert told == opened | {"state": "cancelled", "told": "changed their mind"}
    again = await altyn("payments", "cancel", ID)
    assert (again.code, again.out) == (0, f"payment {ID} is cancelled\n")
    assert await altyn.state(ID) == "cancelled"
    await altyn.paid("7")
    paid = (await altyn.json("payments", "history", "user:42"))["events"][0]["payment"]
    assert await altyn.refused("payments", "cancel", paid) == (5, "not_cancellable")


async def test_whoever_pays_again_and_again(altyn: Altyn) -> None:
    """An address of their own, credited each time, until it stands no longer."""
    stand = ("payments", "stand", "user:42", "USDT", "--id", ID)
    told = await altyn.json(*stand, "--reference", "tips")
    made = altyn.desk.wallets[order_id(ID)]
    assert told.pop("created_at")
    assert told == {
        "id": ID,
        "payer": "user:42",
        "account": "user:42",
        "method": "heleket",
        "asset": "USDT",
        "amount": None,
        "reference": "tips",
        "goods": "digital",
        "place": "telegram",
        "country": "",
        "link": made["url"],
        "provider_id": made["uuid"],
        "ended": False,
        "until": None,
        "renews": None,
        "lapsed": None,
    }
    again = await altyn(*stand, "--reference", "tips")
    words = ["user:42 pays USDT by heleket, whenever they like", f"  {made['url']}"]
    assert (again.code, again.out.splitlines()) == (0, words)
    assert await altyn.refused(*stand) == (5, "standing_reused")
    fresh = await altyn("payments", "stand", "user:43", "USDT", "--account", "user:42")
    assert fresh.err.startswith("altyn: this standing order has the id ")

    async def topped_up(amount: str) -> None:
        altyn.desk.top_up(order_id(ID), amount)
        await altyn.told()

    for amount, holds in (("3", "3.000000"), ("4", "7.000000")):
        await topped_up(amount)
        assert await altyn.holds("user:42") == holds
    (shown,) = (await altyn.json("payments", "standing", "user:42"))["standing"]
    assert (shown["id"], shown["amount"]) == (ID, None)
    listed = await altyn("payments", "standing", "user:42")
    assert listed.out.splitlines()[1].split() == [ID, "heleket", "USDT", "open", "tips"]
    nobody = await altyn("payments", "standing", "user:7")
    assert nobody.out == "user:7 has no standing orders\n"
    assert await altyn.refused("payments", "unsubscribe", ID) == (1, "not_renewable")
    assert await altyn.refused("payments", "resubscribe", ID) == (1, "not_renewable")
    ended = await altyn.json("payments", "end", ID)
    assert ended.pop("created_at")
    assert ended == told | {"ended": True}
    answer = await altyn("payments", "end", ID)
    assert (answer.code, answer.out) == (0, f"standing order {ID} has ended\n")
    await topped_up("5")
    assert await altyn.holds("user:42") == "7.000000"
    (held,) = (await altyn.json("payments", "held"))["held"]
    assert (held["held"], held["payment"]) == (usdt("5.000000"), None)


async def test_ways_of_paying(altyn: Altyn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which there are, what enables the others, and by asking whether a key is right."""
    told = (await altyn.json("payments", "methods"))["methods"]
    assert told[0] == {
        "name": "heleket",
        "state": "enabled",
        "enabled_by": "ALTYN_HELEKET_MERCHANT",
        "assets": ["TON", "USDT"],
        "why": "",
    }
    assert {each["name"]: each["state"] for each in told[1:]} == dict.fromkeys(
        ("stars", "cards", "ton"), "disabled"
    )
    lines = (await altyn("payments", "methods")).out.splitlines()
    assert lines[1].split() == ["heleket", "enabled", "TON,", "USDT"]
    assert lines[2].endswith("ALTYN_TELEGRAM_TOKEN enables it")
    assert altyn.desk.calls == []
    assert (await altyn.json("payments", "methods", "--ask"))["methods"] == told
    assert altyn.desk.calls == ["/v1/payment/list"]

    altyn.desk.faults.plan("/v1/payment/list", *[Fault.FAIL_BEFORE] * 9)
    silent = (await altyn.json("payments", "methods", "--ask"))["methods"][0]
    assert silent["state"] == "silent"
    assert silent["why"]
    monkeypatch.setenv("ALTYN_HELEKET_PAYMENT_KEY", "another-key-than-the-desk-has")
    altyn.desk.faults = type(altyn.desk.faults)()
    answer = await altyn("payments", "methods", "--ask")
    assert (answer.code, answer.err) == (1, "")
    assert answer.out.splitlines()[1].split()[:2] == ["heleket", "misconfigured"]
    assert "another-key" not in answer.out
    wrong = await altyn("payments", "methods", "--ask", "--json")
    assert wrong.code == 1
    assert wrong.document["methods"][0]["state"] == "misconfigured"


class TestReconcile:
    async def test_what_went_back_and_not_by_us(self, altyn: Altyn) -> None:
        """Clean it is 0; then 1, named in words, as a document and for a spreadsheet."""
        key = await altyn.paid("10")
        well = await altyn(*altyn.days)
        assert well.code == 0
        (line,) = well.out.splitlines()
        assert line.startswith("heleket, ")
        assert line.endswith(" 00:00 UTC: 1 compared, no differences")
        (payment,) = (await altyn.json("payments", "history", "user:42"))["events"]
        altyn.desk.refund_outside(order_id(payment["id"]))
        altyn.desk.finish_refund(order_id(payment["id"]))

        answer = await altyn(*altyn.days)
        assert answer.code == 1
        first, title, row = answer.out.splitlines()
        assert first.endswith(": 2 compared, 1 difference")
        assert title.split()[:4] == ["When", "(UTC)", "What", "differs"]
        words = ["refunded_outside", "10.000000", "USDT", "at", "most", key, payment["id"]]
        assert row.split()[2:] == words

        told = await altyn(*altyn.days, "heleket", "--json")
        assert (told.code, told.err) == (1, "")
        (method,) = told.document["methods"]
        assert (told.document["looked_at"], told.document["failed"]) == (0, {})
        (one,) = method.pop("differences")
        day, since, until = altyn.days[2], method.pop("since"), method.pop("until")
        assert (since[10:], until[10:]) == ("T00:00:00Z", "T00:00:00Z")
        assert since[:10] < day < until[:10]
        assert method == {"method": "heleket", "compared": 2}
        at = one.pop("at")
        assert one == {
            "kind": "refunded_outside",
            "key": key,
            "back": True,
            "ours": None,
            "theirs": usdt("10.000000"),
            "said": "at most",
            "payment": payment["id"],
        }
        lines = await altyn(*altyn.days, "--csv")
        assert lines.code == 1
        (read,) = csv.DictReader(io.StringIO(lines.out))
        assert read == {
            "method": "heleket",
            "at": at,
            "kind": "refunded_outside",
            "back": "yes",
            "ours": "",
            "theirs": "10.000000",
            "asset": "USDT",
            "key": key,
            "payment": payment["id"],
            "said": "at most",
        }
        # How much it was nobody knows, so nothing is taken for it.
        booked = await altyn(*altyn.days, "--book")
        note = "altyn: 0 that differed are looked at, and in the books now\n"
        assert (booked.code, booked.err) == (1, note)
        assert await altyn.holds("user:42") == "10.000000"

    async def test_what_cannot_be_counted_is_shown_in_his_words(self, altyn: Altyn) -> None:
        """Among all that differs, and with what is too fine beside what came."""
        await altyn.json("payments", "open", "user:42", "10", "USDT", "--id", ID)
        altyn.desk.pay(order_id(ID), "10.00000012")
        altyn.desk.sell("somebody-else-1", "0.01", "BTC")
        found = await altyn(*altyn.days, "--csv")
        rows = {each["said"]: each for each in csv.DictReader(io.StringIO(found.out))}
        kinds = {said: each["kind"] for said, each in rows.items()}
        fine = "0.00000012 of 10.00000012 USDT"
        assert kinds == {"": "missing_here", fine: "uncounted", "0.01 BTC": "uncounted"}
        assert rows[fine]["key"] == rows[""]["key"]
        table = await altyn(*altyn.days)
        assert "0.01 BTC" in table.out
        assert await altyn.holds("user:42") == "0.000000"
        await altyn(*altyn.days, "--book")
        assert await altyn.holds("user:42") == "10.000000"

    async def test_what_nobody_told_is_booked(self, altyn: Altyn) -> None:
        """What is for a payment is credited, anything else held; afterwards only that differs."""
        await altyn.json("payments", "open", "user:42", "10", "USDT", "--id", ID)
        altyn.desk.pay(order_id(ID), "10")
        altyn.desk.sell("somebody-else-1", "4", "USDT")
        found = await altyn(*altyn.days, "--csv")
        kinds = [each["kind"] for each in csv.DictReader(io.StringIO(found.out))]
        assert (found.code, kinds) == (1, ["missing_here"] * 2)
        booked = await altyn(*altyn.days, "--book")
        note = "altyn: 2 that differed are looked at, and in the books now\n"
        assert (booked.code, booked.err) == (1, note)
        assert await altyn.holds("user:42") == "10.000000"
        assert await altyn.holds("suspense:unmatched") == "4.000000"
        after = (await altyn(*altyn.days, "--book", "--json")).document
        assert after["looked_at"] == 0
        assert [each["kind"] for each in after["methods"][0]["differences"]] == ["unmatched"]

    async def test_yesterday_alone(self, altyn: Altyn) -> None:
        """Which it is if nothing is said; what came today is not of it."""
        before = f"{altyn.desk.clock.now() - timedelta(days=1):%Y-%m-%d}"
        altyn.desk.sell("somebody-else-1", "4", "USDT")
        for words in ((), ("--day", before)):
            answer = await altyn("reconcile", *words)
            assert answer.code == 0
            assert answer.out.startswith(f"heleket, {before} 00:00 to ")
            assert answer.out.endswith(": 0 compared, no differences\n")

    async def test_a_key_that_looks_like_a_formula(self, altyn: Altyn) -> None:
        """A spreadsheet is shown it as text."""
        altyn.desk.sell("somebody-else-1", "4", "USDT")
        altyn.desk.invoices["somebody-else-1"]["uuid"] = "=1+1"
        found = await altyn(*altyn.days, "--csv")
        (read,) = csv.DictReader(io.StringIO(found.out))
        assert read["key"] == "'=1+1"

    async def test_one_that_keeps_no_list(
        self, altyn: Altyn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It is named, and that is no failure; alone it cannot be compared."""
        monkeypatch.setenv("ALTYN_TELEGRAM_TOKEN", "42:" + "a" * 35)
        monkeypatch.setenv("ALTYN_TELEGRAM_PROVIDER_TOKEN", "401643678:TEST:a")
        both = (*altyn.days, "cards", "heleket")
        answer = await altyn(*both)
        why = "cards keeps no list: compare those in the provider's cabinet"
        assert (answer.code, answer.err) == (0, f"altyn: {why}\n")
        assert answer.out.endswith(": 0 compared, no differences\n")
        altyn.desk.sell("somebody-else-1", "4", "USDT")
        told = await altyn(*both, "--json")
        assert told.code == 1
        assert (told.document["failed"], told.document["unlisted"]) == ({}, ["cards"])
        assert [each["method"] for each in told.document["methods"]] == ["heleket"]
        assert await altyn.refused(*altyn.days, "cards") == (4, "list_missing")

    async def test_one_that_cannot_be_compared(self, altyn: Altyn) -> None:
        """It is told of, and keeps no other from being compared; a wrong name does."""
        altyn.desk.faults.plan("/v1/payment/list", Fault.FAIL_AFTER, Fault.FAIL_AFTER)
        assert await altyn.refused(*altyn.days, "heleket") == (3, "provider_unclear")
        altyn.desk.sell("somebody-else-1", "4", "USDT")
        wrong = await altyn.refused(*altyn.days, "heleket", "nobody", "--book")
        assert wrong == (4, "method_unknown")
        assert (await altyn.json("payments", "held"))["held"] == []


class TestNotices:
    """What a provider told and does not show."""

    async def test_a_person_looks_at_it(self, altyn: Altyn) -> None:
        """It is shown, read again when they say so, and rests when they say that."""
        nothing = await altyn("payments", "notices")
        assert (nothing.code, nothing.out) == (0, "no notice waits for a person\n")
        altyn.desk.notices.append(altyn.desk.test_notice())
        await altyn.told()
        altyn.time.advance(minutes=7 * 60)
        await altyn.worked()
        (notice,) = (await altyn.json("payments", "notices"))["notices"]
        assert (notice["method"], notice["unresolved"]) == ("heleket", True)
        key, table = notice["key"], (await altyn("payments", "notices", "--limit", "1")).out
        assert "does not show it" in table
        again = await altyn("payments", "reread", "heleket", key, "--by", "ann")
        assert (again.code, again.out) == (0, f"notice {key} of heleket is read again\n")
        assert (await altyn.json("payments", "notices"))["notices"] == []
        await altyn.worked()
        (notice,) = (await altyn.json("payments", "notices"))["notices"]
        rests = await altyn("payments", "dismiss", "heleket", key, "--by", "ann")
        assert (rests.code, rests.out) == (0, f"notice {key} of heleket waits no more\n")
        assert (await altyn.json("payments", "notices"))["notices"] == []
        code, error = await altyn.refused("payments", "reread", "heleket", key, "--by", "ann")
        assert error == "nothing_unresolved"
        assert code

    async def test_more_of_them_than_were_asked_for(self, altyn: Altyn) -> None:
        """It is said that there are."""
        for _ in range(2):
            altyn.desk.notices.append(altyn.desk.test_notice())
            await altyn.told()
        altyn.time.advance(minutes=7 * 60)
        await altyn.worked()
        shown = await altyn("payments", "notices", "--limit", "1")
        assert shown.out.endswith("there are more; these come first\n")


async def test_what_cannot_be(altyn: Altyn) -> None:
    """One line says why, and by which exit code a script goes on."""
    key = await altyn.paid("10")
    refund = f"payments refund heleket {key} --reason asked --by ann"
    for words, ended in {
        f"payments approve {ID} --by ann": (4, "refund_missing"),
        f"payments decline {ID} --by ann --why no": (4, "refund_missing"),
        f"payments resolve {ID} --by ann --paid": (4, "refund_missing"),
        f"payments cancel {ID}": (4, "payment_missing"),
        f"payments end {ID}": (4, "standing_missing"),
        "payments refund heleket nothing --reason asked --by ann": (4, "arrival_missing"),
        "reconcile nobody": (4, "method_unknown"),
        "payments stand user:42 USDT --method nobody --id " + ID: (4, "method_unknown"),
        "payments stand user:42 XTR --id " + ID: (1, "asset_not_taken"),
        "payments approve x --by ann": (1, "malformed_id"),
        # An empty word is a variable of a script that was not set.
        f"{refund} --id ''": (1, "malformed_id"),
        "payments stand user:42 USDT --id ''": (1, "malformed_id"),
        "payments open user:42 10 USDT --id ''": (1, "malformed_id"),
        "transfer user:42 user:43 1 USDT --id ''": (1, "malformed_id"),
        f"transfer user:42 user:43 1 USDT --id {ID} --corrects ''": (1, "malformed_id"),
        f"{refund} --amount '' --id {ID}": (1, "malformed_amount"),
        f"{refund} --amount 0 --id {ID}": (1, "not_positive"),
        f"{refund} --amount 0.0000001 --id {ID}": (1, "too_many_decimals"),
        f"{refund} --amount 99999999999999 --id {ID}": (1, "amount_too_large"),
        f"payments refund heleket {key} --by ann": (2, "wrong_usage"),
        f"payments refund heleket {key} --reason asked": (2, "wrong_usage"),
        f"payments resolve {ID} --by ann": (2, "wrong_usage"),
        f"payments resolve {ID} --by ann --paid --not-paid": (2, "wrong_usage"),
        f"payments decline {ID} --by ann": (2, "wrong_usage"),
        "payments history user:42 --limit 0": (2, "wrong_usage"),
        "payments refunds --limit 201": (2, "wrong_usage"),
        "reconcile --day yesterday": (2, "wrong_usage"),
        "reconcile --day 2026-02-30": (2, "wrong_usage"),
        "reconcile --day 9999-12-31": (2, "wrong_usage"),
        "reconcile --day 0001-01-01": (2, "wrong_usage"),
        "reconcile --days 0": (2, "wrong_usage"),
        "reconcile --days 32": (2, "wrong_usage"),
    }.items():
        assert (words, await altyn.refused(*shlex.split(words))) == (words, ended)
    assert await altyn.holds("user:42") == "10.000000"
    assert REFUND not in altyn.desk.calls


async def test_a_provider_who_is_away(altyn: Altyn) -> None:
    """What he was to say is not known: 3, and the same again once he is back is enough."""
    stand = ("payments", "stand", "user:42", "USDT", "--id", ID)
    altyn.desk.faults.plan("/v1/wallet", Fault.FAIL_BEFORE)
    assert (await altyn(*stand)).code == 3
    assert (await altyn(*stand)).code == 0
    altyn.desk.faults.plan("/v1/payment/list", *[Fault.FAIL_BEFORE] * 9)
    assert (await altyn("reconcile")).code == 3
