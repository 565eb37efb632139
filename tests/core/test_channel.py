"""Channel tokens, and the answer that each notification gets."""

import ast
import base64
import hashlib
import hmac
import inspect
import textwrap
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from functions.core.channel import TOKEN_CHARACTERS_MAX, sign, verify
from functions.core.errors import BadRequest
from functions.core.model import Reason, SyncRequest
from functions.flow.receive import answer, claimed_channel

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


@pytest.mark.parametrize("signer", [0, 1, 2, None])
def test_every_key_is_tried_whichever_fits(signer: int | None) -> None:
    """How long an answer takes does not tell which key signed, or whether one did."""
    keys, drawn = [KEY, OLD, "c" * 32], []

    class Watched(list[str]):
        def __iter__(self) -> Iterator[str]:
            for key in keys:
                drawn.append(key)
                yield key

    token = sign(CALENDAR, CHANNEL, [keys[signer]] if signer is not None else ["d" * 32])
    assert verify(token, CHANNEL, Watched(keys)) == (None if signer is None else CALENDAR)
    assert drawn == keys


def test_signatures_are_compared_in_constant_time() -> None:
    """By `hmac.compare_digest` alone; nothing made with a key decides anything before or beside it."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(verify)))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    compared = [call for call in calls if ast.unparse(call.func) == "hmac.compare_digest"]
    made = [call for call in calls if ast.unparse(call.func) == "_signature"]
    within = {node for call in compared for node in ast.walk(call)}
    assert (len(compared), len(made), set(made) <= within) == (1, 1, True)
    (loop,) = (node for node in ast.walk(tree) if isinstance(node, ast.ListComp))
    assert loop.elt is compared[0]
    assert [(ast.unparse(each.iter), each.ifs) for each in loop.generators] == [("keys", [])]
    branches = [node.test for node in ast.walk(tree) if isinstance(node, ast.If | ast.IfExp)]
    tests = [*branches, *(node for node in ast.walk(tree) if isinstance(node, ast.Compare))]
    assert all({"keys", "key", "hmac", "_signature"}.isdisjoint(_names(test)) for test in tests)


def _names(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("claimed", ["0b6ac0f4-0001", "A/b+c=_-", "x" * 64])
def test_a_channel_id_may_be_logged(claimed: str) -> None:
    """What Calendar takes for one."""
    assert claimed_channel(headers(X_Goog_Channel_ID=claimed)) == claimed


@pytest.mark.parametrize(
    "claimed", [None, "", "x" * 65, "a b", "a\tb", "\xff", "x\x00", sign("x", CHANNEL, [KEY]), "v1.x.y"]
)
def test_what_is_no_channel_id_is_not_logged(claimed: str | None) -> None:
    """Above all no token, which has dots, in the place of one."""
    assert claimed_channel(headers(X_Goog_Channel_ID=claimed)) == ""


@pytest.mark.parametrize("calendar", ["eB", "eA==", "e A", "+/8", "b3duZXJAZXhhbXBsZS5jb21"])
def test_a_calendar_has_one_spelling(calendar: str) -> None:
    """Signed or not, what base64url would not have written is refused."""
    message = f"v1.{CHANNEL}.{calendar}".encode()
    token = f"v1.{calendar}.{b64(hmac.new(KEY.encode(), message, hashlib.sha256).digest())}"
    assert verify(token, CHANNEL, [KEY]) is None
