"""What is taken for an answer of Calendar, and what is not."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.core.errors import AccessLost, Rejected, RetryLater, SyncTokenExpired
from functions.core.model import Channel, Event, Unreadable
from functions.ports import Page
from tests.contract.calendar_asked import METHODS, Asked, asked
from tests.support import envelopes
from tests.support.scripted import Say, answer

HEAD = b"HTTP/1.1 200 OK\r\n"

GOOD: dict[str, dict[str, Any]] = {
    "resolve": {"id": "team@example.com"},
    "changes at first": {"accessRole": "owner", "items": [], "nextSyncToken": "s"},
    "changes": {"accessRole": "owner", "items": [{}], "nextPageToken": "p"},
    "everything": {"accessRole": "owner", "items": [], "nextSyncToken": "s"},
    "event": {"id": "e"},
    "shows": {"kind": "calendar#events", "items": [{"id": "i"}]},
    "write": {"id": "e"},
    "watch": {"id": "c", "resourceId": "r", "expiration": "1700000000000"},
}
NONE = {
    "HTML": b"<!doctype html><title>Sign in</title>",
    "a list": b"[]",
    "null": b"null",
    "a text": b'"ok"',
    "a number": b"7",
    "cut": b'{"id": "e", "items": [',
    "not UTF-8": b'{"id": "\xff"}',
    "nested": b"[" * 100_000,
    "an error": envelopes.old(200, "forbidden"),
}


@pytest.fixture(scope="module")
def at() -> Iterator[Asked]:
    with asked() as made:
        yield made


def said(body: object) -> Any:
    return answer(200, json.dumps(body).encode())


@pytest.mark.parametrize("method", GOOD)
def test_a_good_answer_is_taken(at: Asked, method: str) -> None:
    """Each method's own."""
    assert isinstance(at.told(method, said(GOOD[method])), RESULTS[method])


@pytest.mark.parametrize("status", [200, 204])
def test_a_channel_is_stopped_without_a_word(at: Asked, status: int) -> None:
    """There is nothing to say of it."""
    assert at.told("stop", answer(status)) is None


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("body", NONE.values(), ids=NONE.keys())
def test_what_is_no_answer_is_passing_trouble(at: Asked, method: str, body: bytes) -> None:
    """Nothing is read, written, gone or stopped by it."""
    with pytest.raises(RetryLater, match="understood"):
        at.told(method, answer(200, body))


@pytest.mark.parametrize(
    ("method", "name", "values"),
    [
        ("resolve", "id", (None, 7, "", ["a"], "\ud800")),
        ("event", "id", (None, 7, "")),
        ("write", "id", (None, 7, "")),
        ("changes", "items", (None, {}, "none", 7)),
        ("changes", "nextPageToken", (None, 7, "", [])),
        ("changes at first", "nextSyncToken", (None, 7, "", {}, "\ud800")),
        ("changes", "accessRole", (None, 7, "")),
        ("everything", "items", (None, {}, "none")),
        ("everything", "nextPageToken", (None, 7, "")),
        ("watch", "id", (None, 7, "")),
        ("watch", "resourceId", (None, 7, "")),
        ("watch", "expiration", ("soon", [], {}, 1.5, "9" * 400, "9" * 17)),
    ],
)
def test_a_field_of_another_type_is_passing_trouble(
    at: Asked, method: str, name: str, values: tuple[object, ...]
) -> None:
    """Never another exception, whichever field it is."""
    for value in values:
        with pytest.raises(RetryLater, match=f"understood: {name}"):
            at.told(method, said(GOOD[method] | {name: value}))


@pytest.mark.parametrize(
    ("method", "name"),
    [
        *(("resolve", "id"), ("event", "id"), ("write", "id"), ("watch", "id"), ("watch", "resourceId")),
        *(("changes", "accessRole"), ("everything", "accessRole"), ("shows", "kind")),
    ],
)
def test_a_field_that_must_be_there_and_is_not(at: Asked, method: str, name: str) -> None:
    """An object of something else is no answer."""
    body = {key: value for key, value in GOOD[method].items() if key != name}
    with pytest.raises(RetryLater, match=f"understood: {name}"):
        at.told(method, said(body))


def test_a_list_may_leave_out_what_is_empty(at: Asked) -> None:
    """A page without events has a successor all the same."""
    page = at.told("changes", said({"accessRole": "owner", "nextPageToken": "p"}))
    assert page == Page(events=[], next_page="p", next_token=None, access_role="owner")


@pytest.mark.parametrize("items", [{}, {"items": []}])
def test_a_date_that_is_not_shown(at: Asked, items: dict[str, Any]) -> None:
    """An empty list, whether it says so or leaves it out; and a date is asked for as its midnight."""
    assert at.told("shows", said({"kind": "calendar#events", **items})) is False
    assert "originalStart=2031-01-06T00%3A00%3A00Z" in at.server.heard[-1].head


def test_a_channel_lasts_as_long_as_was_granted(at: Asked) -> None:
    """Or, where no time is named, as long as was asked for."""
    granted = at.told("watch", said(GOOD["watch"]))
    assert granted.expires_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    unnamed = at.told("watch", said({"id": "c", "resourceId": "r"}))
    assert timedelta(seconds=50) < unnamed.expires_at - datetime.now(UTC) <= timedelta(seconds=60)


RESULTS: dict[str, type | tuple[type, ...]] = {
    "resolve": str,
    "changes at first": Page,
    "changes": Page,
    "everything": Page,
    "event": (Event, Unreadable),
    "shows": bool,
    "write": bool,
    "watch": (Channel, type(None)),
    "stop": type(None),
}
WORDS = st.sampled_from(
    [
        *(
            "error",
            "errors",
            "details",
            "reason",
            "message",
            "status",
            "code",
            "id",
            "items",
            "nextSyncToken",
        ),
        *("accessRole", "resourceId", "expiration", "forbidden", "rateLimitExceeded", "notFound", "owner"),
    ]
)
BUSY = [HealthCheck.too_slow]  # a busy machine is slow to draw, too
STATUSES = (200, 201, 204, 206, 299, 300, 304, 308, 400, 401, 403, 404, 410, 412, 429, 503)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)
BODIES = st.builds(
    lambda value, keep: json.dumps(value).encode()[: keep or None], JSON, st.integers(0, 60)
) | st.binary(max_size=60)
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "content-encoding",
            "content-type",
            "location",
            "www-authenticate",
            "retry-after",
            "transfer-encoding",
        ]
    ),
    st.sampled_from(
        ["gzip", "deflate", "br", "chunked", "text/html", "Bearer", 'Digest realm="', "http://[", "-1"]
    ),
    max_size=3,
)


@dataclass(frozen=True, slots=True)
class Failure:
    error: AccessLost | Rejected | RetryLater | SyncTokenExpired


def outcome(at: Asked, method: str, say: Say) -> object:
    """What came of it, and no other exception."""
    try:
        return at.told(method, say)
    except (AccessLost, Rejected, RetryLater, SyncTokenExpired) as error:
        return Failure(error)


@settings(max_examples=400, suppress_health_check=BUSY)
@given(
    method=st.sampled_from(sorted(METHODS)), status=st.sampled_from(STATUSES), headers=HEADERS, body=BODIES
)
def test_whatever_is_answered_is_one_of_the_six_or_an_answer(
    at: Asked, method: str, status: int, headers: dict[str, str], body: bytes
) -> None:
    """Any status, header and body; access is lost by Calendar's word alone."""
    came = outcome(at, method, answer(status, body, **headers))
    match came:
        case Failure(AccessLost()):
            assert status in (400, 401, 403, 404)
            assert b'"error"' in body
        case Failure(Rejected() | SyncTokenExpired()):
            assert b'"error"' in body
        case Failure(RetryLater()):
            pass
        case _:
            assert isinstance(came, RESULTS[method])


@settings(max_examples=200, suppress_health_check=BUSY)
@given(
    method=st.sampled_from(sorted(METHODS)), raw=st.binary(max_size=80), start=st.sampled_from([b"", HEAD])
)
def test_whatever_comes_over_the_line_is_passing_trouble(
    at: Asked, method: str, raw: bytes, start: bytes
) -> None:
    """Noise from the first byte, or after a good first line."""
    came = outcome(at, method, lambda line: line.sendall(start + raw))
    assert (method, came) == ("stop", None) or (isinstance(came, Failure) and type(came.error) is RetryLater)
