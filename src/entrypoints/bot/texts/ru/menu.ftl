menu = 👋 <b>{ $name }</b>

    { $balance }
menu-balance = Ваш баланс: <b>{ $amount }</b>
menu-empty = На балансе пока пусто.
button-balance = 💰 Баланс
button-recharge = ➕ Пополнить
button-stars = ⭐ Купить звёзды
button-premium = 💎 Купить Premium
button-stickers = 🖼 Наборы стикеров
button-history = 🧾 История
button-invite = 🤝 Пригласить
button-language = 🌐 English
button-help = ❓ Помощь
button-support = 💬 Поддержка

balance = 💰 <b>Ваш баланс</b>

    { $lines }
balance-line = <b>{ $available }</b>
balance-line-held = <b>{ $available }</b> и { $held } отложено
balance-empty = Пока ничего. Пополните баланс, и всё здесь можно будет оплатить с него.

link-nothing = 🔗 По этой ссылке ничего вашего нет.
invite = 🤝 <b>Пригласите друзей</b>

    Ваша ссылка: { $address }
    { $count ->
        [one] По ней пришёл { $count } человек.
        [few] По ней пришли { $count } человека.
       *[many] По ней пришло { $count } человек.
    }
button-share = Поделиться

help = ❓ <b>Что я умею</b>

    { $commands }

    Всё это есть и в меню: /start
help-line = /{ $command } – { $words }
command-start = меню
command-balance = что у вас есть
command-recharge = пополнить: /recharge 100
command-buy_stars = купить звёзды: /buy_stars 100 @friend
command-premium = купить Premium
command-stickers = купить набор стикеров
command-history = что пришло и ушло
command-invite = ваша ссылка для друзей
command-language = язык
command-help = что я умею
command-terms = условия
command-privacy = что мы о вас знаем
command-support = спросить человека
command-paysupport = вопросы о платеже

terms = 📄 <b>Условия</b>

    { $terms }
terms-none = Вы покупаете цифровые товары, они доставляются на аккаунт Telegram, который вы назвали. Доставленное вернуть нельзя. Что доставить не удалось, целиком возвращается на ваш баланс.
privacy = 🔒 <b>Что мы о вас знаем</b>

    Ваш номер в Telegram, имя, имя пользователя и язык, что вы платили и покупали и что пишете этому боту. Больше никому это не сообщается, кроме тех, кто проводит платёж или доставку. Написанное вами забывается через шесть дней, записи о деньгах сохраняются.
button-export = 📄 Всё это файлом
button-erase = 🗑 Забыть меня
export-name = что_мы_знаем.json
erase = 🗑 <b>Забыть меня</b>

    Ваше имя, имя пользователя, язык и то, что вы писали, будет стёрто. Баланс и история денег останутся под вашим номером: их хранить обязывает закон, и вы найдёте их, когда вернётесь.
button-erase-yes = Да, забыть меня
erased = 🗑 Мы вас забыли. Если напишете снова, начнём сначала.
support = 💬 <b>Поддержка</b>

    О чём речь? Выберите ниже, и этим займётся человек.

    { $contact }
support-contact = Напишите { $contact }. Назовите ваш номер <code>{ $user }</code>, а если речь о платеже или покупке, то и их номер: /paysupport
support-none = Когда обратитесь к владельцу бота, назовите ваш номер <code>{ $user }</code>.
paysupport = 💬 <b>Ваши последние платежи</b>

    { $lines }

    { $contact }
paysupport-line = { $at } · { $amount } · { $state }
    <code>{ $id }</code>
paysupport-empty = Вы здесь пока ничего не оплачивали.
support-tickets = Вы спрашивали:
    { $lines }
support-ticket = <b>{ $number }</b> · { $state } · { $words }
ticket-open = ждёт ответа
ticket-answered = есть ответ
ticket-closed = закрыто
button-ask = ✍️ Спросить здесь
button-ask-payment = ✍️ { $amount }, платёж · { $at }
button-ask-purchase = ✍️ { $goods } · { $at }
button-ask-other = ✍️ О другом
question = ✍️ <b>Что случилось?</b>

    Напишите одним сообщением. Его прочтёт человек, ответ придёт сюда.
question-full = ✍️ Вы уже задали несколько вопросов, на которые пока нет ответа. Пожалуйста, дождитесь его.
question-about = Речь о <code>{ $id }</code>.
ticket = 📨 <b>Обращение { $number }</b>

    Мы получили ваш вопрос. Ответ придёт сюда, а пока можно продолжать.
