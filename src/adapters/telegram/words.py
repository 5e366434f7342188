"""What payers are told when they cannot be charged, in their language."""

from collections.abc import Mapping
from typing import Final

from ...core.payments import Objection

ENGLISH: Final[Mapping[Objection, str]] = {
    Objection.UNKNOWN: "We know nothing of this payment. Please begin again.",
    Objection.OTHER_TERMS: "The price has changed. Please begin again.",
    Objection.PAID: "This was paid already. You were not charged again.",
    Objection.CLOSED: "The time to pay this is over. Please begin again.",
    Objection.UNSURE: "We cannot take payments right now. You were not charged; try again soon.",
}

RUSSIAN: Final[Mapping[Objection, str]] = {
    Objection.UNKNOWN: "Этот платёж нам не известен. Начните, пожалуйста, сначала.",
    Objection.OTHER_TERMS: "Цена изменилась. Начните, пожалуйста, сначала.",
    Objection.PAID: "Это уже оплачено. Повторно деньги не списаны.",
    Objection.CLOSED: "Время на оплату вышло. Начните, пожалуйста, сначала.",
    Objection.UNSURE: "Сейчас оплата не проходит. Деньги не списаны, попробуйте чуть позже.",
}


def words_for(objection: Objection, language: str) -> str:
    """Why not; in Russian for those who speak it, in English for everybody else."""
    russian = language.partition("-")[0] in ("ru", "be", "uk", "kk", "ky", "uz", "tg")
    return (RUSSIAN if russian else ENGLISH)[objection]
