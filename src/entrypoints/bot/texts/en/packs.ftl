packs = 🖼 <b>Sticker packs</b>

    Choose a collection.
packs-empty = 🖼 <b>Sticker packs</b>

    Nothing is on sale right now.
packs-closed = 🖼 <b>Sticker packs</b>

    The shop does not answer right now. Try again soon.
packs-of = 🖼 <b>{ $title }</b>

    { $lines }
packs-of-none = Nothing is on sale here right now.
packs-line = <b>{ $title }</b> · { $price } · { $left } left
packs-line-unpriced = <b>{ $title }</b> · { $left } left
packs-line-none = { $title } · sold out
button-page-before = ‹ Back
button-page-after = More ›
