"""An environment with what a file of requirements names and nothing else, each as it is installed here."""

import subprocess
import sys
from importlib.metadata import Distribution, distribution
from pathlib import Path


def python(requirements: Path, home: Path) -> Path:
    """Its interpreter; commands of packages are not there, only what can be imported."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    (packages,) = home.glob("lib/python*/site-packages")
    for line in requirements.read_text().splitlines():
        name, version = line.partition("#")[0].strip().split("==")
        found = distribution(name)
        assert found.version == version, f"{name} is not what {requirements.name} pins: run `make dev`"
        _link(found, packages)
    return home / "bin" / "python"


def _link(found: Distribution, packages: Path) -> None:
    for path in found.files or []:
        if ".." not in path.parts:
            link = packages / path
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(str(found.locate_file(path)))
