"""The small Zoom as a command."""

import json
import signal
import subprocess
import sys
from urllib.request import Request, urlopen

from conformance.changes import change, meeting
from functions import providers


def test_the_command_says_how_to_reach_it_and_stops_when_told() -> None:
    """What it prints makes a provider, whose changes are seen where the meeting was made."""
    command = [sys.executable, "-m", "local.zoom"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        given = dict(process.stdout.readline().strip().split("=", 1) for _ in range(5))
        wish = json.dumps({"topic": "Old"}).encode()
        url = f"{given['ZOOM_API_URL']}/users/owner@example.com/meetings"
        with urlopen(Request(url, wish, {"content-type": "application/json"}), timeout=5) as answer:
            made = json.load(answer)
        assert (made["topic"], made["host_email"]) == ("Old", "owner@example.com")
        provider = providers.made("zoom", given)
        provider.check()
        outcome = provider.apply(change(str(made["id"]), meeting=meeting(title="New")))
        assert outcome.link is not None
        assert outcome.link.join_url == made["join_url"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
