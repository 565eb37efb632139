"""The deployed files as an instance finds them: compiled by the build, and dated by the image.

Before it installs the requirements, Google's buildpack runs `COMPILE` among the sources, in the
environment of the build (GoogleCloudPlatform/buildpacks: cmd/python/functions_framework/lib/lib.go).
The lifecycle then dates every file of the image `IMAGE_DATE` (buildpacks/lifecycle: archive/writer.go).
"""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from bench.deployed import ROOT

LIST = ROOT / "infra" / "deployed.txt"
FUNCTIONS = ROOT / "infra" / "functions.tf"
COMPILE = ("-m", "compileall", "-f", "-q", ".")
IMAGE_DATE = 315_532_801  # 1980-01-01 00:00:01


def deployed() -> list[str]:
    """The files that the list names, as the archive has them."""
    found = (path for pattern in LIST.read_text().split() for path in ROOT.glob(pattern))
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def build_environ() -> Mapping[str, str]:
    """What the Terraform code gives each build."""
    given = re.search(r"build_environment = \{([^}]*)\}", FUNCTIONS.read_text())
    return dict(re.findall(r'(\w+) *= *"([^"]*)"', given[1])) if given else {}


def build(folder: Path, python: Path, settings: Mapping[str, str]) -> None:
    """Into a folder that is not there yet; `settings` are the build's environment."""
    for name in deployed():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    subprocess.run([str(python), *COMPILE], cwd=folder, env=dict(settings), check=True)
    for path in folder.rglob("*.*"):
        os.utime(path, (IMAGE_DATE, IMAGE_DATE))
