"""What some tests need of the machine. Without it they are left out, and the run ends with a line about it.

With `CI=true` nothing may be left out: a missing part is a failure. But for the vendors' descriptions: their
licences keep them out of the repository, so the CI of a fork cannot have them. `VENDOR_DESCRIPTIONS`, their
folder, says that they are there.
"""

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NoReturn

import pytest

from local import emulators

JANUS = "Janus: apt-get install --no-install-recommends janus"
TERRAFORM = "terraform 1.9 or newer: from its maker or the distribution"
NODE = "node and npm: from nodejs.org or the distribution"
DESCRIPTIONS = "the vendors' API descriptions: their folder in VENDOR_DESCRIPTIONS"
EMULATORS = f"the emulators: {emulators.MISSING.removeprefix('needs ')}"


def _janus() -> bool:
    return shutil.which("janus") is not None


def _node() -> bool:
    return bool(shutil.which("node") and shutil.which("npm"))


def descriptions() -> Path:
    """The folder of the vendors' API descriptions."""
    usual = Path(__file__).parents[2] / "shared" / "contracts"
    return Path(os.environ.get("VENDOR_DESCRIPTIONS") or usual)


def _descriptions() -> bool:
    return bool(os.environ.get("VENDOR_DESCRIPTIONS")) or descriptions().is_dir()


def _terraform() -> bool:
    return shutil.which("terraform") is not None


NEEDS: Mapping[str, tuple[Callable[[], bool], str]] = {
    "descriptions": (_descriptions, DESCRIPTIONS),
    "emulators": (emulators.present, EMULATORS),
    "janus": (_janus, JANUS),
    "node": (_node, NODE),
    "terraform": (_terraform, TERRAFORM),
}


def look(item: pytest.Item) -> None:
    """Skip or fail a test whose need is not met."""
    for marker, (present, how) in NEEDS.items():
        if item.get_closest_marker(marker) and not present():
            if how is DESCRIPTIONS:
                pytest.skip(f"needs {how}")
            missing(how)


def missing(what: str) -> NoReturn:
    """Skip on a developer's machine, fail in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"needs {what}", pytrace=False)
    pytest.skip(f"needs {what}")


def line(reasons: Iterable[str]) -> str:
    """One line for all that was left out."""
    told = list(reasons)
    each = "; ".join(sorted({reason.removeprefix("Skipped: ") for reason in told}))
    return f"left out: {len(told)} tests: {each}"
