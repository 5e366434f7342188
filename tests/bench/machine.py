"""On what it was measured: without that, figures say nothing."""

import os
import platform
import re
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import psycopg

FLUSHES: Final = 200


def machine() -> Mapping[str, str]:
    """What this machine is, by name of the fact; not whose it is."""
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{_memory_gibibytes():.0f} GiB",
        "at the start": f"{_busy():.0%} of the processor busy with other things",
        "system": f"{_system()}, {platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def storages() -> Mapping[str, str]:
    """What it writes with, and how fast that reaches the disk."""
    return {
        "disk": f"{_file_system()}, a flush takes {_flush_ms():.2f} ms",
        "psycopg": f"{psycopg.__version__} ({psycopg.pq.__impl__})",
        "sqlite": sqlite3.sqlite_version,
    }


def _processor() -> str:
    with suppress(OSError):
        if found := re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text()):
            return found[1]
    return platform.processor() or platform.machine()


def _memory_gibibytes() -> float:
    return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def _busy() -> float:
    """How much of the machine is not ours to measure with, while we do nothing for a second."""
    cores = os.cpu_count() or 1
    with suppress(OSError):
        before = _idle_seconds()
        time.sleep(1)
        return max(0.0, 1 - (_idle_seconds() - before) / cores)
    return min(1.0, os.getloadavg()[0] / cores)


def _idle_seconds() -> float:
    """Of all cores together, since the machine began."""
    _, idle = Path("/proc/uptime").read_text().split()
    return float(idle)


def _system() -> str:
    with suppress(OSError):
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    return platform.machine()


def _file_system() -> str:
    """Of the folder where the databases are made; in memory nothing is durable."""
    folder = Path(tempfile.gettempdir()).resolve()
    with suppress(OSError):
        mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
        fitting = [(place, kind) for place, kind in mounts if folder.is_relative_to(place)]
        return max(fitting, key=lambda each: len(each[0]))[1]
    return "unknown file system"


def _flush_ms() -> float:
    """The median time in which a page that was appended reaches the disk."""
    times = []
    with tempfile.NamedTemporaryFile() as file:
        for _ in range(FLUSHES):
            file.write(bytes(8192))
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - began)
    return 1000 * statistics.median(times)
