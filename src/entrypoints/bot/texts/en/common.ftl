# What stands everywhere.

button-menu = ☰ Menu
button-back = ‹ Back
button-cancel = ✕ Cancel
button-again = ↻ Try again

trouble = 😔 Something went wrong on our side. Nothing was lost. If you write to support, name the case <code>{ $case }</code>.
trouble-soon = ⏳ We cannot do this right now. Please try again in a moment.
too-often = ⏳ That is a little fast. Please go on in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
 }.
not-understood = I did not get that. Choose something from the menu, or see /help.
only-private = Let us talk in a private chat: there I know whose balance it is.
button-link = 🔗 Open by link
