"""Which of the six errors, or which answer, each refusal of Calendar is, by reason, envelope and method."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from functions.core.errors import AccessLost, Rejected, RetryLater, SyncTokenExpired
from tests.contract.calendar_asked import METHODS, Asked, asked
from tests.support import envelopes, needs
from tests.support.envelopes import Envelope
from tests.support.scripted import Say, answer, hang_up

HOUR_S, TEN_MINUTES_S = 3_600, 600
MINUTE_OF_USER, MINUTE_OF_PROJECT = (60, 75), (60, 120)  # from when on, and until when at the latest


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`means` is what it is for every method but those of `but`, where a value is an answer."""

    status: int
    reason: str
    means: type[Exception]
    but: Mapping[str, Any] = field(default_factory=dict)

    def of(self, method: str) -> Any:
        return self.but.get(method, self.means)


def call(status: int, reason: str, **but: Any) -> Row:
    """Refused for good; with a token, it is the token that is refused."""
    return Row(status=status, reason=reason, means=Rejected, but={"changes": SyncTokenExpired} | but)


def void(status: int, reason: str) -> Row:
    return call(status, reason, **{"changes at first": SyncTokenExpired, "write": False})


def lost(status: int, reason: str, **but: Any) -> Row:
    return Row(status=status, reason=reason, means=AccessLost, but=but)


def passing(status: int, reason: str) -> Row:
    return Row(status=status, reason=reason, means=RetryLater)


ROWS = (
    call(400, "invalid"),
    call(400, "required"),
    call(400, "pushInvalidTtl"),
    call(400, "pushNotSupportedForRequestedResource", watch=None),
    call(403, "pushNotSupportedForRequestedResource", watch=None),
    call(400, "push.webhookUrlUnauthorized"),
    call(401, "push.webhookUrlUnauthorized"),
    call(403, "forbiddenForNonOrganizer"),
    call(409, "duplicate"),
    call(410, "deleted", write=False),
    call(412, "conditionNotMet", write=False),
    void(410, "fullSyncRequired"),
    void(410, "updatedMinTooLongAgo"),
    lost(401, "authError"),
    lost(403, "forbidden"),
    lost(403, "insufficientPermissions"),
    lost(403, "requiredAccessLevel"),
    lost(403, "notACalendarUser"),
    lost(400, "notACalendarUser"),
    lost(404, "notFound", write=False, stop=None),
    passing(400, "channelIdNotUnique"),
    passing(403, "rateLimitExceeded"),
    passing(429, "rateLimitExceeded"),
    passing(403, "userRateLimitExceeded"),
    passing(403, "quotaExceeded"),
    passing(429, "quotaExceeded"),
    passing(403, "dailyLimitExceeded"),
    passing(429, "dailyLimitExceeded"),
    passing(403, "accessNotConfigured"),
    passing(408, "requestTimeout"),
    passing(500, "backendError"),
    passing(502, "badGateway"),
    passing(503, "backendError"),
    passing(503, "forbidden"),
)


@pytest.fixture(scope="module")
def at() -> Iterator[Asked]:
    with asked() as made:
        yield made


def came_of(at: Asked, method: str, say: Say) -> Any:
    """The kind of error, or the answer."""
    try:
        return at.told(method, say)
    except (AccessLost, Rejected, RetryLater, SyncTokenExpired) as error:
        return type(error)


@pytest.mark.parametrize("envelope", [envelopes.old, envelopes.present], ids=["old", "present"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.status}-{row.reason}")
def test_what_a_refusal_means(at: Asked, row: Row, envelope: Envelope) -> None:
    """It goes by Calendar's reason and is the same in both envelopes, for each method."""
    say = answer(row.status, envelope(row.status, row.reason))
    assert {method: came_of(at, method, say) for method in METHODS} == {
        method: row.of(method) for method in METHODS
    }


@pytest.mark.parametrize("envelope", [envelopes.old, envelopes.present], ids=["old", "present"])
@pytest.mark.parametrize(
    ("reason", "delay", "of_project"),
    [
        ("rateLimitExceeded", MINUTE_OF_PROJECT, False),
        ("userRateLimitExceeded", MINUTE_OF_USER, False),
        ("quotaExceeded", (HOUR_S, HOUR_S), False),
        ("dailyLimitExceeded", (TEN_MINUTES_S, TEN_MINUTES_S), True),
        ("accessNotConfigured", (TEN_MINUTES_S, TEN_MINUTES_S), True),
    ],
)
def test_how_long_a_limit_lasts(
    at: Asked,
    envelope: Envelope,
    reason: str,
    delay: tuple[float, float],
    of_project: bool,  # noqa: FBT001 - a row of the table
) -> None:
    """A minute's limit about a minute, the user's an hour, the project's until somebody acts."""
    with pytest.raises(RetryLater) as raised:
        at.told("changes", answer(403, envelope(403, reason, "Layoffs", domain="usageLimits")))
    assert raised.value.of_project is of_project
    assert delay[0] <= (raised.value.delay or 0) <= delay[1]
    assert "Layoffs" in str(raised.value)
    assert "Layoffs" not in raised.value.logged
    assert f"403 {reason}" in raised.value.logged


@pytest.mark.parametrize(
    ("limit", "longest"),
    [("defaultPerMinutePerUser", MINUTE_OF_USER[1]), ("defaultPerMinutePerProject", MINUTE_OF_PROJECT[1])],
)
def test_whose_minute_is_spent(at: Asked, limit: str, longest: float) -> None:
    """The body names the limit, and so does the log; they do not all come back at once."""
    body = envelopes.present(403, "rateLimitExceeded", limit=limit)
    delays = []
    for _ in range(40):
        with pytest.raises(RetryLater, match=limit) as raised:
            at.told("changes", answer(403, body))
        delays.append(raised.value.delay or 0)
        assert limit in raised.value.logged
    assert 60 <= min(delays) < max(delays) <= longest
    assert max(delays) - min(delays) > (longest - 60) / 2


@pytest.mark.parametrize(
    ("status", "asked_for", "delay"), [(429, "90", 90), (403, "90", 90), (403, "5", 60), (429, "x", 60)]
)
def test_a_minutes_limit_waits_as_long_as_it_is_asked_to(
    at: Asked, status: int, asked_for: str, delay: float
) -> None:
    """And for its minute at least."""
    body = envelopes.present(status, "userRateLimitExceeded")
    with pytest.raises(RetryLater) as raised:
        at.told("changes", answer(status, body, retry_after=asked_for))
    assert delay <= (raised.value.delay or 0) <= delay + 15


def test_a_server_that_asks_for_a_pause_has_it(at: Asked) -> None:
    """What it says is what the message, or the calendar, waits for."""
    with pytest.raises(RetryLater) as raised:
        at.told("changes", answer(503, retry_after="20"))
    assert raised.value.delay == 20


@pytest.mark.recordings
@pytest.mark.parametrize("method", METHODS)
def test_the_limit_as_it_was_recorded(at: Asked, method: str) -> None:
    """A user's calls of a minute are spent: passing, whichever is asked."""
    body = (needs.recordings() / "error_403_rate_limit.json").read_bytes()
    with pytest.raises(RetryLater, match=r"403 rateLimitExceeded \(defaultPerMinutePerUser") as raised:
        at.told(method, answer(403, body))
    assert not raised.value.of_project
    assert MINUTE_OF_USER[0] <= (raised.value.delay or 0) <= MINUTE_OF_USER[1]


@pytest.mark.parametrize(
    ("body", "of_project"),
    [
        (envelopes.details_alone(403, "SERVICE_DISABLED"), True),
        (envelopes.details_alone(403, "CONSUMER_SUSPENDED"), True),
        (envelopes.details_alone(403, "RATE_LIMIT_EXCEEDED"), False),
        (envelopes.present(403, "forbidden", detail="SERVICE_DISABLED"), True),
        (b"[" + envelopes.old(403, "rateLimitExceeded") + b"]", False),
    ],
)
def test_other_spellings_of_a_limit(at: Asked, body: bytes, of_project: bool) -> None:  # noqa: FBT001 - a row
    """What only `details` say counts too, and so does an envelope in a list."""
    with pytest.raises(RetryLater) as raised:
        at.told("changes", answer(403, body))
    assert raised.value.of_project is of_project


STRANGE = {
    "nothing": b"",
    "HTML": b"<html>Error 4xx (Forbidden)!!1</html>",
    "null": b"null",
    "a list": b"[]",
    "a number": b"7",
    "another's error": b'{"error": "invalid_request", "error_description": "no"}',
    "no error": b'{"message": "forbidden"}',
    "cut": envelopes.old(403, "forbidden")[:40],
    "not UTF-8": b'{"error": {"message": "\xff"}}',
    "nested": b"[" * 100_000,
    "text of a list": b'[{"error": 5}]',
}


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 410, 412])
@pytest.mark.parametrize("body", STRANGE.values(), ids=STRANGE.keys())
def test_what_is_not_calendars_word_is_believed_by_nobody(at: Asked, status: int, body: bytes) -> None:
    """A refusal without the envelope loses no access, voids no token, and calls no event gone."""
    for method in METHODS:
        with pytest.raises(RetryLater, match=str(status)):
            at.told(method, answer(status, body))


ODD: dict[str, Any] = {
    "errors is a text": {"errors": "rateLimitExceeded"},
    "errors is empty": {"errors": []},
    "an error is a text": {"errors": ["forbidden"]},
    "a reason is an object": {"errors": [{"reason": {"a": 1}}]},
    "a reason is a sentence": {"errors": [{"reason": "no such thing\n"}]},
    "a message is a number": {"message": 7},
    "details is an object": {"details": {"reason": "SERVICE_DISABLED"}},
    "a limit is a number": {"details": [{"metadata": {"quota_limit": 7}}, {"metadata": 7}, 7]},
    "nothing is said": {},
}


@pytest.mark.parametrize("error", ODD.values(), ids=ODD.keys())
def test_an_odd_envelope_goes_by_its_status(at: Asked, error: object) -> None:
    """Calendar refuses, in words that cannot be read."""
    with pytest.raises(AccessLost, match="403"):
        at.told("changes", answer(403, json.dumps({"error": error}).encode()))


def test_an_event_that_is_not_found_needs_its_calendar_to_be_there(at: Asked) -> None:
    """After a 404 the event has vanished if the calendar answers; if not, that is passing trouble."""
    gone = answer(404, envelopes.old(404, "notFound"))
    assert at.told("event", gone, answer(200, b'{"id": "team@example.com"}')).vanished
    with pytest.raises(RetryLater):
        at.told("event", gone, answer(503))


LIST = answer(200, b'{"accessRole": "owner", "items": [], "nextSyncToken": "s"}')


@pytest.mark.parametrize(
    ("say", "tries"),
    [
        (answer(503), 3),
        (hang_up, 3),
        (answer(503, retry_after="7"), 1),
        (answer(429), 1),
        (answer(403, envelopes.present(403, "rateLimitExceeded")), 1),
        (answer(403, envelopes.old(403, "userRateLimitExceeded")), 1),
        (answer(403, envelopes.details_alone(403, "RATE_LIMIT_EXCEEDED")), 1),
        (answer(200, b'{"items"'), 1),
        (answer(403, envelopes.present(403, "quotaExceeded")), 1),
        (answer(403, envelopes.present(403, "accessNotConfigured")), 1),
        (answer(403, envelopes.present(403, "forbidden")), 1),
        (answer(403, b"<html>"), 1),
        (answer(400, envelopes.old(400, "channelIdNotUnique")), 1),
    ],
)
def test_what_passes_soon_is_tried_again_at_once(say: Any, tries: int) -> None:
    """By the reading that decides what it means, and never what quick retries make worse."""
    with asked(tries_more=2) as at:
        with pytest.raises((RetryLater, AccessLost)):
            at.told("changes", say)
        assert at.server.accepted >= tries
        assert len(at.pauses) == tries - 1
        assert all(0 <= pause <= 2 ** (n + 1) for n, pause in enumerate(at.pauses))


def test_a_second_try_that_works_is_the_answer() -> None:
    """Nobody hears of the first."""
    with asked(tries_more=2) as at:
        assert at.told("changes", answer(503), LIST).next_token == "s"
