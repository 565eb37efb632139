"""The controls: faults, quotas, clock, request log, odd events, and how wrong use is answered."""

import json
import threading
import time
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import httpx
import pytest

from gcal_standin import server
from gcal_standin.server import Server
from tests.standin.caller import Caller, Events, Json
from tests.standin.samples import timed


def control(standin: Server, verb: str, path: str, body: Json | None = None) -> tuple[int, Json]:
    content = json.dumps(body).encode() if body is not None else None
    request = Request(f"{standin.url}/standin/{path}", method=verb, data=content)
    try:
        with urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_controls_over_http(standin: Server) -> None:
    """The controls are listed at /standin/, take and give JSON, and tell what is wrong."""
    assert "POST /standin/expire" in control(standin, "GET", "")[1]
    assert control(standin, "POST", "users", {"email": "bob@example.com"}) == (200, {"id": "bob@example.com"})
    assert control(standin, "POST", "users", {"email": "bob@example.com"})[0] == 409
    assert control(standin, "POST", "users", {})[0] == 404
    assert control(standin, "POST", "nothing", {})[0] == 404
    assert control(standin, "POST", "settings", {"emptyPageEvery": 1})[0] == 400
    for path in ("settings", "faults", "notifications"):
        assert control(standin, "POST", path, {"colour": "red"})[0] == 400
    assert control(standin, "POST", "clock", {"now": "noon"})[0] == 400
    king = {"calendarId": "owner@example.com", "role": "king"}
    assert control(standin, "POST", "role", king)[0] == 400


def test_wrong_bodies(standin: Server) -> None:
    """It is said what is wrong, and what would be right."""
    for path, body, status, said in (
        ("nothing", {}, 404, "There is no control POST /standin/nothing: GET /standin/ lists them."),
        ("users", {}, 404, "The body lacks the field 'email'."),
        ("watchable", {"calendarId": "x", "watchable": True}, 400, "There is no calendar x: give the id of"),
        ("users", [], 400, "The body is [], but a control takes an object."),
    ):
        got = httpx.post(f"{standin.url}/standin/{path}", json=body)
        assert got.status_code == status
        assert got.json()["error"].startswith(said)
    assert "The body is no JSON (" in httpx.post(f"{standin.url}/standin/users", content="{").json()["error"]


def test_the_next_calls_of_a_kind_fail(standin: Server, caller: Caller, events: Events) -> None:
    """So many calls of a kind fail with the status and reason asked for; others and later ones are good."""
    fault = {"method": "events.list", "times": 2, "status": 403, "reason": "quotaExceeded"}
    standin.control("POST", "faults", fault)

    events.insert(timed())
    assert events.refused("GET") == (403, "quotaExceeded")
    assert events.refused("GET") == (403, "quotaExceeded")
    assert len(events.page()["items"]) == 1

    here = {"method": "*", "status": 503, "retryAfter": 7, "calendarId": "owner@example.com"}
    standin.control("POST", "faults", here)
    got = caller.call("GET", events.path)
    assert got.refusal == (503, "backendError")
    assert got.headers["Retry-After"] == "7"


def test_a_lost_answer(standin: Server, events: Events) -> None:
    """With `after` the call takes effect and only its answer is lost."""
    standin.control("POST", "faults", {"method": "events.insert", "status": 500, "after": True})

    assert events.refused("POST", body=timed()) == (500, "backendError")
    assert len(events.page()["items"]) == 1


def test_faults_of_another_calendar_wait(standin: Server, events: Events) -> None:
    """A fault of one calendar leaves the others alone, and can be taken back."""
    other = standin.control("POST", "calendars", {"summary": "Other"})["id"]
    standin.control("POST", "faults", {"method": "*", "status": 500, "calendarId": other})

    events.page()
    standin.control("DELETE", "faults")
    standin.control("POST", "faults", {"method": "*", "status": 500, "calendarId": "owner@example.com"})
    assert events.refused("GET")[0] == 500


def test_a_call_that_hangs(standin: Server, events: Events) -> None:
    """A hanging call holds up no other, and goes on in the end."""
    standin.control("POST", "faults", {"method": "events.list", "hangSeconds": 0.3})
    done: list[str] = []

    def read() -> None:
        with Caller(standin.url) as caller:
            caller.events().page()
        done.append("hung")

    thread = threading.Thread(target=read)
    thread.start()
    while thread.is_alive() and not standin.service.faults.empty:
        time.sleep(0.01)
    events.insert(timed())
    done.append("other")
    thread.join()

    assert done == ["other", "hung"]


def test_quota_per_user_and_minute(standin: Server, caller: Caller, events: Events) -> None:
    """Switched on, a user's calls in a minute are limited; quotaUser counts apart, and the minute passes."""
    standin.control("POST", "settings", {"quotaPerMinutePerUser": 2})

    events.page()
    events.page()
    assert events.refused("GET") == (403, "rateLimitExceeded")
    assert caller.call("GET", events.path, quotaUser="other").status == 200
    standin.control("POST", "clock", {"advanceSeconds": 61})
    events.page()


def test_the_clock(standin: Server, events: Events) -> None:
    """The clock is set, stopped and advanced; what is written bears its time, and stays distinct."""
    standin.control("POST", "clock", {"now": "2030-05-01T12:00:00Z", "stop": True})

    made = events.insert(timed())
    changed = events.patch(made["id"], {"summary": "x"})

    assert made["updated"] == "2030-05-01T12:00:00.000Z"
    assert int(changed["etag"].strip('"')) == int(made["etag"].strip('"')) + 2
    standin.control("POST", "clock", {"advanceSeconds": 60, "go": True})
    assert standin.control("GET", "clock")["now"].startswith("2030-05-01T12:01:0")


def test_the_request_log(standin: Server, caller: Caller, events: Events) -> None:
    """Each call is counted by its method, with query, status, reason and bytes; the log can be emptied."""
    events.page(maxResults=5)
    caller.call("GET", f"{events.path}/unknown")

    log = standin.control("GET", "requests")

    assert log["calls"] == {"events.list": 1, "events.get": 1}
    assert log["bytes"] == sum(log["bytesOf"].values()) > 0
    first, second = log["requests"]
    assert first["query"] == {"maxResults": ["5"]}
    assert (second["status"], second["reason"]) == (404, "notFound")
    standin.control("DELETE", "requests")
    assert standin.control("GET", "requests")["total"] == 0


def test_odd_events() -> None:
    """An event the API would not take can be put in, is told as it is, and spoils no other."""
    unreadable = {"id": "odd", "start": {"dateTime": "soon"}, "end": {"date": "later"}}
    with server.start() as standin, Caller(standin.url) as caller:
        for event in ({"id": "nostart"}, unreadable):
            standin.control("POST", "events", {"calendarId": "owner@example.com", "event": event})
        plain = caller.events().insert(timed())["id"]

        for query in (
            {},
            {"singleEvents": True, "orderBy": "startTime"},
            {"timeMin": "2026-01-01T00:00:00Z"},
        ):
            items = {item["id"]: item for item in caller.events().page(**query)["items"]}
            assert items.keys() == {"nostart", "odd", plain}
            assert items["odd"]["start"] == unreadable["start"]


def test_unmarked_use_is_an_error(standin: Server) -> None:
    """In process, a control that is not there raises."""
    with pytest.raises(KeyError):
        standin.control("POST", "nothing")
