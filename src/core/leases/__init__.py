"""What must be single holds a lease: one holder at a time, and a token that tells the newest."""

from .lease import Lease, LeaseLost
from .ports import Leases, SeenLease
from .sole import Sole

__all__ = ["Lease", "LeaseLost", "Leases", "SeenLease", "Sole"]
