menu = 👋 <b>{ $name }</b>

    { $balance }
menu-balance = Your balance: <b>{ $amount }</b>
menu-empty = Your balance is empty.
button-balance = 💰 Balance
button-recharge = ➕ Top up
button-stars = ⭐ Buy Stars
button-premium = 💎 Buy Premium
button-stickers = 🖼 Sticker packs
button-history = 🧾 History
button-invite = 🤝 Invite
button-language = 🌐 Русский
button-help = ❓ Help
button-support = 💬 Support

balance = 💰 <b>Your balance</b>

    { $lines }
balance-line = <b>{ $available }</b>
balance-line-held = <b>{ $available }</b> and { $held } set aside
balance-empty = Nothing yet. Top it up, and everything here can be paid from it.

link-nothing = 🔗 That link leads to nothing of yours.
invite = 🤝 <b>Invite friends</b>

    Your link: { $address }
    { $count ->
        [one] { $count } person has come by it.
       *[other] { $count } people have come by it.
    }
button-share = Share

help = ❓ <b>What I can do</b>

    { $commands }

    Everything is also in the menu: /start
help-line = /{ $command } – { $words }
command-start = the menu
command-balance = what you have
command-recharge = top up: /recharge 100
command-buy_stars = buy Stars: /buy_stars 100 @friend
command-premium = buy Premium
command-stickers = buy sticker packs
command-history = what came and went
command-invite = your link for friends
command-language = language
command-help = what I can do
command-terms = terms
command-privacy = what we know about you
command-support = ask a person
command-paysupport = questions about a payment

terms = 📄 <b>Terms</b>

    { $terms }
terms-none = You buy digital goods, which are delivered to the Telegram account that you name. Once they are delivered they cannot be taken back. What cannot be delivered is given back to your balance in full.
privacy = 🔒 <b>What we know about you</b>

    Your Telegram id, name, username and language, what you paid and bought, and what you write to this bot. Nobody else is told, except those who carry a payment or a delivery out. What you wrote is forgotten after six days; records of money are kept.
button-export = 📄 All of it, as a file
button-erase = 🗑 Forget me
export-name = what_we_know.json
erase = 🗑 <b>Forget me</b>

    Your name, username, language and what you wrote are wiped. Your balance and the history of your money stay under your number: they are kept by law, and you find them when you come back.
button-erase-yes = Yes, forget me
erased = 🗑 You are forgotten. If you write again, we begin anew.
support = 💬 <b>Support</b>

    Which is it about? Choose below, and a person will look at it.

    { $contact }
support-contact = Write to { $contact }. Name your number <code>{ $user }</code>, and the payment or purchase if it is about one: /paysupport
support-none = Name your number <code>{ $user }</code> when you ask the owner of this bot.
paysupport = 💬 <b>Your latest payments</b>

    { $lines }

    { $contact }
paysupport-line = { $at } · { $amount } · { $state }
    <code>{ $id }</code>
paysupport-empty = You have not paid anything here yet.
support-tickets = You have asked:
    { $lines }
support-ticket = <b>{ $number }</b> · { $state } · { $words }
ticket-open = waiting
ticket-answered = answered
ticket-closed = closed
button-ask = ✍️ Ask here
button-ask-payment = ✍️ { $amount } · { $at }
button-ask-purchase = ✍️ { $goods } · { $at }
button-ask-other = ✍️ Something else
question = ✍️ <b>What is it?</b>

    Write it in one message. A person reads it, and the answer comes here.
question-full = ✍️ You have asked several things that nobody has answered yet. Please wait for those answers first.
question-about = It is about <code>{ $id }</code>.
ticket = 📨 <b>Ticket { $number }</b>

    We have your question. The answer comes here; you may go on meanwhile.
