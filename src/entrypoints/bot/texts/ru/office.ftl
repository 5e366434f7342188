# Для тех, кто смотрит за магазином.

command-stats = сегодняшние цифры
command-user = найти человека: /user @friend
command-payment = найти платёж по номеру
command-refund = вернуть деньги: /refund номер
command-adjust = поправить баланс: /adjust 42 +100 причина
command-buy_stars_fragment = звёзды за счёт магазина: /buy_stars_fragment 100 @friend
command-review = что ждёт решения
command-limits = лимиты человека: /limits @friend
command-health = состояние и обращения
command-case = найти обращение: /case номер

office-sheet = <b>{ $title }</b>

    { $lines }
office-line = { $label }: <code>{ $value }</code>
office-missing = 🔍 «{ $text }» не нашлось. { $why }

    { $ask }
office-balance = { $available }, отложено { $held }
office-bought = { $goods } для @{ $recipient }, { $price }, { $state }
office-returned = { $amount }, { $state }
office-bill = { $amount }, { $state }
ask-user = Кого найти? Пришлите номер или @имя.
ask-payment = Какой платёж? Пришлите его номер или номер списания из квитанции.
ask-refund = Что вернуть? Пришлите номер платежа или списания, можно с суммой и причиной.
ask-adjust = Кому, сколько и почему? Например: 42 +100 за ожидание. С минусом деньги спишутся; перед причиной можно назвать валюту.
ask-buy_stars_fragment = Сколько звёзд и для кого? Например: 100 @friend приз. Платит магазин, и только когда вы согласитесь на стоимость.
ask-case = Какое обращение? Пришлите его номер.

label-since = С
label-people = Всего людей
label-newcomers = Новых сегодня
label-came = Пришло
label-delivered = Доставлено
label-returned = Возвраты
label-waiting-refund = Ждут: возвраты
label-waiting-cheque = Ждут: чеки
label-waiting-purchase = Ждут: покупки
label-waiting-notice = Ждут: уведомления
label-waiting-arrival = Ждут: чужие деньги
label-who = Кто
label-tries = Попыток
label-outcome = Итог
label-said = Что было
label-user = Номер
label-username = Имя пользователя
label-role = Роль
label-seen = Был здесь
label-marks = Отметки
label-balance = Баланс
label-bought = Покупка
label-payment = Платёж
label-state = Состояние
label-payer = Кто платил
label-method = Способ
label-asked = Просили
label-told = Что сказали
label-key = Номер списания
label-held = Ждёт решения
label-why = Почему
label-id = Номер дела
label-amount = Сумма
label-payee = Кому
label-to = Куда
label-by = Просил
label-decided = Решил
label-hash = Хеш
label-until = Действует до
label-buyer = Покупатель
label-price = Цена
label-cost = Стоимость
label-most = Не больше
label-supplier = Поставщик
label-order = Заказ
label-proof = Подтверждение
label-late = Пришло поздно
label-sender = Отправитель
label-bill = Счёт

state-created = создан
state-unknown = неизвестно
state-pending = ждём оплату
state-confirming = в пути
state-settled = оплачен
state-underpaid = недоплата
state-overpaid = переплата
state-expired = время вышло
state-cancelled = отменён
state-failed = не удалось
state-refunding = возвращается
state-refunded = возвращён
state-waiting = ждёт согласия
state-due = на очереди
state-accepted = принято
state-done = готово
state-declined = отказано
state-quoted = названа цена
state-reserved = деньги отложены
state-ordered = заказано
state-paying = платим
state-paid = оплачено
state-delivered = доставлено
state-refused = не куплено
state-released = деньги возвращены
state-review = ждёт человека
state-signed = подписано
state-cashed = исполнен
state-void = недействителен
state-unpaid = не оплачено

role-customer = покупатель
role-support = поддержка
role-operator = оператор
role-owner = владелец
mark-muted = не слушаем
mark-blocked = остановил бота
case-exact = точная сумма
case-under = меньше, чем нужно
case-over = больше, чем нужно
case-double = второй раз
case-late = слишком поздно
case-wrong_asset = другая валюта
case-unmatched = неизвестно за что

stats = 📊 Сегодня
tally = { $total } ({ $count })
tally-none = ничего
limits = ⏱ <b>Лимиты <code>{ $user }</code></b>

    { $lines }
limits-line = <code>{ $name }</code>: можно { $left } из { $most }, ждать { $wait } с, всё вернётся через { $full } с
health = 🩺 <b>Состояние</b>

    { $lines }

    Всем ответили.
health-cases = 🩺 <b>Состояние</b>

    { $lines }

    Последние обращения:
health-well = ✅ <code>{ $name }</code>
health-sick = ⚠️ <code>{ $name }</code>: { $why }
case = 📮 Обращение { $number }
money = 💳 Деньги
button-review = 🔎 Что ждёт решения
button-person = 👤 Этот человек
button-limits = ⏱ Лимиты
button-payment = 💳 { $amount } · { $state }
button-refund = ↩️ Вернуть { $amount }

review = 🔎 <b>Ждёт решения</b>

    Самое давнее сверху.
review-empty = 🔎 Ничего не ждёт решения.
button-first = « Сначала
button-next = Дальше ›
doubt-refund = ↩️ Возврат · { $amount }
doubt-cheque = ✍️ Чек { $number } · { $wallet }
doubt-purchase = 🎁 { $goods } · @{ $recipient }
doubt-notice = 📨 Уведомление · { $method }
doubt-arrival = 📥 Чьи деньги? · { $amount }
button-refund-approve = ✅ Согласиться
button-refund-decline = ✕ Отказать
button-refund-paid = ✅ Деньги вернулись
button-refund-unpaid = ✕ Не вернулись
button-cheque-paid = ✅ Оплачен
button-cheque-unpaid = ✕ Не оплачен
late-waiting = ждёт вашего решения
late-borne = за счёт дома
late-paid = покупатель всё же заплатил

button-purchase-delivered = ✅ Доставлено
button-purchase-released = ↩️ Вернуть деньги
button-purchase-charge = 💳 Покупатель всё же платит
button-purchase-bear = 🏠 За счёт дома
button-notice-again = ↻ Прочитать снова
button-notice-aside = ✕ Отложить
button-arrival-credit = ✅ Зачислить плательщику
button-arrival-back = ↩️ Вернуть

decide-refund-approve = ✅ Вы согласны, и деньги уйдут обратно.
decide-refund-decline = ✕ Вы отказываете: деньги останутся там, где были.
decide-refund-paid = ✅ Вы видели у провайдера, что деньги вернулись.
decide-refund-unpaid = ✕ Вы видели у провайдера, что деньги не вернулись. Их можно будет вернуть заново.
decide-cheque-paid = ✅ Вы видели, что оплачены все счета этого чека. Если только некоторые, скажите об этом командой altyn purchases cheque --paid-bill.
decide-cheque-unpaid = ✕ Не оплачен ни один счёт, и уже не будет. За них могут заплатить снова.
decide-purchase-delivered = ✅ Вы видели, что всё доставлено: отложенные деньги станут нашими.
decide-purchase-released = ↩️ Доставлено не будет: деньги вернутся покупателю.
decide-purchase-charge = 💳 Товар у покупателя, и он согласен заплатить: цена спишется с его баланса.
decide-purchase-bear = 🏠 У покупателя и товар, и деньги: наши расходы остаются убытком.
decide-notice-again = ↻ Уведомление будет прочитано ещё раз.
decide-notice-aside = ✕ Уведомление больше никого не ждёт.
decide-arrival-credit = ✅ Деньги получит тот, кому выставлен счёт.
refund = ↩️ Возврат
direct = ⭐ Звёзды за счёт магазина
adjust-give = ✏️ Дать человеку
adjust-take = ✏️ Забрать у человека
deed-confirm = { $what }

    Причина: { $because }
    Сделать это? Другую причину можно прислать.
deed-code = { $what }

    { $asked }
deed-failed = { $what }

    ✕ Не сделано: <code>{ $why }</code>
code-asked = 🔐 Пришлите код из приложения или с бумаги. Сообщение с ним сразу исчезнет.
code-wrong = 🔐 Этот код не подошёл: каждый годится один раз. Дождитесь следующего и пришлите его.
code-too-often = 🔐 Слишком много неверных кодов. Следующий можно прислать через { $minutes ->
        [one] { $minutes } минуту
        [few] { $minutes } минуты
       *[many] { $minutes } минут
     }.
code-none = 🔐 Для этого нужен второй фактор, а у вас его нет. Владелец выдаст его на сервере: <code>altyn sessions enrol { $user }</code>. Или настройте его в приложении магазина.
button-do = ✅ Сделать
