history = 🧾 <b>История</b>

    { $lines }
history-empty = Пока ничего не происходило.
history-line = { $kind } · { $at }
    <b>{ $amount }</b> · { $progress }
kind-recharge = ➕ Пополнение
kind-purchase = 🎁 Покупка
kind-refund = ↩️ Возврат
kind-bonus = 🎉 Бонус
kind-adjustment = ✏️ Корректировка
progress-pending = ждём
progress-processing = выполняется
progress-completed = готово
progress-failed = не удалось
progress-cancelled = отменено
progress-expired = время вышло
button-older = Раньше ›
button-newest = « Новые
