"""What has to be so when the world has calmed down: judged by what really happened outside."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date

from attrs import field, frozen

from altyn.core.balances import HoldState
from altyn.core.money import RUB, Money
from altyn.core.purchases import Late, Purchase, State
from altyn.core.wallets import Cheque, ChequeState
from tests.unit.purchases_world import BANK, MUGS, World
from tests.unit.purchases_world_house import CAPS
from tests.unit.purchases_world_outside import FEE, Sale

ENDED = {State.DELIVERED, State.REFUSED, State.RELEASED}
WALLETS = {"fragment": "ton", "shop": "stars"}
ASSETS = {"ton": "TON", "stars": "XTR"}
SEEN = "seen"
"""What people say of a cheque that was paid."""


async def judge(world: World) -> None:
    """The books agree with what happened, and with themselves."""
    truth = Truth(world)
    for purchase in world.kept.purchases._kept.values():
        judge_purchase(truth, purchase)
    judge_wallets(truth)
    judge_what_was_told(truth)
    await judge_accounts(truth)


@frozen
class Truth:
    """What really happened outside."""

    world: World
    sales: dict[str, Sale] = field(init=False)

    @sales.default
    def _sales(self) -> dict[str, Sale]:
        tills = self.world.outside.till.values()
        return {id: sale for till in tills for id, sale in till.sales.items()}

    def of(self, purchase: Purchase) -> list[Sale]:
        """Everything that was ordered for it."""
        return [each for each in self.sales.values() if each.purchase == purchase.id]

    def paid(self) -> Iterator[tuple[str, date, Money, str]]:
        """Every payment: from which wallet, signed on which day, how much, and for which sale."""
        outside, days = self.world.outside, {}
        for cheque in self.world.kept.cheques._kept.values():
            days[cheque.draft.message] = cheque.signed_at.astimezone(UTC).date()
        for each in outside.chain.carried:
            for (sale, amount), sent in zip(each.message.pays, each.sent, strict=True):
                if sent:
                    yield "ton", days[each.message.name], amount, sale
        for name, form in outside.stars.forms.items():
            for _ in form.charges:
                yield "stars", days[name], form.amount, form.sale


def judge_purchase(truth: Truth, purchase: Purchase) -> None:
    """It is over; paid once at most, delivered once at most, and both as its state says."""
    assert purchase.state in ENDED, purchase
    sales = truth.of(purchase)
    came = [(sale, amount) for sale in sales for amount in sale.came]
    assert len(came) <= 1, ("paid twice", purchase, came)
    delivered = [sale for sale in sales if sale.delivered]
    assert purchase.late is not Late.WAITING, purchase
    comes = purchase.state is State.DELIVERED or purchase.late is Late.BORNE
    assert comes == bool(delivered), (purchase, sales)
    assert not purchase.late or all(sale.dead for sale in delivered), purchase
    for sale, amount in came:
        cost = purchase.quote.cost
        assert amount.units <= cost.units + cost.units * 2 // 100, ("paid too much", purchase)
        assert sale.shown == purchase.shown, ("for somebody else", purchase)
        assert sale.dead or purchase.state is State.DELIVERED, ("given back", purchase)
        known = sale.failed or purchase.decided_by
        assert purchase.state is State.DELIVERED or known, ("nobody said so", purchase)
        assert sale.id == purchase.order_id, ("another one was paid", purchase)


def judge_wallets(truth: Truth) -> None:
    """Everything has ended as it did outside; no cap was exceeded, and each day knows what it
    spent."""
    kept, spent = truth.world.kept, Counter[tuple[str, date]]()
    for wallet, day, amount, _ in truth.paid():
        spent[wallet, day] += amount.units
        assert amount <= CAPS[wallet].a_bill[ASSETS[wallet]]
    for (wallet, _), units in spent.items():
        assert units <= CAPS[wallet].a_day[ASSETS[wallet]].units, ("too much a day", spent)
    assert all(each.ended for each in kept.cheques._kept.values())
    assert all(each.ended for each in kept.outlays._kept.values())
    for name, book in kept.cheques._books.items():
        assert book.open is None
        assert book.spent.get(ASSETS[name], 0) == spent[name, book.day], (book, spent)
    paid = sorted(sale for *_, sale in truth.paid())
    said = [each for each in kept.outlays._kept.values() if each.state == "paid"]
    assert sorted(each.bill.parts[0].comment for each in said) == paid


def judge_what_was_told(truth: Truth) -> None:
    """Everything that ended was told once."""
    told: Counter[tuple[str, object]] = Counter()
    for event in truth.world.kept.outbox._waiting.values():
        told[event.name, event.facts.get("purchase") or event.facts.get("outlay")] += 1
    for purchase in truth.world.kept.purchases._kept.values():
        assert told[f"purchase.{purchase.state}", str(purchase.id)] == 1, purchase
        waited = bool(purchase.late and purchase.wish.funding.account)
        assert told["purchase.late", str(purchase.id)] == waited, purchase
        borne = purchase.late is Late.BORNE
        assert told["purchase.borne", str(purchase.id)] == borne, purchase
    for outlay in truth.world.kept.outlays._kept.values():
        assert told[f"outlay.{outlay.state}", str(outlay.id)] == 1, outlay


async def judge_accounts(truth: Truth) -> None:
    """Every account holds what it should, nothing is set aside, and all together are nothing."""
    world, should, is_so = truth.world, what_should_be(truth), Counter[tuple[str, str]]()
    sums: Counter[str] = Counter()
    for account in await world.kept.ledger.accounts(limit=1000):
        balance = await world.kept.ledger.balance(account.name, account.asset)
        assert not balance.held.units, account
        sums[account.asset.code] += balance.posted.units
        is_so[account.name, account.asset.code] = balance.posted.units
    assert not any(sums.values()), sums
    holds = world.kept.ledger._holds.values()
    assert all(each.state in (HoldState.CAPTURED, HoldState.RELEASED) for each in holds)
    for key in {*is_so, *should}:
        assert is_so[key] == should[key], (key, is_so[key], should[key])


def what_should_be(truth: Truth) -> Counter[tuple[str, str]]:
    """In units, by account and asset."""
    world, should = truth.world, Counter[tuple[str, str]]()
    for name, units in world.gifts.items():
        should[BANK, "RUB"] -= units
        should[name, "RUB"] += units
    for posted in world.kept.ledger._transfers.values():
        if posted.transfer.target == MUGS:
            should[MUGS, "RUB"] += posted.transfer.amount.units
            should[posted.transfer.source, "RUB"] -= posted.transfer.amount.units
    for purchase in world.kept.purchases._kept.values():
        account = purchase.wish.funding.account
        if purchase.late is Late.BORNE:
            for late in truth.of(purchase):
                for cost in late.came:
                    should[f"supply:{purchase.supplier}", cost.asset.code] -= cost.units
                    should[f"late:{purchase.wish.goods.kind}", cost.asset.code] += cost.units
        elif account is not None and any(sale.delivered for sale in truth.of(purchase)):
            assert purchase.price.asset == RUB
            should[account, "RUB"] -= purchase.price.units
            should[f"income:{purchase.wish.goods.kind}", "RUB"] += purchase.price.units
    for wallet, _, amount, sale in truth.paid():
        should[f"wallet:{wallet}", ASSETS[wallet]] -= amount.units
        should[f"supply:{sale.partition('-')[0]}", ASSETS[wallet]] += amount.units
    cheques = world.kept.cheques._kept.values()
    by_hand = {each.draft.hash for each in cheques if _by_hand(world, each)}
    for carried in world.outside.chain.carried:
        if carried.message.hash not in by_hand:
            should["wallet:ton", "TON"] -= FEE.units
            should["fees:ton", "TON"] += FEE.units
    return should


def _by_hand(world: World, cheque: Cheque) -> bool:
    """Whether a person's word is all there is: they see what was paid, and no fee."""
    proofs = {world.kept.outlays._kept[each].proof for each in cheque.outlays}
    return bool(cheque.decided_by) and (cheque.state is ChequeState.VOID or SEEN in proofs)
