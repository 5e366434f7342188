-- What is under way is found among all that ever was, for whoever looks after it.

CREATE INDEX purchase_under_way ON altyn.purchase (created_at, id)
    WHERE state IN ('reserved', 'ordered', 'paying', 'paid', 'unknown', 'review');
CREATE INDEX payment_under_way ON altyn.payment (created_at, id)
    WHERE state IN ('created', 'unknown', 'pending', 'confirming', 'refunding');
