"""What `altyn init` asks, in English and Russian."""

from collections.abc import Mapping, Sequence
from typing import Final

from attrs import frozen

LANGUAGES: Final = ("en", "ru")


@frozen
class Question:
    """One setting, and how it is asked for."""

    key: str
    words: Mapping[str, str]
    needs: str = ""
    """Only asked where this other setting is given."""


QUESTIONS: Final[Sequence[Question]] = (
    Question(
        "database",
        {
            "en": "Where are the books? (sqlite:///folder/file.db or postgresql://…)",
            "ru": "Где хранить книги? (sqlite:///папка/файл.db или postgresql://…)",
        },
    ),
    Question(
        "telegram.token",
        {
            "en": "Token of your bot, from @BotFather",
            "ru": "Токен вашего бота, от @BotFather",
        },
    ),
    Question(
        "owners",
        {
            "en": "Your number on Telegram: you will own the shop",
            "ru": "Ваш номер в Telegram: вы будете владельцем магазина",
        },
    ),
    Question(
        "bot.asset",
        {
            "en": "What does the bot count in? (XTR, RUB, USD, USDT, TON)",
            "ru": "В чём считает бот? (XTR, RUB, USD, USDT, TON)",
        },
        needs="telegram.token",
    ),
    Question(
        "heleket.merchant",
        {"en": "Merchant id at Heleket", "ru": "Идентификатор мерчанта в Heleket"},
    ),
    Question(
        "heleket.payment_key",
        {"en": "Payment key at Heleket", "ru": "Платёжный ключ Heleket"},
        needs="heleket.merchant",
    ),
    Question(
        "ton.address",
        {"en": "Your address on TON, to be paid there", "ru": "Ваш адрес в TON, для приёма оплаты"},
    ),
    Question(
        "api.public",
        {
            "en": "Address under which the outside reaches the API, like https://shop.example",
            "ru": "Адрес, по которому API доступен снаружи, например https://shop.example",
        },
    ),
    Question(
        "metrics.port",
        {"en": "Port for metrics, like 9420", "ru": "Порт для метрик, например 9420"},
    ),
)

SAID: Final[Mapping[str, Mapping[str, str]]] = {
    "begin": {
        "en": "Press Enter to keep what stands in brackets, or to leave something out.",
        "ru": "Enter — оставить то, что в скобках, или пропустить.",
    },
    "kept": {"en": "kept as it is", "ru": "остаётся как есть"},
    "none": {"en": "none", "ru": "нет"},
    "checking": {"en": "Asking those outside…", "ru": "Спрашиваю тех, кто снаружи…"},
    "all_the_same": {
        "en": "Something is wrong. Write it all the same? [y/N]",
        "ru": "Что-то не так. Всё равно записать? [y/N]",
    },
    "write": {"en": "Write {what}? [Y/n]", "ru": "Записать {what}? [Y/n]"},
    "written": {"en": "written: {what}", "ru": "записано: {what}"},
    "nothing": {"en": "nothing was written", "ru": "ничего не записано"},
    "unchanged": {"en": "nothing has changed", "ru": "ничего не изменилось"},
    "next": {"en": "Now start it: altyn up", "ru": "Теперь запустите: altyn up"},
}

YES: Final = frozenset({"y", "yes", "д", "да"})
NO: Final = frozenset({"n", "no", "н", "нет"})
