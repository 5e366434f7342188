"""The program itself takes money: its commands, its worker, and kill -9 between the two."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import define

from altyn.core.schema import Schema
from altyn.entrypoints.sandbox import Fault
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container
from tests.integration.payment_market import INQUIRY, NOTICES, OPENING, Street, open_street
from tests.integration.test_cli_program import Answer, Program, Running

ID = "0191f8bf-5a1e-7839-a1b1-6cc304f7275b"
UP = "Stop it with Ctrl-C.\n"


@define
class Altyn:
    """The program beside a desk in this process, which goes on serving while it runs."""

    program: Program
    street: Street

    async def __call__(self, *words: str, **settings: str) -> Answer:
        """Run a command to its end."""
        return await asyncio.to_thread(self.program, *words, **settings)

    async def json(self, *words: str) -> Any:
        """The document of a command that does what it was asked to."""
        return await asyncio.to_thread(self.program.json, *words)

    async def opened(self, *more: str) -> Any:
        """A payment of ten by user:42."""
        return await self.json("payments", "open", "user:42", "10", "USDT", "--id", ID, *more)

    async def holds(self, name: str, asset: str = "USDT") -> str:
        """What an account holds."""
        return str((await self.json("balance", name, asset))["posted"]["amount"])


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A file; for those who ask for it, a server."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path}/shop.db"


@pytest.fixture
async def altyn(database: str, tmp_path: Path) -> AsyncIterator[Altyn]:
    """The program on a database that is set up."""
    container = make_container(read_settings({"ALTYN_DATABASE": database}, tmp_path), create=True)
    await (await container.get(Schema)).migrate()
    await container.close()
    async with open_street() as street:
        yield Altyn(Program(tmp_path, street.settings | {"ALTYN_DATABASE": database}), street)


async def started(running: Running) -> str:
    """The address that it serves, once it does."""
    said = await asyncio.to_thread(running.until, UP)
    return said.partition(" on ")[2].partition(",")[0]


async def stopped(running: Running, how: signal.Signals) -> Answer:
    return await asyncio.to_thread(running.stop, how)


async def tell(address: str, raw: bytes) -> None:
    """Post a notice until it was acknowledged."""
    async with httpx.AsyncClient(base_url=address) as client:
        assert (await client.post(NOTICES, content=raw)).status_code == 200


class TestUp:
    @pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
    async def test_takes_money(self, altyn: Altyn) -> None:
        """It says which ways of paying are on, takes a notice, and its worker credits it."""
        with altyn.program.running("up") as running:
            address = await started(running)
            notices = "notices go to https://shop.example/webhooks/heleket"
            assert f"  Payments   heleket is on, {notices}\n" in running.out
            await altyn.opened()
            altyn.street.desk.pay(ID.replace("-", ""), "10")
            await tell(address, altyn.street.desk.notices[-1])
            await asyncio.wait_for(altyn.street.inquired.wait(), 60)
            answer = await stopped(running, signal.SIGTERM)  # what is under way is finished
        assert (answer.code, answer.err) == (0, "")
        assert answer.out.endswith("stopped\n")
        assert await altyn.holds("user:42") == "10.000000"

    async def test_killed_after_it_acknowledged(self, altyn: Altyn) -> None:
        """What was acknowledged and not yet read is read after the next start, once."""
        street = altyn.street
        await altyn.opened()
        street.desk.pay(ID.replace("-", ""), "10")
        street.desk.faults.plan(INQUIRY, Fault.HANG_AFTER)  # which holds the worker up
        with altyn.program.running("up") as running:
            await tell(await started(running), street.desk.notices[-1])
            await asyncio.wait_for(street.inquired.wait(), 60)
            answer = await stopped(running, signal.SIGKILL)
        assert answer.code == -signal.SIGKILL
        assert await altyn.holds("user:42") == "0.000000"
        street.inquired.clear()
        with altyn.program.running("up") as running:
            address = await started(running)
            await asyncio.wait_for(street.inquired.wait(), 60)
            await tell(address, street.desk.notices[-1])  # the provider comes again, too late
            answer = await stopped(running, signal.SIGTERM)
        assert (answer.code, answer.err) == (0, "")
        assert await altyn.holds("user:42") == "10.000000"
        shown = await altyn.json("payments", "show", ID)
        assert (shown["state"], len(shown["arrivals"])) == ("settled", 1)
        assert street.desk.calls.count(INQUIRY) == 2
        assert (await altyn.json("check"))["well"]

    async def test_says_what_is_off(self, altyn: Altyn) -> None:
        """Without a merchant nobody can pay, which is told with the setting that changes it."""
        books = altyn.program.settings["ALTYN_DATABASE"]  # without any setting it were the sandbox
        off = Program(altyn.program.folder, {"ALTYN_API_PORT": "0", "ALTYN_DATABASE": books})
        with off.running("up") as running:
            await started(running)
            assert "  Payments   heleket is off (see ALTYN_HELEKET_MERCHANT)\n" in running.out
            await stopped(running, signal.SIGTERM)

    async def test_says_what_is_found_by_asking(self, altyn: Altyn) -> None:
        """Without a public address no notices come; for programs it is a document."""
        del altyn.street.settings["ALTYN_API_PUBLIC"]
        asking = Program(altyn.program.folder, altyn.street.settings)
        with asking.running("up") as running:
            await started(running)
            words = "heleket is on, found by asking (see ALTYN_API_PUBLIC)"
            assert f"  Payments   {words}\n" in running.out
            await stopped(running, signal.SIGTERM)
        with asking.running("up", "--json") as running:
            told = json.loads(await asyncio.to_thread(running.until, "\n"))
            await stopped(running, signal.SIGTERM)
        enabled = [each for each in told["payments"] if each["enabled"]]
        assert enabled == [{"method": "heleket", "enabled": True, "notices": None}]

    async def test_half_given(self, altyn: Altyn) -> None:
        """One line names the setting, before anything is created."""
        alone = Program(altyn.program.folder)
        answer = await asyncio.to_thread(alone, "up", ALTYN_HELEKET_MERCHANT="8b03432e")
        assert answer.code == 2
        assert answer.err == (
            "altyn: ALTYN_HELEKET_PAYMENT_KEY is missing: Heleket and we sign with it\n"
        )

    def test_a_wrong_one_stops_it_before_anything_else(self, tmp_path: Path) -> None:
        """Also what only shows when the method would be opened; no database is made."""
        alone = Program(tmp_path)
        answer = alone("up", ALTYN_TON_ADDRESS="wrong")
        assert answer.code == 2
        assert answer.err.startswith("altyn: ALTYN_TON_ADDRESS: ")
        assert list(tmp_path.iterdir()) == []


class TestMethods:
    def test_all_that_is_wrong_is_told(self, tmp_path: Path) -> None:
        """With its reason and the settings to change, without starting anything."""
        given = {
            "ALTYN_HELEKET_MERCHANT": "8b03432e",
            "ALTYN_TON_ADDRESS": "wrong",
            "ALTYN_PSP_PROFILE": "bazu",
        }
        alone = Program(tmp_path, given)
        told = alone("payments", "methods", "--json")
        assert told.code == 1
        assert {each["name"]: each["state"] for each in told.document["methods"]} == {
            "heleket": "misconfigured",
            "stars": "disabled",
            "cards": "disabled",
            "ton": "misconfigured",
            "bazu": "misconfigured",
        }
        heleket, stars, _, _, _ = told.document["methods"]
        assert heleket["why"] == "ALTYN_HELEKET_PAYMENT_KEY is missing: Heleket and we sign with it"
        assert stars["why"] == "ALTYN_TELEGRAM_TOKEN enables it"
        lines = alone("payments", "methods").out.splitlines()
        assert lines[1].split()[:2] == ["heleket", "misconfigured"]
        assert list(tmp_path.iterdir()) == []

    async def test_the_others_can_be_asked(self, altyn: Altyn) -> None:
        """Whether they let us in does not depend on those that are wrong."""
        given = {**altyn.program.settings, "ALTYN_TON_ADDRESS": "wrong"}
        other = Program(altyn.program.folder, given)
        told = await asyncio.to_thread(other, "payments", "methods", "--ask", "--json")
        assert told.code == 1
        states = {each["name"]: each["state"] for each in told.document["methods"]}
        assert (states["heleket"], states["ton"]) == ("enabled", "misconfigured")


class TestOpen:
    async def test_for_programs(self, altyn: Altyn) -> None:
        """One document; the same again is the same payment, other contents are refused."""
        told = await altyn.opened("--account", "user:43", "--reference", "order-1")
        usdt = {"amount": "10.000000", "asset": "USDT", "units": "10000000"}
        invoice = altyn.street.desk.invoices[ID.replace("-", "")]
        assert told | {"created_at": "", "expires_at": ""} == {
            "id": ID,
            "state": "pending",
            "method": "heleket",
            "payer": "user:42",
            "account": "user:43",
            "asked": usdt,
            "gives": usdt,
            "came": usdt | {"amount": "0.000000", "units": "0"},
            "credited": usdt | {"amount": "0.000000", "units": "0"},
            "returning": usdt | {"amount": "0.000000", "units": "0"},
            "returned": usdt | {"amount": "0.000000", "units": "0"},
            "link": invoice["url"],
            "provider_id": invoice["uuid"],
            "reference": "order-1",
            "goods": "digital",
            "place": "telegram",
            "country": "",
            "told": "",
            "created_at": "",
            "expires_at": "",
        }
        assert await altyn.opened("--account", "user:43", "--reference", "order-1") == told
        assert altyn.street.desk.calls.count(OPENING) == 1
        other = await altyn("payments", "open", "user:42", "9", "USDT", "--id", ID, "--json")
        assert (other.code, other.error["code"]) == (5, "payment_reused")

    async def test_for_people(self, altyn: Altyn) -> None:
        """The id comes first, so that it can be asked for again; then the link."""
        answer = await altyn("payments", "open", "user:42", "10", "USDT")
        assert answer.code == 0
        id = answer.err.removeprefix("altyn: this payment has the id ").strip()
        head, terms, link = answer.out.splitlines()
        assert head == f"payment {id} is pending"
        assert terms.startswith("  10.000000 USDT for user:42, until ")
        assert link.strip() == altyn.street.desk.invoices[id.replace("-", "")]["url"]

    @pytest.mark.parametrize(
        ("words", "code", "line"),
        [
            (("user:42", "0.5", "USDT"), 1, "heleket takes from 1.000000 USDT to 10000.000000"),
            (("user:42", "10", "RUB"), 1, "heleket does not take RUB"),
            (("user:42", "1.0000001", "USDT"), 1, "1.0000001 does not fit"),
            (("user:42", "10", "EUR"), 4, "EUR"),
            (("somebody", "10", "USDT"), 1, "somebody"),
            (("user:42", "10", "USDT", "--method", "bank"), 4, "there is no payment method 'bank'"),
            (("user:42", "10", "USDT", "--id", "x"), 1, "'x'"),
        ],
    )
    async def test_refused(
        self, altyn: Altyn, words: tuple[str, ...], code: int, line: str
    ) -> None:
        """What cannot be asked for is one line, and the provider hears nothing of it."""
        given = () if "--id" in words else ("--id", ID)
        answer = await altyn("payments", "open", *words, *given)
        assert (answer.code, answer.out) == (code, "")
        assert line in answer.err
        assert len(answer.err.splitlines()) == 1
        assert set(altyn.street.desk.calls) <= {"/v1/payment/services"}

    async def test_without_a_merchant(self, altyn: Altyn) -> None:
        """The setting that would let people pay is named."""
        off = Program(altyn.program.folder)
        answer = await asyncio.to_thread(off, "payments", "open", "user:42", "10", "USDT")
        assert answer.code == 2
        assert answer.err == (
            "altyn: ALTYN_HELEKET_MERCHANT is missing: no way of paying is enabled\n"
        )

    async def test_the_provider_refuses(self, altyn: Altyn) -> None:
        """A payment that nobody can pay is no success."""
        altyn.street.desk.payment_key = "another-key-than-we-have"
        words = ("payments", "open", "user:42", "10", "USDT", "--id", ID)
        answer = await altyn(*words)
        assert answer.code == 1
        assert answer.out.splitlines()[0] == f"payment {ID} is failed"
        assert "Wrong key" in answer.out
        told = await altyn(*words, "--json")
        assert (told.code, told.document["state"]) == (1, "failed")

    async def test_the_provider_is_silent(self, altyn: Altyn) -> None:
        """It is not known whether there is an invoice; the command that makes sure does."""
        altyn.street.desk.faults.plan(OPENING, Fault.FAIL_AFTER)
        answer = await altyn("payments", "open", "user:42", "10", "USDT", "--reference", "order 1")
        assert answer.code == 3
        assert " is unknown" in answer.out
        first, doubt = answer.err.splitlines()
        again = doubt.partition("to make sure: altyn ")[2]
        assert first.rpartition(" ")[2] in again
        assert again.endswith("--reference 'order 1'")
        words = [word.strip("'") for word in again.replace("order 1", "order_1").split()]
        told = await altyn.json(*(word.replace("_", " ") for word in words))
        assert told["state"] == "pending"
        assert len(altyn.street.desk.invoices) == 1


class TestDrawer:
    async def test_held_and_given(self, altyn: Altyn) -> None:
        """What nobody was asked for waits until a person gives it to somebody, once."""
        desk = altyn.street.desk
        nothing = await altyn("payments", "held")
        assert (nothing.code, nothing.out) == (0, "nothing waits for a decision\n")
        with altyn.program.running("up") as running:
            address = await started(running)
            for number, amount in enumerate(("4.2", "1")):
                desk.sell(f"somebody-else-{number}", amount, "USDT")
                altyn.street.inquired.clear()
                await tell(address, desk.notices[-1])
                await asyncio.wait_for(altyn.street.inquired.wait(), 60)
            await stopped(running, signal.SIGTERM)
        told = await altyn.json("payments", "held")
        one, two = told["held"]
        assert not told["more"]
        assert await altyn.json("payments", "held", "--limit", "1") == {"held": [one], "more": True}
        assert "there are more" in (await altyn("payments", "held", "--limit", "1")).out
        usdt = {"amount": "4.200000", "asset": "USDT", "units": "4200000"}
        assert (one["case"], one["payment"], one["held"]) == ("unmatched", None, usdt)
        shown = await altyn("payments", "held")
        assert one["key"] in shown.out.splitlines()[1]
        assert "4.200000 USDT" in shown.out.splitlines()[1]
        credit = ("payments", "credit", "heleket", one["key"], "--by", "ann", "--json")
        assert (await altyn(*credit)).error["code"] == "arrival_missing"
        give = ("payments", "give", "heleket", one["key"], "user:7", "--by", "ann")
        answer = await altyn(*give)
        assert (answer.code, answer.out, answer.err) == (0, "4.200000 USDT went to user:7\n", "")
        assert await altyn.holds("user:7") == "4.200000"
        again = await altyn(*give, "--json")
        assert (again.code, again.error["code"]) == (5, "nothing_held")
        assert (await altyn.json("payments", "held"))["held"] == [two]
        assert (await altyn.json("check"))["well"]

    async def test_credited_later(self, altyn: Altyn) -> None:
        """What an account could not take is held, and goes there once it can."""
        street = altyn.street
        await altyn.json("open", "user:42", "USDT", "--ceiling", "10")
        await altyn.json("open", "clearing:bank", "USDT", "--unlimited")
        await altyn.json("transfer", "clearing:bank", "user:42", "5", "USDT")
        await altyn.opened()
        with altyn.program.running("up") as running:
            address = await started(running)
            street.desk.pay(ID.replace("-", ""), "10")
            await tell(address, street.desk.notices[-1])
            await asyncio.wait_for(street.inquired.wait(), 60)
            await stopped(running, signal.SIGTERM)
        (one,) = (await altyn.json("payments", "held"))["held"]
        assert (one["case"], one["payment"]) == ("exact", ID)
        assert "no room for 10.000000 USDT" in one["why_held"]
        credit = ("payments", "credit", "heleket", one["key"], "--by", "ann")
        refused = await altyn(*credit, "--json")
        assert (refused.code, refused.error["code"]) == (1, "ceiling_reached")
        await altyn.json("transfer", "user:42", "clearing:bank", "5", "USDT")
        answer = await altyn(*credit)
        assert (answer.code, answer.out) == (0, "10.000000 USDT went to user:42\n")
        assert await altyn.holds("user:42") == "10.000000"
        assert (await altyn.json("check"))["well"]

    async def test_shown_and_given(self, altyn: Altyn) -> None:
        """Another asset than was asked for is held; it has no rate, and is given as it came."""
        street = altyn.street
        await altyn.opened()
        empty = await altyn("payments", "show", ID)
        assert empty.code == 0
        assert empty.out.splitlines()[0] == f"payment {ID} is pending"
        assert empty.out.splitlines()[-1] == "nothing came"
        with altyn.program.running("up") as running:
            address = await started(running)
            street.desk.pay(ID.replace("-", ""), "3", "TON")
            await tell(address, street.desk.notices[-1])
            await asyncio.wait_for(street.inquired.wait(), 60)
            await stopped(running, signal.SIGTERM)
        shown = await altyn.json("payments", "show", ID)
        (one,) = shown["arrivals"]
        assert (shown["state"], one["case"]) == ("underpaid", "wrong_asset")
        assert one["held"]["amount"] == "3.000000000"
        lines = (await altyn("payments", "show", ID)).out.splitlines()
        assert lines[1] == "  user:42 pays 10.000000 USDT by heleket for user:42"
        assert lines[2] == "  came 0.000000 USDT, credited 0.000000 USDT"
        assert "held by rule: wrong_asset" in lines[-1]
        credit = ("payments", "credit", "heleket", one["key"], "--by", "ann")
        refused = await altyn(*credit, "--json")
        assert (refused.code, refused.error["code"]) == (1, "assets_mixed")
        give = ("payments", "give", "heleket", one["key"], "user:42", "--by", "ann")
        told = await altyn.json(*give)
        assert told == {
            "method": "heleket",
            "key": one["key"],
            "amount": {"amount": "3.000000000", "asset": "TON", "units": "3000000000"},
            "to": "user:42",
            "by": "ann",
        }
        assert await altyn.holds("user:42", "TON") == "3.000000000"

    @pytest.mark.parametrize(
        ("words", "code", "line"),
        [
            (("show", ID), 4, "there is no payment"),
            (("show", "x"), 1, "'x'"),
            (("give", "heleket", "k", "user:7", "--by", "ann"), 4, "nothing came by heleket"),
            (("give", "heleket", "k", "seven", "--by", "ann"), 1, "seven"),
            (("give", "heleket", "k", "user:7"), 2, "arguments are required: --by"),
            (("give", "heleket", "k", "user:7", "--by", " "), 2, "whoever asks has a name"),
            (
                ("give", "heleket", "k", "user:7", "--by", "a\tb"),
                2,
                "one line of printable characters",
            ),
            (("give", "heleket", "k", "user:7", "--by", "a" * 129), 2, "128 characters at most"),
            (("credit", "heleket", "k", "--by", "a" * 128), 4, "nothing came by heleket"),
            (("held", "--limit", "0"), 2, "0 is not between 1 and 200"),
            (("fly",), 2, "invalid choice: 'fly'"),
            ((), 2, "the following arguments are required: COMMAND"),
        ],
        ids=str,
    )
    async def test_refused(
        self, altyn: Altyn, words: tuple[str, ...], code: int, line: str
    ) -> None:
        """One line says why."""
        answer = await altyn("payments", *words)
        assert (answer.code, answer.out) == (code, "")
        assert line in answer.err
        assert len(answer.err.splitlines()) == 1
