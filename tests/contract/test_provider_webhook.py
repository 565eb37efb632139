"""The signed webhook: what is on the wire, what answers mean, how large a message gets."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from standardwebhooks import Webhook

from conformance.changes import change, deletion, meeting
from functions.adapters.providers.webhook import WebhookProvider, WebhookSettings
from functions.adapters.web.client import Http, Limits
from functions.core.errors import Gone, Rejected, RetryLater
from functions.core.model import Change, Kind, Outcome
from local.conferences.faults import Fault
from local.conferences.server import Server, new_secret, start
from tests.support.scripted import Scripted, answer

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
Send = Callable[[Change], Outcome]


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    server = start()
    yield server
    server.stop()


@pytest.fixture
def receiver(running: Server) -> Server:
    running.faults.clear()
    running.rooms.clear_log()
    return running


def patient(limits: Limits | None = None) -> Http:
    return Http(limits=limits or Limits(), sleep=lambda _seconds: None)


def provider(url: str, secret: str, **more: Any) -> WebhookProvider:
    settings = WebhookSettings(url=url, secret=secret, allow_private=True)
    return WebhookProvider(settings, **{"http": patient(), **more})


@pytest.fixture
def send(receiver: Server) -> Send:
    return provider(receiver.webhook_url, receiver.secret).apply


def test_the_signature_is_that_of_the_standard() -> None:
    """HMAC-SHA256 over id, time and the very bytes sent, under the decoded secret."""
    secret = new_secret()
    with Scripted([answer(200)]) as server:
        provider(server.url, secret, now=lambda: NOW).apply(change("c1", id="change-1"))
    heard = server.heard[0]
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b"change-1.%d." % NOW.timestamp() + heard.body
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert heard.header("webhook-signature") == f"v1,{expected}"
    assert heard.header("content-type") == "application/json"


def test_a_clock_in_another_zone_signs_the_same() -> None:
    """The time that is signed is that of UTC, whatever zone the clock speaks."""
    secret = new_secret()
    with Scripted([answer(200)]) as server:
        for shift in (0, 5):
            there = NOW.astimezone(tz=_zone(shift))
            provider(server.url, secret, now=lambda there=there: there).apply(change("c1", id="change-1"))
    first, second = (heard.header("webhook-signature") for heard in server.heard)
    assert first == second


def _zone(hours: int) -> Any:
    return datetime.strptime(f"+{hours:02}00", "%z").tzinfo


def test_during_a_rotation_each_secret_verifies() -> None:
    """With two secrets set, a receiver that knows either of them accepts the message."""
    old, new = new_secret(), new_secret()
    with Scripted([answer(200)]) as server:
        provider(server.url, f"{new} {old}").apply(change("c1", id="change-1"))
    heard = server.heard[0]
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    headers = {name: heard.header(name) for name in names}
    for secret in (old, new):
        assert Webhook(secret).verify(heard.body, headers)["type"] == "conference.updated"


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "   ",
        "whsec_",
        "whsec_c2hvcnQ=",
        "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==",
        "whsec_" + "ab*" * 20,
        "whsec_" + base64.b64encode(b"x" * 65).decode(),
        "whsec_" + base64.b64encode(b"x" * 23).decode(),
        pytest.param(new_secret() + " whsec_c2hvcnQ=", id="one good, one bad"),
        "whsec_ключ",
    ],
)
def test_secrets_that_are_refused(secret: str) -> None:
    """A secret that the standard does not allow is refused by name, and not repeated in the error."""
    with pytest.raises(ValueError, match="WEBHOOK_SECRET") as refused:
        WebhookProvider(WebhookSettings(url="https://hooks.example.com/", secret=secret))
    assert "c2" not in str(refused.value)


def test_retries_keep_id_and_body(receiver: Server) -> None:
    """Each try has the change's id and the same bytes, signed anew at its own time."""
    clock = count()
    ticking = provider(
        receiver.webhook_url,
        receiver.secret,
        now=lambda: datetime.now(UTC) + timedelta(seconds=next(clock)),
    )
    receiver.faults.add(Fault(kind="status", status=503, count=2))
    ticking.apply(change(receiver.rooms.create("x").id))
    log = receiver.rooms.log()
    assert [line["status"] for line in log] == [503, 503, 200]
    assert len({(line["id"], line["body"]) for line in log}) == 1
    assert len({line["attempt"] for line in log}) == 3


def test_an_answer_lost_after_the_effect(receiver: Server, send: Send) -> None:
    """If the connection dies after the receiver acted, the repeat is recognised and done only once."""
    name = receiver.rooms.create("x").id
    receiver.faults.add(Fault(kind="drop"))
    send(deletion(name))
    log = receiver.rooms.log()
    assert [(line["fault"], line["repeat"]) for line in log] == [("drop", False), (None, True)]
    assert log[0]["body"] == log[1]["body"]


def test_a_slow_answer_is_waited_for(receiver: Server, send: Send) -> None:
    """An answer within the read timeout is an answer."""
    name = receiver.rooms.create("x").id
    receiver.faults.add(Fault(kind="slow", seconds=0.2))
    send(change(name, meeting=meeting(title="late")))
    assert len(receiver.rooms.log()) == 1


def test_a_receiver_that_hangs(receiver: Server) -> None:
    """A receiver that takes the message and says nothing is passing trouble."""
    receiver.faults.add(Fault(kind="hang"))
    http = patient(Limits(connect=1.0, read=0.2, call=0.5, tries=1))
    hasty = provider(receiver.webhook_url, receiver.secret, http=http)
    with pytest.raises(RetryLater, match="ReadTimeout"):
        hasty.apply(change(receiver.rooms.create("x").id))


@pytest.mark.parametrize("kind", [Kind.UPDATED, Kind.DELETED, Kind.OCCURRENCE_UPDATED])
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (410, Gone),
        (404, Rejected),
        (400, Rejected),
        (401, Rejected),
        (301, Rejected),
        (307, Rejected),
        (429, RetryLater),
        (500, RetryLater),
        (503, RetryLater),
    ],
)
def test_what_an_answer_means(kind: Kind, status: int, error: type[Exception]) -> None:
    """410 alone says that the conference is gone; limits and faults pass; all else is a rejection."""
    with Scripted([answer(status, b"because", location="/elsewhere")]) as server:
        asked = provider(server.url, new_secret())
        with pytest.raises(error, match=f"answered {status}: because"):
            asked.apply(change("c1", kind=kind))
    assert server.accepted == (3 if error is RetryLater else 1)


@pytest.mark.parametrize(
    ("status", "may_be_all"),
    [
        *((status, True) for status in (301, 302, 307, 308, 400, 401, 403, 404, 405, 407)),
        *((status, False) for status in (402, 406, 409, 413, 415, 418, 422, 451)),
    ],
)
@pytest.mark.parametrize("kind", list(Kind))
def test_what_a_wrong_secret_or_path_may_be_answered(
    kind: Kind,
    status: int,
    may_be_all: bool,  # noqa: FBT001 - a row of the table
) -> None:
    """It may be about more than this conference; and it never means that the conference is gone."""
    with Scripted([answer(status)]) as server, pytest.raises(Rejected) as refusal:
        provider(server.url, new_secret()).apply(change("c1", kind=kind))
    assert refusal.value.may_be_all is may_be_all


def test_how_long_the_receiver_wants_to_be_left_alone() -> None:
    """A long Retry-After reaches the caller after one request."""
    with Scripted([answer(429, retry_after="3600")]) as server, pytest.raises(RetryLater) as trouble:
        provider(server.url, new_secret()).apply(change("c1"))
    assert (server.accepted, trouble.value.delay) == (1, 3600.0)


def test_one_occurrence(receiver: Server, send: Send) -> None:
    """A cancelled instance is pushed with the start it had in the series, and touches only itself."""
    name = receiver.rooms.create("x").id
    start_then = "2026-03-09T09:00:00+00:00"
    send(change(name, kind=Kind.OCCURRENCE_CANCELLED, occurrence=start_then, meeting=None))
    found = receiver.rooms.find(name)
    assert found is not None
    assert (found["status"], found["occurrences"]) == (
        "live",
        {start_then: {"status": "cancelled", "event": None}},
    )


def test_a_deleted_conference_is_made_anew(receiver: Server, send: Send) -> None:
    """An update of a deleted conference lets the receiver make it again, as the ability says."""
    name = receiver.rooms.create("x").id
    send(deletion(name))
    send(change(name, meeting=meeting(title="back")))
    found = receiver.rooms.find(name)
    assert found is not None
    assert (found["status"], found["made"], found["title"]) == ("live", 2, "back")
    assert WebhookProvider.abilities.recreates
