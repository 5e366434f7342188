history = 🧾 <b>History</b>

    { $lines }
history-empty = Nothing has happened yet.
history-line = { $kind } · { $at }
    <b>{ $amount }</b> · { $progress }
kind-recharge = ➕ Top-up
kind-purchase = 🎁 Purchase
kind-refund = ↩️ Refund
kind-bonus = 🎉 Bonus
kind-adjustment = ✏️ Adjustment
progress-pending = waiting
progress-processing = under way
progress-completed = done
progress-failed = failed
progress-cancelled = called off
progress-expired = ran out
button-older = Older ›
button-newest = « Newest
