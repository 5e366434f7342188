told-payment-settled = ✅ Ваш платёж пришёл: <b>{ $came }</b>.
told-payment-overpaid = ✅ Ваш платёж пришёл, всего <b>{ $came }</b>: чуть больше, чем { $asked }.
told-payment-underpaid = ☑️ Из { $asked } пришло <b>{ $came }</b>. Это уже на вашем балансе.
told-refund-done = ↩️ К вам вернулось <b>{ $amount }</b>.
told-refund-failed = ✕ Вернуть <b>{ $amount }</b> не получилось. Мы разбираемся: /paysupport
told-refund-declined = ✕ В возврате <b>{ $amount }</b> отказано. Спросите нас почему: /paysupport
told-purchase-delivered = ✅ <b>{ $goods }</b> для @{ $recipient }: доставлено.
told-purchase-delivered-pack = ✅ <b>{ $goods }</b> для @{ $recipient }: куплено, передадим.
told-purchase-refused = ↩️ <b>{ $goods }</b> для @{ $recipient }: купить не удалось. Ваши { $price } снова на балансе.
told-purchase-released = ↩️ <b>{ $goods }</b> для @{ $recipient }: доставить не удалось. Ваши { $price } снова на балансе.
told-purchase-review = 🔎 <b>{ $goods }</b> для @{ $recipient }: дольше обычного, этим занимается человек. Ваши { $price } в сохранности.
told-standing-begun = 🔁 Ваша подписка началась.
told-standing-renewed = 🔁 Ваша подписка продлена.
told-standing-unpaid = ⚠️ Подписку не удалось продлить: платёж не пришёл.
told-standing-lapsed = ⌛ Ваша подписка закончилась.
told-ticket-answered = 💬 <b>Обращение { $number }</b>

    { $answer }
