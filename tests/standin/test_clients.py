"""Clients that nobody here wrote, unmodified, each in a process of an environment of its own."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gcal_standin.server import Server
from tests.standin.caller import Caller, Events
from tests.support import needs

OWNER = "owner@example.com"
ROOT = Path(__file__).parents[2]
DRIVERS = Path(__file__).parent / "clients"
Gcalcli = Callable[..., str]

pytestmark = [pytest.mark.clients, pytest.mark.slow]


def run(driver: str, *arguments: str, said: str = "", home: Path | None = None) -> str:
    """Run a driver to its good end; return what it printed."""
    command = [str(needs.CLIENTS_PYTHON), str(DRIVERS / driver), *arguments]
    here = {"HOME": str(home), "XDG_DATA_HOME": str(home), "TZ": "UTC"} if home else {}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=180, check=False, input=said, env=os.environ | here
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_aiogoogle(standin: Server) -> None:
    """It discovers the API, pages, writes, deletes, meets 404 and 410, and calls several at once."""
    assert json.loads(run("drive_aiogoogle.py", standin.url)) == {
        "paged": [f"Event {number}" for number in range(5)],
        "written": {
            "patched": "New",
            "updated": ["Meeting", "Room"],
            "deleted": 204,
            "again": [410, "deleted"],
        },
        "many": [404, 200],
        "calendars": [OWNER],
    }


def test_langchain(standin: Server) -> None:
    """Its tools create meetings, series and days off, find, change, move and delete them, and tell of 404."""
    standin.control("POST", "users", {"email": "bob@example.com"})
    standin.control("POST", "calendars", {"summary": "Team"})

    told: dict[str, Any] = json.loads(run("drive_langchain.py", standin.url))

    assert "404" in told.pop("refused")
    assert len(told.pop("tools")) == 7
    assert told == {
        "created": ["Event created"],
        "standups": [f"2026-01-0{day}T09:00:00Z" for day in (5, 6, 7)],
        "holiday": ["2026-01-08"],
        "updated": ["Review of the year", "2026-01-06T14:00:00Z"],
        "moved": "Event moved",
        "there": [True],
        "deleted": "Event deleted",
        "left": [f"2026-01-0{day}T09:00:00Z" for day in (6, 7)],
    }


@pytest.fixture
def gcalcli(standin: Server, tmp_path: Path) -> Gcalcli:
    """The command line of somebody who has signed in."""
    (tmp_path / "gcalcli").mkdir()
    (tmp_path / "gcalcli" / "oauth").write_text(json.dumps({"access_token": "any"}))
    return lambda *arguments, said="": run(
        "drive_gcalcli.py", standin.url, *arguments, said=said, home=tmp_path
    )


def test_gcalcli(standin: Server, gcalcli: Gcalcli, events: Events) -> None:
    """Events are added, shown, found, edited at its prompt and deleted."""
    mine, span = ["--calendar", OWNER], ["2026-01-01", "2026-02-01"]
    dentist = {"title": "Dentist", "where": "Town", "when": "2026-01-20 09:00", "duration": "45"}
    dentist |= {"description": "Brush first", "who": "bob@example.com", "reminder": "10m popup"}
    gcalcli(
        "add",
        *mine,
        "--noprompt",
        *(word for name, value in dentist.items() for word in (f"--{name}", value)),
    )

    made = events.page()["items"][0]
    assert made["reminders"] == {"useDefault": False, "overrides": [{"method": "popup", "minutes": 10}]}
    assert made["attendees"] == [{"email": "bob@example.com", "responseStatus": "needsAction"}]
    assert OWNER in gcalcli("list")
    line = "2026-01-20\t09:00\t2026-01-20\t09:45\tDentist"
    assert line in gcalcli(*mine, "agenda", *span, "--tsv").splitlines()
    assert "Dentist" in gcalcli(*mine, "search", "brush", *span)
    assert "Saved!" in gcalcli(*mine, "edit", "dentist", *span, said="t\nSurgeon\ns\n")
    assert events.get(made["id"])["summary"] == "Surgeon"
    assert "Deleted!" in gcalcli(*mine, "delete", "--iamaexpert", "surgeon", *span)
    assert events.page()["items"] == []


def test_gcalcli_with_a_table(gcalcli: Gcalcli, caller: Caller, events: Events, tmp_path: Path) -> None:
    """A table of changes is carried out row by row, as it was exported."""
    kept = caller.ok("POST", events.path, {"summary": "Kept", **_day("2026-01-05")})
    gone = caller.ok("POST", events.path, {"summary": "Gone", **_day("2026-01-06")})
    table = tmp_path / "changes.tsv"
    table.write_text(
        "action\tid\tstart_date\tstart_time\tend_date\tend_time\ttitle\tlocation\n"
        f"patch\t{kept['id']}\t2026-01-05\t10:00\t2026-01-05\t11:30\tRenamed\tRoom\n"
        f"delete\t{gone['id']}\t\t\t\t\t\t\n"
        "insert\t\t2026-01-07\t09:00\t2026-01-07\t10:00\tNew\tHall\n"
    )

    gcalcli("agendaupdate", "--calendar", OWNER, str(table))

    shown = {item["summary"]: item["location"] for item in events.page()["items"]}
    assert shown == {"Renamed": "Room", "New": "Hall"}


def _day(day: str) -> dict[str, dict[str, str]]:
    return {"start": {"dateTime": f"{day}T10:00:00Z"}, "end": {"dateTime": f"{day}T11:00:00Z"}}
