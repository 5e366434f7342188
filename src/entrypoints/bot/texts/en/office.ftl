# For those who look after the shop.

command-stats = figures of today
command-user = find a person: /user @friend
command-payment = find a payment by its number
command-refund = give money back: /refund number
command-adjust = adjust a balance: /adjust 42 +100 why
command-buy_stars_fragment = Stars on the house: /buy_stars_fragment 100 @friend
command-review = what waits for a decision
command-limits = how often one may: /limits @friend
command-health = health, and cases
command-case = find a case: /case number

office-sheet = <b>{ $title }</b>

    { $lines }
office-line = { $label }: <code>{ $value }</code>
office-missing = 🔍 “{ $text }” was not found. { $why }

    { $ask }
office-balance = { $available }, { $held } set aside
office-bought = { $goods } for @{ $recipient }, { $price }, { $state }
office-returned = { $amount }, which is { $state }
office-bill = { $amount }, which is { $state }
ask-user = Whom? Send a number or a @name.
ask-payment = Which payment? Send its number, or that of the charge on the receipt.
ask-refund = What goes back? Send the number of the payment or of the charge, and perhaps an amount and why.
ask-adjust = Whom, how much, and why? For example: 42 +100 for waiting. Below zero it is taken away; an asset may be named before the reason.
ask-buy_stars_fragment = How many Stars, and for whom? For example: 100 @friend a prize. The house pays, and only after you have agreed to what it costs.
ask-case = Which case? Send its number.

label-since = Since
label-people = People
label-newcomers = New today
label-came = Came
label-delivered = Delivered
label-returned = Back
label-waiting-refund = Waiting: refunds
label-waiting-cheque = Waiting: cheques
label-waiting-purchase = Waiting: purchases
label-waiting-notice = Waiting: notices
label-waiting-arrival = Waiting: nobody's money
label-who = Who
label-tries = Tries
label-outcome = What became of it
label-said = What was said
label-user = Number
label-username = Username
label-role = Role
label-seen = Seen
label-marks = Marks
label-balance = Balance
label-bought = Bought
label-payment = Payment
label-state = State
label-payer = Payer
label-method = Method
label-asked = Asked
label-told = Told
label-key = Charge
label-held = Held
label-why = Why
label-id = Id
label-amount = Amount
label-payee = To whom
label-to = Where to
label-by = Asked by
label-decided = Decided by
label-hash = Hash
label-until = Good until
label-buyer = Buyer
label-price = Price
label-cost = Cost
label-most = At most
label-supplier = Supplier
label-order = Order
label-proof = Proof
label-late = Came late
label-sender = Sender
label-bill = Bill

state-created = created
state-unknown = not known
state-pending = pending
state-confirming = confirming
state-settled = settled
state-underpaid = underpaid
state-overpaid = overpaid
state-expired = expired
state-cancelled = cancelled
state-failed = failed
state-refunding = refunding
state-refunded = refunded
state-waiting = waiting for a yes
state-due = due
state-accepted = accepted
state-done = done
state-declined = declined
state-quoted = quoted
state-reserved = reserved
state-ordered = ordered
state-paying = paying
state-paid = paid
state-delivered = delivered
state-refused = refused
state-released = released
state-review = in review
state-signed = signed
state-cashed = cashed
state-void = void
state-unpaid = unpaid

role-customer = customer
role-support = support
role-operator = operator
role-owner = owner
mark-muted = muted
mark-blocked = blocked us
case-exact = exact
case-under = less than asked
case-over = more than asked
case-double = paid twice
case-late = too late
case-wrong_asset = another asset
case-unmatched = for nothing that we know

stats = 📊 Today
tally = { $total } ({ $count })
tally-none = nothing
limits = ⏱ <b>Limits of <code>{ $user }</code></b>

    { $lines }
limits-line = <code>{ $name }</code>: { $left } of { $most } left, wait { $wait } s, all of it back in { $full } s
health = 🩺 <b>Health</b>

    { $lines }

    Everything was answered.
health-cases = 🩺 <b>Health</b>

    { $lines }

    The latest cases:
health-well = ✅ <code>{ $name }</code>
health-sick = ⚠️ <code>{ $name }</code>: { $why }
case = 📮 Case { $number }
money = 💳 Money
button-review = 🔎 What waits
button-person = 👤 This person
button-limits = ⏱ Limits
button-payment = 💳 { $amount } · { $state }
button-refund = ↩️ Give { $amount } back

review = 🔎 <b>Waiting for a decision</b>

    The oldest first.
review-empty = 🔎 Nothing waits for a decision.
button-first = « First
button-next = Next ›
doubt-refund = ↩️ Refund · { $amount }
doubt-cheque = ✍️ Cheque { $number } · { $wallet }
doubt-purchase = 🎁 { $goods } · @{ $recipient }
doubt-notice = 📨 Notice · { $method }
doubt-arrival = 📥 Whose money? · { $amount }
button-refund-approve = ✅ Agree
button-refund-decline = ✕ Decline
button-refund-paid = ✅ It went back
button-refund-unpaid = ✕ It did not
button-cheque-paid = ✅ It was paid
button-cheque-unpaid = ✕ It was not
late-waiting = waits for your decision
late-borne = the house bears it
late-paid = the buyer has paid after all

button-purchase-delivered = ✅ Delivered
button-purchase-released = ↩️ Give the money back
button-purchase-charge = 💳 The buyer pays after all
button-purchase-bear = 🏠 The house bears it
button-notice-again = ↻ Read it again
button-notice-aside = ✕ Set it aside
button-arrival-credit = ✅ Credit the payer
button-arrival-back = ↩️ Send it back

decide-refund-approve = ✅ You agree, and the money goes back.
decide-refund-decline = ✕ You decline: the money stays where it was.
decide-refund-paid = ✅ You have seen at the provider's that it went back.
decide-refund-unpaid = ✕ You have seen at the provider's that it did not go back. It may be given back anew.
decide-cheque-paid = ✅ You have seen that all bills of this cheque were paid. If only some were, say so with altyn purchases cheque --paid-bill.
decide-cheque-unpaid = ✕ No bill was paid, and none ever will be. They may be paid anew.
decide-purchase-delivered = ✅ You have seen that it was delivered: what was set aside becomes ours.
decide-purchase-released = ↩️ It will not be delivered: the buyer has their money back.
decide-purchase-charge = 💳 The buyer has the goods and agrees to pay: the price is taken from their balance.
decide-purchase-bear = 🏠 The buyer has the goods and their money: what they cost us stays a loss.
decide-notice-again = ↻ The notice is read once more.
decide-notice-aside = ✕ The notice waits for nobody any more.
decide-arrival-credit = ✅ Whoever was asked for it has the money.
refund = ↩️ Refund
direct = ⭐ Stars on the house
adjust-give = ✏️ Give to a person
adjust-take = ✏️ Take from a person
deed-confirm = { $what }

    Why: { $because }
    Shall it be done? You may send another reason.
deed-code = { $what }

    { $asked }
deed-failed = { $what }

    ✕ Not done: <code>{ $why }</code>
code-asked = 🔐 Send the code of your app, or one from paper. The message with it disappears at once.
code-wrong = 🔐 That code did not do: each counts once. Wait for the next one and send it.
code-too-often = 🔐 Too many codes were wrong. The next one may be sent in { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
     }.
code-none = 🔐 This takes a second factor, and you have none. The owner gives you one at the machine: <code>altyn sessions enrol { $user }</code>. Or set one up in the app of the shop.
button-do = ✅ Do it
