"""
What somebody might try on the tables of payments, and the laws that stop it: the same everywhere.

Statements are plain SQL that goes around the code. What differs between the storages is filled in:
`{s}` is the schema, `{uuid}` an id nobody has, `{tick}` a little later, `{no}` and `{yes}` are
truth values, `{reordered}` gives another place in the order of rows, and so on.
"""

from datetime import timedelta
from typing import Any, Final

from attrs import evolve, frozen

from altyn.core.money import RUB, TON
from altyn.core.payments import (
    MOVES,
    Arrivals,
    Case,
    Inflow,
    Notices,
    Payments,
    Quote,
    State,
)
from altyn.entrypoints.testkit.payments.ground import (
    NOON,
    begun,
    came,
    coins,
    grown,
    notice,
    order,
    unmatched,
)

PAYMENT: Final = """
id, payer, target, method, pays, pays_asset, gives, gives_asset, reference, state, came, credited,
created_at, expires_at, check_at, checks, provider_id, link, told
"""
ARRIVAL: Final = """
method, key, asset, amount, at, sender, payment, "case", noted_at, credited, held, why_held, decided
"""
NOTICE: Final = """
method, key, payment, provider_id, raw, taken_at, read_at, tries, outcome
"""


async def lived(payments: Payments, arrivals: Arrivals, notices: Notices) -> None:
    """Some of everything: payers and keys are named for what they show."""
    for payer in ("new", "walker"):
        await payments.add(begun(order(payer=payer)))
    exchanging = order(payer="exchanging", quote=Quote(coins(100), coins(5, RUB)))
    await payments.add(begun(exchanging))
    partly = await payments.add(begun(order(payer="partly")))
    partly = await grown(payments, arrivals, partly, 40)
    invoiced = evolve(partly, provider_id="theirs", checks=1)
    await payments.put(invoiced, was=State.CONFIRMING)
    kept = await payments.add(begun(order(payer="held back")))
    await arrivals.add(back := came(kept, 10).all_held("a rule"))
    confirming = evolve(kept.grown(back.inflow.amount, back.credited), state=State.CONFIRMING)
    await payments.put(confirming, was=State.CREATED)
    settled = await payments.add(begun(order(payer="settled")))
    await grown(payments, arrivals, settled, 100)
    held: dict[str, Any] = {"credited": coins(3), "held": coins(7)}
    waiting = await payments.add(begun(order(payer="waiting")))
    await arrivals.add(came(waiting, 10, "held", **held))
    await arrivals.add(came(waiting, 10, "credited"))
    await arrivals.add(unmatched(key="unmatched"))
    await arrivals.add(unmatched(key="given"))
    await arrivals.put(unmatched(key="given").all_credited())
    other = Inflow(key="other", amount=coins(9, TON), at=NOON)
    parts: dict[str, Any] = {"credited": coins(0, TON), "held": coins(9, TON)}
    wrong = came(waiting, 9, inflow=other, case=Case.WRONG_ASSET, **parts)
    await arrivals.add(evolve(wrong, noted_at=NOON + timedelta(seconds=1)))
    await notices.add(notice("told"))


def _copy(table: str, columns: str, where: str, **other: str) -> str:
    names = [name.strip() for name in columns.split(",")]
    values = [other.get(name.strip('"'), name) for name in names]
    more = f"{{{table}_more}}"
    return (
        f"INSERT INTO {{s}}{table} ({', '.join(names)}{more}) "
        f"SELECT {', '.join(values)}{more} FROM {{s}}{table} WHERE {where}"
    )


def payment(like: str = "new", **other: str) -> str:
    """Another payment as that payer's was, under an id of its own, but for the others."""
    return _copy("payment", PAYMENT, f"payer = '{like}'", **({"id": "{uuid}"} | other))


def arrival(like: str = "credited", **other: str) -> str:
    """Another arrival as that one, under a key of its own, but for the others."""
    return _copy("arrival", ARRIVAL, f"key = '{like}'", **({"key": "'new'"} | other))


def told(**other: str) -> str:
    """Another notice, but for the others."""
    return _copy("notice", NOTICE, "key = 'told'", **({"key": "'new'"} | other))


def placed(statement: str, column: str, value: str) -> str:
    """The same row, with a place of its own choice in the order of rows."""
    into = statement.replace("(method", f"({column}, method", 1)
    return into.replace("SELECT method", f"SELECT {value}, method", 1)


def of(payer: str, what: str) -> str:
    """That payer's payment is changed."""
    return f"UPDATE {{s}}payment SET {what} WHERE payer = '{payer}'"


def of_arrival(key: str, what: str) -> str:
    """That arrival is changed."""
    return f"UPDATE {{s}}arrival SET {what} WHERE key = '{key}'"


@frozen
class Crime:
    """What somebody tries, and the law that stops it."""

    what: str
    law: str
    statement: str
    without: tuple[str, ...] = ()
    """Triggers that are taken away first: laws that would speak up earlier."""


MONEY: Final = ("payment.payment_money_stays", "payment.payment_money_arrived")
ANOTHER_ID: Final = "(SELECT id FROM {s}payment WHERE payer = 'settled')"

CRIMES: Final = (
    # Payments
    Crime("an id again", "payment_is_single", payment(id="id")),
    Crime("a method that is none", "payment_method_is_name", payment(method="'Bank'")),
    Crime("a method too long", "payment_method_is_name", payment(method=f"'{'a' * 33}'")),
    Crime("a method of strange letters", "payment_method_is_name", payment(method="'a-b'")),
    Crime("no method", "payment_method_is_name", payment(method="''")),
    Crime("nothing asked", "payment_amounts_are_positive", payment("exchanging", pays="-1")),
    Crime("nothing given", "payment_amounts_are_positive", payment("exchanging", gives="0")),
    Crime("a rate of one asset", "payment_of_one_asset_has_no_rate", payment(gives="99")),
    Crime("an unknown asset", "payment_counts_pays", payment("exchanging", pays_asset="'NEW'")),
    Crime("a gift unknown", "payment_counts_gives", payment("exchanging", gives_asset="'NEW'")),
    Crime("it begins pending", "payment_begins_created", payment(state="'pending'")),
    Crime("it begins with money", "payment_begins_created", payment(came="1")),
    Crime("it begins credited", "payment_begins_created", payment(came="1", credited="1")),
    Crime(
        "a lost state",
        "payment_state_is_known",
        of("new", "state = 'lost'"),
        ("payment.payment_moves",),
    ),
    Crime(
        "more credited than came", "payment_credited_had_come", of("partly", "credited = 41"), MONEY
    ),
    Crime(
        "less than nothing credited",
        "payment_credited_had_come",
        of("partly", "credited = -1"),
        MONEY,
    ),
    Crime("settled by nothing", "payment_settled_when_all_came", of("new", "state = 'settled'")),
    Crime(
        "paid and not settled", "payment_settled_when_all_came", of("partly", "came = 100"), MONEY
    ),
    Crime(
        "overpaid by nothing", "payment_overpaid_when_more_came", of("new", "state = 'overpaid'")
    ),
    Crime(
        "more came and it is not overpaid",
        "payment_overpaid_when_more_came",
        of("partly", "came = 101"),
        MONEY,
    ),
    Crime("checks below zero", "payment_checks_are_counted", of("new", "checks = -1")),
    *(
        Crime(f"{column} of an order changed", "payment_order_is_fixed", of("exchanging", what))
        for column, what in {
            "id": "id = {uuid}",
            "payer": "payer = 'other'",
            "target": "target = 'user:bob'",
            "method": "method = 'other'",
            "amount": "pays = 99",
            "asset": "pays_asset = 'TON'",
            "asset given": "gives_asset = 'TON'",
            "amount given": "gives = 6",
            "reference": "reference = 'other'",
            "beginning": "created_at = created_at + {tick}",
            "end": "expires_at = expires_at + {tick}",
        }.items()
    ),
    Crime(
        "money taken back",
        "payment_money_stays",
        of("held back", "came = 9"),
        MONEY[1:],
    ),
    Crime("credit taken back", "payment_money_stays", of("partly", "credited = 39"), MONEY[1:]),
    Crime("money from nowhere", "payment_money_arrived", of("new", "came = 1")),
    Crime("less than arrived", "payment_money_arrived", of("waiting", "came = 19")),
    Crime("another asset counted", "payment_money_arrived", of("waiting", "came = 29")),
    Crime(
        "what is held credited", "payment_money_arrived", of("waiting", "came = 20, credited = 14")
    ),
    Crime("credited by the way", "payment_money_arrived", of("held back", "credited = 1")),
    Crime("another invoice", "payment_has_one_invoice", of("partly", "provider_id = 'other'")),
    Crime("no invoice any more", "payment_has_one_invoice", of("partly", "provider_id = ''")),
    Crime("a payment deleted", "payment_is_never_deleted", "DELETE FROM {s}payment"),
    # Arrivals
    Crime("a key again", "arrival_is_single", arrival(key="key")),
    Crime(
        "a method of an arrival that is none",
        "arrival_method_is_name",
        arrival("unmatched", method="'Bank'"),
    ),
    Crime(
        "a long method of an arrival",
        "arrival_method_is_name",
        arrival("unmatched", method=f"'{'a' * 33}'"),
    ),
    Crime(
        "a strange method of an arrival",
        "arrival_method_is_name",
        arrival("unmatched", method="'a-b'"),
    ),
    Crime("nothing came", "arrival_amount_is_positive", arrival(amount="0", credited="0")),
    Crime("a part is lost", "arrival_parts_are_the_whole", arrival(credited="9")),
    Crime("a part is invented", "arrival_parts_are_the_whole", arrival(held="1")),
    Crime(
        "less than nothing held", "arrival_parts_are_the_whole", arrival(credited="11", held="-1")
    ),
    Crime(
        "less than nothing given", "arrival_parts_are_the_whole", arrival(credited="-1", held="11")
    ),
    Crime("a lost case", "arrival_case_is_known", arrival(case="'lost'")),
    Crime(
        "matched and unmatched", "arrival_unmatched_without_payment", arrival(case="'unmatched'")
    ),
    Crime(
        "exactly for nobody",
        "arrival_unmatched_without_payment",
        arrival("unmatched", case="'exact'"),
    ),
    Crime(
        "another asset for nobody",
        "arrival_unmatched_without_payment",
        arrival("unmatched", case="'wrong_asset'"),
    ),
    Crime(
        "an arrival of an unknown asset",
        "arrival_counts_asset",
        arrival("unmatched", asset="'NEW'"),
    ),
    Crime("for no payment there is", "arrival_is_of_payment", arrival(payment="{uuid}")),
    Crime("by another method", "arrival_is_of_payment", arrival(method="'other'")),
    Crime(
        "the asked asset is wrong", "arrival_wrong_asset_is_another", arrival(case="'wrong_asset'")
    ),
    Crime(
        "another asset is right", "arrival_wrong_asset_is_another", arrival("other", case="'exact'")
    ),
    Crime("decided from the beginning", "arrival_begins_undecided", arrival(decided="{yes}")),
    Crime(
        "decided and held",
        "arrival_decided_holds_nothing",
        of_arrival("held", "decided = {yes}"),
        ("arrival.arrival_is_decided_once",),
    ),
    *(
        Crime(f"{column} of an arrival changed", "arrival_is_fixed", of_arrival("held", what))
        for column, what in {
            "place": "{reordered}",
            "method": "method = 'other'",
            "key": "key = 'other key'",
            "asset": "asset = 'TON'",
            "amount": "amount = 11, credited = 4",
            "moment": "at = at + {tick}",
            "sender": "sender = 'other'",
            "payment": f"payment = {ANOTHER_ID}",
            "case": "\"case\" = 'late'",
            "note": "noted_at = noted_at + {tick}",
        }.items()
    ),
    Crime(
        "decided again",
        "arrival_is_decided_once",
        of_arrival("given", "held = amount, credited = 0, decided = {no}"),
    ),
    Crime(
        "decided again by the way",
        "arrival_is_decided_once",
        of_arrival("given", "held = 1, credited = amount - 1"),
    ),
    Crime("undecided again", "arrival_is_decided_once", of_arrival("given", "decided = {no}")),
    Crime(
        "given without a decision",
        "arrival_is_decided_once",
        of_arrival("held", "held = 0, credited = amount"),
    ),
    Crime("given in part", "arrival_is_decided_once", of_arrival("held", "held = 1, credited = 9")),
    Crime(
        "held in part after all",
        "arrival_is_decided_once",
        of_arrival("credited", "held = 1, credited = 9"),
    ),
    Crime(
        "decided with nothing held",
        "arrival_is_decided_once",
        of_arrival("credited", "decided = {yes}"),
    ),
    Crime("an arrival deleted", "arrival_is_never_deleted", "DELETE FROM {s}arrival"),
    # Notices
    Crime("a notice again", "notice_is_single", told(key="key")),
    Crime("a method of a notice that is none", "notice_method_is_name", told(method="'Bank'")),
    Crime("a long method of a notice", "notice_method_is_name", told(method=f"'{'a' * 33}'")),
    Crime("a strange method of a notice", "notice_method_is_name", told(method="'a-b'")),
    Crime("tries below zero", "notice_tries_are_counted", told(tries="-1")),
    Crime("too many bytes", "notice_raw_is_short", told(raw="{bytes}")),
    *(
        Crime(f"{column} of a notice changed", "notice_is_fixed", f"UPDATE {{s}}notice SET {what}")
        for column, what in {
            "place": "{reordered}",
            "method": "method = 'other'",
            "key": "key = 'other'",
            "payment": "payment = {uuid}",
            "provider's name": "provider_id = 'other'",
            "bytes": "raw = {byte}",
            "moment": "taken_at = taken_at + {tick}",
        }.items()
    ),
    Crime("a notice deleted", "notice_is_never_deleted", "DELETE FROM {s}notice"),
)

HONEST: Final = {
    "a payment": payment(),
    "a payment with a rate": payment("exchanging"),
    "a payment by a long method": payment(method=f"'a{'_' * 30}9'"),
    "what arrived": of("waiting", "state = 'confirming', came = 20, credited = 13"),
    "less credited than arrived": of("waiting", "state = 'confirming', came = 20"),
    "an invoice": of("new", "provider_id = 'theirs'"),
    "what became of it": of("partly", "check_at = NULL, checks = 2, link = 'x', told = 'y'"),
    "an arrival": arrival(),
    "an arrival of two parts": arrival("held"),
    "an arrival for nobody": arrival("unmatched"),
    "an arrival of another asset": arrival("other"),
    "a decision": of_arrival("held", "held = 0, credited = amount, decided = {yes}"),
    "a refusal": of_arrival("credited", "held = amount, credited = 0, why_held = 'refused'"),
    "a refusal of a part": of_arrival("held", "held = amount, credited = 0"),
    "a reason": of_arrival("held", "why_held = 'because'"),
    "a notice": told(),
    "a notice of many bytes": told(raw="{most_bytes}"),
    "a notice read": "UPDATE {s}notice SET read_at = NULL, tries = tries + 1, outcome = 'read'",
}

STEPS: Final = tuple((one, two) for one in State for two in State)


def allowed(one: State, two: State) -> bool:
    """Whether the table of the core lets a payment go there, or stay."""
    return one is two or two in MOVES[one]


def walk(state: State) -> str:
    """The payment of the walker is brought into that state, with what must have come for it."""
    units = {State.SETTLED: 100, State.OVERPAID: 101}.get(state, 0)
    return of("walker", f"state = '{state}', came = {units}")
