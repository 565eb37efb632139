"""Watch channels and their notifications."""

import json
import time
from email.utils import parsedate_to_datetime

import pytest

from gcal_standin.server import Server
from tests.standin.caller import Caller, Events, Json
from tests.standin.receiver import Receiver, channel, delivered
from tests.standin.samples import timed
from tests.support import needs

WEEK_MS = 604_800_000


def test_a_channel_looks_like_a_real_one(caller: Caller, events: Events, receiver: Receiver) -> None:
    """Watch answers with resource id, URI and the granted expiration, a week of whole seconds if unasked."""
    before_ms = time.time() * 1000
    got = caller.ok("POST", f"{events.path}/watch", channel(receiver))

    assert got.keys() == {"kind", "id", "resourceId", "resourceUri", "token", "expiration"}
    assert abs(int(got["expiration"]) - before_ms - WEEK_MS) < 60_000
    assert int(got["expiration"]) % 1000 == 0


def test_the_resource_uri_keeps_the_call(standin: Server, caller: Caller, receiver: Receiver) -> None:
    """The URI names the calendar as the call did and has its query, by name; the resource is the same."""
    root = "https://www.googleapis.com/calendar/v3/calendars"
    query = {"maxResults": 9, "eventTypes": "default"}
    first = caller.ok("POST", "calendars/primary/events/watch", channel(receiver, "a"), **query)
    second = caller.ok("POST", "calendars/owner@example.com/events/watch", channel(receiver, "b"))

    assert first["resourceUri"] == f"{root}/primary/events?alt=json&eventTypes=default&maxResults=9"
    assert second["resourceUri"] == f"{root}/owner%40example.com/events?alt=json"
    assert first["resourceId"] == second["resourceId"]


def test_watch_looks_at_the_sync_token(
    standin: Server, caller: Caller, events: Events, receiver: Receiver
) -> None:
    """A good sync token is taken, a made-up one is 400, an expired one 410, and then nothing is watched."""
    _, token = events.all()
    caller.ok("POST", f"{events.path}/watch", channel(receiver), syncToken=token)

    assert events.refused("POST", "watch", channel(receiver, "b"), syncToken="x") == (400, "invalid")
    standin.control("POST", "expire")
    expired = events.refused("POST", "watch", channel(receiver, "b"), syncToken=token)
    assert expired == (410, "fullSyncRequired")
    assert [c["id"] for c in standin.control("GET", "channels")] == ["channel-1"]


@pytest.mark.recordings
def test_a_notification_has_the_headers_recorded(
    standin: Server, caller: Caller, events: Events, receiver: Receiver
) -> None:
    """No header more or less than Google was seen to send, and the same values but for what is our own."""
    own = {"host", "x-goog-channel-expiration", "x-goog-channel-id", "x-goog-channel-token"}
    own |= {"x-goog-message-number", "x-goog-resource-id", "x-goog-resource-uri"}
    told = json.loads((needs.recordings() / "push_headers_in_a_python_function.json").read_text())
    recorded = {name.lower(): value for name, value in told}

    caller.ok("POST", f"{events.path}/watch", channel(receiver))
    events.insert(timed())
    delivered(standin)

    sent = next(got for got in receiver.got if got["X-Goog-Resource-State"] == "exists")
    heard = {name.lower(): value for name, value in sent.items()}
    assert heard.keys() == recorded.keys()
    assert {n: v for n, v in heard.items() if n not in own} == {
        n: v for n, v in recorded.items() if n not in own
    }


def test_a_notification_says_all_in_its_headers(
    standin: Server, caller: Caller, events: Events, receiver: Receiver
) -> None:
    """First `sync` with number 1, then `exists` with rising numbers, with Google's headers and no body."""
    watched = caller.ok("POST", f"{events.path}/watch", channel(receiver))
    delivered(standin)
    made = events.insert(timed())
    delivered(standin)
    events.delete(made["id"])
    delivered(standin)

    assert receiver.states() == ["sync", "exists", "exists"]
    numbers = receiver.numbers()
    assert numbers[0] == 1
    assert numbers == sorted(set(numbers))
    assert numbers[2] - numbers[1] > 1
    assert receiver.bodies == [b"", b"", b""]
    last = receiver.got[-1]
    assert last["X-Goog-Channel-ID"] == "channel-1"
    assert last["X-Goog-Channel-Token"] == "t=1"
    assert last["X-Goog-Resource-ID"] == watched["resourceId"]
    assert last["X-Goog-Resource-URI"] == watched["resourceUri"]
    assert last["User-Agent"].startswith("APIs-Google")
    expires = parsedate_to_datetime(last["X-Goog-Channel-Expiration"])
    assert int(expires.timestamp()) == int(watched["expiration"]) // 1000


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        pytest.param({"id": ""}, (400, "required"), id="no id"),
        pytest.param({"id": "x" * 65}, (400, "channelIdInvalid"), id="long id"),
        pytest.param({"type": "email"}, (400, "channelUnknown"), id="type"),
        pytest.param({"address": "http://example.com/"}, (400, "push.webhookUrlNotHttps"), id="http"),
        pytest.param({"expiration": "1700000000"}, (400, "pushInvalidTtl"), id="expiration in seconds"),
        pytest.param({"params": {"ttl": "-5"}}, (400, "pushInvalidTtl"), id="negative ttl"),
        pytest.param({"params": {"ttl": "soon"}}, (400, "invalidParameter"), id="ttl"),
        pytest.param({"token": "x" * 257}, (400, "invalid"), id="long token"),
    ],
)
def test_refused_channels(events: Events, receiver: Receiver, change: Json, refusal: tuple[int, str]) -> None:
    """What Google refuses of a channel is refused with the same reason."""
    assert events.refused("POST", "watch", channel(receiver) | change) == refusal
    assert receiver.got == []


def test_an_id_is_unique_while_it_lives(
    standin: Server, caller: Caller, events: Events, receiver: Receiver
) -> None:
    """A live channel's id is refused, on whatever calendar; once stopped it may be used again."""
    watched = caller.ok("POST", f"{events.path}/watch", channel(receiver))
    other = standin.control("POST", "calendars", {"summary": "Other"})["id"]

    assert events.refused("POST", "watch", channel(receiver)) == (400, "channelIdNotUnique")
    assert caller.events(other).refused("POST", "watch", channel(receiver)) == (400, "channelIdNotUnique")
    caller.ok("POST", "channels/stop", {"id": watched["id"], "resourceId": watched["resourceId"]})
    caller.ok("POST", f"{events.path}/watch", channel(receiver))


def test_stop(standin: Server, caller: Caller, events: Events, receiver: Receiver) -> None:
    """A stopped channel is silent; stopping needs the resource id, and what is not there is 404."""
    watched = caller.ok("POST", f"{events.path}/watch", channel(receiver))
    named = {"id": watched["id"], "resourceId": watched["resourceId"]}

    assert caller.call("POST", "channels/stop", {"id": watched["id"]}).refusal == (404, "notFound")
    assert caller.call("POST", "channels/stop", named).status == 204
    assert caller.call("POST", "channels/stop", named).refusal == (404, "notFound")
    events.insert(timed())
    delivered(standin)
    assert "exists" not in receiver.states()


def test_channels_expire(standin: Server, caller: Caller, events: Events, receiver: Receiver) -> None:
    """After its granted time a channel is silent; more than the longest life is not granted."""
    short = caller.ok("POST", f"{events.path}/watch", channel(receiver, "short", params={"ttl": "60"}))
    standin.control("POST", "settings", {"channelTtlMaxSeconds": 120})
    long_ = caller.ok("POST", f"{events.path}/watch", channel(receiver, "long", params={"ttl": "9999999"}))
    assert 55_000 < int(long_["expiration"]) - int(short["expiration"]) < 65_000
    delivered(standin)

    standin.control("POST", "clock", {"advanceSeconds": 90})
    events.insert(timed())
    delivered(standin)

    assert receiver.states("short") == ["sync"]
    assert receiver.states("long") == ["sync", "exists"]
    assert [c["id"] for c in standin.control("GET", "channels")] == ["long"]


def test_calendars_that_cannot_be_watched(standin: Server, caller: Caller, receiver: Receiver) -> None:
    """A calendar marked so refuses watch channels for good, with 400 or, as was seen as well, 403."""
    holidays = "holidays@group.v.calendar.google.com"
    standin.control("POST", "calendars", {"id": holidays, "watchable": False})
    events = caller.events(holidays)

    reason = "pushNotSupportedForRequestedResource"
    assert events.refused("POST", "watch", channel(receiver)) == (400, reason)
    standin.control("POST", "settings", {"unwatchableStatus": 403})
    assert events.refused("POST", "watch", channel(receiver)) == (403, reason)
    assert events.page()["items"] == []


def test_channels_filter_event_types(
    standin: Server, caller: Caller, events: Events, receiver: Receiver
) -> None:
    """A channel with eventTypes tells of those types alone."""
    caller.ok("POST", f"{events.path}/watch", channel(receiver), eventTypes="default")
    events.insert(timed(eventType="focusTime"))
    delivered(standin)
    assert receiver.states() == ["sync"]

    events.insert(timed())
    delivered(standin)
    assert receiver.states() == ["sync", "exists"]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_server_errors_are_retried(
    standin: Server, caller: Caller, events: Events, receiver: Receiver, status: int
) -> None:
    """500, 502, 503 and 504 are tried again, later each time, with the same number."""
    standin.control("POST", "notifications", {"retryBaseSeconds": 0.02})
    receiver.answers.extend([status, status])
    caller.ok("POST", f"{events.path}/watch", channel(receiver))
    delivered(standin)

    assert receiver.numbers() == [1, 1, 1]
    attempts = standin.control("GET", "notifications")
    assert [(a["attempt"], a["status"]) for a in attempts] == [(1, status), (2, status), (3, 204)]


@pytest.mark.parametrize("status", [200, 201, 202, 302, 400, 403, 404, 429, 501])
def test_other_answers_are_final(
    standin: Server, caller: Caller, events: Events, receiver: Receiver, status: int
) -> None:
    """Success and every other failure, 429 among them, end a notification."""
    standin.control("POST", "notifications", {"retryBaseSeconds": 0.02})
    receiver.answers.append(status)
    caller.ok("POST", f"{events.path}/watch", channel(receiver))
    delivered(standin)

    assert receiver.numbers() == [1]


def test_an_unreachable_receiver_is_given_up(standin: Server, caller: Caller, events: Events) -> None:
    """Nobody at the address counts as unavailable, and after the last try the notification is lost."""
    standin.control("POST", "notifications", {"retryBaseSeconds": 0.01, "retryTimes": 2})
    body = {"id": "c", "type": "web_hook", "address": "http://127.0.0.1:9/"}
    caller.ok("POST", f"{events.path}/watch", body)
    delivered(standin)

    assert [a["status"] for a in standin.control("GET", "notifications")] == [None, None, None]


def test_drop_duplicate_and_delay(
    standin: Server, caller: Caller, events: Events, receiver: Receiver
) -> None:
    """Notifications are dropped, doubled and delayed on request, and sent for no reason."""
    caller.ok("POST", f"{events.path}/watch", channel(receiver))
    delivered(standin)

    standin.control("POST", "notifications", {"dropNext": 1})
    events.insert(timed())
    delivered(standin)
    assert receiver.states() == ["sync"]

    standin.control("POST", "notifications", {"duplicateNext": 1})
    events.insert(timed())
    delivered(standin)
    assert receiver.states() == ["sync", "exists", "exists"]
    assert receiver.numbers()[1] == receiver.numbers()[2]

    standin.control("POST", "notifications", {"drop": True})
    events.insert(timed())
    standin.control("POST", "notifications", {"drop": False, "delaySeconds": 0.05})
    standin.control("POST", "notifications/send", {"calendarId": "owner@example.com"})
    assert len(receiver.got) == 3
    delivered(standin)
    assert len(receiver.got) == 4


def test_reorder(standin: Server, caller: Caller, events: Events, receiver: Receiver) -> None:
    """Notifications are held back and sent last first."""
    caller.ok("POST", f"{events.path}/watch", channel(receiver))
    delivered(standin)

    standin.control("POST", "notifications", {"reorderNext": 3})
    for _ in range(3):
        events.insert(timed())
    delivered(standin)

    numbers = receiver.numbers()[1:]
    assert len(numbers) == 3
    assert numbers == sorted(numbers, reverse=True)


def test_the_sync_message_may_come_before_the_answer(
    standin: Server, caller: Caller, events: Events, receiver: Receiver
) -> None:
    """On request the sync message is there before watch has answered."""
    standin.control("POST", "notifications", {"syncBeforeAnswer": True})
    caller.ok("POST", f"{events.path}/watch", channel(receiver))

    assert receiver.states() == ["sync"]


def test_each_calendar_that_changed_is_told(standin: Server, caller: Caller, receiver: Receiver) -> None:
    """An invitation notifies the guest's calendar as well as the organizer's; a read notifies nobody."""
    standin.control("POST", "users", {"email": "bob@example.com"})
    mine, his = caller.events(), caller.events("bob@example.com")
    for name, events in (("mine", mine), ("his", his)):
        caller.ok("POST", f"{events.path}/watch", channel(receiver, name))
    delivered(standin)

    made = mine.insert(timed(attendees=[{"email": "bob@example.com"}]))
    his.get(made["id"])
    delivered(standin)

    assert receiver.states("mine") == ["sync", "exists"]
    assert receiver.states("his") == ["sync", "exists"]
