button-quiet = 🔕 No more announcements
button-loud = 🔔 I want them after all
quiet = 🔕 You will get no more announcements. What is about your payments and purchases you are told as before.
loud = 🔔 You will get announcements again.

broadcast-done = done
broadcast-cancelled = called off
told-broadcast-ended = 📣 Your broadcast is { $state }.

    Got it: <b>{ $sent }</b> of { $letters }
    Have blocked the bot: { $gone }
    Wanted none any more: { $declined }
    Refused by Telegram: { $refused }
    Perhaps, nobody knows: { $unknown }

command-broadcast = write to everybody, or to many
broadcasts = 📣 <b>Broadcasts</b>

    One message to everybody or to many; each gets it once at most.
broadcast-draft = draft
broadcast-sending = being sent
broadcast-paused = paused
button-compose = ✏️ A new one
button-letter = { $at } · { $state } · { $sent } of { $letters }
language-en = English
language-ru = Russian
letter-draft = ✏️ <b>Draft of a broadcast</b>

    Texts: { $texts }
    Button: { $link }
    To: { $to }
letter-no-texts = none yet
letter-no-link = none
button-say-en = ✏️ English
button-say-ru = ✏️ Russian
button-say-link = 🔗 Button
button-to = 👥 To whom
button-look-en = 👁 In English
button-look-ru = 👁 In Russian
button-send = 📣 Send…
button-drop-draft = 🗑 Drop it
say-en = Send the text in English, formatted as it is to look.
say-ru = Send the text in Russian, formatted as it is to look.
say-link = Send what the button says and where it leads: <code>Open | https://shop.example</code>
say-wrong = ✕ This will not do: { $why }

    { $ask }
to = 👥 To whom? Never to those who are muted, have blocked the bot or want no announcements.
to-everybody = everybody
to-language = written to in { $value }
to-role = role: { $value }
to-bought-since = bought something since { $value }
to-not-bought-since = bought nothing since { $value }
to-seen-since = seen since { $value }
button-to-all = Everybody
button-to-ru = Russian
button-to-en = English
button-to-seen-week = Seen in 7 days
button-to-seen-month = Seen in 30 days
button-to-bought = Bought in 30 days
button-to-lapsed = Bought, but not in 30 days
button-to-never = Never bought
letter-sure = 📣 <b>Send it?</b>

    To: { $to }
    So many: <b>{ $many }</b> ({ $each })
    What has begun cannot be taken back.
button-send-yes = ✅ Send it to { $many }
letter-gathering = 📣 <b>Broadcast: { $state }</b>

    To: { $to }
    Its recipients are being found: { $letters } so far.
letter-progress = 📣 <b>Broadcast: { $state }</b>

    To: { $to }

    Got it: <b>{ $sent }</b> of { $letters }
    Have blocked the bot: { $gone }
    Wanted none any more: { $declined }
    Refused by Telegram: { $refused }
    Perhaps, nobody knows: { $unknown }
    To go: { $open }
button-pause = ⏸ Pause
button-resume = ▶️ Go on
button-call-off = ✕ Call it off
