"""
What somebody might try on the tables of wallets and purchases, and the laws that stop it.

As in `payment_laws`: plain SQL that goes around the code, the same in every storage but for the
words that are filled in.
"""

from typing import Final

from attrs import evolve

from altyn.core.money import Money
from altyn.core.payments import PaymentId
from altyn.core.purchases import (
    CAMPAIGN_MOVES,
    ENDED,
    MOVES,
    PACKS,
    Campaigns,
    CampaignState,
    Funding,
    Goods,
    Kind,
    Late,
    Purchases,
    State,
)
from altyn.core.wallets import (
    CHEQUE_MOVES,
    OUTLAY_MOVES,
    Cheque,
    Cheques,
    ChequeState,
    Outlay,
    Outlays,
    OutlayState,
)
from altyn.entrypoints.testkit.purchases.campaigning import THERE, begun, walked
from altyn.entrypoints.testkit.purchases.ground import (
    ANN,
    GIVEN_UP,
    NOON,
    TO,
    Market,
    purchase_id,
    quoted,
    stepped,
    wish,
)
from altyn.entrypoints.testkit.wallets.ground import cheque as a_cheque
from altyn.entrypoints.testkit.wallets.ground import drawn, ended, outlay
from tests.integration.payment_laws import Crime, copied

CHEQUE: Final = """
id, wallet, number, message, hash, sequence, expires_at, outlays, present_before, signed_at, state,
check_at, checks, presented, told, decided_by
"""
OUTLAY: Final = """
id, wallet, asset, amount, bill, target, reference, created_at, state, cheque, proof, told
"""
BOOK: Final = """
wallet, number, sequence, open, day, spent
"""
PURCHASE: Final = """
id, kind, quantity, item, recipient, buyer, account, payment, quota_asset, quota, role, chosen,
supplier, shown, price_asset, price, worth, cost_asset, cost, cost_max, expires_at, created_at,
state, version, check_at, checks, since, attempt, lane, queue, order_id, bill, paid, late, proof,
told, decided_by
"""
CAMPAIGN: Final = """
id, plan, state, version, begun, created_at, check_at, told
"""


OPEN: Final = "(SELECT id FROM {s}cheque WHERE wallet = 'ton' AND state = 'signed')"
"""The open cheque of the wallet `ton`."""
OTHER: Final = "(SELECT id FROM {s}cheque WHERE wallet = 'settling')"


async def lived(
    purchases: Purchases, outlays: Outlays, cheques: Cheques, campaigns: Campaigns
) -> None:
    """Some of everything: references, wallets and buyers are named for what they show."""
    await _bought(Market(purchases, outlays, cheques))
    for state in CampaignState:
        await walked(campaigns, await campaigns.add(begun()), *THERE[state])

    async def asked(reference: str, wallet: str = "ton") -> Outlay:
        return await outlays.add(outlay(reference=reference, wallet=wallet))

    await asked("due")
    await outlays.put((await asked("refused")).unpaid("no"))
    lot = [await asked("paid"), await asked("skipped")]
    await ended(cheques, outlays, await drawn(cheques, outlays, *lot), [True, False])
    # The cheque of `late` is void, and that of `stranger` is another wallet's.
    await ended(cheques, outlays, await _names(cheques, await asked("late", "idle")))
    signed, stranger = await asked("signed"), await asked("stranger", "idle")
    new = await _names(cheques, signed, stranger)
    await outlays.put(signed.signed(new.id))
    await cheques.put(evolve(new, checks=1, presented=1), was=new)
    # Of this one it is known what became, and nobody has said so of its outlay or its book.
    cashed = await drawn(cheques, outlays, await asked("settling", "settling"))
    await cheques.put(evolve(cashed, state=ChequeState.CASHED, check_at=None), was=cashed)


async def _names(cheques: Cheques, *lot: Outlay) -> Cheque:
    """A cheque is drawn that names these, without their saying so."""
    book = await cheques.book(lot[0].wallet)
    new = a_cheque(book.number + 1, *lot)
    await cheques.draw(new, book.draws(new.id, lot[:1], NOON))
    return new


async def _bought(market: Market) -> None:
    """A purchase of every state, and some that are somewhere between two."""
    purchases = market.purchases
    for state in State:
        await market.bought(state, wish(buyer=state.value))
    for buyer in ("lane", "queue"):
        now = await market.bought(State.RESERVED, wish(buyer=buyer))
        if buyer == "lane":
            await purchases.put(now.changed(lane="fragment"))
    pack = Goods(kind=Kind.PACK, quantity=1, item="collection")
    await market.bought(State.QUOTED, wish(buyer="pack", goods=pack))
    quota = Funding(account=ANN, quota=Money(7, PACKS))
    await market.bought(State.QUOTED, wish(buyer="quota", funding=quota))
    funding = Funding(account=ANN, payment=PaymentId(purchase_id()))
    await market.bought(State.QUOTED, wish(buyer="payment", funding=funding))
    # No wallet was told to pay this one, and this one's has paid.
    now = await market.bought(State.ORDERED, wish(buyer="unasked"))
    await purchases.put(stepped(now, State.PAYING))
    for buyer, way in (("given up", GIVEN_UP), ("unpaid", TO[State.RELEASED])):
        await market.walk(await purchases.add(quoted(wish(buyer=buyer))), *way)
    for late in (Late.WAITING, Late.BORNE):
        await market.late(wish(buyer=late.value), decided=late)
    now = await market.bought(State.PAYING, wish(buyer="settled"))
    await market.happened(now, State.PAID)


def book(**other: str) -> str:
    """A book of another wallet, but for the others."""
    new = {"wallet": "'new'", "number": "0", "sequence": "-1", "open": "NULL"}
    return copied("chequebook", BOOK, "wallet = 'idle'", **(new | other))


def cheque(like: str = "idle", **other: str) -> str:
    """The next cheque of a wallet, as its newest one was, but for the others."""
    new = {"id": "{uuid}", "number": "number + 1", "state": "'signed'", "checks": "0"}
    new |= {"presented": "0"}
    newest = f"SELECT number FROM {{s}}chequebook b WHERE b.wallet = '{like}'"
    where = f"wallet = '{like}' AND number = ({newest})"
    return copied("cheque", CHEQUE, where, **(new | other))


def due(**other: str) -> str:
    """Another outlay, for another thing, but for the others."""
    new = {"id": "{uuid}", "reference": "'new'"}
    return copied("outlay", OUTLAY, "reference = 'due'", **(new | other))


def purchase(like: str = "quoted", **other: str) -> str:
    """Another purchase, as that buyer's, but for the others."""
    return copied("purchase", PURCHASE, f"buyer = '{like}'", **({"id": "{uuid}"} | other))


def of_book(wallet: str, what: str) -> str:
    """The book of that wallet is changed."""
    return f"UPDATE {{s}}chequebook SET {what} WHERE wallet = '{wallet}'"


def of_cheque(wallet: str, what: str) -> str:
    """The newest cheque of that wallet is changed."""
    newest = f"SELECT number FROM {{s}}chequebook b WHERE b.wallet = '{wallet}'"
    return f"UPDATE {{s}}cheque SET {what} WHERE wallet = '{wallet}' AND number = ({newest})"


def of_outlay(reference: str, what: str) -> str:
    """The outlay for that is changed."""
    return f"UPDATE {{s}}outlay SET {what} WHERE reference = '{reference}'"


def of_purchase(buyer: str, what: str, version: str = "version + 1") -> str:
    """That buyer's purchase is changed."""
    return f"UPDATE {{s}}purchase SET version = {version}, {what} WHERE buyer = '{buyer}'"


def campaign(**other: str) -> str:
    """Another campaign, as the running one, but for the others."""
    return copied("campaign", CAMPAIGN, "state = 'running'", **({"id": "{uuid}"} | other))


def of_campaign(state: str, what: str, version: str = "version + 1") -> str:
    """The campaign of that state is changed."""
    return f"UPDATE {{s}}campaign SET version = {version}, {what} WHERE state = '{state}'"


SHUTTER: Final = {
    "supplier": "'new'",
    "closed": "true",
    "step": "1",
    "reason": "'why'",
    "since": "created_at",
    "tries": "0",
    "try_at": "created_at",
}


def shutter(**other: str) -> str:
    """Another supplier is closed, but for the others."""
    new = SHUTTER | other
    values = f"SELECT {', '.join(new.values())} FROM {{s}}campaign WHERE state = 'running'"
    return f"INSERT INTO {{s}}shutter ({', '.join(new)}) {values}"


IN_BOOK: Final = ("cheque.cheque_is_in_its_book",)

CRIMES: Final = (
    # Shutters
    Crime("a shutter of nobody", "shutter_supplier_is_name", shutter(supplier="'New'")),
    Crime("a shutter too long", "shutter_supplier_is_name", shutter(supplier=f"'{'a' * 33}'")),
    Crime("a step that is none", "shutter_step_is_known", shutter(step="4")),
    Crime("less than no tries", "shutter_is_counted", shutter(tries="-1")),
    Crime("too many words", "shutter_says_why", shutter(reason=f"'{'a' * 501}'")),
    # Books
    Crime("a book again", "chequebook_is_single", book(wallet="wallet")),
    Crime("a book of no wallet", "chequebook_wallet_is_name", book(wallet="'Ton'")),
    Crime("a book of a long name", "chequebook_wallet_is_name", book(wallet=f"'{'a' * 33}'")),
    Crime("a book of a strange name", "chequebook_wallet_is_name", book(wallet="'a-b'")),
    Crime("a book begins used", "chequebook_begins_unused", book(number="1")),
    Crime("a book begins cashed", "chequebook_begins_unused", book(sequence="0")),
    Crime(
        "less than nothing cashed",
        "chequebook_is_counted",
        of_book("idle", "sequence = -2"),
        ("chequebook.chequebook_goes_on",),
    ),
    Crime("a book for another", "chequebook_wallet_is_fixed", of_book("idle", "wallet = 'new'")),
    *(
        Crime(what, "chequebook_draws_one_at_a_time", of_book(wallet, change))
        for what, wallet, change in (
            ("a number without a cheque", "idle", "number = number + 1"),
            ("a number left out", "idle", f"number = number + 2, open = {OPEN}"),
            ("a number again", "idle", "number = number - 1"),
            ("opened again", "idle", "open = (SELECT id FROM {s}cheque WHERE wallet = 'idle')"),
            ("another one open", "ton", f"open = {OTHER}"),
            ("drawn while one is open", "ton", f"number = number + 1, open = {OTHER}"),
        )
    ),
    Crime("cashed and not cashed", "chequebook_goes_on", of_book("ton", "sequence = -1")),
    Crime("a day again", "chequebook_goes_on", of_book("ton", "day = '0001-01-01'")),
    Crime(
        "closed while it may be cashed",
        "chequebook_closes_when_all_is_known",
        of_book("ton", "open = NULL"),
    ),
    Crime(
        "closed before its outlays",
        "chequebook_closes_when_all_is_known",
        of_book("settling", "open = NULL"),
    ),
    Crime("a book deleted", "chequebook_is_never_deleted", "DELETE FROM {s}chequebook"),
    # Cheques
    Crime("a cheque again", "cheque_is_single", cheque(id="id"), IN_BOOK),
    Crime("its number again", "cheque_number_is_single", cheque(number="number"), IN_BOOK),
    Crime("two cheques open", "cheque_open_is_single", cheque("ton"), IN_BOOK),
    Crime("a cheque beside the book", "cheque_is_in_its_book", cheque()),
    Crime("it begins cashed", "cheque_begins_signed", cheque(state="'cashed'", check_at="NULL")),
    Crime("it begins checked", "cheque_begins_signed", cheque(checks="1")),
    Crime("it begins presented", "cheque_begins_signed", cheque(presented="1")),
    Crime("a cheque for nothing", "cheque_pays_something", cheque(outlays="{none}"), IN_BOOK),
    Crime(
        "a lost cheque",
        "cheque_state_is_known",
        of_cheque("ton", "state = 'lost', check_at = NULL"),
        ("cheque.cheque_moves",),
    ),
    Crime(
        "void and gone on with",
        "cheque_is_gone_on_with_while_signed",
        of_cheque("ton", "state = 'void', check_at = signed_at"),
    ),
    *(
        Crime(f"{column} below zero", "cheque_is_counted", statement, without)
        for column, statement, without in (
            ("number", cheque(number="-1"), IN_BOOK),
            ("sequence", cheque(sequence="-1"), IN_BOOK),
            ("checks", of_cheque("ton", "checks = -1"), ("cheque.cheque_counts_on",)),
            ("presented", of_cheque("ton", "presented = -1"), ("cheque.cheque_counts_on",)),
        )
    ),
    *(
        Crime(f"{column} of a cheque changed", "cheque_is_fixed", of_cheque("ton", what))
        for column, what in {
            "id": "id = {uuid}",
            "wallet": "wallet = 'other'",
            "number": "number = number + 1",
            "message": "message = 'other'",
            "hash": "hash = 'other'",
            "sequence": "sequence = sequence + 1",
            "end": "expires_at = expires_at + {tick}",
            "outlays": "outlays = {one}",
            "window": "present_before = present_before + {tick}",
            "moment": "signed_at = signed_at + {tick}",
        }.items()
    ),
    Crime("a cashed cheque changed", "cheque_stays_ended", of_cheque("settling", "told = 'x'")),
    Crime("a void cheque changed", "cheque_stays_ended", of_cheque("idle", "decided_by = 'x'")),
    Crime("presented and not", "cheque_counts_on", of_cheque("ton", "presented = 0")),
    Crime("checked and not", "cheque_counts_on", of_cheque("ton", "checks = 0")),
    Crime("a cheque deleted", "cheque_is_never_deleted", "DELETE FROM {s}cheque"),
    # Outlays
    Crime("an outlay again", "outlay_is_single", due(id="id")),
    *(
        Crime(f"what is {state} again", "outlay_is_made_once", due(reference=f"'{state}'"))
        for state in ("due", "signed", "paid")
    ),
    Crime("an outlay of an unknown asset", "outlay_counts_asset", due(asset="'NEW'")),
    Crime("by no wallet", "outlay_wallet_is_name", due(wallet="'Ton'")),
    Crime("by a wallet of a long name", "outlay_wallet_is_name", due(wallet=f"'{'a' * 33}'")),
    Crime("by a wallet of a strange name", "outlay_wallet_is_name", due(wallet="'a-b'")),
    Crime("a bill over nothing", "outlay_amount_is_positive", due(amount="0")),
    Crime("an outlay begins unpaid", "outlay_begins_due", due(state="'unpaid'")),
    Crime(
        "a lost outlay",
        "outlay_state_is_known",
        of_outlay("signed", "state = 'lost'"),
        ("outlay.outlay_moves", "outlay.outlay_follows_its_cheque"),
    ),
    Crime("signed by nothing", "outlay_is_signed_by_cheque", of_outlay("due", "state = 'signed'")),
    Crime("due on a cheque", "outlay_is_signed_by_cheque", due(cheque=OPEN)),
    *(
        Crime(what, "outlay_has_one_cheque", of_outlay(reference, change))
        for what, reference, change in (
            ("onto another cheque", "signed", f"cheque = {OTHER}"),
            ("onto a cheque without a word", "due", f"cheque = {OPEN}"),
            ("unpaid by a cheque it was never on", "due", f"state = 'unpaid', cheque = {OPEN}"),
            ("paid by another cheque", "signed", f"state = 'paid', cheque = {OTHER}"),
        )
    ),
    Crime(
        "signed by nothing known",
        "outlay_cheque_is_known",
        of_outlay("due", "state = 'signed', cheque = {uuid}"),
    ),
    Crime(
        "on a cheque that does not name it",
        "outlay_is_on_its_cheque",
        of_outlay("due", f"state = 'signed', cheque = {OPEN}"),
    ),
    Crime(
        "on the cheque of another wallet",
        "outlay_is_on_its_cheque",
        of_outlay("stranger", f"state = 'signed', cheque = {OPEN}"),
    ),
    Crime(
        "on a cheque that is void",
        "outlay_follows_its_cheque",
        of_outlay(
            "late",
            "state = 'signed', cheque = (SELECT id FROM {s}cheque WHERE wallet = 'idle')",
        ),
    ),
    Crime("paid too early", "outlay_follows_its_cheque", of_outlay("signed", "state = 'paid'")),
    Crime(
        "unpaid while it may be paid",
        "outlay_follows_its_cheque",
        of_outlay("signed", "state = 'unpaid'"),
    ),
    *(
        Crime(f"{column} of an outlay changed", "outlay_is_fixed", of_outlay("due", what))
        for column, what in {
            "id": "id = {uuid}",
            "wallet": "wallet = 'other'",
            "asset": "asset = 'RUB'",
            "amount": "amount = amount + 1",
            "bill": "bill = '[]'",
            "target": "target = 'supply:other'",
            "reference": "reference = 'other'",
            "moment": "created_at = created_at + {tick}",
        }.items()
    ),
    Crime("a paid outlay changed", "outlay_stays_ended", of_outlay("paid", "proof = 'other'")),
    Crime("an unpaid outlay changed", "outlay_stays_ended", of_outlay("refused", "told = 'x'")),
    Crime("an outlay deleted", "outlay_is_never_deleted", "DELETE FROM {s}outlay"),
    # Purchases
    Crime("a purchase again", "purchase_is_single", purchase(id="id")),
    Crime("a price in nothing", "purchase_counts_price", purchase(price_asset="'NEW'")),
    Crime("a cost in nothing", "purchase_counts_cost", purchase(cost_asset="'NEW'")),
    Crime("goods of no kind", "purchase_kind_is_known", purchase(kind="'gold'")),
    Crime("none of it", "purchase_quantity_is_positive", purchase(quantity="0")),
    Crime("Stars with a name", "purchase_pack_is_named", purchase(item="'x'")),
    Crime("a pack without one", "purchase_pack_is_named", purchase("pack", item="''")),
    Crime(
        "a payment for nobody",
        "purchase_payment_credits_account",
        purchase("payment", account="NULL"),
    ),
    Crime("a quota in nothing", "purchase_counts_quota", purchase("quota", quota_asset="'NEW'")),
    Crime("a quota of nobody", "purchase_quota_is_of_account", purchase("quota", account="NULL")),
    *(
        Crime(f"a quota {what}", "purchase_quota_is_sound", purchase("quota", **other))
        for what, other in {
            "of nothing": {"quota": "0"},
            "below nothing": {"quota": "-1"},
            "without an asset": {"quota_asset": "NULL"},
            "without an amount": {"quota": "NULL"},
        }.items()
    ),
    Crime("by another than was chosen", "purchase_supplier_is_chosen", purchase(chosen="'x'")),
    Crime("by no supplier", "purchase_supplier_is_name", purchase(supplier="'Fragment'")),
    Crime("by a long one", "purchase_supplier_is_name", purchase(supplier=f"'{'a' * 33}'")),
    Crime("by a strange one", "purchase_supplier_is_name", purchase(supplier="'a-b'")),
    Crime("a price below nothing", "purchase_quote_is_sound", purchase(price="-1")),
    Crime("a cost of nothing", "purchase_quote_is_sound", purchase(cost="0")),
    Crime("a cap below the cost", "purchase_quote_is_sound", purchase(cost_max="cost - 1")),
    Crime("it begins reserved", "purchase_begins_quoted", purchase(state="'reserved'")),
    Crime("it begins later", "purchase_begins_quoted", purchase(version="1")),
    Crime("it begins ordered", "purchase_begins_quoted", purchase(attempt="1")),
    Crime(
        "a lost purchase",
        "purchase_state_is_known",
        of_purchase("paying", "state = 'lost'"),
        ("purchase.purchase_moves",),
    ),
    *(
        Crime(what, "purchase_is_paid_from_paid_on", statement)
        for what, statement in (
            ("paid before it is quoted", purchase(paid="true")),
            ("paid without a word", of_purchase("settled", "state = 'paid'")),
        )
    ),
    *(
        Crime(f"{state} and {what}", "purchase_is_paid_once", of_purchase(state, change))
        for state, what, change in (
            ("reserved", "paid already", "paid = true"),
            ("paying", "paid already", "paid = true"),
            ("released", "paid after all", "paid = true"),
            ("paid", "not any more", "paid = false"),
            ("delivered", "not paid after all", "paid = false"),
            ("paid", "given back", "state = 'released', check_at = NULL, paid = false"),
            ("paying", "given up as paid", "state = 'released', check_at = NULL, paid = true"),
        )
    ),
    *(
        Crime(what, "purchase_is_paid_by_bill", statement)
        for what, statement in (
            ("quoted with a bill", purchase(bill="'{{}}'")),
            ("reserved with a bill", of_purchase("reserved", "bill = '{{}}'")),
            ("ordered without a bill", of_purchase("reserved", "state = 'ordered'")),
            ("paying without a bill", of_purchase("paying", "bill = NULL")),
            ("paid without a bill", of_purchase("paid", "bill = NULL")),
        )
    ),
    *(
        Crime(
            f"{state} and gone on with",
            "purchase_is_gone_on_with_until_it_ends",
            of_purchase(state, "check_at = created_at"),
        )
        for state in State
        if state in ENDED
    ),
    Crime(
        "late in some way",
        "purchase_late_is_known",
        of_purchase("given up", "late = 'soon'"),
        ("purchase.purchase_late_moves",),
    ),
    *(
        Crime(what, "purchase_is_late_after_it_was_given_up", statement)
        for what, statement in (
            ("late before it is quoted", purchase(late="'waiting'")),
            ("late, and nobody has paid", of_purchase("unpaid", "late = 'waiting'")),
            ("paid for and given up", of_purchase("waiting", "late = 'paid'")),
        )
    ),
    *(
        Crime(what, "purchase_late_moves", statement)
        for what, statement in (
            ("late, delivered in time", of_purchase("delivered", "late = 'paid'")),
            ("borne before it has come", of_purchase("given up", "late = 'borne'")),
            ("not late any more", of_purchase("waiting", "late = ''")),
            ("decided again", of_purchase("borne", "late = 'waiting'")),
        )
    ),
    Crime(
        "delivered for nothing",
        "purchase_moves",
        of_purchase("given up", "state = 'delivered'"),
    ),
    Crime("checks below nothing", "purchase_is_counted", purchase(checks="-1")),
    *(
        Crime(f"{column} below nothing", "purchase_is_counted", of_purchase("paid", what))
        for column, what in {"attempt": "attempt = -1"}.items()
    ),
    *(
        Crime(f"{column} of a wish changed", "purchase_wish_is_fixed", of_purchase("quoted", what))
        for column, what in {
            "id": "id = {uuid}",
            "kind": "kind = 'ton'",
            "quantity": "quantity = 51",
            "item": "item = 'x'",
            "recipient": "recipient = 'carol'",
            "buyer": "buyer = 'other'",
            "account": "account = NULL",
            "payment": "payment = {uuid}",
            "role": "role = 'vip'",
            "chosen supplier": "chosen = supplier",
        }.items()
    ),
    *(
        Crime(f"{column} of a quota changed", "purchase_wish_is_fixed", of_purchase("quota", what))
        for column, what in {"asset": "quota_asset = 'RUB'", "amount": "quota = 8"}.items()
    ),
    *(
        Crime(f"{column} quoted changed", "purchase_quote_is_fixed", of_purchase("quoted", what))
        for column, what in {
            "supplier": "supplier = 'other'",
            "recipient": "shown = 'Carol'",
            "asset": "price_asset = 'TON'",
            "price": "price = 1",
            "worth": "worth = 1",
            "asset of the cost": "cost_asset = 'RUB'",
            "cost": "cost = 1",
            "cap": "cost_max = cost_max + 1",
            "end": "expires_at = expires_at + {tick}",
            "moment": "created_at = created_at + {tick}",
        }.items()
    ),
    *(
        Crime(
            f"a version that {what}",
            "purchase_version_grows_by_one",
            of_purchase("quoted", "told = 'x'", version),
        )
        for what, version in {
            "stays": "version",
            "is left out": "version + 2",
            "goes back": "version - 1",
        }.items()
    ),
    Crime("a lane taken", "purchase_lane_is_single", of_purchase("queue", "lane = 'fragment'")),
    *(
        Crime(
            f"a queue of {buyer}",
            "purchase_queues_before_its_turn",
            of_purchase(buyer, "queue = 'fragment'"),
        )
        for buyer in ("quoted", "lane", "ordered", "unknown", "delivered")
    ),
    *(
        Crime(
            f"{buyer} and {state}",
            "purchase_follows_its_outlay",
            of_purchase(buyer, f"state = '{state}', check_at = NULL{bill}"),
        )
        for buyer, state, bill in (
            ("paying", "paid", ", paid = true"),
            ("paying", "released", ""),
            ("paying", "reserved", ", bill = NULL"),
            ("unasked", "paid", ", paid = true"),
            ("settled", "released", ""),
            ("settled", "reserved", ", bill = NULL"),
        )
    ),
    Crime("a purchase deleted", "purchase_is_never_deleted", "DELETE FROM {s}purchase"),
    # Campaigns
    Crime("a campaign again", "campaign_is_single", campaign(id="id")),
    Crime("it begins paused", "campaign_begins_running", campaign(state="'paused'")),
    Crime("it begins with a number", "campaign_begins_running", campaign(begun="1")),
    Crime("a campaign begins later", "campaign_begins_running", campaign(version="1")),
    Crime(
        "a lost campaign",
        "campaign_state_is_known",
        of_campaign("running", "state = 'lost'"),
        ("campaign.campaign_moves",),
    ),
    *(
        Crime(f"{column} planned changed", "campaign_plan_is_fixed", of_campaign("running", what))
        for column, what in {
            "id": "id = {uuid}",
            "plan": "plan = '{{}}'",
            "moment": "created_at = created_at + {tick}",
        }.items()
    ),
    *(
        Crime(
            f"a version of a campaign that {what}",
            "campaign_version_grows_by_one",
            of_campaign("ended", "told = 'x'", version),
        )
        for what, version in {
            "stays": "version",
            "is left out": "version + 2",
            "goes back": "version - 1",
        }.items()
    ),
    Crime("a number given out again", "campaign_numbers_on", of_campaign("running", "begun = -1")),
    Crime("a campaign deleted", "campaign_is_never_deleted", "DELETE FROM {s}campaign"),
)

HONEST: Final = {
    "a shutter": shutter(reason="''", step="3", closed="false"),
    "a book": book(),
    "a book of a long name": book(wallet=f"'a{'_' * 30}9'"),
    "a day goes by": of_book("idle", "day = '9999-12-31', spent = '{{}}', sequence = 7"),
    "spent less": of_book("ton", "spent = '{{}}'"),
    "presented again": of_cheque("ton", "presented = 2, checks = 5, check_at = NULL, told = 'x'"),
    "a cheque cashed": of_cheque("ton", "state = 'cashed', check_at = NULL, decided_by = 'x'"),
    "a cheque void": of_cheque("ton", "state = 'void', check_at = NULL"),
    "an outlay": due(),
    "what was unpaid again": due(reference="'refused'"),
    "an outlay given up": of_outlay("due", "state = 'unpaid', told = 'x'"),
    "an outlay that is due": of_outlay("due", "told = 'x'"),
    "an outlay paid": of_outlay("settling", "state = 'paid', proof = 'x'"),
    "an outlay left out": of_outlay("settling", "state = 'unpaid', told = 'x'"),
    "a purchase": purchase(),
    "a pack": purchase("pack"),
    "a purchase for a payment": purchase("payment"),
    "a purchase with a quota": purchase("quota", quota="1"),
    "a purchase from somebody": purchase(chosen="supplier"),
    "a purchase for the house": purchase(account="NULL", price="0"),
    "gone on with": of_purchase("quoted", "check_at = NULL, checks = 1, told = 'x'"),
    "a queue": of_purchase("queue", "queue = 'fragment'"),
    "a lane of its own": of_purchase("queue", "lane = 'stickerdom'"),
    "a lane left": of_purchase("lane", "lane = ''"),
    "a lane after all": of_purchase("unknown", "lane = 'fragment'"),
    "paid at last": of_purchase("settled", "state = 'paid', proof = 'x', paid = true"),
    "paid and given up": of_purchase("paid", "state = 'released', check_at = NULL"),
    "given up": of_purchase("unasked", "state = 'released', check_at = NULL, bill = NULL"),
    "to be ordered again": of_purchase("unasked", "state = 'reserved', bill = NULL"),
    "come late": of_purchase("given up", "late = 'waiting', proof = 'x'"),
    "had by the house": of_purchase("given up", "late = 'paid', state = 'delivered'"),
    "borne by it": of_purchase("waiting", "late = 'borne', told = 'x'"),
    "a campaign": campaign(),
    "numbers given out": of_campaign("running", "begun = 10, check_at = NULL, told = 'x'"),
    "what an ended one left in doubt": of_campaign("ended", "check_at = created_at"),
}

OUTLAY_STEPS: Final = tuple((one, two) for one in OutlayState for two in OutlayState)
CHEQUE_STEPS: Final = tuple((one, two) for one in ChequeState for two in ChequeState)
STEPS: Final = tuple((one, two) for one in State for two in State)
CAMPAIGN_STEPS: Final = tuple((one, two) for one in CampaignState for two in CampaignState)


def law_of_outlay(one: OutlayState, two: OutlayState) -> str | None:
    """The law that stops an outlay from going there, if the table of the core does."""
    if one is two:
        return None if OUTLAY_MOVES[one] else "outlay_stays_ended"
    return None if two in OUTLAY_MOVES[one] else "outlay_moves"


def law_of_cheque(one: ChequeState, two: ChequeState) -> str | None:
    """The law that stops a cheque from going there, if the table of the core does."""
    if one is two:
        return None if CHEQUE_MOVES[one] else "cheque_stays_ended"
    return None if two in CHEQUE_MOVES[one] else "cheque_moves"


def law_of_purchase(one: State, two: State) -> str | None:
    """The law that stops a purchase from going there, if the table of the core does."""
    return None if one is two or two in MOVES[one] else "purchase_moves"


def law_of_campaign(one: CampaignState, two: CampaignState) -> str | None:
    """The law that stops a campaign from going there, if the table of the core does."""
    return None if one is two or two in CAMPAIGN_MOVES[one] else "campaign_moves"


def outlay_step(one: OutlayState, two: OutlayState) -> str:
    """An outlay of the one state is brought into the other, onto a cheque if need be."""
    reference = "refused" if one is OutlayState.UNPAID else one.value
    onto = f", cheque = {OPEN}" if (one, two) == (OutlayState.DUE, OutlayState.SIGNED) else ""
    return of_outlay(reference, f"state = '{two}'{onto}")


def cheque_step(one: ChequeState, two: ChequeState) -> str:
    """Whatever cheque is in the one state is brought into the other."""
    return f"UPDATE {{s}}cheque SET state = '{two}', check_at = NULL WHERE state = '{one}'"


def campaign_step(one: CampaignState, two: CampaignState) -> str:
    """The campaign of the one state is brought into the other."""
    return of_campaign(one.value, f"state = '{two}'")


def step(one: State, two: State) -> str:
    """A purchase of the one state is brought into the other, with a bill and paid if need be."""
    if (one, two) == (State.RELEASED, State.DELIVERED):
        return of_purchase("waiting", "state = 'delivered', late = 'paid'")
    paid = ", paid = true" if (one, two) == (State.PAYING, State.PAID) else ""
    bill = "NULL" if two in (State.QUOTED, State.RESERVED) else "'{{}}'"
    return of_purchase(one.value, f"state = '{two}', check_at = NULL, bill = {bill}{paid}")
