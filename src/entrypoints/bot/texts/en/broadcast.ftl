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
