stars-how-many = ⭐ <b>Покупка звёзд</b>

    Сколько? Выберите или пришлите число от { $least } до { $most }.
premium-how-long = 💎 <b>Покупка Premium</b>

    На какой срок?
button-months = { $months ->
    [one] { $months } месяц
    [few] { $months } месяца
   *[many] { $months } месяцев
 }
button-count = { $count } ⭐
goods-stars = { $quantity ->
    [one] { $quantity } звезда
    [few] { $quantity } звезды
   *[many] { $quantity } звёзд
 }
goods-premium = Premium на { $quantity ->
    [one] { $quantity } месяц
    [few] { $quantity } месяца
   *[many] { $quantity } месяцев
 }
goods-ton = { $quantity } TON на рекламу
goods-pack = { $quantity ->
    [one] { $quantity } набор стикеров
    [few] { $quantity } набора стикеров
   *[many] { $quantity } наборов стикеров
 }
goods-titled = { $title } · { $goods }
goods-wrong = ⭐ <b>Покупка звёзд</b>

    «{ $text }» здесь не купить: пришлите число от { $least } до { $most }.
for-whom = 🎁 <b>{ $goods }</b>

    Для кого? Пришлите имя пользователя, например @friend.
for-whom-wrong = 🎁 <b>{ $goods }</b>

    @{ $recipient } это получить не может. Проверьте имя и пришлите другое.
button-for-me = Для меня (@{ $username })

whom = Кому: <b>{ $shown }</b> (@{ $recipient })
whom-pack = Кому: <b>@{ $recipient }</b>, передаст { $shown }

offer = 🎁 <b>{ $goods }</b>

    { $whom }
    Цена: <b>{ $price }</b>
    Ваш баланс: { $balance }
    Цена действует до { $until }.
button-buy = ✅ Купить за { $price }
button-other-person = Другому человеку
offer-short = 🎁 <b>{ $goods }</b>

    { $whom }
    Цена: <b>{ $price }</b>
    Ваш баланс: { $balance }, не хватает { $short }. Пополните, и всё купится сразу; если подорожает, мы переспросим.
button-top-up-by = ➕ Пополнить на { $amount } и купить
offer-expired = ⌛ Пока вы думали, цена перестала действовать. Вот новая.
offer-none = 🎁 <b>{ $goods }</b>

    { $why }
no-offer-silent = Поставщик сейчас не отвечает. Ничего не списано, попробуйте чуть позже.
no-offer-refused = Сейчас это купить нельзя. Ничего не списано.
no-offer-cancelled = ✕ Отменено. Ничего не списано.

bought = 🎁 <b>{ $goods }</b>

    { $whom }
    Цена: { $price }
    { $state }
purchase-quoted = ⏳ Ждём вас.
purchase-reserved = ⏳ { $price } отложено. Заказываем…
purchase-ordered = ⏳ Заказано. Платим поставщику…
purchase-paying = 🔄 Платим поставщику…
purchase-paid = 🔄 Оплачено. Ждём доставку…
purchase-unknown = 🔎 Дольше обычного. Ваши { $price } в сохранности: либо всё придёт, либо деньги вернутся.
purchase-review = 🔎 Этим занимается человек. Ваши { $price } в сохранности: либо всё придёт, либо деньги вернутся.
purchase-delivered = ✅ Доставлено.
purchase-refused = ↩️ Купить не удалось. Ваши { $price } снова на балансе.
purchase-released = ↩️ Доставить не удалось. Ваши { $price } снова на балансе.

receipt = ✅ <b>{ $goods }: доставлено</b>

    { $whom }
    Оплачено: <b>{ $price }</b>
    Покупка: <code>{ $purchase }</code>
    Подтверждение: <code>{ $proof }</code>
receipt-pack = ✅ <b>{ $goods }: куплено</b>

    { $whom }
    Оплачено: <b>{ $price }</b>
    Покупка: <code>{ $purchase }</code>
    Подтверждение: <code>{ $proof }</code>
button-once-more = Ещё раз
