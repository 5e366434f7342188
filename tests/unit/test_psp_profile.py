"""A profile is read whole or not at all, and whatever is wrong with it is told with its place."""

import re
from pathlib import Path

import pytest

from altyn.adapters.memory import ManualClock
from altyn.adapters.psp import (
    Profile,
    ProfileMissing,
    ProfileUnfinished,
    ProfileWrong,
    PspGateway,
    Shop,
    ShopIncomplete,
    load_profile,
    read_profile,
)
from altyn.adapters.psp.loading import SHIPPED
from altyn.adapters.psp.profile import Acknowledgement
from altyn.core.errors import Refused
from altyn.core.money import RUB, USD, USDT, WELL_KNOWN, Assets, Money
from altyn.core.resilience import Guard
from altyn.entrypoints.sandbox import PspDesk
from tests.unit.psp_outside import EXAMPLE, AtTheDesk, example_with, profile_with, shop_of


def wrong(text: str, assets: Assets = WELL_KNOWN) -> ProfileWrong:
    """What is said to be wrong with that; always one line."""
    with pytest.raises(ProfileWrong) as refused:
        read_profile(text, assets)
    assert isinstance(refused.value, Refused)
    assert "\n" not in str(refused.value)
    return refused.value


def written(old: str, new: str) -> str:
    """The example with something written otherwise."""
    assert EXAMPLE.count(old) >= 1, old
    return EXAMPLE.replace(old, new, 1)


def test_the_example_is_whole() -> None:
    """Everything that a profile can say."""
    profile = load_profile("example", WELL_KNOWN)
    assert profile.name == "example"
    assert profile.assets == Assets.of(RUB, USD)
    assert next(profile.bounds()) == (Money(1000, RUB), Money(10_000_000, RUB))
    assert profile.secrets == {"key", "callback_key"}
    assert profile.needs_shop
    assert set(profile.calls) == {"create", "query", "refund", "refund_query", "listing"}
    assert profile.callback is not None
    acknowledgement = profile.callback.acknowledgement
    told = (acknowledgement.status, acknowledgement.body, acknowledgement.content_type)
    assert told == (200, "OK", "text/plain")


def test_a_small_profile_will_do() -> None:
    """Refunds, lists and notices are for those who have them; nothing is promised by default."""
    left_out = {"refund": "", "refund__fields": "", "refund__response": "", "refund__statuses": ""}
    left_out |= {"refund_query": "", "refund_query__response": "", "features": "", "limits": ""}
    left_out |= {"listing": "", "listing__item": "", "callback": "", "callback__signature": ""}
    profile = profile_with(**left_out)
    assert set(profile.calls) == {"create", "query"}
    assert profile.secrets == {"key"}
    assert not profile.features.creates_are_single
    assert not profile.features.refunds_are_single


def test_bazu_cannot_be_used_before_somebody_knows_it() -> None:
    """One line says what is missing first, and what to do."""
    with pytest.raises(ProfileUnfinished) as refused:
        load_profile("bazu", WELL_KNOWN)
    error = refused.value
    assert isinstance(error, Refused)
    assert error.missing[:3] == ("base_url", "auth.family", "amount.format")
    assert {"create.path", "query.path", "callback.signature.family"} <= {*error.missing}
    assert str(error) == (
        "profile bazu lacks base_url, auth.family, amount.format and 17 more: ask bazu for its "
        "documentation, write into a copy of the file what it says, and use the copy"
    )


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('"/order_id" = "order.id"', '"/order_id" = ""', "create.fields.'/order_id'"),
        ('content = "json"', 'addresses = [""]', "callback.addresses[0]"),
        ('new = "created"', '"" = "created"', "statuses.''"),
        ('family = "bearer"', 'family = ""', "auth.family"),
    ],
)
def test_what_is_empty_is_missing(old: str, new: str, place: str) -> None:
    """It is asked for as such when all else is well, and else told among the rest."""
    with pytest.raises(ProfileUnfinished) as unfinished:
        read_profile(written(old, new), WELL_KNOWN)
    assert unfinished.value.missing == (place,)
    assert f"lacks {place}: ask" in str(unfinished.value)
    both = written(old, new).replace("partial_refund = true", "partial_refund = 1")
    assert f"{place}: is empty" in wrong(both).problems


def test_bazu_guesses_nothing() -> None:
    """Every value that is theirs is empty; what is written is ours, or how TOML is built."""
    text = (SHIPPED / "bazu.toml").read_text("utf-8")
    values = set(re.findall(r'= "([^"]+)"', text))
    assert values == {"bazu", "key", "callback_key", "GET", "query", "paid"}


def test_a_profile_of_ones_own_is_named_by_its_path(tmp_path: Path) -> None:
    """It is read like those that come with Altyn."""
    path = tmp_path / "mine.toml"
    path.write_text(EXAMPLE.replace('name = "example"', 'name = "mine"'), "utf-8")
    assert load_profile(str(path), WELL_KNOWN).name == "mine"
    path.write_bytes(b"\xff")
    with pytest.raises(ProfileWrong, match="is not UTF-8"):
        load_profile(str(path), WELL_KNOWN)
    for place in (str(tmp_path / "none.toml"), "nothing", str(tmp_path), ""):
        with pytest.raises(ProfileMissing, match="one of bazu, example"):
            load_profile(place, WELL_KNOWN)


def test_what_is_no_toml_is_told_with_its_line() -> None:
    """As the reader of TOML tells it."""
    assert re.search(r"is not TOML: .*line 2", str(wrong('name = "x"\nname =\n')))


def test_every_problem_is_told() -> None:
    """Not only the first one."""
    text = written('method = "POST"', 'method = "PATCH"')
    text = text.replace("creates_are_single = true", "creates_are_singel = 1")
    text = text.replace('least = "1.00"', "least = 1.00")
    assert wrong(text).problems == (
        "currencies.USD.least: is one line of text, of at most 500 characters",
        "create.method: is one of GET, POST, PUT",
        "features.creates_are_singel: there is no such key; did you mean creates_are_single?",
    )
    many = EXAMPLE.replace("= true", '= "true"').replace('= "/', '= "')
    error = wrong(many)
    assert len(error.problems) > 20
    assert str(error).endswith(f"and {len(error.problems) - 10} more")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('name = "example"', "", "name: is missing"),
        ('name = "example"', 'name = "Example Pay"', "name: is small letters, digits and _"),
        ('name = "example"', 'name = "example"\nnmae = "x"', "nmae: there is no such key"),
        ('name = "example"', 'name = "example"\n"se cret" = "x"', "'se cret': there is no such"),
        ('"https://api', '"http://api', "base_url: is an address that begins with https://"),
        ('"https://api', '"https://me:you@api', "base_url: is an address that begins with"),
        ('"https://api', '"https:///api', "base_url: is an address that begins with https://"),
        (".invalid", ".invalid?x=1", "base_url: is an address that begins with https://"),
        ('"https://sandbox', '"ftp://sandbox', "sandbox_url: is an address that begins with"),
        ('base_url = "https', 'base_url = 7 # "', "base_url: is one line of text"),
        ('base_url = "', 'base_url = "\\u0000', "base_url: is one line of text"),
        # Who we are.
        ('family = "bearer"', 'family = "rsa_header"', "auth: family is one of bearer, basic, hm"),
        ('family = "bearer"', "family = []", "auth: family is one of bearer, basic, hmac_"),
        ('family = "bearer"', 'family = "basic_plus_ip"', "auth: family is one of bearer, basic"),
        ('family = "bearer"', "", "auth.family: is missing"),
        ('family = "bearer"', 'family = "bearer"\nseparator = "|"', "auth.separator: there is no"),
        ('family = "bearer"', 'family = "bearer"\nheader = "Host"', "auth: 'Host' is no header"),
        ('secret = "key" ', 'secret = "S3cr3t!" ', "auth.secret: names a setting, such as key; t"),
        ('secret = "key" ', "", "auth.secret: is missing"),
        # Amounts and currencies.
        ('"decimal_string"', '"cents"', "amount.format: is one of minor_int, decimal_string, dec"),
        ('"decimal_string"', '"minor_int"', "create: amount.format is minor_int, so it says amou"),
        ('code = "alpha"', 'code = "numeric"', "currencies.RUB.numeric: is missing, and used"),
        ('"currency.alpha"', '"currency.numeric"', "currencies.RUB.numeric: is missing, and used"),
        ("decimals = 2", "decimals = 0", "currencies.RUB: 10.00 does not fit: RUB has no decima"),
        ("decimals = 2", "decimals = 3", "currencies.RUB: is not among the assets here with sca"),
        ("decimals = 2", "decimals = true", "currencies.RUB.decimals: is a whole number"),
        ("decimals = 2", 'decimals = 2\nnumeric = "64"', "currencies.RUB: numeric is three digit"),
        ('least = "10.00"', 'least = "0"', "currencies.RUB: least is above zero, and most not b"),
        ('least = "10.00"', 'least = "-1"', "currencies.RUB: least is above zero, and most not"),
        ('most = "100000.00"', 'most = "9.99"', "currencies.RUB: least is above zero, and most"),
        ('most = "100000.00"', 'most = "1e5"', "currencies.RUB: '1e5' is not an amount"),
        ("[currencies.RUB]", "[currencies.rub]", "currencies.rub: 'rub' with scale 2 is no asse"),
        ("[currencies.USD]", "[currencies.EUR]", "currencies.EUR: is not among the assets here"),
        # Calls.
        ('path = "/v1/payments"', 'path = "v1/payments"', "create.path: 'v1/payments' is no path"),
        ('path = "/v1/payments"', 'path = "/v1?a=b"', "create.path: '/v1?a=b' is no path"),
        ('path = "/v1/payments"', 'path = "/{refund.id}"', "create: refund.id is not known there"),
        ('body = "json"', 'body = "xml"', "create.body: is one of json, form, query"),
        ('body = "json"', 'body = "query"', 'create: method "GET" and body "query" go together'),
        ('body = "json"', 'body = "form"', "create: fields of a form or a query are not nested"),
        ('"/order_id" = "order.id"', "", "create: does not say order.id"),
        ('"/order_id" = "order.id"', '"/order_id" = "order.idd"', "create: order.idd is not known"),
        ('"/order_id" = "order.id"', '"/order_id" = "order id"', "create.fields.'/order_id': 'or"),
        ('"/order_id" = "order.id"', '"order_id" = "order.id"', "create.fields.order_id: 'order_"),
        ('"/order_id" = "order.id"', '"/order_id" = 1.5', "create.fields.'/order_id': is one lin"),
        ('"/order_id" = "', '"/amount" = "', "create: fields /amount and /amount/currency cannot"),
        ('"/shop" = ', '"/items/0/name" = ', "create: lists are read, and not written"),
        ('"/amount/value" = "amount.decimal"', "", "create: does not say amount.decimal"),
        ('"/amount/currency" = "currency.alpha"', "", "create: there are several currencies, an"),
        ('"Idempotency-Key"', '"Host"', "create: 'Host' is no header that a profile may speak of"),
        ('"Idempotency-Key"', '"A: b"', "create: 'A: b' is no header that a profile may speak of"),
        ('"Idempotency-Key" = "order.id"', '"X" = "urls.notice"', "create.headers: urls.notice d"),
        ('payment_id = "/id"', "", "create.response.payment_id: is missing"),
        ('payment_id = "/id"', 'payment_id = "id"', "create.response.payment_id: 'id' is no JSON"),
        # Doubt.
        ('{ "/order_id" = "order.id" }', "{}", "query: says either order.id or payment.id"),
        (
            '{ "/order_id" = "order.id" }',
            '{ "/a" = "order.id", "/b" = "payment.id" }',
            "query: says either order.id or payment.id",
        ),
        (
            '{ "/order_id" = "order.id" }',
            '{ "/id" = "payment.id" }',
            "query: asks by payment.id, and what answers.same is about is found by order.id",
        ),
        # Answers.
        ('new = "created"', 'new = "new"', "statuses.new: is one of created, pending, authorized"),
        ('paid = "paid"', 'paid = "pending"', "statuses: none means paid"),
        ('code = "/error/code"', "", "answers: codes are named, and code does not say where"),
        ('same = ["order_exists"]', 'same = ["not_found"]', "answers: a code stands in two list"),
        ('same = ["order_exists"]', 'same = "order_exists"', "answers.same: is a list in bracke"),
        ('same = ["order_exists"]', "same = [1]", "answers.same[0]: is one line of text"),
        # Refunds.
        ('refunded_amount = "/refunded"', "", "query.response.refunded_amount: is missing, and a"),
        ('"/refund_id" = "refund.id"', "", "refund: does not say refund.id"),
        ('"/v1/refunds/{refund.id}"', '"/v1/refunds"', "refund_query: does not say refund.id"),
        ('done = "done"', "", "refund.statuses: none means done"),
        ('done = "done"', 'done = "paid"', "refund.statuses.done: is one of accepted, done, fail"),
        # The list.
        ('at = "/paid_at"\nrefunded_at', "refunded_at", "listing.item: at or refunded_at is miss"),
        ('items = "/items"', "", "listing.items: is missing"),
        # Notices.
        ('"hmac_header_raw"', '"bearer"', "callback.signature: family is one of hmac_header_raw"),
        ('algorithm = "sha256"', 'algorithm = "md5"', "callback.signature: HMAC is made with sha"),
        ('header = "X-Example', 'field = "/X-Example', "callback.signature: this signature stand"),
        ('header = "X-Example', 'field = "/a"\nheader = "X', "callback.signature: a signature sta"),
        ('header = "X-Example', 'header = "X Example', "callback.signature: 'X Example-Signature'"),
        ('encoding = "hex"', 'signed = ["timestamp"]', "callback.signature: a signature without"),
        (
            'encoding = "hex"',
            'signed = ["timestamp", "body"]',
            "callback.signature: a timestamp that is signed needs its timestamp_header",
        ),
        (
            'encoding = "hex"',
            'signed = ["path", "body"]',
            "callback: a notice is signed by its body, and perhaps a timestamp",
        ),
        (
            'encoding = "hex"',
            'signed = ["timestamp", "body"]\ntimestamp_header = "X T"',
            "callback.signature: 'X T' is no header",
        ),
        ("status = 200", "status = 500", "callback.acknowledgement: status is one of those from"),
        ('"text/plain"', '"text"', "callback.acknowledgement: content_type looks like text/plain"),
        ('content = "json"', 'content = "xml"', "callback.content: is one of json, form"),
        ('content = "json"', 'addresses = ["x"]', "callback.addresses[0]: is an address or a net"),
        # The rest.
        ("lifetime_seconds = 3600", "lifetime_seconds = 10", "limits: lifetime_seconds is from 5"),
        ("deadline_seconds = 30", "deadline_seconds = 0", "limits: deadline_seconds is from 1 to"),
        ("partial_refund = true", "partial_refund = 1", "features.partial_refund: is true or fal"),
        ("[features]", "[[features]]", "features: is a table"),
    ],
)
def test_each_mistake_is_refused_with_its_place(old: str, new: str, problem: str) -> None:
    """In one line that says what would be right."""
    error = wrong(written(old, new))
    told = [each for each in error.problems if each.startswith(problem)]
    assert told, error.problems
    assert str(error).startswith("profile ")
    assert "S3cr3t" not in str(error)


@pytest.mark.parametrize(
    ("tables", "problem"),
    [
        (
            {"refund__fields": '"/x" = "concat(amount.decimal, refund.id)"'},
            "refund: does not say amount.decimal in a field or in its path",
        ),
        (
            {"refund": "", "refund__fields": "", "refund__response": "", "refund__statuses": ""},
            "refund_query: is there without refund",
        ),
        (
            {"refund_query": "", "refund_query__response": ""},
            "refund.statuses: one means accepted, and no refund_query tells how it ended",
        ),
        (
            {"refund_query__response": 'refund_id = "/refund_id"'},
            "refund_query.response: refund_id or status is missing",
        ),
        ({"refund__statuses": 'accepted = "accepted"'}, "refund.statuses: none means done"),
        ({"currencies__RUB": "", "currencies__USD": ""}, "currencies: is missing"),
        ({"statuses": "# none"}, "statuses: none means paid"),
        (
            {
                "query": 'method = "GET"\npath = "/v1/{payment.id}"\nbody = "query"',
                "features": "# none",
                "answers": "# none",
            },
            "query: asks by payment.id, and that is not known when opening ended in doubt",
        ),
        (
            {
                "query": 'method = "GET"\npath = "/v1/{payment.id}"\nbody = "query"',
                "answers": "# none",
                "callback": 'fields = { order_id = "/order_id" }',
            },
            "callback.fields.payment_id: is missing, and query asks by it",
        ),
        (
            {
                "create__response": 'payment_id = "/id"\ncheckout_url = "/url"',
                "query__response": (
                    'payment_id = "/id"\norder_id = "/order_id"\nstatus = "/status"\n'
                    'currency = "/c"\npaid_amount = "/sum"\nrefunded_amount = "/back"'
                ),
            },
            "query.response.amount: is missing, so a wrong amount.format would go unnoticed",
        ),
        (
            {"callback__signature": 'family = "basic_plus_ip"\nsecret = "callback_key"'},
            "callback: basic_plus_ip goes with addresses",
        ),
        *(
            (
                {"callback__signature": f'family = "fixed_order_hash"\nsecret = "k"\n{rest}'},
                f"callback.signature: {problem}",
            )
            for rest, problem in (
                ('separator = "|"\nfield = "/s"\norder = ["/a"]', "the word secret stands in th"),
                (
                    'separator = "|"\nfield = "/s"\norder = ["secret", "/a"]\nhmac = true',
                    "the word secret stands in the order once, and with hmac never",
                ),
                ('separator = "|"\nfield = "/s"\norder = ["secret"]', "the order names the fields"),
                ('separator = "|"\nfield = "/s"\norder = ["/s", "secret"]', "the order names the"),
                ('separator = "|"\nfield = "/s"\norder = ["a", "secret"]', "'a' is no JSON pointe"),
                ('separator = "|"\nfield = "/a/s"\norder = ["/a", "secret"]', "a signature stands"),
                ('separator = "|"\norder = ["/a", "secret"]', "a signature stands either in a he"),
            )
        ),
    ],
)
def test_parts_that_do_not_go_together_are_refused(tables: dict[str, str], problem: str) -> None:
    """Each by itself would do."""
    error = wrong(example_with(**tables))
    assert any(each.startswith(problem) for each in error.problems), error.problems


def test_an_asset_has_the_scale_of_the_house() -> None:
    """Else every amount would be wrong by powers of ten."""
    error = wrong(EXAMPLE, Assets.of(USDT, RUB))
    assert error.problems == ("currencies.USD: is not among the assets here with scale 2",)


def test_what_parts_others_may_be_nothing() -> None:
    """Empty, and written so on purpose."""
    empty = 'separator = ""\nkey_separator = ""'
    signature = f'family = "sorted_concat_hash"\nsecret = "k"\nfield = "/s"\n{empty}'
    profile = profile_with(callback__signature=signature)
    assert profile.secrets == {"key", "k"}


def test_this_machine_needs_no_https() -> None:
    """Nobody reads along inside it."""
    for host in ("127.0.0.1:8080", "localhost", "[::1]:1"):
        text = written("https://api.example-pay.invalid", f"http://{host}")
        assert read_profile(text, WELL_KNOWN).base_url == f"http://{host}"


def gateway(profile: Profile, shop: Shop) -> PspGateway:
    """One that is never asked anything."""
    clock = ManualClock()
    return PspGateway(
        profile=profile,
        shop=shop,
        caller=AtTheDesk(PspDesk(clock)),
        guard=Guard("example"),
        clock=clock,
    )


def test_what_a_profile_needs_of_us_is_there_from_the_beginning() -> None:
    """Nobody finds out when somebody wants to pay."""
    profile = load_profile("example", WELL_KNOWN)
    with pytest.raises(ShopIncomplete) as refused:
        gateway(profile, Shop(secrets={"key": "", "other": "x"}))
    assert refused.value.missing == ("id", "callback_key", "key")
    assert str(refused.value) == (
        "profile example needs id and callback_key and key of our account there"
    )
    whole = shop_of(PspDesk(ManualClock()))
    assert gateway(profile, whole).method == "example"
    quiet = profile_with(
        callback="",
        callback__signature="",
        create__fields='"/a" = "order.id"\n"/b" = "amount.decimal"\n"/c" = "currency.alpha"',
    )
    assert not quiet.needs_shop
    assert gateway(quiet, Shop(secrets={"key": "k"})).acknowledgement == Acknowledgement()
    basic = profile_with(auth='family = "basic"\nsecret = "key"')
    with pytest.raises(ShopIncomplete, match="needs id of our account"):
        gateway(basic, Shop(secrets=whole.secrets))
