"""A provider in a repository of its own: installed beside the service, it keeps every promise."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as its author has it, and what pip made of it in `installed`."""
    folder = tmp_path_factory.mktemp("elsewhere") / "nextcloud_talk"
    shutil.copytree(ROOT / "examples" / "nextcloud_talk", folder)
    quiet = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
    pip = [sys.executable, "-m", "pip", "install", *quiet, "--target", str(folder / "installed"), str(folder)]
    subprocess.run(pip, check=True)
    (folder / "nextcloud_talk_sync.py").unlink()  # what is tried is what was installed
    return folder


@pytest.mark.parametrize(
    "words",
    [
        [
            "-p",
            "conformance.plugin",
            "--system",
            "talk_stand_in:talk",
            "--pyargs",
            "conformance.test_provider",
        ],
        ["test_talk.py"],
    ],
    ids=["promises", "event"],
)
def test_a_provider_from_elsewhere(repository: Path, words: list[str]) -> None:
    """As docs/provider.md has it."""
    paths = [str(ROOT), str(repository / "installed"), str(repository)]
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "--rootdir",
            str(repository),
            *words,
        ],
        cwd=repository,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-3_000:]
