"""A private Redis, which may be stopped, killed and started again."""

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final, Self
from uuid import uuid4

import redis
from attrs import Factory, define, field
from redis.crc import REDIS_CLUSTER_HASH_SLOTS

from .process import Process, free_port
from .surroundings import Surroundings

BUS: Final = 10_000
"""So much higher is the port by which nodes of a cluster talk."""
BUS_PORT_MAX: Final = 32_000


@define(kw_only=True)
class RedisServer:
    """
    Redis of the machine or of a wheel, on a loopback port of its own.

    It is empty at each start, unless it saves: then it does so as one that nobody has configured.

    Raises:
        NoServer: there is no program, or it does not start; with what it said.
    """

    program: Path = Factory(lambda: Surroundings().redis_program())
    cluster: bool = False
    """Whether it is a cluster, of one node: all keys of a command have to lie in one slot."""
    saves: bool = False
    """Whether it writes snapshots, and starts again from the last one."""
    _process: Process = field(init=False)
    _url: str = field(init=False)
    _exit: ExitStack = field(init=False, factory=ExitStack)

    @property
    def url(self) -> str:
        """Where it answers; the same after a new start."""
        return self._url

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def start(self) -> None:
        """Start again on the same port; return when it answers."""
        self._process.start()

    def stop(self) -> None:
        """Ask it to end."""
        self._process.stop()

    def kill(self) -> None:
        """`kill -9`."""
        self._process.kill()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let it do nothing; whoever calls meanwhile is accepted, and heard afterwards."""
        pid = self.pid
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            with suppress(ProcessLookupError):  # it was killed
                os.kill(pid, signal.SIGCONT)

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            folder = undo.enter_context(tempfile.TemporaryDirectory(prefix="altyn-redis-"))
            port = free_port()
            while self.cluster and port > BUS_PORT_MAX - BUS:
                port = free_port()
            self._url = f"redis://127.0.0.1:{port}/0"
            options = ["--bind", "127.0.0.1", "--port", str(port), "--dir", folder]
            if not self.saves:
                options += ["--save", ""]
            if self.cluster:
                options += ["--cluster-enabled", "yes"]
            self._process = Process(
                command=[self.program, *options],
                log=Path(folder, "log"),
                answers=self._answers,
                stop_signal=signal.SIGTERM,
            )
            undo.callback(self._process.stop)
            self._process.start()
            self._exit = undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    def _answers(self) -> bool:
        return answers(self._url) and (not self.cluster or serves_all_slots(self._url))


@contextmanager
def own_keys(url: str) -> Iterator[str]:
    """A prefix for keys that nobody else uses; these keys go with the context, and no others."""
    prefix = f"altyn-test-{uuid4().hex}:"
    try:
        yield prefix
    finally:
        with redis.Redis.from_url(url) as client:
            for key in client.scan_iter(match=f"{prefix}*", count=1000):
                client.unlink(key)


def answers(url: str) -> bool:
    """Whether a Redis answers there."""
    with redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False


def serves_all_slots(url: str) -> bool:
    """Whether a cluster of one node is ready; a new one is given its slots."""
    with redis.Redis.from_url(url) as client:
        told = client.execute_command("CLUSTER INFO")
        if told["cluster_slots_assigned"] == "0":
            client.execute_command("CLUSTER ADDSLOTS", *range(REDIS_CLUSTER_HASH_SLOTS))
        return bool(told["cluster_state"] == "ok")
