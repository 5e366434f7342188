"""Money that our books cannot say: never silence, never a guess, and never rounded."""

import pytest
from attrs import evolve

from altyn.core.balances import MalformedText
from altyn.core.payments import Report, Stage, State, Uncounted
from tests.unit.payments_house import House, order, usdt


@pytest.fixture
def house() -> House:
    return House()


def strange(house: House, said: str = "0.0015 BTC") -> Uncounted:
    """It came now."""
    return Uncounted(key="in-1", said=said, at=house.clock.now())


async def uncounted(house: House) -> list[tuple[object, ...]]:
    """Of what was told, what a person was called for."""
    return [
        (event.facts["key"], event.facts["said"], event.facts["payment"])
        for event in await house.told()
        if event.name == "arrival.uncounted"
    ]


async def test_it_leaves_a_payment_in_doubt_and_calls_a_person_once(house: House) -> None:
    """However often he says it, and however he calls the invoice; it is asked about again."""
    payment = await house.open(order())
    for stage in (Stage.CLOSED, Stage.CLOSED, Stage.EXPIRED):
        house.gateway.reports.append(Report(stage, (), [strange(house)]))
        payment = await house.check(payment.id)
        assert (payment.state, payment.came) == (State.UNKNOWN, usdt(0))
        assert payment.told == "0.0015 BTC came, which our books cannot count"
        assert payment.check_at is not None
    assert await uncounted(house) == [("in-1", "0.0015 BTC", str(payment.id))]
    await house.sound()


async def test_once_it_can_be_counted_the_doubt_is_over(house: House) -> None:
    """Somebody has told us of the asset meanwhile: then it is another than was asked for."""
    payment = await house.open(order())
    house.gateway.reports.append(Report(Stage.CLOSED, (), [strange(house)]))
    await house.check(payment.id)
    payment = await house.comes(payment, house.inflow(1000), stage=Stage.CLOSED)
    assert (payment.state, payment.told) == (State.SETTLED, "")


async def test_what_is_whole_of_it_is_credited(house: House) -> None:
    """The rest is told, and told again when it has become another."""
    payment = await house.open(order())
    for units, rest in (
        (400, "0.0000001 USDT"),
        (1000, "0.0000001 USDT"),
        (1000, "0.0000002 USDT"),
    ):
        came = [evolve(house.inflow(units), key="in-1")]
        house.gateway.reports.append(Report(Stage.SEEN, came, [strange(house, rest)]))
        payment = await house.check(payment.id)
        assert payment.came == usdt(units)
        assert rest in payment.told
    assert payment.state is State.SETTLED
    assert await house.holds("user:1") == 1000
    told = [each[1] for each in await uncounted(house)]
    assert told == ["0.0000001 USDT", "0.0000002 USDT"]
    await house.sound()


async def test_a_notice_of_nobodys_calls_a_person(house: House) -> None:
    """What can be counted of it goes into the drawer as always."""
    house.gateway.finds.append([house.inflow(5), strange(house)])
    await house.take("fake", b"n-1 9", {"sign": "his"})
    assert await house.read() == 1
    assert await uncounted(house) == [("in-1", "0.0015 BTC", str(order(9).id))]
    assert [each.held for each in await house.drawer()] == [usdt(5)]
    await house.sound()


def test_his_words_are_bounded_and_on_one_line(house: House) -> None:
    """Like all that others tell us."""
    for said in ("x" * 257, "1\nBTC"):
        with pytest.raises(MalformedText):
            strange(house, said)
