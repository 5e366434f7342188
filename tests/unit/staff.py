"""Those who sit at the machine and decide, in tests."""

from typing import Final

from altyn.core.identity import Caller

ANNA: Final = Caller.local("anna")
BORIS: Final = Caller.local("boris")
CLARA: Final = Caller.local("clara")
