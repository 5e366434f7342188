told-payment-settled = ✅ Your payment of <b>{ $came }</b> has come.
told-payment-overpaid = ✅ Your payment has come, <b>{ $came }</b> in all: a little more than { $asked }.
told-payment-underpaid = ☑️ Of the { $asked } that you were asked for, <b>{ $came }</b> have come. They are on your balance.
told-refund-done = ↩️ <b>{ $amount }</b> went back to you.
told-refund-failed = ✕ <b>{ $amount }</b> could not be paid back. We are looking at it: /paysupport
told-refund-declined = ✕ <b>{ $amount }</b> are not paid back. Ask us why: /paysupport
told-purchase-delivered = ✅ <b>{ $goods }</b> for @{ $recipient }: delivered.
told-purchase-delivered-pack = ✅ <b>{ $goods }</b> bought for @{ $recipient }: we give it on.
told-purchase-refused = ↩️ <b>{ $goods }</b> for @{ $recipient } could not be bought. You have your { $price } back.
told-purchase-released = ↩️ <b>{ $goods }</b> for @{ $recipient } could not be delivered. You have your { $price } back.
told-purchase-review = 🔎 <b>{ $goods }</b> for @{ $recipient } take longer than usual, and a person is looking at it. Your { $price } are safe.
told-standing-begun = 🔁 Your subscription has begun.
told-standing-renewed = 🔁 Your subscription was renewed.
told-standing-unpaid = ⚠️ Your subscription could not be renewed: the payment did not come.
told-standing-lapsed = ⌛ Your subscription has ended.
told-ticket-answered = 💬 <b>Ticket { $number }</b>

    { $answer }
