"""@cocal/google-calendar-mcp, an MCP server, as a model's program talks to it."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from gcal_standin.server import Server
from tests.standin import npm

CLIENT = "@cocal/google-calendar-mcp@2.6.3"
POINT = Path(__file__).parent / "clients" / "point_mcp.mjs"
JANUARY = {"timeMin": "2026-01-01T00:00:00", "timeMax": "2026-02-01T00:00:00"}
Tool = Callable[..., Any]

pytestmark = [pytest.mark.node, pytest.mark.slow]


@pytest.fixture
def process(standin: Server, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """The server, with somebody signed in."""
    modules = npm.installed(CLIENT, "mcp")
    client = {
        "client_id": "1-x",
        "client_secret": "s",
        "redirect_uris": ["http://localhost:3000/oauth2callback"],
    }
    (tmp_path / "client.json").write_text(json.dumps({"installed": client}))
    token = {
        "access_token": "any",
        "refresh_token": "any",
        "token_type": "Bearer",
        "expiry_date": 4102444800000,
    }
    (tmp_path / "token.json").write_text(json.dumps({"normal": token}))
    environ = os.environ | {
        "MODULES": str(modules),
        "STANDIN": f"{standin.url}/",
        "GOOGLE_OAUTH_CREDENTIALS": str(tmp_path / "client.json"),
        "GOOGLE_CALENDAR_MCP_TOKEN_PATH": str(tmp_path / "token.json"),
    }
    script = modules / "node_modules" / CLIENT.rpartition("@")[0] / "build" / "index.js"
    command = ["node", "--import", str(POINT), str(script)]
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(
            command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
        ) as running,
    ):
        yield running
        running.terminate()


@pytest.fixture
def tool(process: "subprocess.Popen[str]") -> Tool:
    """Calls a tool by its name, and returns what it says."""
    numbers = count(1)

    def ask(method: str, params: dict[str, Any]) -> Any:
        assert process.stdin is not None
        assert process.stdout is not None
        number = next(numbers)
        told = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        process.stdin.write(json.dumps(told) + "\n")
        process.stdin.flush()
        while (answer := json.loads(process.stdout.readline())).get("id") != number:
            pass
        return answer["result"]

    def call(name: str, **arguments: Any) -> Any:
        result = ask("tools/call", {"name": name, "arguments": arguments})
        assert not result.get("isError"), result
        return json.loads(result["content"][0]["text"])

    who = {"name": "test", "version": "1"}
    ask("initialize", {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": who})
    return call


def test_an_mcp_server(standin: Server, tool: Tool) -> None:
    """It lists calendars and colours, makes, finds, changes and deletes events, and sees when one is busy."""
    assert [each["id"] for each in tool("list-calendars")["calendars"]] == ["owner@example.com"]
    when = {"start": "2026-01-05T10:00:00", "end": "2026-01-05T11:00:00", "timeZone": "UTC"}
    made = tool("create-event", calendarId="primary", summary="Tea", **when)["event"]["id"]
    one = {"calendarId": "primary", "eventId": made}

    found = [tool("list-events", calendarId="primary", **JANUARY)]
    found.append(tool("search-events", calendarId="primary", query="tea", **JANUARY))
    assert [[event["summary"] for event in each["events"]] for each in found] == [["Tea"], ["Tea"]]
    busy = tool("get-freebusy", calendars=[{"id": "primary"}], **JANUARY)["calendars"]["primary"]["busy"]
    assert busy == [{"start": "2026-01-05T10:00:00Z", "end": "2026-01-05T11:00:00Z"}]
    tool("update-event", **one, summary="Coffee")
    assert tool("get-event", **one)["event"]["summary"] == "Coffee"
    assert len(tool("list-colors")["event"]) == 11
    assert tool("delete-event", **one)["success"]
    assert tool("list-events", calendarId="primary", **JANUARY)["events"] == []
