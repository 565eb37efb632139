"""Channel tokens, and the answer that each notification gets."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from functions.core.channel import TOKEN_CHARACTERS_MAX, answer, sign, verify
from functions.core.errors import BadRequest
from functions.core.model import Reason, SyncRequest

KEY, OLD = "a" * 32, "b" * 32
CALENDAR, CHANNEL = "owner@example.com", "0b6ac0f4-0001"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def headers(**change: str | None) -> Headers:
    usual = {
        "X-Goog-Channel-ID": CHANNEL,
        "X-Goog-Resource-State": "exists",
        "X-Goog-Channel-Token": sign(CALENDAR, CHANNEL, [KEY]),
        "X-Goog-Resource-ID": "resource",
    }
    named = {name.replace("_", "-"): value for name, value in change.items()}
    return Headers({name: value for name, value in {**usual, **named}.items() if value is not None})


def test_the_token_is_the_documented_one() -> None:
    """v1, the calendar id and an HMAC-SHA256 over version, channel id and calendar, base64url unpadded."""
    calendar = b64(CALENDAR.encode())
    signature = b64(hmac.new(KEY.encode(), f"v1.{CHANNEL}.{calendar}".encode(), hashlib.sha256).digest())
    assert sign(CALENDAR, CHANNEL, [KEY, OLD]) == f"v1.{calendar}.{signature}"


@given(st.text(min_size=1, max_size=40), st.uuids().map(str))
def test_what_is_signed_is_verified(calendar_id: str, channel_id: str) -> None:
    """Any calendar id comes back from its token, for its own channel only."""
    token = sign(calendar_id, channel_id, [KEY])
    assert verify(token, channel_id, [KEY]) == calendar_id
    assert verify(token, channel_id + "x", [KEY]) is None


def test_keys_rotate_without_losing_a_notification() -> None:
    """The first key signs, all verify; a key taken out no longer does."""
    old = sign(CALENDAR, CHANNEL, [OLD])
    assert verify(old, CHANNEL, [KEY, OLD]) == CALENDAR
    assert verify(sign(CALENDAR, CHANNEL, [KEY, OLD]), CHANNEL, [KEY]) == CALENDAR
    assert verify(old, CHANNEL, [KEY]) is None


def test_no_key_verifies_nothing() -> None:
    """Without keys every token is refused."""
    assert verify(sign(CALENDAR, CHANNEL, [KEY]), CHANNEL, []) is None


def test_too_long_a_calendar_id_is_refused_with_its_length() -> None:
    """Calendar takes tokens of up to 256 characters: the longest id that fits is signed, the next is not."""
    fits = max(
        size for size in range(200) if len(f"v1.{b64(b'x' * size)}.{'s' * 43}") <= TOKEN_CHARACTERS_MAX
    )
    assert len(sign("x" * fits, CHANNEL, [KEY])) <= TOKEN_CHARACTERS_MAX
    with pytest.raises(BadRequest, match=f"{fits + 1} characters"):
        sign("x" * (fits + 1), CHANNEL, [KEY])


def test_a_signed_calendar_that_is_no_text_is_refused() -> None:
    """Even a right signature over what cannot be decoded gives no calendar."""
    for calendar in ("", "_w", "A", "!!"):
        message = f"v1.{CHANNEL}.{calendar}".encode()
        token = f"v1.{calendar}.{b64(hmac.new(KEY.encode(), message, hashlib.sha256).digest())}"
        assert verify(token, CHANNEL, [KEY]) is None


@given(st.text(st.characters(), max_size=300), st.just(CHANNEL) | st.text(st.characters(), max_size=9))
def test_no_made_up_token_is_verified(token: str, channel_id: str) -> None:
    """Any text that the key did not sign is refused, whatever is in it."""
    assert verify(token, channel_id, [KEY]) is None
    assert verify(f"v1.{token}.{token}", channel_id, [KEY]) is None


@given(st.integers(0, 120), st.sampled_from("AZaz09-_."))
def test_one_changed_character_breaks_a_token(place: int, character: str) -> None:
    """Version, calendar and signature are all covered. The last character holds unused bits and may vary."""
    token = sign(CALENDAR, CHANNEL, [KEY])
    place %= len(token) - 1
    changed = token[:place] + character + token[place + 1 :]
    assert verify(changed, CHANNEL, [KEY]) == (CALENDAR if changed == token else None)


@pytest.mark.parametrize("state", ["exists", "not_exists", "something-new"])
def test_a_change_is_published(state: str) -> None:
    """What says that something changed becomes one request that names its channel."""
    said = answer("POST", headers(X_Goog_Resource_State=state), [KEY])
    request = SyncRequest(
        calendar_id=CALENDAR, reason=Reason.NOTIFICATION, channel_id=CHANNEL, resource_id="resource"
    )
    assert (said.status, said.request) == (204, request)


@pytest.mark.parametrize(
    ("method", "change", "status"),
    [
        ("POST", {"X_Goog_Resource_State": "sync"}, 204),
        ("POST", {"X_Goog_Channel_Token": "v1.b3duZXI.c2ln"}, 403),
        ("POST", {"X_Goog_Channel_Token": "nonsense"}, 403),
        ("POST", {"X_Goog_Channel_ID": "another"}, 403),
        ("POST", {"X_Goog_Resource_State": "sync", "X_Goog_Channel_ID": "another"}, 403),
        ("POST", {"X_Goog_Channel_Token": None}, 400),
        ("POST", {"X_Goog_Channel_ID": None}, 400),
        ("POST", {"X_Goog_Resource_State": None}, 400),
        ("GET", {}, 405),
        ("PUT", {"X_Goog_Channel_Token": None}, 405),
    ],
)
def test_everything_else_publishes_nothing(method: str, change: dict[str, str | None], status: int) -> None:
    """The greeting, the forged, the incomplete and the wrong method have their answers, and no request."""
    said = answer(method, headers(**change), [KEY])
    assert (said.status, said.request) == (status, None)


def test_header_names_have_no_case() -> None:
    """Google's documents spell them in more than one way."""
    lower = Headers({name.lower(): value for name, value in headers().items()})
    assert answer("POST", lower, [KEY]).request is not None
