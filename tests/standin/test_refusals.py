"""Refusals of what stands before Calendar, in both envelopes, and answers that are none of Calendar's."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from googleapiclient.errors import HttpError

from gcal_standin import server
from gcal_standin.server import Server
from tests.standin import google
from tests.standin.caller import Caller, Events, Json
from tests.standin.samples import timed
from tests.support import needs


@pytest.fixture
def garbling() -> Iterator[Server]:
    """A stand-in whose answers nobody holds against the document: some are none that it allows."""
    with server.start() as running:
        yield running


def error_of(caller: Caller, events: Events) -> Json:
    error: Json = caller.call("GET", events.path).body["error"]
    return error


@pytest.mark.recordings
def test_the_quota_refuses_as_recorded(standin: Server, caller: Caller, events: Events) -> None:
    """Beyond a user's calls in a minute the answer is the recorded one, but for how many there were."""
    recorded = json.loads((needs.recordings() / "error_403_rate_limit.json").read_text())
    recorded["error"]["details"][0]["metadata"]["quota_limit_value"] = "1"
    standin.control("POST", "settings", {"quotaPerMinutePerUser": 1})
    events.page()

    assert caller.call("GET", events.path).body == recorded


def test_the_quota_in_either_envelope(standin: Server, caller: Caller, events: Events) -> None:
    """Details say the limit and how to raise it; the old envelope has none, and another reason."""
    standin.control("POST", "settings", {"quotaPerMinutePerUser": 0})
    present = error_of(caller, events)
    standin.control("POST", "settings", {"envelope": "old"})
    old = error_of(caller, events)

    assert present["errors"][0]["reason"] == "rateLimitExceeded"
    assert present["status"] == "PERMISSION_DENIED"
    assert [detail.get("reason") for detail in present["details"]] == ["RATE_LIMIT_EXCEEDED", None]
    assert present["details"][0]["metadata"]["quota_limit_value"] == "0"
    assert old["errors"][0]["reason"] == "userRateLimitExceeded"
    assert old.keys() == {"code", "message", "errors"}


@pytest.mark.parametrize(
    ("asked", "usual", "detailed"),
    [
        ({"reason": "rateLimitExceeded"}, "present", True),
        ({"reason": "rateLimitExceeded", "envelope": "old"}, "present", False),
        ({"reason": "rateLimitExceeded"}, "old", False),
        ({"reason": "rateLimitExceeded", "envelope": "present"}, "old", True),
        ({"reason": "userRateLimitExceeded"}, "present", False),
        ({"reason": "dailyLimitExceeded", "envelope": "present"}, "present", True),
        ({"reason": "accessNotConfigured", "envelope": "present"}, "present", True),
    ],
)
def test_a_fault_in_either_envelope(
    standin: Server, caller: Caller, events: Events, asked: Json, usual: str, *, detailed: bool
) -> None:
    """Any reason comes in the envelope asked for, else in the one set, else in the one recorded of it."""
    standin.control("POST", "settings", {"envelope": usual})
    standin.control("POST", "faults", {"status": 403} | asked)
    error = error_of(caller, events)

    assert error["errors"][0]["reason"] == asked["reason"]
    assert error["errors"][0]["domain"] == "usageLimits"
    assert ("details" in error, "status" in error) == (detailed, detailed)


def test_an_envelope_that_is_none(standin: Server, caller: Caller) -> None:
    """A word that is no envelope is refused, by faults and by settings."""
    for path in ("faults", "settings"):
        answer = httpx.post(f"{standin.url}/standin/{path}", json={"status": 500, "envelope": "new"})
        assert (answer.status_code, "present, old" in answer.text) == (400, True)


def test_google_reads_details_first(standin: Server) -> None:
    """Where there are details, the Python client shows them in place of the errors."""
    with google.service(standin.url) as client:
        for envelope, reason in (("present", "RATE_LIMIT_EXCEEDED"), ("old", "rateLimitExceeded")):
            fault = {"status": 403, "reason": "rateLimitExceeded", "envelope": envelope}
            standin.control("POST", "faults", fault)
            with pytest.raises(HttpError) as raised:
                client.events().list(calendarId="primary").execute()
            details: Any = raised.value.error_details
            assert details[0]["reason"] == reason


def test_401_says_what_is_wrong(standin: Server, caller: Caller, events: Events) -> None:
    """Credentials that are refused are named, and the answer says which ones are wanted."""
    standin.control("POST", "faults", {"status": 401, "reason": "authError"})
    got = caller.call("GET", events.path)

    assert got.body["error"]["errors"] == [
        {
            "domain": "global",
            "reason": "authError",
            "message": "Invalid Credentials",
            "locationType": "header",
            "location": "Authorization",
        }
    ]
    assert got.headers["WWW-Authenticate"].startswith("Bearer ")


@pytest.mark.parametrize("status", [None, 200, 403, 502])
@pytest.mark.parametrize("text", ["<html>busy</html>", "[]", "null", '{"items": [', ""])
def test_a_body_of_any_kind(garbling: Server, text: str, status: int | None) -> None:
    """A fault may answer with any text and any status, 200 if none is given; the next call is good again."""
    garbling.control("POST", "faults", {"status": status, "body": text})
    answer = httpx.get(f"{garbling.url}/calendar/v3/calendars/primary/events")

    assert (answer.status_code, answer.text) == (status or 200, text)
    assert answer.headers["Content-Type"].startswith("text/html" if "<" in text else "application/json")
    with Caller(garbling.url) as caller:
        assert caller.events().page()["items"] == []


def test_a_write_whose_answer_is_garbled(garbling: Server) -> None:
    """With `after` the call takes effect, and its answer is the text."""
    garbling.control("POST", "faults", {"method": "events.insert", "body": "null", "after": True})
    with Caller(garbling.url) as caller:
        assert caller.call("POST", caller.events().path, timed()).body is None
        assert len(caller.events().page()["items"]) == 1
