recharge-how-much = ➕ <b>Пополнение</b>

    На сколько? Выберите или пришлите число.
recharge-wrong-amount = ➕ <b>Пополнение</b>

    «{ $text }» не похоже на сумму в { $asset }. Пришлите число, например 100.
recharge-methods = ➕ <b>Пополнение на { $amount }</b>

    Как вам удобнее заплатить? На кнопках то, что вы заплатите, сверху ничего.
recharge-no-methods = ➕ <b>Пополнение на { $amount }</b>

    Такую сумму сейчас оплатить нельзя. Выберите другую.
button-method = { $method } · { $pays }
button-amount = { $amount }
method-stars = Звёзды Telegram
method-cards = Банковская карта
method-heleket = Криптовалюта
method-ton = Кошелёк TON
method-other = { $name }

paying = ➕ <b>Пополнение на { $amount }</b>

    К оплате: <b>{ $pays }</b>
    Оплатить до: { $until }
    { $state }
paying-memo = Или вручную на <code>{ $address }</code>, именно с этим комментарием, иначе платёж не найдётся:
    <code>{ $memo }</code>
button-pay = Оплатить { $pays }
button-check = ↻ Я оплатил
payment-created = ⏳ Готовим счёт…
payment-unknown = ⏳ Платёжная система долго не отвечает. Мы продолжаем спрашивать.
payment-pending = ⏳ Ждём вашу оплату.
payment-confirming = 🔄 Платёж уже в пути.
payment-settled = ✅ Оплачено.
payment-underpaid = ☑️ Пришло меньше, чем нужно. Что пришло, уже на вашем балансе.
payment-overpaid = ✅ Оплачено, и чуть больше.
payment-expired = ⌛ Время на оплату вышло. Ничего не списано.
payment-cancelled = ✕ Отменено. Ничего не списано.
payment-failed = ✕ Платёжная система отказала. Ничего не списано.
payment-refunding = ↩️ Деньги возвращаются к вам.
payment-refunded = ↩️ Деньги вернулись к вам.

paid = ✅ <b>Баланс пополнен на { $credited }</b>

    Оплачено: { $came }
    Квитанция: <code>{ $receipt }</code>
unpaid = ➕ <b>Пополнение на { $amount }</b>

    { $state }
button-other-method = Другой способ оплаты
