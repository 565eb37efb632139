"""An environment with what is named and nothing else, each package as it is installed here."""

import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement


def python(requirements: Path, home: Path) -> Path:
    """Its interpreter; commands of packages are not there, only what can be imported."""
    packages = empty(home)
    pins = re.findall(r"^([\w.-]+)(?:\[.*\])?==([^\s;]+)", requirements.read_text(), re.MULTILINE)
    for name, version in pins:
        found = distribution(name)
        assert found.version == version, f"{name} is not what {requirements.name} pins: run `make dev`"
        _link(found, packages)
    return home / "bin" / "python"


def empty(home: Path) -> Path:
    """Make an environment without any package; return the folder where packages go."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    (packages,) = home.glob("lib/python*/site-packages")
    return packages


def with_needs(names: Iterable[str], packages: Path) -> None:
    """Link packages with all that they need."""
    done: set[str] = set()
    open_ = [Requirement(name) for name in names]
    while open_:
        wanted = open_.pop()
        if wanted.name.lower() in done or not (
            wanted.marker is None or wanted.marker.evaluate({"extra": ""})
        ):
            continue
        done.add(wanted.name.lower())
        found = distribution(wanted.name)
        _link(found, packages)
        open_ += [Requirement(each) for each in found.requires or ()]


def _link(found: Distribution, packages: Path) -> None:
    for path in found.files or []:
        if ".." not in path.parts:
            link = packages / path
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(str(found.locate_file(path)))
