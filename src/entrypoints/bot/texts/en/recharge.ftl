recharge-how-much = ➕ <b>Top up</b>

    How much? Choose, or send a number.
recharge-wrong-amount = ➕ <b>Top up</b>

    “{ $text }” is no amount of { $asset }. Send a number, like 100.
recharge-methods = ➕ <b>Top up { $amount }</b>

    How would you like to pay? On each button is what you pay, with nothing on top.
recharge-no-methods = ➕ <b>Top up { $amount }</b>

    This amount cannot be paid right now. Choose another one.
button-method = { $method } · { $pays }
button-amount = { $amount }
method-stars = Telegram Stars
method-cards = Bank card
method-heleket = Crypto
method-ton = TON wallet
method-other = { $name }

paying = ➕ <b>Top up { $amount }</b>

    To pay: <b>{ $pays }</b>
    Pay by: { $until }
    { $state }
paying-memo = Or pay by hand to <code>{ $address }</code>, with exactly this comment, or it will not be found:
    <code>{ $memo }</code>
button-pay = Pay { $pays }
button-check = ↻ I have paid
payment-created = ⏳ Preparing the invoice…
payment-unknown = ⏳ The provider is slow to answer. We keep asking.
payment-pending = ⏳ Waiting for your payment.
payment-confirming = 🔄 Your payment is on its way.
payment-settled = ✅ Paid.
payment-underpaid = ☑️ Less came than was asked for. What came is on your balance.
payment-overpaid = ✅ Paid, and a little more.
payment-expired = ⌛ The time to pay is over. Nothing was charged.
payment-cancelled = ✕ Called off. Nothing was charged.
payment-failed = ✕ The provider refused this payment. Nothing was charged.
payment-refunding = ↩️ On its way back to you.
payment-refunded = ↩️ Paid back to you.

paid = ✅ <b>Your balance grew by { $credited }</b>

    Paid: { $came }
    Receipt: <code>{ $receipt }</code>
unpaid = ➕ <b>Top up { $amount }</b>

    { $state }
button-other-method = Another way to pay
