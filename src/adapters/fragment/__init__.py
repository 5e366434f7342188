"""Stars, Premium and coins for advertisements, bought of fragment.com as its own page does it."""

from .api import FragmentApi
from .comment import NotTheComment, reference_in
from .flows import FLOWS, Flow, flow_of
from .hosts import Host, Hosts, operations_of
from .payer import Payer
from .session import CookiesMalformed, Session
from .supplier import FragmentSupplier
from .wire import FRAGMENT

__all__ = [
    "FLOWS",
    "FRAGMENT",
    "CookiesMalformed",
    "Flow",
    "FragmentApi",
    "FragmentSupplier",
    "Host",
    "Hosts",
    "NotTheComment",
    "Payer",
    "Session",
    "flow_of",
    "operations_of",
    "reference_in",
]
