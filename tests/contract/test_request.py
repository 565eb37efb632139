"""The message that asks for a sync: what is written is read back, and what cannot be read says why."""

import json

import pytest

from functions.adapters.queues import messages
from functions.core.errors import BadRequest
from functions.core.model import Reason, SyncRequest

FULL = SyncRequest(calendar_id="a", reason=Reason.NOTIFICATION, channel_id="c", resource_id="r")


@pytest.mark.parametrize("asked", [FULL, SyncRequest(calendar_id="\u00e9/\u0000", reason=Reason.CONTINUE)])
def test_a_request_comes_back_as_it_was(asked: SyncRequest) -> None:
    """A request is read back equal from its bytes, their text, or the parsed object."""
    message = messages.encode(asked)
    assert [messages.decode(form) for form in (message, message.decode(), json.loads(message))] == [asked] * 3


def test_the_message_has_the_published_fields() -> None:
    """The message is a JSON object with the four fields that other programs may send too."""
    expected = {"calendar_id": "a", "reason": "notification", "channel_id": "c", "resource_id": "r"}
    assert json.loads(messages.encode(FULL)) == expected


def test_only_calendar_and_reason_are_needed() -> None:
    """Ids of a channel may be missing, and fields unknown here are ignored."""
    asked = messages.decode('{"calendar_id": "a", "reason": "sweep", "later": {"x": 1}}')
    assert asked == SyncRequest(calendar_id="a", reason=Reason.SWEEP)


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        ("{", "not JSON"),
        (b'["a"]', "not a JSON object"),
        (None, "not a JSON object"),
        ({"reason": "sweep"}, "calendar_id is missing"),
        ({"calendar_id": "", "reason": "sweep"}, "calendar_id is missing"),
        ({"calendar_id": 1, "reason": "sweep"}, "calendar_id is not a text"),
        (rb'{"calendar_id": "\ud800", "reason": "sweep"}', "calendar_id is not a text"),
        ({"calendar_id": "a"}, "reason is missing"),
        ({"calendar_id": "a", "reason": "boredom"}, "reason is none of notification, initialize"),
        ({"calendar_id": "a", "reason": "sweep", "channel_id": []}, "channel_id is not a text"),
        ({"calendar_id": "a", "reason": "sweep", "resource_id": {}}, "resource_id is not a text"),
    ],
)
def test_what_cannot_be_read_names_the_field(message: object, why: str) -> None:
    """A message that is no sync request is refused with the field that is wrong."""
    with pytest.raises(BadRequest, match=why):
        messages.decode(message)
