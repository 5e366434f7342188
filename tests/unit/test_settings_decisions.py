"""What an operator decides about payments: rules, approvals, routes, bounds, and their mistakes."""

from pathlib import Path
from typing import TypeVar

import pytest

from altyn.core.money import RUB, TON, USDT, XTR, Asset, Money
from altyn.core.payments import (
    AmountOutOfBounds,
    Approvals,
    Case,
    Gateways,
    Goods,
    MethodForbidden,
    Place,
    Routes,
    Rules,
    Sale,
    Treatment,
)
from altyn.core.schema import Schema
from altyn.entrypoints.wiring import Settings, SettingsError, SettingWrong, read_settings
from altyn.entrypoints.wiring.container import make_container
from altyn.entrypoints.wiring.methods import BOUNDS, ROUTES, TREATMENTS, bounds_of, methods

Decided = TypeVar("Decided")

KEY = "a-key-for-payments-of-ours"
BOT = {"TELEGRAM_TOKEN": f"1:{KEY}", "API_PUBLIC": "https://shop.example"}
PSP = {"ALTYN_PSP_PROFILE": "example"}


def read(folder: Path, file: str = "", **environment: str) -> Settings:
    """The settings of a folder with that file."""
    (folder / "altyn.toml").write_text(file)
    return read_settings(environment, folder)


async def decided(kind: type[Decided], settings: Settings) -> Decided:
    """What the house is built with."""
    container = make_container(settings)
    try:
        return await container.get(kind)
    finally:
        await container.close()


class TestRules:
    async def test_shipped(self, tmp_path: Path) -> None:
        """Without a word it is as it always was."""
        rules = await decided(Rules, read(tmp_path))
        plain = Rules(of_method=TREATMENTS)
        for case in Case:
            for method in (*BOUNDS, "bank"):
                assert rules.treatment(case, method) is plain.treatment(case, method)

    async def test_for_all_and_for_one(self, tmp_path: Path) -> None:
        """What is written for a method goes before what is written for all, that before ours."""
        rules = await decided(
            Rules,
            read(
                tmp_path,
                '[payments.rules]\nlate = "hold"\ndouble = "hold"\nunmatched = "return"\n'
                '[payments.rules.ton]\nlate = "credit"\n[payments.rules.stars]\nover = "return"\n',
            ),
        )
        assert rules.treatment(Case.LATE, "heleket") is Treatment.HOLD
        assert rules.treatment(Case.LATE, "ton") is Treatment.CREDIT
        assert rules.treatment(Case.DOUBLE, "stars") is Treatment.HOLD
        assert rules.treatment(Case.OVER, "stars") is Treatment.RETURN
        assert rules.treatment(Case.UNMATCHED, "stars") is Treatment.RETURN
        assert rules.treatment(Case.OVER, "ton") is Treatment.CREDIT

    async def test_in_the_environment(self, tmp_path: Path) -> None:
        """As TOML, which goes before the file."""
        settings = read(
            tmp_path,
            '[payments.rules]\nlate = "hold"\n',
            ALTYN_PAYMENTS_RULES='under = "hold"\nexample = { over = "return" }',
            **PSP,
        )
        rules = await decided(Rules, settings)
        assert rules.treatment(Case.LATE, "example") is Treatment.CREDIT
        assert rules.treatment(Case.UNDER, "example") is Treatment.HOLD
        assert rules.treatment(Case.OVER, "example") is Treatment.RETURN


class TestApprovals:
    async def test_the_most_of_one_person(self, tmp_path: Path) -> None:
        """By asset, also one of our own; what is not written stays, and nothing is two people's."""
        gold = Asset("GOLD", 4)
        approvals = await decided(
            Approvals,
            read(
                tmp_path,
                '[payments.approvals]\nXTR = 10\nGOLD = "0.5"\nRUB = "0"\n[assets]\nGOLD = 4\n',
            ),
        )
        assert not approvals.needed(Money(10, XTR))
        assert approvals.needed(Money(11, XTR))
        assert not approvals.needed(Money(5000, gold))
        assert approvals.needed(Money(5001, gold))
        assert approvals.needed(Money(1, RUB))
        assert not approvals.needed(Money.parse("50", TON))


class TestRoutes:
    async def test_shipped(self, tmp_path: Path) -> None:
        """Without a word it is as it always was."""
        assert (await decided(Routes, read(tmp_path))).by_method == ROUTES

    async def test_countries_and_rank(self, tmp_path: Path) -> None:
        """What is not written of a route stays as it is shipped."""
        written = '[payments.routes.cards]\nrank = 5\ncountries = ["RU", "KZ"]\nwithout = ["KZ"]\n'
        routes = await decided(Routes, read(tmp_path, written))
        route = routes.of("cards")
        assert (route.rank, set(route.countries), set(route.without)) == (5, {"RU", "KZ"}, {"KZ"})
        assert route.forbidden == ROUTES["cards"].forbidden
        assert routes.of("ton") == ROUTES["ton"]

    async def test_telegrams_rule_by_the_letter(self, tmp_path: Path) -> None:
        """Coins are not taken for digital goods inside Telegram by who decides so."""
        written = "".join(
            f'[payments.routes.{method}]\nnot_for = ["digital in telegram"]\n'
            for method in ("ton", "heleket")
        )
        routes = await decided(Routes, read(tmp_path, written))
        for method in ("ton", "heleket", "cards"):
            with pytest.raises(MethodForbidden):
                routes.admit(method, Sale())
            routes.admit(method, Sale(place=Place.ELSEWHERE))
            routes.admit(method, Sale(goods=Goods.SERVICE))
        routes.admit("stars", Sale())

    async def test_telegrams_rule_lifted(self, tmp_path: Path) -> None:
        """By who decides so, for Telegram's own cards; never for a card provider."""
        written = "[payments.routes.cards]\nnot_for = []\n"
        routes = await decided(Routes, read(tmp_path, written, **PSP))
        routes.admit("cards", Sale())
        with pytest.raises(MethodForbidden):
            routes.admit("example", Sale())
        written = '[payments.routes.example]\nnot_for = ["physical elsewhere"]\n'
        with pytest.raises(SettingWrong, match="never for digital goods inside Telegram"):
            read(tmp_path, written, **PSP)

    async def test_of_a_card_provider(self, tmp_path: Path) -> None:
        """It keeps Telegram's rule unless something is added to it."""
        written = (
            "[payments.routes.example]\nrank = 1\n"
            'not_for = ["service elsewhere", "digital in telegram"]\n'
        )
        routes = await decided(Routes, read(tmp_path, written, **PSP))
        assert routes.of("example").rank == 1
        with pytest.raises(MethodForbidden):
            routes.admit("example", Sale(goods=Goods.SERVICE, place=Place.ELSEWHERE))


class TestBounds:
    def test_shipped(self, tmp_path: Path) -> None:
        """Without a word it is as it always was."""
        assert bounds_of(read(tmp_path)) == BOUNDS

    def test_narrower_wider_and_none(self, tmp_path: Path) -> None:
        """By method and asset; an asset that is not taken is not shown either."""
        settings = read(
            tmp_path, '[payments.bounds.heleket]\nUSDT = ["5", "20000.50"]\nTON = false\n'
        )
        assert bounds_of(settings)["heleket"] == {
            "USDT": (Money.parse("5", USDT), Money.parse("20000.50", USDT))
        }
        assert bounds_of(settings)["ton"] == BOUNDS["ton"]
        takes = {method.name: method.takes for method in methods(settings)}
        assert takes["heleket"] == ("USDT",)

    @pytest.mark.parametrize(
        ("method", "table", "given"),
        [
            (
                "heleket",
                'USDT = ["5", "7"]',
                {
                    "HELEKET_MERCHANT": "8b",
                    "HELEKET_PAYMENT_KEY": KEY,
                    "HELEKET_API": "http://127.0.0.1:9",
                },
            ),
            ("ton", 'USDT = ["5", "7"]', {"TON_ADDRESS": "0:" + "a" * 64}),
            ("stars", 'XTR = ["5", "7"]', BOT),
            ("cards", 'RUB = ["5", "7"]', BOT | {"TELEGRAM_PROVIDER_TOKEN": KEY}),
        ],
    )
    async def test_kept_to(
        self, tmp_path: Path, method: str, table: str, given: dict[str, str]
    ) -> None:
        """Each way of paying takes what was decided, and no more."""
        settings = read(
            tmp_path,
            f"[payments.bounds.{method}]\n{table}\n",
            ALTYN_DATABASE=f"sqlite:///{tmp_path}/shop.db",
            **{f"ALTYN_{name}": value for name, value in given.items()},
        )
        asset = settings.assets.named(table[:4].strip())
        container = make_container(settings, create=True)
        await (await container.get(Schema)).migrate()
        gateway = (await container.get(Gateways)).of(method)
        await gateway.accept(Money.parse("7", asset))
        with pytest.raises(AmountOutOfBounds):
            await gateway.accept(Money.parse("8", asset))
        await container.close()


@pytest.mark.parametrize(
    ("table", "written", "words"),
    [
        ("rules", "[", "expected TOML, like late ="),
        ("rules", 'lat = "hold"', "lat: there is no such case; did you mean late?"),
        ("rules", 'late = "keep"', "late: there is no such treatment; there are credit, hold"),
        ("rules", "late = 1", "late: there is no such treatment"),
        ("rules", 'exact = "hold"', "exact: exact can be treated by credit, not by hold"),
        ("rules", 'ton = { unmatched = "credit" }', "ton: unmatched: unmatched can be treated by"),
        ("rules", 'tonn = { late = "hold" }', "tonn: there is no such way of paying; did you mean"),
        ("rules", 'example = { late = "hold" }', "example: there is no such way of paying"),
        ("approvals", "XTR", "expected TOML, like XTR ="),
        ("approvals", 'GOLD = "1"', "GOLD"),
        ("approvals", "USDT = 0.5", 'USDT: an amount is text, like "12.50"'),
        ("approvals", "USDT = true", "USDT: an amount is text"),
        ("approvals", 'XTR = "1.5"', "XTR: 1.5"),
        ("approvals", 'XTR = "-1"', "XTR: -1 XTR is too little"),
        ("routes", "cards = 1", "cards: expected a table, like cards ="),
        ("routes", "cards = { rang = 1 }", "cards: rang: there is no such word about a route; did"),
        ("routes", 'cards = { rank = "1" }', "cards: rank: expected a whole number"),
        ("routes", "cards = { rank = -1 }", "cards: rank: expected a whole number"),
        ("routes", 'cards = { not_for = "digital" }', "cards: not_for: expected a list"),
        ("routes", 'cards = { not_for = ["digital"] }', "cards: not_for: there is no such sale"),
        (
            "routes",
            'cards = { countries = ["ru"] }',
            "cards: countries: country 'ru' is not allowed: a country is two capital letters",
        ),
        ("routes", "cards = { without = [7] }", "cards: without: expected a list"),
        ("routes", "bank = { rank = 1 }", "bank: there is no such way of paying; there are"),
        ("bounds", 'heleket = { USDT = "5" }', "heleket: USDT: expected the least and the most"),
        ("bounds", 'heleket = { USDT = ["5"] }', "heleket: USDT: expected the least and the most"),
        ("bounds", 'heleket = { USDT = ["5", "1"] }', "5.000000 USDT is more than 1.000000 USDT"),
        ("bounds", 'heleket = { USDT = ["0", "1"] }', "0.000000 USDT is too little"),
        ("bounds", 'heleket = { USDT = ["x", "1"] }', "heleket: USDT:"),
        ("bounds", "heleket = { XTR = false }", "XTR: there is no such asset of this method"),
        ("bounds", "stars = { XTR = false }", "stars: nothing could be paid by it"),
        ("bounds", "stars = 5", "stars: expected a table"),
        ("bounds", "bank = {}", "bank: what a card provider takes is said in his profile"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, table: str, written: str, words: str) -> None:
    """It stops the start with one line, which names the setting and what is wrong in it."""
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, **{f"ALTYN_PAYMENTS_{table.upper()}": written})
    line = str(caught.value)
    assert line.startswith(f"ALTYN_PAYMENTS_{table.upper()}: ")
    assert words in line
    assert len(line.splitlines()) == 1


def test_a_mistake_in_the_file_is_named(tmp_path: Path) -> None:
    """By its place there; a table that is none is not passed over."""
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, '[payments.rules.ton]\ndouble = "keep"\n')
    assert str(caught.value).startswith("payments.rules in altyn.toml: ton: double: there is no")
    with pytest.raises(SettingsError, match=r"did you mean payments\.rules"):
        read(tmp_path, '[payments.rule]\ndouble = "hold"\n')
    with pytest.raises(SettingsError, match="expected a table"):
        read(tmp_path, "[payments]\nrules = 5\n")
