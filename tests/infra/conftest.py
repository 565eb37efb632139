"""The scripts in infra/ in a folder of their own, with a stand-in for gcloud."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.host.conftest import ROOT

INFRA = ROOT / "infra"
ANSWERS = {
    "CONFERENCE_SOLUTIONS": 'My "Web" Conference=webhook',
    "WEBHOOK_URL": "https://hook.example.com/${path}",
    "WEBHOOK_SECRET": "whsec_c2VjcmV0",
}


@dataclass(frozen=True, kw_only=True)
class Shell:
    """A copy of infra/, and a stand-in for gcloud that keeps what it made."""

    folder: Path

    def run(self, script: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        environ = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "FAKE_GCLOUD": str(self.folder),
            "PAUSE": "0",
            **environment,
        }
        return subprocess.run(
            [str(self.folder / "infra" / script), *words],
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def asked(self) -> list[str]:
        """What gcloud was asked since the last look."""
        found = (self.folder / "asked").read_text().splitlines()
        (self.folder / "asked").unlink()
        return found

    def kept(self, secret: str, version: int = 1) -> str:
        """The value of a secret in Secret Manager."""
        return (self.folder / f"secrets-versions-{secret}.{version}").read_text()

    @property
    def settings(self) -> Path:
        return self.folder / "infra" / "terraform.tfvars"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shutil.copytree(
        ROOT / "infra", tmp_path / "infra", ignore=shutil.ignore_patterns(".terraform", "*.tfvars")
    )
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin" / "gcloud"
    fake.write_text(f'#!/bin/sh\nexec {sys.executable} -IS {Path(__file__).parent / "gcloud.py"} "$@"\n')
    fake.chmod(0o755)
    return Shell(folder=tmp_path)
