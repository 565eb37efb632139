"""What comes in from outside: pushed messages, bodies and query strings."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.adapters.queues import messages
from functions.core import caller
from functions.core.errors import BadRequest
from functions.core.model import Reason, SyncRequest

REQUEST = SyncRequest(calendar_id="c", reason=Reason.SWEEP)
PUSHED = {
    "data": base64.b64encode(messages.encode(REQUEST)).decode(),
    "publishTime": "2026-11-22T12:00:00.123456789Z",
}


def test_a_pushed_message_is_its_request_and_its_time() -> None:
    """Nanoseconds are cut to what a time can hold, never rounded up."""
    published = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
    assert messages.decode_pushed(PUSHED) == (REQUEST, published)


@pytest.mark.parametrize(
    ("message", "names"),
    [
        (None, "not an object"),
        ({}, "data is missing"),
        ({**PUSHED, "data": 5}, "data is not a text"),
        ({**PUSHED, "data": "%%"}, "cannot be read"),
        ({**PUSHED, "data": "\N{LATIN SMALL LETTER E WITH ACUTE}30="}, "cannot be read"),
        ({**PUSHED, "data": "e30="}, "calendar_id is missing"),
        ({**PUSHED, "publishTime": None}, "publishTime is missing"),
        ({**PUSHED, "publishTime": "2026"}, "publishTime"),
    ],
)
def test_what_cannot_be_read_is_named(message: Any, names: str) -> None:
    """Whoever looks at the dead letter sees which field it was."""
    with pytest.raises(BadRequest, match=names):
        messages.decode_pushed(message)


FIELDS = st.sampled_from(["calendar_id", "user", "reason", "channel_id", "data", "publishTime"]) | st.text()
LEAVES = st.none() | st.text(st.characters()) | st.integers() | st.floats() | st.binary()


@given(st.recursive(LEAVES, lambda x: st.dictionaries(FIELDS, x) | st.lists(x), max_leaves=5))
def test_nothing_but_bad_requests_comes_of_nonsense(thing: Any) -> None:
    """Bodies, messages and query strings of any shape."""

    def body(shape: Any) -> object:
        return caller.wanted(json.dumps(shape, default=str).encode())

    for read in (messages.decode_pushed, messages.decode, body):
        try:
            read(thing)
        except BadRequest as error:
            assert error.status == 400  # noqa: PT017 - most shapes are refused, and how is what counts


def test_bodies_and_query_strings() -> None:
    """An empty user is no user; a missing calendar is named."""
    assert caller.wanted(b'{"calendar_id": "c", "user": "", "more": 1}') == ("c", None)
    assert caller.wanted(b'{"calendar_id": "c", "user": "u"}') == ("c", "u")
    assert caller.named({"calendar_id": "c"}) == "c"
    with pytest.raises(BadRequest, match="calendar_id is missing"):
        caller.named({})


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"[" * 100_000, b'{"a": ' * 20_000, b"1" * 9_999, b"null", b"7"]
)
def test_no_body_breaks_the_reader(body: bytes) -> None:
    """What is no JSON object is refused, however deep or long it is."""
    with pytest.raises(BadRequest, match="body is not"):
        caller.wanted(body)


@pytest.mark.parametrize("name", ["calendar_id", "user"])
def test_addresses_are_not_of_any_length(name: str) -> None:
    """What would be kept or looked up is no longer than an e-mail address may be."""
    body = {"calendar_id": "c", "user": "u"}
    assert caller.wanted(json.dumps({**body, name: "x" * 320}).encode())
    for long in ("x" * 321, "\u00fc" * 161):
        with pytest.raises(BadRequest, match=f"{name} is longer than 320 bytes"):
            caller.wanted(json.dumps({**body, name: long}).encode())


@pytest.mark.parametrize(
    ("given", "address"),
    [("Owner@Example.COM", "owner@example.com"), ("\u212aen@example.com", "\u212aen@example.com")],
)
def test_the_case_of_an_address_does_not_count(given: str, address: str) -> None:
    """Neither of a user nor of a calendar; a sign that only becomes a letter of ASCII is none."""
    body = json.dumps({"calendar_id": given, "user": given}).encode()
    assert caller.wanted(body) == (address, address)
    assert caller.named({"calendar_id": given}) == address
