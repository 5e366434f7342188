stars-how-many = ⭐ <b>Buy Stars</b>

    How many? Choose, or send a number from { $least } to { $most }.
premium-how-long = 💎 <b>Buy Premium</b>

    For how long?
button-months = { $months ->
    [one] { $months } month
   *[other] { $months } months
 }
button-count = { $count } ⭐
goods-stars = { $quantity ->
    [one] { $quantity } Star
   *[other] { $quantity } Stars
 }
goods-premium = Premium for { $quantity ->
    [one] { $quantity } month
   *[other] { $quantity } months
 }
goods-ton = { $quantity } TON for advertisements
goods-pack = { $quantity ->
    [one] { $quantity } sticker pack
   *[other] { $quantity } sticker packs
 }
goods-titled = { $title } · { $goods }
goods-wrong = ⭐ <b>Buy Stars</b>

    “{ $text }” cannot be bought here: send a number from { $least } to { $most }.
for-whom = 🎁 <b>{ $goods }</b>

    For whom? Send a username, like @friend.
for-whom-wrong = 🎁 <b>{ $goods }</b>

    @{ $recipient } cannot be given this. Check the name and send another one.
button-for-me = For me (@{ $username })

whom = For: <b>{ $shown }</b> (@{ $recipient })
whom-pack = For: <b>@{ $recipient }</b>, given on by { $shown }

offer = 🎁 <b>{ $goods }</b>

    { $whom }
    Price: <b>{ $price }</b>
    Your balance: { $balance }
    The price holds until { $until }.
button-buy = ✅ Buy for { $price }
button-other-person = Somebody else
offer-short = 🎁 <b>{ $goods }</b>

    { $whom }
    Price: <b>{ $price }</b>
    Your balance: { $balance }, and { $short } is missing. Top up, and it is bought at once; should it cost more by then, you are asked again.
button-top-up-by = ➕ Top up { $amount } and buy
offer-expired = ⌛ The price ran out while you thought. Here is the new one.
offer-none = 🎁 <b>{ $goods }</b>

    { $why }
no-offer-silent = The supplier does not answer right now. Nothing was charged; try again soon.
no-offer-refused = This cannot be bought right now. Nothing was charged.
no-offer-cancelled = ✕ Called off. Nothing was charged.

bought = 🎁 <b>{ $goods }</b>

    { $whom }
    Price: { $price }
    { $state }
purchase-quoted = ⏳ Waiting for you.
purchase-reserved = ⏳ { $price } set aside. Ordering…
purchase-ordered = ⏳ Ordered. Paying the supplier…
purchase-paying = 🔄 Paying the supplier…
purchase-paid = 🔄 Paid. Waiting for the delivery…
purchase-unknown = 🔎 It takes longer than usual. Your { $price } is safe: either it is delivered or you get it back.
purchase-review = 🔎 A person is looking at it. Your { $price } is safe: either it is delivered or you get it back.
purchase-delivered = ✅ Delivered.
purchase-refused = ↩️ It could not be bought. You have your { $price } back.
purchase-released = ↩️ It could not be delivered. You have your { $price } back.

receipt = ✅ <b>{ $goods } delivered</b>

    { $whom }
    Paid: <b>{ $price }</b>
    Purchase: <code>{ $purchase }</code>
    Proof: <code>{ $proof }</code>
receipt-pack = ✅ <b>{ $goods } bought</b>

    { $whom }
    Paid: <b>{ $price }</b>
    Purchase: <code>{ $purchase }</code>
    Proof: <code>{ $proof }</code>
button-once-more = Once more
