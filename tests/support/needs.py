"""What some tests need of the machine. Without it they are left out, and the run ends with a line about it.

With `CI=true` nothing may be left out: a missing part is a failure. But for the vendors' descriptions and
answers recorded of Google: their licences keep them out of the repository, so the CI of a fork cannot have
them. `VENDOR_DESCRIPTIONS` and `CALENDAR_RECORDINGS`, their folders, say that they are there.
"""

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NoReturn

import pytest

from local import emulators
from tests.support import chromium

# How far at random is looked there, and how far elsewhere, is not the same: who waits wants to know sooner.
IN_CI = os.environ.get("CI") == "true"
CHROMIUM = "Chromium: apt-get install --no-install-recommends chromium"
JANUS = "Janus: apt-get install --no-install-recommends janus"
TERRAFORM = "terraform 1.9 or newer: from its maker or the distribution"
NODE = "node and npm: from nodejs.org or the distribution"
PROMTOOL = "promtool: apt-get install --no-install-recommends prometheus"
CLIENTS = "clients that nobody here wrote: make clients"
DESCRIPTIONS = "the vendors' API descriptions: their folder in VENDOR_DESCRIPTIONS"
RECORDINGS = "answers recorded of Google Calendar: their folder in CALENDAR_RECORDINGS"
EMULATORS = f"the emulators: {emulators.MISSING.removeprefix('needs ')}"


CLIENTS_PYTHON = Path(__file__).parents[2] / ".cache" / "clients" / "bin" / "python"


def _clients() -> bool:
    return CLIENTS_PYTHON.exists()


def _janus() -> bool:
    return shutil.which("janus") is not None


def _chromium() -> bool:
    return chromium.program() is not None


def _node() -> bool:
    return bool(shutil.which("node") and shutil.which("npm"))


_SHARED = Path(__file__).parents[3] / "shared"


def descriptions() -> Path:
    """The folder of the vendors' API descriptions."""
    return Path(os.environ.get("VENDOR_DESCRIPTIONS") or _SHARED / "contracts")


def recordings() -> Path:
    """The folder of the answers recorded of Google Calendar."""
    return Path(os.environ.get("CALENDAR_RECORDINGS") or _SHARED / "recordings")


def _descriptions() -> bool:
    return bool(os.environ.get("VENDOR_DESCRIPTIONS")) or descriptions().is_dir()


def _recordings() -> bool:
    return bool(os.environ.get("CALENDAR_RECORDINGS")) or recordings().is_dir()


def _terraform() -> bool:
    return shutil.which("terraform") is not None


def _promtool() -> bool:
    return shutil.which("promtool") is not None


NEEDS: Mapping[str, tuple[Callable[[], bool], str]] = {
    "browser": (_chromium, CHROMIUM),
    "clients": (_clients, CLIENTS),
    "descriptions": (_descriptions, DESCRIPTIONS),
    "emulators": (emulators.present, EMULATORS),
    "janus": (_janus, JANUS),
    "node": (_node, NODE),
    "promtool": (_promtool, PROMTOOL),
    "recordings": (_recordings, RECORDINGS),
    "terraform": (_terraform, TERRAFORM),
}


_KEPT_OUT = {DESCRIPTIONS, RECORDINGS}


def look(item: pytest.Item) -> None:
    """Skip or fail a test whose need is not met."""
    for marker, (present, how) in NEEDS.items():
        if item.get_closest_marker(marker) and not present():
            if how in _KEPT_OUT:
                pytest.skip(f"needs {how}")
            missing(how)


def missing(what: str) -> NoReturn:
    """Skip on a developer's machine, fail in CI."""
    if IN_CI:
        pytest.fail(f"needs {what}", pytrace=False)
    pytest.skip(f"needs {what}")


def line(reasons: Iterable[str]) -> str:
    """One line for all that was left out."""
    told = list(reasons)
    each = "; ".join(sorted({reason.removeprefix("Skipped: ") for reason in told}))
    return f"left out: {len(told)} tests: {each}"
