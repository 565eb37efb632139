"""Clients from npm, each installed once for all runs."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.needs import IN_CI

CACHE = Path(__file__).parents[2] / ".cache"


def installed(client: str, folder: str) -> Path:
    """Return the folder in which npm has installed the client, such as `@googleapis/calendar@20.0.1`."""
    modules = CACHE / folder
    if not (shutil.which("node") and shutil.which("npm")):
        _missing("node and npm are not on this machine")
    if not (modules / "node_modules" / client.rpartition("@")[0]).is_dir():
        modules.mkdir(parents=True, exist_ok=True)
        options = ["--no-audit", "--no-fund", "--ignore-scripts"]
        command = ["npm", "install", "--prefix", str(modules), *options, client]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            _missing(f"npm could not install {client}")
    return modules


def _missing(why: str) -> None:
    """Skip on a developer's machine; fail where everything is to be checked."""
    if IN_CI:
        pytest.fail(why)
    pytest.skip(why)
