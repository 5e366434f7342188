"""
What somebody might try on the tables of payments, and the laws that stop it: the same everywhere.

Statements are plain SQL that goes around the code. What differs between the storages is filled in:
`{s}` is the schema, `{uuid}` an id nobody has, `{tick}` a little later, `{no}` and `{yes}` are
truth values, `{reordered}` gives another place in the order of rows, and so on.
"""

from datetime import timedelta
from typing import Any, Final

from attrs import evolve, frozen

from altyn.core.balances import account_name
from altyn.core.money import RUB, TON
from altyn.core.payments import (
    MOVES,
    REFUND_MOVES,
    Arrival,
    Arrivals,
    Case,
    Inflow,
    Notices,
    Payment,
    Payments,
    Quote,
    Refund,
    Refunds,
    RefundState,
    Standings,
    State,
    Term,
)
from altyn.entrypoints.testkit.payments.ground import (
    NOON,
    begun,
    came,
    coins,
    failed,
    grown,
    notice,
    order,
    parts,
    refund,
    set_aside,
    unmatched,
)
from altyn.entrypoints.testkit.payments.standing import standing as standing_order

PAYMENT: Final = """
id, payer, target, method, pays, pays_asset, gives, gives_asset, reference, goods, place,
country, state, came, credited, "returning", returned, created_at, expires_at, check_at, checks,
provider_id, link, told
"""
ARRIVAL: Final = """
method, key, asset, amount, at, sender, payment, "case", noted_at, credited, held, returned,
given_to, why_held
"""
REFUND: Final = """
id, method, key, payment, payer, asset, amount, origin, "to", reason, "by", created_at, state,
check_at, checks, approved_by, told
"""
STANDING: Final = """
id, payer, target, method, asset, amount, reference, goods, place, country, created_at,
provider_id, link, ended, charge, until, renews, lapsed
"""
NOTICE: Final = """
method, key, payment, provider_id, raw, taken_at, read_at, tries, outcome, unresolved
"""


BOB: Final = account_name("user:bob")


async def lived(
    payments: Payments,
    arrivals: Arrivals,
    refunds: Refunds,
    standings: Standings,
    notices: Notices,
) -> None:
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
    await arrivals.add(given := unmatched(key="given"))
    await arrivals.put(given.all_credited(BOB), was=given)
    other = Inflow(key="other", amount=coins(9, TON), at=NOON)
    ton: dict[str, Any] = {"credited": coins(0, TON), "held": coins(5, TON)}
    ton |= {"returned": coins(4, TON), "noted_at": NOON + timedelta(seconds=1)}
    await arrivals.add(came(waiting, 9, inflow=other, case=Case.WRONG_ASSET, **ton))
    await notices.add(notice("told"))
    await _sent_back(payments, arrivals, refunds)
    for reference in ("monthly", "over"):
        paid = Term(charge="first", until=NOON) if reference == "over" else None
        ends: dict[str, Any] = {"provider_id": "theirs", "ended": reference == "over", "term": paid}
        await standings.add(standing_order(reference=reference, amount=coins(5), **ends))


async def _sent_back(payments: Payments, arrivals: Arrivals, refunds: Refunds) -> None:
    """What goes back is named for how far it has come, in refunds of every state."""

    async def paid(payer: str, goes: int) -> tuple[Payment, Refund]:
        """Of the fifty that came, so much goes back."""
        payment = await payments.add(begun(order(payer=payer)))
        await arrivals.add(arrival := came(payment, 50, payer))
        back = refund(arrival, amount=coins(goes), payer=payer)
        await set_aside(arrivals, refunds, back)
        after = payment.grown(coins(50), coins(50)).sent_back(coins(goes), coins(goes))
        await payments.put(after, was=State.CREATED)
        return after, back

    async def found(key: str, **other: Any) -> Refund:
        """What nobody expected goes back."""
        await arrivals.add(arrival := unmatched(9, key))
        return await set_aside(arrivals, refunds, refund(arrival, **other))

    async def moved(back: Refund, *states: RefundState) -> Refund:
        for state in states:
            after = back.moved(state, NOON if REFUND_MOVES[state] else None)
            await refunds.put(after, was=back.state)
            back = after
        return back

    async def put_back(back: Refund, **other: Any) -> Arrival:
        """The arrival says that it did not go back."""
        arrival = await arrivals.get(back.method, back.key)
        kept = arrival.kept_after_all(*parts(back), "refused")
        await arrivals.put(evolve(kept, **other), was=arrival)
        return kept

    await paid("going", 20)
    whole, back = await paid("gone", 50)
    await moved(back, RefundState.UNKNOWN, RefundState.DONE)
    await payments.put(whole.given_back(coins(50)), was=State.REFUNDING)
    large: dict[str, Any] = {"state": RefundState.WAITING, "check_at": None}
    await found("large", **large)
    declined = await found("declined", **large)
    await put_back(declined)
    await moved(declined, RefundState.DECLINED)
    await moved(await found("accepted"), RefundState.UNKNOWN, RefundState.ACCEPTED)
    await moved(await found("asked"), RefundState.UNKNOWN)
    await put_back(await moved(await found("put back"), RefundState.UNKNOWN))
    await failed(arrivals, refunds, await found("failed"))
    await put_back(await found("given back"), given_to=BOB)
    await arrivals.add(aside := unmatched(7, "aside"))
    await arrivals.put(aside.sent_back(coins(0, TON), aside.held), was=aside)


def copied(table: str, columns: str, where: str, **other: str) -> str:
    """Another row as that one, but for the others."""
    names = [name.strip() for name in columns.split(",")]
    values = [other.get(name.strip('"'), name) for name in names]
    more = f"{{{table}_more}}"
    return (
        f"INSERT INTO {{s}}{table} ({', '.join(names)}{more}) "
        f"SELECT {', '.join(values)}{more} FROM {{s}}{table} WHERE {where}"
    )


def payment(like: str = "new", **other: str) -> str:
    """Another payment as that payer's was, under an id of its own, but for the others."""
    return copied("payment", PAYMENT, f"payer = '{like}'", **({"id": "{uuid}"} | other))


def arrival(like: str = "credited", **other: str) -> str:
    """Another arrival as that one, under a key of its own, but for the others."""
    return copied("arrival", ARRIVAL, f"key = '{like}'", **({"key": "'new'"} | other))


def back(like: str = "large", **other: str) -> str:
    """Another refund as the one of that key, of what was set aside for it, but for the others."""
    new = {"id": "{uuid}", "key": "'aside'", "amount": "7"}
    return copied("refund", REFUND, f"key = '{like}'", **(new | other))


def standing(**other: str) -> str:
    """Another standing order, but for the others."""
    return copied("standing", STANDING, "reference = 'monthly'", **({"id": "{uuid}"} | other))


def told(**other: str) -> str:
    """Another notice, but for the others."""
    return copied("notice", NOTICE, "key = 'told'", **({"key": "'new'"} | other))


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


def of_refund(key: str, what: str) -> str:
    """The refund of that arrival is changed."""
    return f"UPDATE {{s}}refund SET {what} WHERE key = '{key}'"


def of_standing(reference: str, what: str) -> str:
    """That standing order is changed."""
    return f"UPDATE {{s}}standing SET {what} WHERE reference = '{reference}'"


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
    Crime("goods of no kind", "payment_goods_are_known", payment(goods="'other'")),
    Crime("sold nowhere", "payment_place_is_known", payment(place="''")),
    *(
        Crime(f"a payer from {country}", "payment_country_is_two_letters", payment(country=country))
        for country in ("'D'", "'de'", "'DEU'", "'D1'")
    ),
    Crime("it begins pending", "payment_begins_created", payment(state="'pending'")),
    Crime("it begins with money", "payment_begins_created", payment(came="1")),
    Crime("it begins credited", "payment_begins_created", payment(came="1", credited="1")),
    Crime("it begins returning", "payment_begins_created", payment(came="1", returning="1")),
    Crime("it begins returned", "payment_begins_created", payment(came="1", returned="1")),
    Crime(
        "a lost state",
        "payment_state_is_known",
        of("new", "state = 'lost'"),
        ("payment.payment_moves",),
    ),
    *(
        Crime(f"{what} of what came", "payment_parts_had_come", of(payer, part), MONEY)
        for what, payer, part in (
            ("more credited", "partly", "credited = 41"),
            ("more credited beside what goes back", "going", "credited = 31"),
            ("more returning", "going", '"returning" = 21'),
            ("more returned", "going", "returned = 1"),
            ("less than nothing credited", "partly", "credited = -1"),
            ("less than nothing returning", "partly", '"returning" = -1'),
            ("less than nothing returned", "partly", "returned = -1"),
        )
    ),
    Crime("settled by nothing", "payment_settled_when_all_came", of("new", "state = 'settled'")),
    Crime("settled by more", "payment_settled_when_all_came", of("settled", "came = 101"), MONEY),
    Crime(
        "overpaid by nothing", "payment_overpaid_when_more_came", of("new", "state = 'overpaid'")
    ),
    Crime(
        "overpaid by what was asked",
        "payment_overpaid_when_more_came",
        of("settled", "state = 'overpaid'"),
    ),
    Crime("paid and not settled", "payment_paid_when_all_came", of("partly", "came = 100"), MONEY),
    Crime(
        "more came and it is not overpaid",
        "payment_paid_when_all_came",
        of("partly", "came = 101"),
        MONEY,
    ),
    Crime(
        "refunding nothing",
        "payment_refunding_while_returning",
        of("partly", "state = 'refunding'"),
    ),
    Crime(
        "returning and not refunding",
        "payment_refunding_while_returning",
        of("going", "state = 'underpaid'"),
    ),
    Crime("nothing refunded", "payment_refunded_when_all_is_back", of("new", "state = 'refunded'")),
    Crime(
        "a part refunded",
        "payment_refunded_when_all_is_back",
        of("going", "state = 'refunded', \"returning\" = 0, returned = 20"),
    ),
    Crime(
        "all is back and it is not refunded",
        "payment_refunded_when_all_is_back",
        of("gone", "state = 'underpaid'"),
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
            "goods": "goods = 'physical'",
            "place": "place = 'elsewhere'",
            "country": "country = 'DE'",
            "beginning": "created_at = created_at + {tick}",
            "end": "expires_at = expires_at + {tick}",
        }.items()
    ),
    Crime("money taken back", "payment_money_stays", of("held back", "came = 9"), MONEY[1:]),
    Crime(
        "what was back is not",
        "payment_money_stays",
        of("gone", "state = 'underpaid', returned = 49"),
        MONEY[1:],
    ),
    Crime("money from nowhere", "payment_money_arrived", of("new", "came = 1")),
    Crime("less than arrived", "payment_money_arrived", of("waiting", "came = 19")),
    Crime("another asset counted", "payment_money_arrived", of("waiting", "came = 29")),
    Crime(
        "what is held credited", "payment_money_arrived", of("waiting", "came = 20, credited = 14")
    ),
    Crime("credited by the way", "payment_money_arrived", of("held back", "credited = 1")),
    Crime(
        "back from nowhere",
        "payment_money_arrived",
        of("partly", "state = 'refunding', credited = 39, \"returning\" = 1"),
    ),
    Crime("less back than of what came", "payment_money_arrived", of("going", '"returning" = 19')),
    Crime("more is back", "payment_money_arrived", of("going", "credited = 0, returned = 1")),
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
    Crime("a part goes back twice", "arrival_parts_are_the_whole", arrival(returned="1")),
    Crime(
        "less than nothing goes back",
        "arrival_parts_are_the_whole",
        arrival(credited="11", returned="-1"),
    ),
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
        "given to another",
        "arrival_is_given_once",
        of_arrival("given", "given_to = 'user:carol'"),
    ),
    Crime("given to nobody", "arrival_is_given_once", of_arrival("given", "given_to = NULL")),
    Crime(
        "what is back is here",
        "arrival_gone_stays_gone",
        of_arrival("gone", "returned = 49, credited = 1"),
    ),
    Crime("an arrival deleted", "arrival_is_never_deleted", "DELETE FROM {s}arrival"),
    # Refunds
    Crime("a refund again", "refund_is_single", back(id="id")),
    Crime("nothing goes back", "refund_amount_is_positive", back(amount="0")),
    Crime("from anywhere", "refund_origin_is_known", back(origin="'other'")),
    *(
        Crime(f"it begins {state}", "refund_begins_waiting_or_due", back(state=f"'{state}'"))
        for state in RefundState
        if state not in (RefundState.WAITING, RefundState.DUE)
    ),
    *(
        Crime(
            f"outside and {state}",
            "refund_outside_is_done",
            back(origin="'outside'", state=f"'{state}'", check_at="NULL"),
        )
        for state in RefundState
        if state is not RefundState.DONE
    ),
    Crime(
        "a lost refund",
        "refund_state_is_known",
        of_refund("asked", "state = 'lost', check_at = NULL"),
        ("refund.refund_moves",),
    ),
    *(
        Crime(
            f"{key} and gone on with",
            "refund_is_gone_on_with_on_its_way",
            of_refund(key, "check_at = created_at"),
        )
        for key in ("large", "gone", "failed", "declined")
    ),
    Crime("a refund with checks below zero", "refund_checks_are_counted", back(checks="-1")),
    Crime("of nothing that came", "refund_is_of_arrival", back(key="'nowhere'")),
    Crime("of another method", "refund_is_of_arrival", back(method="'bank'")),
    Crime("of another asset", "refund_is_as_it_came", back(asset="'XTR'")),
    Crime("for a payment", "refund_is_as_it_came", back(payment=ANOTHER_ID)),
    Crime(
        "for another payment",
        "refund_is_as_it_came",
        back("going", key="'gone'", payment=ANOTHER_ID),
    ),
    Crime("for no payment", "refund_is_as_it_came", back("going", key="'gone'", payment="NULL")),
    Crime("more than was set aside", "refund_is_set_aside", back(amount="8")),
    Crime("less than was set aside", "refund_is_set_aside", back(amount="6")),
    Crime("what was not set aside", "refund_is_set_aside", back(key="'unmatched'", amount="1")),
    Crime("it goes back twice", "refund_is_set_aside", back(key="'large'", amount="9")),
    Crime(
        "what was put back is done",
        "refund_is_set_aside",
        of_refund("put back", "state = 'done', check_at = NULL"),
    ),
    Crime(
        "it fails and is lost",
        "refund_is_set_aside",
        of_refund("asked", "state = 'failed', check_at = NULL"),
    ),
    *(
        Crime(f"{column} of a refund changed", "refund_is_fixed", of_refund("large", what))
        for column, what in {
            "id": "id = {uuid}",
            "method": "method = 'other'",
            "key": "key = 'aside'",
            "payment": f"payment = {ANOTHER_ID}",
            "payer": "payer = 'other'",
            "asset": "asset = 'XTR'",
            "amount": "amount = 8",
            "origin": "origin = 'target'",
            "way": "\"to\" = 'other'",
            "reason": "reason = 'other'",
            "author": "\"by\" = 'other'",
            "moment": "created_at = created_at + {tick}",
        }.items()
    ),
    Crime("a refund deleted", "refund_is_never_deleted", "DELETE FROM {s}refund"),
    # Standing orders
    Crime("a standing order again", "standing_is_single", standing(id="id")),
    Crime("by a method that is none", "standing_method_is_name", standing(method="'Bank'")),
    Crime("by a long method", "standing_method_is_name", standing(method=f"'{'a' * 33}'")),
    Crime("by a strange method", "standing_method_is_name", standing(method="'a-b'")),
    Crime("nothing each month", "standing_amount_is_positive", standing(amount="0")),
    Crime("an unknown asset each month", "standing_counts_asset", standing(asset="'NEW'")),
    *(
        Crime(f"{column} agreed changed", "standing_is_fixed", of_standing("monthly", what))
        for column, what in {
            "id": "id = {uuid}",
            "payer": "payer = 'other'",
            "target": "target = 'user:bob'",
            "method": "method = 'other'",
            "asset": "asset = 'TON'",
            "amount": "amount = NULL",
            "reference": "reference = 'other'",
            "goods": "goods = 'physical'",
            "place": "place = 'elsewhere'",
            "country": "country = 'DE'",
            "beginning": "created_at = created_at + {tick}",
        }.items()
    ),
    Crime("goods of no kind agreed", "standing_goods_are_known", standing(goods="'other'")),
    Crime("agreed nowhere", "standing_place_is_known", standing(place="''")),
    *(
        Crime(f"agreed in {country}", "standing_country_is_two_letters", standing(country=country))
        for country in ("'D'", "'de'", "'DEU'")
    ),
    Crime(
        "another way to pay", "standing_has_one_invoice", of_standing("over", "provider_id = 'x'")
    ),
    Crime("it stands again", "standing_stays_ended", of_standing("over", "ended = {no}")),
    *(
        Crime(f"no {column} of a term", "standing_term_is_whole", of_standing("over", what))
        for column, what in (
            ("charge", "charge = NULL"),
            ("renewal", "renews = NULL"),
            ("lapse", "lapsed = NULL"),
        )
    ),
    Crime("half a term", "standing_term_is_whole", of_standing("monthly", "charge = 'x'")),
    Crime(
        "an address paid for a time",
        "standing_term_is_of_subscription",
        standing(amount="NULL", charge="'x'", until="created_at", renews="{yes}", lapsed="{no}"),
    ),
    Crime(
        "paid for less",
        "standing_term_stays",
        of_standing("over", "until = created_at - {tick}"),
    ),
    Crime(
        "not paid after all",
        "standing_term_stays",
        of_standing("over", "charge = NULL, until = NULL, renews = NULL, lapsed = NULL"),
    ),
    Crime("an order deleted", "standing_is_never_deleted", "DELETE FROM {s}standing"),
    # Notices
    Crime("a notice again", "notice_is_single", told(key="key")),
    Crime("a method of a notice that is none", "notice_method_is_name", told(method="'Bank'")),
    Crime("a long method of a notice", "notice_method_is_name", told(method=f"'{'a' * 33}'")),
    Crime("a strange method of a notice", "notice_method_is_name", told(method="'a-b'")),
    Crime("tries below zero", "notice_tries_are_counted", told(tries="-1")),
    Crime("too many bytes", "notice_raw_is_short", told(raw="{bytes}")),
    Crime("it waits for two", "notice_unresolved_is_read", told(unresolved="{yes}")),
    Crime(
        "a person and a reader",
        "notice_unresolved_is_read",
        "UPDATE {s}notice SET unresolved = {yes}",
    ),
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
    "credit taken back": of("partly", "credited = 39"),
    "a part is back": of("going", "state = 'underpaid', \"returning\" = 0, returned = 20"),
    "an invoice": of("new", "provider_id = 'theirs'"),
    "what became of it": of("partly", "check_at = NULL, checks = 2, link = 'x', told = 'y'"),
    "an arrival": arrival(),
    "an arrival of two parts": arrival("held"),
    "an arrival for nobody": arrival("unmatched"),
    "an arrival of another asset": arrival("other"),
    "a decision": of_arrival("held", "held = 0, credited = amount"),
    "a gift": of_arrival("held", "held = 0, credited = amount, given_to = 'user:bob'"),
    "a gift to another": of_arrival(
        "given back", "held = 0, credited = amount, given_to = 'user:carol'"
    ),
    "a part sent back": of_arrival("held", "held = 2, credited = 1, returned = 7"),
    "a part kept after all": of_arrival("going", "credited = 50, returned = 0"),
    "a refusal": of_arrival("credited", "held = amount, credited = 0, why_held = 'refused'"),
    "a refusal of a part": of_arrival("held", "held = amount, credited = 0"),
    "a reason": of_arrival("held", "why_held = 'because'"),
    "a refund": back(),
    "a refund of what was asked for": back(state="'due'", check_at="created_at"),
    "a refund of somebody else's": back(origin="'outside'", state="'done'", check_at="NULL"),
    "another refund after all": back("failed", state="'due'"),
    "a refund gone on with": of_refund(
        "going", "state = 'unknown', check_at = NULL, checks = 1, told = 'x', approved_by = 'y'"
    ),
    "a refund done": of_refund("asked", "state = 'done', check_at = NULL"),
    "a refund that failed": of_refund("put back", "state = 'failed', check_at = NULL"),
    "a standing order": standing(),
    "an order of whatever comes": standing(amount="NULL", provider_id="''"),
    "a subscription paid": standing(
        charge="'x'", until="created_at", renews="{yes}", lapsed="{no}"
    ),
    "a subscription paid again": of_standing("over", "until = until, renews = {no}"),
    "a subscription that lapses": of_standing("over", "lapsed = {yes}"),
    "an order that ends": of_standing("monthly", "ended = {yes}, link = 'x'"),
    "a notice": told(),
    "a notice of many bytes": told(raw="{most_bytes}"),
    "a notice read": "UPDATE {s}notice SET read_at = NULL, tries = tries + 1, outcome = 'read'",
    "a notice for a person": "UPDATE {s}notice SET read_at = NULL, unresolved = {yes}",
}

STEPS: Final = tuple((one, two) for one in State for two in State)


def allowed(one: State, two: State) -> bool:
    """Whether the table of the core lets a payment go there, or stay."""
    return one is two or two in MOVES[one]


def walk(state: State) -> str:
    """The payment of the walker is brought into that state, with what must have come for it."""
    came, returning, returned = {
        State.SETTLED: (100, 0, 0),
        State.OVERPAID: (101, 0, 0),
        State.REFUNDING: (1, 1, 0),
        State.REFUNDED: (1, 0, 1),
    }.get(state, (0, 0, 0))
    parts = f'came = {came}, "returning" = {returning}, returned = {returned}'
    return of("walker", f"state = '{state}', {parts}")


REFUND_STEPS: Final = tuple((one, two) for one in RefundState for two in RefundState)


def refund_allowed(one: RefundState, two: RefundState) -> bool:
    """Whether the table of the core lets a refund go there, or stay."""
    return one is two or two in REFUND_MOVES[one]


def refund_step(one: RefundState, two: RefundState) -> str:
    """Whatever refund is in the one state is brought into the other."""
    return f"UPDATE {{s}}refund SET state = '{two}', check_at = NULL WHERE state = '{one}'"
