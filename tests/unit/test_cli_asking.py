"""Asking for money on the command line, where nothing comes of it."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from altyn.core.balances import account_name
from altyn.core.money import USDT, Money
from altyn.core.payments import Order, Payment, PaymentId, Payments, Quote
from altyn.entrypoints.cli import program
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
GIVEN = {"ALTYN_HELEKET_MERCHANT": "8b03432e", "ALTYN_HELEKET_PAYMENT_KEY": "a-key-of-ours-here"}


def test_what_ran_out_before_it_had_an_invoice_is_no_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody can pay it any more, and it is said what to do; the provider is not asked."""
    monkeypatch.chdir(tmp_path)
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)
    assert program.run(["migrate"]) == 0
    order = Order(
        id=PaymentId(uuid4()),
        payer="user:42",
        target=account_name("user:42"),
        method="heleket",
        quote=Quote.plain(Money.parse("5", USDT)),
    )

    async def written() -> None:
        container = make_container(read_settings(GIVEN, tmp_path))
        ended = LONG_AGO + timedelta(hours=1)
        begun = Payment.begun(order, at=LONG_AGO, expires_at=ended, check_at=ended)
        await (await container.get(Payments)).add(begun)
        await container.close()

    asyncio.run(written())
    capsys.readouterr()
    assert program.run(["payments", "open", "user:42", "5", "USDT", "--id", str(order.id)]) == 1
    assert "ran out before there was an invoice" in capsys.readouterr().out
