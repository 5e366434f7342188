"""What people are afraid of, played at one click: each ends with a look into the books."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from attrs import define, field

from ..faults import Fault
from ..people import Person
from ..world import CHECKOUT, World
from .insight import Insight
from .stickers import title
from .story import NotAsToldError, Story

RUBLES: Final = "300"
LOOKS_MAX: Final = 20
LOOK_AGAIN_SECONDS: Final = 4


async def paid_while_down(story: Story) -> None:
    """Somebody pays while nobody is there to hear of it."""
    order = await _invoice(story)
    story.world.shop.shut()
    story.tell("killed")
    _pay(story, order)
    story.tell("paid_unheard")
    await asyncio.sleep(1)
    story.world.shop.reopen()
    await story.world.shop.served()
    story.tell("started", pid=story.world.shop.pid)
    await _credited_once(story, order)


async def answer_lost(story: Story) -> None:
    """The provider opens the invoice, and his answer never comes whole."""
    story.world.desks.heleket.faults.plan("/v1/payment", Fault.CUT_AFTER)
    story.tell("will_break_off")
    opened = len(story.world.desks.heleket.invoices)
    order = await _invoice(story)
    story.must(len(story.world.desks.heleket.invoices) == opened + 1, "there are two invoices")
    story.tell("one_invoice")
    _pay(story, order)
    await _credited_once(story, order)


async def answers_late(story: Story) -> None:
    """The provider opens the invoice and does not say so; meanwhile somebody else is served."""
    desk, calls = story.world.desks.heleket, story.world.record.calls
    known, before = set(desk.invoices), list(calls)
    desk.faults.plan("/v1/payment", Fault.HANG_AFTER)
    story.tell("will_be_silent")
    asking = asyncio.create_task(_invoice(story))
    try:
        await story.until(lambda: set(desk.invoices) - known)
        other = story.of_another()
        other.say("/balance")
        await other.answered()
        held = [each for each in calls if each not in before and each.what == "/v1/payment"]
        if not all(each.ended for each in held):  # on a slow machine Altyn has given up by then
            story.tell("other_served", other=other.who.user.first_name)
        order = await asking
    finally:
        asking.cancel()
    story.must(len(set(desk.invoices) - known) == 1, "there are two invoices")
    story.tell("one_invoice")
    _pay(story, order)
    await _credited_once(story, order)


async def told_thrice(story: Story) -> None:
    """The provider tells the same three times."""
    postman = story.world.postman
    before, brought = postman.copies, postman.brought
    postman.copies = True
    try:
        order = await _invoice(story)
        _pay(story, order)
        await story.until(lambda: postman.brought >= brought + 3)
        story.tell("told_thrice", times=postman.brought - brought)
        await _credited_once(story, order)
    finally:
        postman.copies = before


async def two_taps(story: Story) -> None:
    """Somebody taps twice, as nothing seemed to happen."""
    order = await _invoice(story)
    _pay(story, order)
    await story.settled(_uuid(story, order))
    known = set(story.world.desks.fragment.requests)
    story.say("/buy_stars 50 @bob")
    await story.tap(":buy:", times=2)
    story.tell("tapped_twice")
    await _delivered_once(story, known)


async def killed_while_paying(story: Story) -> None:
    """Altyn dies in the moment in which its wallet pays the supplier."""
    order = await _invoice(story)
    _pay(story, order)
    await story.settled(_uuid(story, order))
    known, chain = set(story.world.desks.fragment.requests), story.world.desks.ton.chain
    sent = chain.at(story.world.desks.wallet).seqno
    story.say("/buy_stars 50 @bob")
    await story.tap(":buy:")
    await story.until(lambda: chain.at(story.world.desks.wallet).seqno > sent)
    story.world.shop.kill()
    story.tell("killed_paying")
    await story.world.shop.served()
    story.tell("started", pid=story.world.shop.pid)
    await _delivered_once(story, known)
    story.must(chain.at(story.world.desks.wallet).seqno == sent + 1, "the wallet paid twice")
    story.tell("paid_once")


async def last_pack(story: Story) -> None:
    """Two people buy at the same moment what there is one of."""
    desk, chain = story.world.desks.stickerdom, story.world.desks.ton.chain
    other = story.of_another()
    both = (story, other)
    orders = [await _invoice(each) for each in both]
    for each, order in zip(both, orders, strict=True):
        _pay(each, order)
        await each.settled(_uuid(each, order))
    *_, collection = desk.collections.values()
    *_, rarest = collection.characters.values()
    desk.stocked(collection.id, rarest.id, 1)
    story.tell("one_left", pack=title(collection, rarest))
    for each in both:
        await _about_to_buy(each, collection.title, rarest.name)
    had = [await _available(each) for each in both]
    packs, sent = len(desk.owned.get(desk.account[0], [])), chain.at(story.world.desks.wallet).seqno
    for each in both:
        await each.tap(":buy:")
    story.tell("both_tapped", other=other.who.user.first_name)
    bought = [await each.purchase("delivered", "refused", "released") for each in both]
    story.must([each["state"] for each in bought].count("delivered") == 1, "not one of them has it")
    for each, purchase, before in zip(both, bought, had, strict=True):
        got_it, price = purchase["state"] == "delivered", Decimal(purchase["price"]["amount"])
        has = await _available(each)
        story.must(has == before - price * got_it, f"{each.who.user.first_name} has {has}")
        each.tell("got_it" if got_it else "went_without", price=f"{price} ₽", amount=f"{has} ₽")
    story.must(len(desk.owned[desk.account[0]]) == packs + 1, "not one pack was handed over")
    story.must(chain.at(story.world.desks.wallet).seqno == sent + 1, "the wallet paid otherwise")
    story.must(rarest.left == 0, f"{rarest.left} are left")
    story.tell("sold_once")
    await story.books()


async def _about_to_buy(story: Story, collection: str, pack: str) -> None:
    """It is on their screen; what the bot shows may be a minute old, so they look again."""
    for _ in range(LOOKS_MAX):
        story.say("/stickers")
        await story.press(collection)
        await story.reads(pack)
        if story.can_press(pack):
            break
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
    await story.press(pack)
    await story.tap(":me:")
    await story.offered(":buy:")


async def _available(story: Story) -> Decimal:
    balance = (await story.insight.of(story.who)).balance
    story.must(balance is not None, "there is no balance")
    return Decimal(balance["available"]["amount"]) if balance else Decimal(0)


async def _invoice(story: Story) -> str:
    """They ask to top up by Heleket; answered is the order as Heleket knows it."""
    desk = story.world.desks.heleket
    known = set(desk.invoices)
    story.say(f"/recharge {RUBLES}")
    await story.tap(":method:heleket:USDT")
    story.tell("asked_to_top_up", amount=f"{RUBLES} ₽")
    order = str(await story.until(lambda: next(iter(set(desk.invoices) - known), "")))
    await story.link(f"{CHECKOUT}/")
    return order


def _uuid(story: Story, order: str) -> str:
    return str(story.world.desks.heleket.invoices[order]["uuid"])


def _pay(story: Story, order: str) -> None:
    invoice = story.world.desks.heleket.invoices[order]
    story.world.desks.heleket.pay(order, invoice["amount"])
    story.tell("paid", amount=f"{invoice['amount']} {invoice['currency']}")


async def _credited_once(story: Story, order: str) -> None:
    payment = await story.settled(_uuid(story, order))
    seen = await story.insight.of(story.who)
    credits = [each for each in seen.entries if each["reference"] == payment["id"]]
    story.must(len(credits) == 1, f"it was credited {len(credits)} times")
    story.tell("credited_once", amount=f"{credits[0]['change']['amount']} ₽")
    story.must(payment["credited"] == payment["asked"], "another amount was credited")
    await story.books()


async def _delivered_once(story: Story, known: set[str]) -> None:
    desk = story.world.desks.fragment

    def delivered() -> Sequence[str]:
        new = [each for id, each in desk.requests.items() if id not in known]
        return [each.id for each in new if each.delivered_at]

    await story.until(delivered)
    bought = await story.delivered()
    story.must(len(delivered()) == 1, "it was delivered more than once")
    story.tell("delivered_once", price=f"{bought['price']['amount']} ₽")
    await story.books()


SCENARIOS: Final[Mapping[str, Callable[[Story], Awaitable[None]]]] = {
    "paid_while_down": paid_while_down,
    "answer_lost": answer_lost,
    "answers_late": answers_late,
    "told_thrice": told_thrice,
    "two_taps": two_taps,
    "killed_while_paying": killed_while_paying,
    "last_pack": last_pack,
}


@define(eq=False)
class Stage:
    """Where they are played, one at a time."""

    world: World
    insight: Insight
    command: Sequence[str]
    stories: dict[str, Story] = field(factory=dict, init=False)
    """The last of each name."""
    _playing: asyncio.Task[None] | None = field(default=None, init=False)

    @property
    def is_free(self) -> bool:
        """Whether none is being played."""
        return self._playing is None or self._playing.done()

    def play(self, name: str, who: Person) -> None:
        """
        Begin it; does nothing while another one is being played.

        Raises:
            LookupError: there is no such scenario.
        """
        scenario = SCENARIOS[name]
        if self.is_free:
            story = Story(name, who, self.world, self.insight, self.command)
            self.stories[name] = story
            self._playing = asyncio.create_task(self._play(scenario, story))

    async def _play(self, scenario: Callable[[Story], Awaitable[None]], story: Story) -> None:
        self.world.calm()
        try:
            await scenario(story)
        except (NotAsToldError, TimeoutError, LookupError) as wrong:
            story.wrong = str(wrong) or type(wrong).__name__
        finally:
            self.world.shop.reopen()
            story.over = True
            self.world.bell.ring()

    def stop(self) -> None:
        """Leave off."""
        if self._playing is not None:
            self._playing.cancel()
