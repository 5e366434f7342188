packs = 🖼 <b>Наборы стикеров</b>

    Выберите коллекцию.
packs-empty = 🖼 <b>Наборы стикеров</b>

    Сейчас ничего не продаётся.
packs-closed = 🖼 <b>Наборы стикеров</b>

    Магазин сейчас не отвечает. Попробуйте чуть позже.
packs-of = 🖼 <b>{ $title }</b>

    { $lines }
packs-of-none = Здесь сейчас ничего не продаётся.
packs-line = <b>{ $title }</b> · { $price } · осталось { $left }
packs-line-unpriced = <b>{ $title }</b> · осталось { $left }
packs-line-none = { $title } · распродано
button-page-before = ‹ Назад
button-page-after = Дальше ›
