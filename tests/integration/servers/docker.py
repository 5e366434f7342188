"""A server in a container, for machines that have a Docker engine and nothing else."""

import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .process import START_SECONDS_MAX, NoServer


@contextmanager
def container(
    docker: Path,
    image: str,
    port: int,
    *,
    url: str,
    answers: Callable[[str], bool],
    options: Sequence[str] = (),
) -> Iterator[str]:
    """The server's URL, made from `url` with its `{port}`, while the context lasts."""
    name = _docker(
        docker, "run", "--rm", "--detach", f"--publish=127.0.0.1::{port}", *options, image
    )
    try:
        shown = _docker(docker, "port", name, str(port)).splitlines()[0]
        here = url.format(port=shown.rsplit(":", 1)[1])
        deadline = time.monotonic() + START_SECONDS_MAX
        while not answers(here):
            if time.monotonic() > deadline:
                raise NoServer(f"the container of {image} did not answer in time")
            time.sleep(0.1)
        yield here
    finally:
        _docker(docker, "rm", "--force", name)


def _docker(docker: Path, *words: str) -> str:
    done = subprocess.run([docker, *words], capture_output=True, check=False, text=True)
    if done.returncode:
        raise NoServer(f"docker {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout.strip()
