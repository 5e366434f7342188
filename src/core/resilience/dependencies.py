"""The breakers of those we depend on, as data."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from .breaker_policy import BreakerPolicy, Step

QUICK: Final = (Step(every=10, seconds=1.0), Step(every=2, seconds=1.0))

# «3 failures/60 s» is read as: the third failure opens it for 60 seconds. Before shops and
# payments the window is twice as long, for whoever asks one call after the other and has to wait
# for the deadline of each. The volume is that of the failures, since few calls are all there is
# to judge by at night; half of the calls have to fail, since by day three failures among a
# thousand are nothing.

_SHOP: Final = BreakerPolicy(
    window_seconds=120.0, volume_min=3, failures_min=3, failure_rate=0.5, open_seconds=60.0
)
_PAYMENTS: Final = BreakerPolicy(
    window_seconds=240.0, volume_min=5, failures_min=5, failure_rate=0.5, open_seconds=120.0
)

DEPENDENCIES: Final[Mapping[str, BreakerPolicy]] = MappingProxyType(
    {
        "fragment": _SHOP,
        "stickerdom": _SHOP,
        "payments": _PAYMENTS,
        "heleket": _PAYMENTS,
        "ton": _PAYMENTS,
        # Many small calls: more of them may try, and the way back is short.
        "telegram": BreakerPolicy(
            window_seconds=60.0,
            volume_min=3,
            failures_min=3,
            failure_rate=0.5,
            open_seconds=30.0,
            probes=3,
            steps=QUICK,
        ),
        "redis": BreakerPolicy(
            # Short, since it answers a thousand times a second: when it is gone, what was good
            # before is soon forgotten.
            window_seconds=5.0,
            volume_min=2,
            failures_min=2,
            failure_rate=0.5,
            open_seconds=15.0,
            probes=3,
            steps=(),  # when it is back it bears everything: it did so a moment ago
        ),
    }
)
"""By name: 3 failures/60 s for the shops, 5/120 for money, 3/30 for Telegram, 2/15 for Redis."""
