"""What the bot says: complete in every language, with the same facts, and safe as HTML."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax.ast import Junk, Message, SelectExpression, Term, VariableReference
from fluent.syntax.visitor import Visitor

from altyn.core.identity import Language
from altyn.core.money import RUB, TON, USD, USDT, XTR, Asset, Money
from altyn.entrypoints.bot.texts import LANGUAGES, Html, TextMissing, money, words_in

BOT = Path(__file__).parents[2] / "src" / "entrypoints" / "bot"
PLURALS = {
    Language.EN: {"one", "other"},
    Language.RU: {"one", "few", "many"},
}


class Facts(Visitor):
    """The names of what a text is told, and the forms that it has for numbers."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.forms: list[set[str]] = []

    def visit_VariableReference(self, node: VariableReference) -> None:  # noqa: N802
        self.names.add(node.id.name)

    def visit_SelectExpression(self, node: SelectExpression) -> None:  # noqa: N802
        self.forms.append({str(getattr(each.key, "name", "")) for each in node.variants})
        self.generic_visit(node)


def messages(language: Language) -> Iterator[tuple[str, Message]]:
    """Every text with the file it is in; what cannot be read is no text."""
    for file in sorted((BOT / "texts" / language).glob("*.ftl")):
        for entry in FluentParser().parse(file.read_text("utf-8")).body:
            assert not isinstance(entry, Junk | Term), f"{file.name}: {entry}"
            if isinstance(entry, Message):
                yield file.name, entry


def facts(message: Message) -> Facts:
    found = Facts()
    found.visit(message)
    return found


def used() -> tuple[set[str], set[str]]:
    """The texts that the code names, and the beginnings of those whose ends it fills in."""
    whole: set[str] = set()
    begins: set[str] = set()
    for file in BOT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                begins.add(str(node.values[0].value))
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
    return whole, {each for each in begins if re.fullmatch(r"[a-z_]+(-[a-z_]+)*-", each)}


def test_every_language_has_every_text() -> None:
    """Each once, in a file of the same name, about the same facts."""
    told = {
        language: {each.id.name: (file, facts(each).names) for file, each in messages(language)}
        for language in LANGUAGES
    }
    assert told[Language.EN] == told[Language.RU]
    for language in LANGUAGES:
        names = Counter(each.id.name for _, each in messages(language))
        assert [name for name, count in names.items() if count > 1] == []


def test_numbers_have_all_forms_of_the_language() -> None:
    """One, few and many in Russian; no text is without one of them."""
    for language in LANGUAGES:
        for _, message in messages(language):
            assert all(forms == PLURALS[language] for forms in facts(message).forms)


def test_every_text_is_used() -> None:
    """Nobody keeps what is never said."""
    whole, begins = used()
    names = {each.id.name for _, each in messages(Language.EN)}
    assert {name for name in names - whole if not name.startswith(tuple(begins))} == set()


def test_every_text_that_the_code_names_is_there() -> None:
    """By what is called with a name like one."""
    names = {each.id.name for _, each in messages(Language.EN)}
    missing = set()
    for file in BOT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and _asks_for_words(node.func):
                key = node.args[0]
                if isinstance(key, ast.Constant) and key.value not in names:
                    missing.add((file.name, key.value))
    assert missing == set()


def _asks_for_words(function: ast.expr) -> bool:
    plain = isinstance(function, ast.Attribute) and function.attr == "plain"
    name = function.value if plain and isinstance(function, ast.Attribute) else function
    last = name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "")
    return last == "words"


@pytest.mark.parametrize(
    ("quantity", "russian", "english"),
    [
        (1, "1 звезда", "1 Star"),
        (2, "2 звезды", "2 Stars"),
        (5, "5 звёзд", "5 Stars"),
        (11, "11 звёзд", "11 Stars"),
        (21, "21 звезда", "21 Stars"),
        (1_000_000, "1\u00a0000\u00a0000 звёзд", "1,000,000 Stars"),
    ],
)
def test_russian_counts_as_russians_do(quantity: int, russian: str, english: str) -> None:
    """And English as everybody does."""
    assert words_in(Language.RU)("goods-stars", quantity=quantity) == russian
    assert words_in(Language.EN)("goods-stars", quantity=quantity) == english


def test_what_a_text_is_told_is_escaped() -> None:
    """Unless it is HTML already; on buttons it is shown as it is."""
    words = words_in(Language.EN)
    name = "<b>Anna</b> & Co"
    shown = words("menu", name=name, balance=Html("<b>1</b>"))
    assert shown == "👋 <b>&lt;b&gt;Anna&lt;/b&gt; &amp; Co</b>\n\n<b>1</b>"
    long = Html("<i>1</i>" * 500)
    assert words("menu", name="{ $balance }", balance=long).endswith(
        f"{{ $balance }}</b>\n\n{long}"
    )
    assert words.plain("button-method", method=name, pays=Money(5, XTR)) == f"{name} · 5\u00a0⭐"


def test_a_text_says_nothing_by_halves() -> None:
    """A text that is not there, or was not told all, is a mistake of ours."""
    words = words_in(Language.EN)
    with pytest.raises(TextMissing, match="no text 'nothing' in en"):
        words("nothing")
    with pytest.raises(TextMissing, match=r"'menu' in en: .*balance"):
        words("menu", name="Anna")


@pytest.mark.parametrize(
    ("amount", "russian", "english"),
    [
        (Money.parse("1234567.80", RUB), "1\u00a0234\u00a0567,80\u00a0₽", "1,234,567.80\u00a0₽"),
        (Money(-5, USD), "-0,05\u00a0$", "-0.05\u00a0$"),
        (Money(0, XTR), "0\u00a0⭐", "0\u00a0⭐"),
        (Money.parse("1.500000000", TON), "1,5\u00a0TON", "1.5\u00a0TON"),
        (
            Money(2**63 - 1, TON),
            "9\u00a0223\u00a0372\u00a0036,854775807\u00a0TON",
            "9,223,372,036.854775807\u00a0TON",
        ),
        (Money(1, USDT), "0,000001\u00a0USDT", "0.000001\u00a0USDT"),
        (Money(7, Asset("SKU:mug", 0)), "7\u00a0SKU:mug", "7\u00a0SKU:mug"),
    ],
)
def test_amounts_are_shown_to_the_last_unit(amount: Money, russian: str, english: str) -> None:
    """As the language writes numbers."""
    assert money(amount, Language.RU) == russian
    assert money(amount, Language.EN) == english


def test_moments_are_shown_in_the_language() -> None:
    """With their zone."""
    at = datetime(2026, 11, 30, 9, 5, tzinfo=UTC)
    said = [
        words_in(each)("history-line", kind="k", at=at, amount="a", progress="p")
        for each in LANGUAGES
    ]
    assert sorted(each.splitlines()[0] for each in said) == [
        "k · 30 Nov 2026, 09:05 UTC",
        "k · 30 нояб. 2026, 09:05 UTC",
    ]
