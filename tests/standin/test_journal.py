"""The state in a file, and the command that serves it."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from gcal_standin import server
from tests.standin.caller import Caller
from tests.standin.consenting import BOB, Client, client_of
from tests.standin.samples import series, timed


def test_the_state_survives(tmp_path: Path) -> None:
    """Events, exceptions, calendars, rules, channels and sync tokens are there after a restart."""
    data = tmp_path / "calendar.jsonl"
    with server.start(data=data) as standin, Caller(standin.url) as caller:
        events = caller.events()
        gone, kept = events.insert(timed())["id"], events.insert(series())["id"]
        events.patch(f"{kept}_20260112T090000Z", {"summary": "Mine"})
        _, token = events.all()
        events.delete(gone)
        team = caller.ok("POST", "calendars", {"summary": "Team"})["id"]
        dropped = caller.ok("POST", "calendars", {"summary": "Dropped"})["id"]
        caller.ok("DELETE", f"calendars/{dropped}")
        channel = {"id": "c", "type": "web_hook", "address": "http://127.0.0.1:9/"}
        watched = caller.ok("POST", f"{events.path}/watch", channel)
        before = events.page(showDeleted=True)["items"]

    with server.start(data=data) as standin, Caller(standin.url) as caller:
        events = caller.events()
        assert events.page(showDeleted=True)["items"] == before
        assert [item["id"] for item in events.page(syncToken=token)["items"]] == [gone]
        events.patch(kept, {"summary": "Theirs", "location": "Room"})
        exception = events.get(f"{kept}_20260112T090000Z")
        assert (exception["summary"], exception["location"]) == ("Mine", "Room")
        assert caller.ok("GET", f"calendars/{team}")["summary"] == "Team"
        assert caller.call("GET", f"calendars/{dropped}").status == 404
        assert events.refused("POST", "watch", channel) == (400, "channelIdNotUnique")
        stop = {"id": "c", "resourceId": watched["resourceId"]}
        assert caller.call("POST", "channels/stop", stop).status == 204
        assert events.insert(timed())["id"] not in {item["id"] for item in before}

    with server.start(data=data) as standin, Caller(standin.url) as caller:
        assert standin.control("GET", "channels") == []
        assert len(caller.events().page()["items"]) == 3


def test_a_split_series_survives(tmp_path: Path) -> None:
    """After a restart the parts are one unit still, and an id of a date means that of the later part."""
    data = tmp_path / "calendar.jsonl"
    with server.start(data=data) as standin, Caller(standin.url) as caller:
        made = caller.events().insert(series())
        date = f"{made['id']}_20260119T090000Z"
        caller.events().patch(date, {"summary": "Mine"})
        told = {"calendarId": "owner@example.com", "instanceId": date}
        tail = standin.control("POST", "split", told)["id"]
        caller.events().patch(date, {"summary": "Theirs"})

    with server.start(data=data) as standin, Caller(standin.url) as caller:
        events = caller.events()
        assert (events.get(date)["summary"], events.get(date)["recurringEventId"]) == ("Theirs", tail)
        events.patch(made["id"], {"summary": "New"})
        assert events.get(made["id"])["etag"] == events.get(tail)["etag"] == events.get(date)["etag"]


def test_consents_survive(tmp_path: Path) -> None:
    """After a restart a client is known still, what it was given is good, and what was ended is not."""
    data = tmp_path / "calendar.jsonl"
    with server.start(data=data) as standin, client_of(standin) as client:
        ended = client.tokens()
        standin.control("POST", "grants/end", {"account": BOB})
        given = client.tokens()

    with server.start(data=data, auth=True) as standin, httpx.Client(base_url=standin.url) as http:
        client = Client(standin, http)
        assert client.calendar("calendars/primary/events", given["access_token"]).status_code == 200
        assert client.refresh(given["refresh_token"]).status_code == 200
        assert client.refresh(ended["refresh_token"]).status_code == 400


def test_a_line_cut_short_is_left_out(tmp_path: Path) -> None:
    """A file whose last line was cut by a crash is read up to there, and written on from there."""
    data = tmp_path / "calendar.jsonl"
    with server.start(data=data) as standin, Caller(standin.url) as caller:
        kept = caller.events().insert(timed())["id"]
        caller.events().insert(timed())
    data.write_bytes(data.read_bytes()[:-20])

    for expected in (2, 3):
        with server.start(data=data) as standin, Caller(standin.url) as caller:
            caller.events().insert(timed())
            items = caller.events().page()["items"]
            assert len(items) == expected
            assert kept in {item["id"] for item in items}


def test_the_command(tmp_path: Path) -> None:
    """`python -m local calendar` serves until it is told to stop, and says where."""
    command = [sys.executable, "-m", "local", "calendar", "--port", "0", "--data", str(tmp_path / "data")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = line.split()[2].removesuffix("/calendar/v3/")
        try:
            with Caller(url) as caller:
                caller.events().insert(timed())
        finally:
            process.terminate()
        assert process.wait(timeout=10) == 0
    assert (tmp_path / "data").stat().st_size > 0


def test_a_stopped_one_serves_nobody() -> None:
    """Once stopped, a client is cut off on the connection it has, and refused another."""
    with server.start() as standin, Caller(standin.url) as caller:
        caller.events().page()
        standin.stop()
        for refusal in (ConnectionResetError, ConnectionRefusedError):
            with pytest.raises(refusal):
                caller.events().page()


def test_an_unknown_command() -> None:
    """An unknown command is refused with the list of those there are."""
    done = subprocess.run(
        [sys.executable, "-m", "local", "nothing"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert "calendar" in done.stderr
