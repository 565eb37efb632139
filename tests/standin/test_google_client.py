"""google-api-python-client from end to end."""

from collections.abc import Iterator
from typing import Any

import pytest
from googleapiclient.errors import HttpError
from googleapiclient.http import BatchHttpRequest

from gcal_standin.server import Server
from tests.standin import google
from tests.standin.receiver import Receiver
from tests.standin.samples import series, timed


@pytest.fixture
def client(standin: Server) -> Iterator[Any]:
    with google.service(standin.url) as service:
        yield service


def refusal(request: Any) -> tuple[int, str]:
    with pytest.raises(HttpError) as raised:
        request.execute()
    details: Any = raised.value.error_details
    return raised.value.status_code, details[0]["reason"]


def test_paging_with_list_next(client: Any) -> None:
    """list_next walks all pages and ends with a sync token."""
    made = [client.events().insert(calendarId="primary", body=timed()).execute()["id"] for _ in range(5)]

    found: list[str] = []
    answer: dict[str, Any] = {}
    request = client.events().list(calendarId="primary", maxResults=2)
    while request:
        answer = request.execute()
        found += [item["id"] for item in answer["items"]]
        request = client.events().list_next(request, answer)

    assert found == sorted(made)
    assert answer["nextSyncToken"]


def test_incremental_sync_and_410(standin: Server, client: Any) -> None:
    """A sync token brings the changes; an expired one is HttpError 410 `fullSyncRequired`."""
    events = client.events()
    token = events.list(calendarId="primary").execute()["nextSyncToken"]
    made = events.insert(calendarId="primary", body=timed()).execute()
    events.delete(calendarId="primary", eventId=made["id"]).execute()

    items = events.list(calendarId="primary", syncToken=token).execute()["items"]
    assert [(item["id"], item["status"]) for item in items] == [(made["id"], "cancelled")]

    standin.control("POST", "expire")
    assert refusal(events.list(calendarId="primary", syncToken=token)) == (410, "fullSyncRequired")


def test_if_match(client: Any) -> None:
    """If-Match with the current etag writes, with an old one raises 412 `conditionNotMet`."""
    events = client.events()
    made = events.insert(calendarId="primary", body=timed()).execute()

    def patch(etag: str) -> Any:
        request = events.patch(calendarId="primary", eventId=made["id"], body={"summary": "New"})
        request.headers["If-Match"] = etag
        return request

    assert patch(made["etag"]).execute()["summary"] == "New"
    assert refusal(patch(made["etag"])) == (412, "conditionNotMet")


def test_batch(standin: Server, client: Any) -> None:
    """A batch answers each of its calls by its own id, failures among them, and writes all the others."""
    answers: dict[str, Any] = {}
    batch = BatchHttpRequest(
        callback=lambda call, answer, error: answers.update({call: error or answer}),
        batch_uri=f"{standin.url}/batch/calendar/v3",
    )
    for number in range(3):
        body = timed(summary=f"Event {number} äöü")
        batch.add(client.events().insert(calendarId="primary", body=body), request_id=f"made-{number}")
    batch.add(client.events().get(calendarId="primary", eventId="unknown"), request_id="unknown")
    batch.add(client.events().list(calendarId="primary", fields="items(summary)"), request_id="list")
    batch.execute(http=client._http)

    assert [answers[f"made-{number}"]["summary"] for number in range(3)] == [
        f"Event {number} äöü" for number in range(3)
    ]
    assert answers["unknown"].status_code == 404
    assert len(answers["list"]["items"]) == 3


def test_a_batch_that_is_too_long(standin: Server, client: Any) -> None:
    """More than fifty calls in one batch are refused as a whole."""
    batch = BatchHttpRequest(batch_uri=f"{standin.url}/batch/calendar/v3")
    for _ in range(51):
        batch.add(client.events().insert(calendarId="primary", body=timed()))

    with pytest.raises(HttpError) as raised:
        batch.execute(http=client._http)

    assert raised.value.status_code == 400
    assert client.events().list(calendarId="primary").execute()["items"] == []


def test_watch_and_stop(standin: Server, client: Any) -> None:
    """A channel is opened, told of a change, and stopped."""
    with Receiver() as receiver:
        body = {"id": "c-1", "type": "web_hook", "address": receiver.url}
        channel = client.events().watch(calendarId="primary", body=body).execute()
        client.events().insert(calendarId="primary", body=timed()).execute()
        standin.control("POST", "notifications/wait")

        stop = {"id": channel["id"], "resourceId": channel["resourceId"]}
        client.channels().stop(body=stop).execute()

        assert sorted(receiver.states()) == ["exists", "sync"]
        assert refusal(client.channels().stop(body=stop)) == (404, "notFound")


def test_series_and_instances(client: Any) -> None:
    """Instances are listed, one is moved, one deleted, by the ids the client was told."""
    events = client.events()
    made = events.insert(calendarId="primary", body=series()).execute()
    found = events.instances(calendarId="primary", eventId=made["id"]).execute()["items"]

    times = timed("2026-01-13T15:00:00Z", "2026-01-13T16:00:00Z")
    events.patch(calendarId="primary", eventId=found[1]["id"], body=times).execute()
    events.delete(calendarId="primary", eventId=found[2]["id"]).execute()

    shown = events.list(calendarId="primary", singleEvents=True, orderBy="startTime").execute()["items"]
    assert [item["id"] for item in shown] == [found[0]["id"], found[1]["id"], found[3]["id"]]
    assert shown[1]["start"]["dateTime"] == "2026-01-13T15:00:00Z"


@pytest.mark.slow  # the client sleeps for real
def test_retries_of_the_client(standin: Server, client: Any) -> None:
    """num_retries outlives a passing 503, and leaves 403 `quotaExceeded` alone."""
    standin.control("POST", "faults", {"method": "events.list", "status": 503})
    assert client.events().list(calendarId="primary").execute(num_retries=1)["items"] == []

    standin.control("POST", "faults", {"method": "events.list", "status": 403, "reason": "quotaExceeded"})
    with pytest.raises(HttpError):
        client.events().list(calendarId="primary").execute(num_retries=3)
    assert standin.control("GET", "requests")["calls"]["events.list"] == 3


def test_a_get_too_long_for_a_url(client: Any) -> None:
    """A very long query, which the client sends as a POST, is read like any other."""
    client.events().insert(calendarId="primary", body=timed(description="needle")).execute()

    found = client.events().list(calendarId="primary", q="needle " * 400).execute()

    assert len(found["items"]) == 1
