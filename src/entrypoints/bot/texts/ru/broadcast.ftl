button-quiet = 🔕 Больше не присылать
button-loud = 🔔 Всё-таки присылать
quiet = 🔕 Рассылки вам больше не придут. О ваших платежах и покупках мы будем сообщать, как раньше.
loud = 🔔 Рассылки снова будут приходить.

broadcast-done = завершена
broadcast-cancelled = отменена
told-broadcast-ended = 📣 Ваша рассылка { $state }.

    Получили: <b>{ $sent }</b> из { $letters }
    Заблокировали бота: { $gone }
    Больше не хотят получать: { $declined }
    Не принял Telegram: { $refused }
    Возможно, неизвестно: { $unknown }

command-broadcast = написать всем или многим
broadcasts = 📣 <b>Рассылки</b>

    Одно сообщение всем или многим; каждый получит его не больше одного раза.
broadcast-draft = черновик
broadcast-sending = отправляется
broadcast-paused = на паузе
button-compose = ✏️ Новая
button-letter = { $at } · { $state } · { $sent } из { $letters }
language-en = английский
language-ru = русский
letter-draft = ✏️ <b>Черновик рассылки</b>

    Тексты: { $texts }
    Кнопка: { $link }
    Кому: { $to }
letter-no-texts = пока нет
letter-no-link = нет
button-say-en = ✏️ По-английски
button-say-ru = ✏️ По-русски
button-say-link = 🔗 Кнопка
button-to = 👥 Кому
button-look-en = 👁 По-английски
button-look-ru = 👁 По-русски
button-send = 📣 Отправить…
button-drop-draft = 🗑 Выбросить
say-en = Пришлите текст по-английски, оформленный так, как он должен выглядеть.
say-ru = Пришлите текст по-русски, оформленный так, как он должен выглядеть.
say-link = Пришлите, что написать на кнопке и куда она ведёт: <code>Открыть | https://shop.example</code>
say-wrong = ✕ Так не получится: { $why }

    { $ask }
to = 👥 Кому? Никогда тем, кого мы не слушаем, кто заблокировал бота или не хочет рассылок.
to-everybody = всем
to-language = язык: { $value }
to-role = роль: { $value }
to-bought-since = что-то купили с { $value }
to-not-bought-since = ничего не купили с { $value }
to-seen-since = заходили с { $value }
button-to-all = Всем
button-to-ru = По-русски
button-to-en = По-английски
button-to-seen-week = Были за 7 дней
button-to-seen-month = Были за 30 дней
button-to-bought = Купили за 30 дней
button-to-lapsed = Покупали, но не за 30 дней
button-to-never = Ни разу не купили
letter-sure = 📣 <b>Отправить?</b>

    Кому: { $to }
    Сколько: <b>{ $many }</b> ({ $each })
    Начатое вернуть нельзя.
button-send-yes = ✅ Отправить: { $many }
letter-gathering = 📣 <b>Рассылка: { $state }</b>

    Кому: { $to }
    Ищем получателей: пока { $letters }.
letter-progress = 📣 <b>Рассылка: { $state }</b>

    Кому: { $to }

    Получили: <b>{ $sent }</b> из { $letters }
    Заблокировали бота: { $gone }
    Больше не хотят получать: { $declined }
    Не принял Telegram: { $refused }
    Возможно, неизвестно: { $unknown }
    Осталось: { $open }
button-pause = ⏸ Пауза
button-resume = ▶️ Продолжить
button-call-off = ✕ Отменить
