"""The machine that a figure was measured on, as far as it matters to the figure."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

KIB_PER_GIB = 1 << 20


def described() -> Sequence[str]:
    return [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"{os.cpu_count()} cores ({platform.machine()}), {_memory()} of memory",
        f"Python {platform.python_version()}, {_system()}",
    ]


def load() -> str:
    """What others did on the machine meanwhile shows in every figure."""
    return f"{os.getloadavg()[0]:.1f}"


def _memory() -> str:
    meminfo = Path("/proc/meminfo")
    if not meminfo.exists():
        return "an unknown amount"
    total = int(meminfo.read_text().split()[1])
    return f"{total / KIB_PER_GIB:.0f} GiB"


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.system()
