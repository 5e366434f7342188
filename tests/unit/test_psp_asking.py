"""What is sent is what the profile says, the same each time; an answer is never read as more."""

import hashlib
import hmac
import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest

from altyn.adapters.http import Answer
from altyn.adapters.psp import Profile, Shop
from altyn.adapters.psp.asking import BUSY, Heard, Request, Word, heard, request, understood
from altyn.adapters.psp.calls import Answers
from altyn.adapters.psp.known import to_ask, to_list, to_open, to_return
from altyn.adapters.psp.pointers import Pointer
from altyn.core.balances import account_name
from altyn.core.errors import AltynError
from altyn.core.money import RUB, Money
from altyn.core.payments import (
    Order,
    Payment,
    PaymentId,
    ProviderRefused,
    ProviderUnclear,
    Quote,
)
from tests.unit.psp_outside import profile_with
from tests.unit.test_psp_wire import arrival, refund

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 1, 1, 13, 0, 0, 999_999, tzinfo=UTC)
ID = UUID("0123456789abcdef0123456789abcdef")
SHOP = Shop(
    id="shop-1",
    secrets={"key": "a-key", "callback_key": "another"},
    success_url="https://t.me/bot?start=a&b",
)
PAYMENT = Payment.begun(
    Order(
        id=PaymentId(ID),
        payer="user:1",
        target=account_name("user:1"),
        method="example",
        quote=Quote.plain(Money(1050, RUB)),
    ),
    at=NOON,
    expires_at=LATER,
    check_at=NOON,
)


def opening(profile: Profile, now: datetime = NOON) -> Request:
    """How the payment is opened."""
    return request(profile.create, to_open(profile, SHOP, PAYMENT), profile.auth, SHOP, now)


def test_the_payer_is_asked_as_the_profile_says() -> None:
    """What has no value, such as where to send notices, is left out."""
    sent = opening(profile_with())
    assert (sent.method, sent.path) == ("POST", "/v1/payments")
    assert json.loads(sent.body) == {
        "shop": "shop-1",
        "order_id": ID.hex,
        "amount": {"value": "10.50", "currency": "RUB"},
        "description": f"Order {ID.hex}",
        "capture": True,
        "expires_at": "2026-01-01T13:00:00Z",
        "return_url": "https://t.me/bot?start=a&b",
    }
    assert sent.headers == {
        "Idempotency-Key": ID.hex,
        "Content-Type": "application/json",
        "Authorization": "Bearer a-key",
    }


def test_asked_again_it_is_the_same_to_the_byte() -> None:
    """Who compares what was asked under one key finds no other contents."""
    profile = profile_with()
    assert opening(profile, NOON) == opening(profile, LATER)


FIELDS = '"/order_id" = "order.id"\n"/sum" = "{}"\n"/cur" = "{}"\n"/end" = "expires.unix"\n"/n" = 7'


@pytest.mark.parametrize(
    ("format", "amount", "raw"),
    [
        ("minor_int", "amount.minor", b'"sum":1050,'),
        ("decimal_string", "amount.decimal", b'"sum":"10.50",'),
        ("decimal_number", "amount.decimal", b'"sum":10.50,'),
    ],
)
def test_amounts_are_written_as_he_reads_them(format: str, amount: str, raw: bytes) -> None:
    """Digit by digit; a decimal number never was a float."""
    profile = profile_with(
        amount=f'format = "{format}"',
        currency='code = "alpha"\ncase = "lower"',
        create__fields=FIELDS.format(amount, "currency.alpha"),
        refund__fields=f'"/refund_id" = "refund.id"\n"/sum" = "{amount}"',
    )
    sent = opening(profile)
    assert raw in sent.body
    assert b'"cur":"rub","end":1767272400,"n":7' in sent.body


def test_a_form_says_the_same_in_text() -> None:
    """With the numeric code of the currency, where he wants that."""
    profile = profile_with(
        currency='code = "numeric"',
        currencies__RUB='decimals = 2\nleast = "1"\nmost = "2"\nnumeric = "643"',
        currencies__USD='decimals = 2\nleast = "1"\nmost = "2"\nnumeric = "840"',
        create='method = "POST"\npath = "/pay"\nbody = "form"',
        create__fields=FIELDS.format("amount.decimal", "currency.numeric"),
    )
    sent = opening(profile)
    assert sent.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert dict(parse_qsl(sent.body.decode())) == {
        "order_id": ID.hex,
        "sum": "10.50",
        "cur": "643",
        "end": "1767272400",
        "n": "7",
    }


def test_a_question_is_asked_in_its_address() -> None:
    """And has no body."""
    profile = profile_with()
    known = to_ask(SHOP, PAYMENT.id, "his name")
    sent = request(profile.query, known, profile.auth, SHOP, NOON)
    assert (sent.path, sent.body) == (f"/v1/payments?order_id={ID.hex}", b"")
    assert "Content-Type" not in sent.headers
    assert profile.listing is not None
    known = to_list(SHOP, NOON, LATER, 3, "")
    sent = request(profile.listing, known, profile.auth, SHOP, NOON)
    assert dict(parse_qsl(urlsplit(sent.path).query)) == {
        "since": "2026-01-01T12:00:00Z",
        "until": "2026-01-01T13:00:00Z",
        "page": "3",
    }


@pytest.mark.parametrize(
    ("auth", "headers"),
    [
        ('family = "bearer"', {"Authorization": "Bearer a-key"}),
        ('family = "bearer"\nheader = "X-Api-Key"\nprefix = ""', {"X-Api-Key": "a-key"}),
        (
            'family = "basic"',
            {"Authorization": "Basic " + b64encode(b"shop-1:a-key").decode()},
        ),
    ],
)
def test_we_say_who_we_are(auth: str, headers: dict[str, str]) -> None:
    """By a word in a header."""
    sent = opening(profile_with(auth=f'{auth}\nsecret = "key"')).headers
    assert {**sent, **headers} == sent
    assert len([name for name in sent if name.lower() == "authorization"]) <= 1


def test_we_sign_what_we_send() -> None:
    """By the same recipes, over what is sent."""
    profile = profile_with(
        auth='family = "hmac_header_raw"\nsecret = "key"\nheader = "X-Sign"\nseparator = "\\n"\n'
        'signed = ["timestamp", "method", "path", "body"]\ntimestamp_header = "X-Time"'.replace(
            "\\n", "|"
        )
    )
    sent = opening(profile)
    assert sent.headers["X-Time"] == str(int(NOON.timestamp()))
    text = f"{sent.headers['X-Time']}|POST|/v1/payments|".encode() + sent.body
    assert sent.headers["X-Sign"] == hmac.new(b"a-key", text, "sha256").hexdigest()
    profile = profile_with(
        auth='family = "b64_json_hash"\nsecret = "key"\nheader = "sign"\nalgorithm = "md5"'
    )
    sent = opening(profile)
    assert sent.headers["sign"] == hashlib.md5(b64encode(sent.body) + b"a-key").hexdigest()
    profile = profile_with(
        auth='family = "sorted_concat_hash"\nsecret = "key"\nfield = "/sign"\nseparator = "|"',
        create__fields='"/order_id" = "order.id"\n"/sum" = "amount.decimal"\n"/x" = "shop.id"\n'
        '"/cur" = "currency.alpha"',
    )
    said = json.loads(opening(profile).body)
    text = f"RUB|{ID.hex}|10.50|shop-1a-key".encode()
    assert said["sign"] == hashlib.sha256(text).hexdigest()
    asked = request(profile.query, to_ask(SHOP, PAYMENT.id, ""), profile.auth, SHOP, NOON)
    sign = hashlib.sha256(f"{ID.hex}a-key".encode()).hexdigest()
    assert asked.path == f"/v1/payments?order_id={ID.hex}&sign={sign}"


def told_by(answer: Answer, rules: Answers) -> Heard:
    """What an answer means."""
    return understood(answer.status, heard(answer, "example"), rules, "example")


RULES = Answers(
    code=Pointer.parse("/code"),
    text=Pointer.parse("/text"),
    well=frozenset({"0"}),
    no=frozenset({"7"}),
    missing=frozenset({"8"}),
    same=frozenset({"9"}),
    again=frozenset({"10"}),
)
SILENT = Answers()


@pytest.mark.parametrize(
    ("rules", "status", "said", "means"),
    [
        (RULES, 200, {"code": 0, "a": 1}, dict),
        (RULES, 201, {"code": "0"}, dict),
        (RULES, 200, {"code": 7, "text": "no money"}, ProviderRefused),
        (RULES, 422, {"code": "7"}, ProviderRefused),
        (RULES, 400, {"code": "99"}, ProviderRefused),
        (RULES, 401, {}, ProviderRefused),
        (RULES, 400, {"code": 0}, ProviderRefused),
        (RULES, 404, {}, Word.NOT_THERE),
        (RULES, 200, {"code": 8}, Word.NOT_THERE),
        (RULES, 404, {"code": 7}, ProviderRefused),
        (RULES, 409, {"code": 9}, Word.THERE_ALREADY),
        (RULES, 200, {"code": 9}, Word.THERE_ALREADY),
        (RULES, 409, {"code": 99}, ProviderUnclear),
        (RULES, 400, {"code": 10}, ProviderUnclear),
        (RULES, 200, {"code": 10}, ProviderUnclear),
        (RULES, 200, {"code": 99}, ProviderUnclear),
        (RULES, 200, {}, ProviderUnclear),
        (RULES, 200, {"code": None}, ProviderUnclear),
        (RULES, 200, {"code": False}, ProviderUnclear),
        (RULES, 200, {"code": [0]}, ProviderUnclear),
        (RULES, 429, {"code": 0}, ProviderUnclear),
        (RULES, 408, {}, ProviderUnclear),
        (RULES, 425, {}, ProviderUnclear),
        (RULES, 500, {"code": 7}, ProviderUnclear),
        (RULES, 503, {"code": 8}, ProviderUnclear),
        (RULES, 302, {"code": 0}, ProviderUnclear),
        (RULES, 200, ["code"], ProviderUnclear),
        (RULES, 404, None, ProviderUnclear),
        (RULES, 400, "no", ProviderUnclear),
        (SILENT, 200, {"id": 1}, dict),
        (SILENT, 404, {}, Word.NOT_THERE),
        (SILENT, 422, {}, ProviderRefused),
        (SILENT, 502, {}, ProviderUnclear),
    ],
)
def test_an_answer_is_yes_no_or_doubt(rules: Answers, status: int, said: Any, means: Any) -> None:
    """And doubt wherever the profile does not say which."""
    answer = Answer(status, {"retry-after": "7"}, json.dumps(said).encode())
    if isinstance(means, type) and issubclass(means, AltynError):
        with pytest.raises(means) as refused:
            told_by(answer, rules)
        if isinstance(refused.value, ProviderUnclear) and (status >= 500 or status in BUSY):
            assert refused.value.retry_after_seconds == 7
        return
    found = told_by(answer, rules)
    assert found is means if isinstance(means, Word) else found == said


def test_a_code_is_missing_where_all_is_well() -> None:
    """When no code is named for that."""
    rules = Answers(code=Pointer.parse("/error/code"), no=frozenset({"x"}))
    assert told_by(Answer(200, {}, b'{"error":null}'), rules) == {"error": None}
    with pytest.raises(ProviderUnclear):
        told_by(Answer(200, {}, b'{"error":{"code":"y"}}'), rules)
    rules = Answers(code=Pointer.parse("/success"), well=frozenset({"true"}))
    assert told_by(Answer(200, {}, b'{"success":true}'), rules) == {"success": True}
    with pytest.raises(ProviderUnclear):
        told_by(Answer(200, {}, b'{"success":false}'), rules)


def test_his_words_are_shown_without_cards() -> None:
    """What he says about a card goes to logs and to people."""
    said = {"code": 7, "text": "card 4111 1111 1111 1111\nwas declined"}
    with pytest.raises(ProviderRefused) as refused:
        told_by(Answer(402, {}, json.dumps(said).encode()), RULES)
    assert str(refused.value) == (
        "example refused: status 402, 7, card ************1111 was declined"
    )


def test_what_goes_back_is_named_by_his_name() -> None:
    """Also when the books had to put something behind it."""
    profile = profile_with()
    assert profile.refund is not None
    for key in ("p-1", "p-1+1", "p-1+23"):
        came = arrival(key)
        known = to_return(profile, SHOP, refund(came), came)
        sent = request(profile.refund, known, profile.auth, SHOP, NOON)
        assert sent.path == "/v1/payments/p-1/refunds"
    assert json.loads(sent.body) == {
        "refund_id": refund(came).id.hex,
        "amount": {"value": "10.50", "currency": "RUB"},
    }
