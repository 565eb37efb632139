"""@googleapis/calendar, Google's client for Node."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from gcal_standin.server import Server
from tests.support.needs import IN_CI

CLIENT = "@googleapis/calendar@20.0.1"
MODULES = Path(__file__).parents[2] / ".cache" / "node"
SCRIPT = Path(__file__).with_name("client.cjs")

pytestmark = [pytest.mark.node, pytest.mark.slow]


def missing(why: str) -> None:
    """Skip on a developer's machine; fail where everything is to be checked."""
    if IN_CI:
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="module")
def modules() -> Path:
    """The folder in which npm has installed the client."""
    if not (shutil.which("node") and shutil.which("npm")):
        missing("node and npm are not on this machine")
    if not (MODULES / "node_modules" / "@googleapis" / "calendar").is_dir():
        MODULES.mkdir(parents=True, exist_ok=True)
        options = ["--no-audit", "--no-fund", "--ignore-scripts"]
        command = ["npm", "install", "--prefix", str(MODULES), *options, CLIENT]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            missing(f"npm could not install {CLIENT}")
    return MODULES


def test_the_node_client(standin: Server, modules: Path) -> None:
    """The client lists, syncs, meets 410, writes with If-Match and meets 412, watches and stops."""
    command = ["node", str(SCRIPT), str(modules), standin.url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    told["listed"].sort()
    assert told == {
        "listed": [f"Event {number}" for number in range(1, 6)],
        "sync": [[True, "cancelled"]],
        "expired": [410, "fullSyncRequired"],
        "ifMatch": {"status": 200, "summary": "New", "stale": [412, "conditionNotMet"]},
        "watch": {"states": ["exists", "sync"], "stopped": 204, "again": [404, "notFound"]},
    }
