"""What Janus may answer, told by a script: codes inside HTTP 200, lost sessions, what is not Janus at all."""

import json
from typing import Any

import pytest

from conformance.changes import change, deletion, meeting
from functions.adapters.providers.janus import JanusProvider, JanusSettings
from functions.adapters.web.client import Http
from functions.core.errors import Gone, Rejected, RetryLater
from tests.support.janus import API_SECRET
from tests.support.scripted import Say, Scripted, answer

NOWHERE = "http://127.0.0.1:1/janus"


def provider(url: str, **more: Any) -> JanusProvider:
    http = Http(sleep=lambda _seconds: None)
    return JanusProvider(JanusSettings(url=url, api_secret=API_SECRET, **more), http=http)


@pytest.mark.parametrize(
    "name", ["", "a/b", "a b", "c.ics@example.com", "ünï", "room\n", "a;b", "x" * 256, "٣"]
)
@pytest.mark.parametrize("make", [change, deletion], ids=["update", "deletion"])
def test_ids_that_janus_would_lose(name: str, make: Any) -> None:
    """An id that Janus takes but cannot write down is rejected before anything is sent."""
    with pytest.raises(Rejected, match="is no room id"):
        provider(NOWHERE).apply(make(name))


@pytest.mark.parametrize("name", ["", "room", "12a", "-1", "1.0", "٣", "9" * 30])
def test_ids_that_are_no_numbers(name: str) -> None:
    """Where rooms have numbers, any other id is rejected before anything is sent."""
    with pytest.raises(Rejected, match="JANUS_STRING_IDS is false"):
        provider(NOWHERE, string_ids=False).apply(change(name))


def _says(janus: str, **more: Any) -> Say:
    return answer(200, json.dumps({"janus": janus, **more}).encode())


def _core(code: int) -> Say:
    return _says("error", error={"code": code, "reason": "as told"})


def _room(**data: Any) -> Say:
    return _says("success", plugindata={"data": data})


def _whole(number: object) -> bytes:
    """What would do for an answer to every step."""
    data = {"data": {"id": number}, "plugindata": {"data": {"videoroom": "edited"}}}
    return json.dumps({"janus": "success", **data}).encode()


CREATED = _says("success", data={"id": 11})
ATTACHED = _says("success", data={"id": 22})
DONE = _room(videoroom="edited")


@pytest.mark.parametrize(
    "says",
    [
        pytest.param([CREATED, _core(458), _core(458)], id="session"),
        pytest.param([CREATED, ATTACHED, _core(459), _says("success")], id="handle"),
    ],
)
def test_a_session_lost_on_the_way(says: list[Say]) -> None:
    """If Janus forgets the session or handle between two steps, the change is begun once more."""
    with Scripted([*says, CREATED, ATTACHED, DONE, _says("success")]) as server:
        provider(server.url).apply(change("r1"))
    assert server.accepted == len(says) + 4


def test_a_session_lost_each_time() -> None:
    """A Janus that forgets its sessions again and again is passing trouble."""
    with Scripted([CREATED, _core(458), _core(458)] * 3) as server:
        with pytest.raises(RetryLater, match="lost the session twice"):
            provider(server.url).apply(change("r1"))
        assert server.accepted == 6


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (403, RetryLater),
        (454, Rejected),
        (455, Rejected),
        (460, RetryLater),
        (472, RetryLater),
        (490, RetryLater),
    ],
)
def test_what_janus_itself_says(code: int, error: type[Exception]) -> None:
    """A fault of the whole server passes: it heals for all rooms at once. Unreadable JSON is rejected."""
    with Scripted([_core(code)]) as server, pytest.raises(error, match=f"Janus {code}: as told"):
        provider(server.url).apply(change("r1"))


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (423, Rejected),
        (426, Gone),
        (427, Rejected),
        (429, Rejected),
        (430, Rejected),
        (433, Rejected),
        (499, RetryLater),
    ],
)
def test_what_the_plugin_says(code: int, error: type[Exception]) -> None:
    """426 alone is gone; an unknown error passes; everything else rejects this one room."""
    refused = _room(videoroom="event", error_code=code, error="as told")
    says = [CREATED, ATTACHED, refused, _says("success")]
    with Scripted(says) as server, pytest.raises(error, match=f"Janus {code}: as told"):
        provider(server.url).apply(change("r1"))


@pytest.mark.parametrize(
    ("code", "may_be_all"), [(423, False), (427, False), (429, True), (430, True), (433, True)]
)
def test_what_is_so_for_all_rooms_if_a_setting_is_wrong(
    code: int,
    may_be_all: bool,  # noqa: FBT001 - a row of the table
) -> None:
    """The rooms' secret, or what their ids are: where the words name the setting."""
    refused = _room(videoroom="event", error_code=code, error="as told")
    says = [CREATED, ATTACHED, refused, _says("success")]
    with Scripted(says) as server, pytest.raises(Rejected) as refusal:
        provider(server.url).apply(change("r1"))
    assert (refusal.value.may_be_all, "see JANUS_" in str(refusal.value)) == (may_be_all, may_be_all)


def test_a_wrong_secret_calls_an_operator() -> None:
    """Of Janus itself it is about all rooms, and nothing but other settings helps."""
    with Scripted([_core(403)]) as server, pytest.raises(RetryLater) as refusal:
        provider(server.url).apply(change("r1"))
    assert refusal.value.of_project


@pytest.mark.parametrize(
    "says",
    [
        pytest.param([answer(404)], id="wrong path"),
        pytest.param([answer(401, b"who are you")], id="a proxy's password"),
        pytest.param([answer(404, _whole(1))], id="a proxy's JSON"),
        pytest.param([answer(302, location="/login")], id="a login page"),
        pytest.param([answer(200, b"<html>hello</html>")], id="html"),
        pytest.param([answer(200, b'"janus"')], id="json, not an object"),
        pytest.param([answer(200, b'{"janus":"success"}')], id="no data"),
        pytest.param([answer(200, _whole("../admin"))], id="no id"),
        pytest.param([CREATED, ATTACHED, _says("ack"), _says("success")], id="no result"),
        pytest.param([_says("error")], id="no error in an error"),
    ],
)
def test_what_is_not_how_janus_answers(says: list[Say]) -> None:
    """A proxy, a page or a wrong address in Janus' place is passing trouble, never a deleted conference."""
    with Scripted(says) as server, pytest.raises(RetryLater):
        provider(server.url).apply(deletion("r1"))


@pytest.mark.parametrize("goodbye", [answer(404), _core(458), _core(454)], ids=["404", "458", "454"])
def test_a_good_change_is_not_undone_by_a_bad_goodbye(goodbye: Say) -> None:
    """If only the end of the session fails, the change counts and is not made again."""
    with Scripted([CREATED, ATTACHED, DONE, goodbye]) as server:
        provider(server.url).apply(change("r1"))
    assert [heard.head.split()[1] for heard in server.heard] == [
        "/hook",
        "/hook/11",
        "/hook/11/22",
        "/hook/11",
    ]


@pytest.mark.parametrize(
    ("make", "expected"),
    [(change, {"request": "edit", "new_description": "Planning"}), (deletion, {"request": "destroy"})],
)
def test_what_is_asked_of_the_room(make: Any, expected: dict[str, Any]) -> None:
    """A change carries the room, its secret, the title and that it is to last."""
    with Scripted([CREATED, ATTACHED, DONE, _says("success")]) as server:
        provider(server.url, room_secret="word").apply(make("r1"))
    sent = json.loads(server.heard[2].body)["body"]
    assert sent == {"room": "r1", "secret": "word", "permanent": True, **expected}


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, "JANUS_URL is missing"),
        ({"admin_url": "http://127.0.0.1/admin"}, "JANUS_ADMIN_SECRET"),
        ({"url": "http://127.0.0.1/janus", "admin_secret": "x"}, "JANUS_ADMIN_URL"),
        ({"url": "janus.example.com"}, "JANUS_URL must start"),
        ({"url": "http://me:word@janus.example.com/"}, "JANUS_URL must not carry"),
        ({"admin_url": "ws://janus.example.com/", "admin_secret": "x"}, "JANUS_ADMIN_URL must start"),
    ],
)
def test_settings_that_do_not_fit(fields: dict[str, str], word: str) -> None:
    """Settings that cannot work are refused at once, by name."""
    with pytest.raises(ValueError, match=word):
        JanusSettings(**fields)  # type: ignore[arg-type]


def test_a_rooms_name_has_an_end() -> None:
    """Of a title without one, Janus gets the beginning."""
    with Scripted([CREATED, ATTACHED, DONE, DONE]) as janus:
        provider(janus.url).apply(change("room", meeting=meeting(title="a" * 1_000_000)))
        sent = json.loads(janus.heard[2].body)["body"]
    assert sent["new_description"] == "a" * 1_024
