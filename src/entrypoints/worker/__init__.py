"""What has to be done without anybody asking: notices are read, providers are asked."""

from .chores import chores_of, worker_of
from .working import Chore, Worker

__all__ = ["Chore", "Worker", "chores_of", "worker_of"]
