"""@googleapis/calendar, Google's client for Node."""

import json
import subprocess
from pathlib import Path

import pytest

from gcal_standin.server import Server
from tests.standin import npm

CLIENT = "@googleapis/calendar@20.0.1"
SCRIPT = Path(__file__).with_name("client.cjs")

pytestmark = [pytest.mark.node, pytest.mark.slow]


def test_the_node_client(standin: Server) -> None:
    """The client lists, syncs, meets 410, writes with If-Match and meets 412, watches and stops."""
    command = ["node", str(SCRIPT), str(npm.installed(CLIENT, "node")), standin.url]
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
