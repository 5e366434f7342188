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
