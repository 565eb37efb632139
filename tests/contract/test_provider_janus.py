"""What is particular to Janus: its codes inside HTTP 200, its rooms' ids and secrets, its sessions."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from functions.adapters.http import Http
from functions.adapters.provider_janus import JanusProvider, JanusSettings
from functions.core.errors import Gone, Rejected, RetryLater
from functions.core.model import Change, Kind
from tests.changes import change, deletion, meeting
from tests.janus import ADMIN_SECRET, API_SECRET, Janus
from tests.scripted import Say, Scripted, answer

NOWHERE = "http://127.0.0.1:1/janus"


@pytest.fixture(scope="module")
def janus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Janus]:
    server = Janus(tmp_path_factory.mktemp("janus") / "config")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def numbered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Janus]:
    """A Janus whose rooms have numbers, which is its default."""
    server = Janus(tmp_path_factory.mktemp("janus") / "config", string_ids=False)
    server.start()
    yield server
    server.stop()


def provider(url: str, **more: Any) -> JanusProvider:
    http = Http(sleep=lambda _seconds: None)
    return JanusProvider(JanusSettings(url=url, api_secret=API_SECRET, **more), http=http)


@pytest.mark.janus
def test_a_deletion_survives_a_crash(janus: Janus) -> None:
    """A room that was destroyed is not in the configuration any more, even if Janus is killed right after."""
    janus.make_room("crash")
    janus.make_room("crash-other")
    provider(janus.url).apply(deletion("crash"))
    provider(janus.url).apply(change("crash-other", meeting=meeting(title="written")))
    janus.kill()
    janus.start()
    assert (janus.title("crash"), janus.title("crash-other")) == (None, "written")


@pytest.mark.janus
def test_without_permanent_nothing_is_written(janus: Janus) -> None:
    """With JANUS_PERMANENT=false the configuration stays as it is: the room is back after a restart."""
    janus.make_room("passing")
    provider(janus.url, permanent=False).apply(deletion("passing"))
    assert janus.title("passing") is None
    janus.restart()
    assert janus.title("passing") == "as made"


@pytest.mark.janus
@pytest.mark.parametrize("make", [change, deletion], ids=["update", "deletion"])
@pytest.mark.parametrize("secret", ["", "wrong"])
def test_a_room_with_a_secret_of_its_own(janus: Janus, make: Any, secret: str) -> None:
    """Janus' 429 (no secret given) and 433 (a wrong one) reject this room alone and name the setting."""
    janus.make_room("locked", secret="right")
    try:
        with pytest.raises(Rejected, match=r"Janus 4(29|33): .*JANUS_ROOM_SECRET"):
            provider(janus.url, room_secret=secret).apply(make("locked"))
        assert janus.title("locked") == "as made"
    finally:
        provider(janus.url, room_secret="right").apply(deletion("locked"))


@pytest.mark.janus
@pytest.mark.parametrize("by_admin", [False, True], ids=["public", "admin"])
def test_a_second_deletion_says_gone(janus: Janus, *, by_admin: bool) -> None:
    """Janus' 426 is how a deletion finds that it was done before, through either API."""
    janus.make_room("twice")
    ways: dict[bool, dict[str, str]] = {
        False: {},
        True: {"admin_url": janus.admin_url, "admin_secret": ADMIN_SECRET},
    }
    asked = provider(janus.url, **ways[by_admin])
    asked.apply(deletion("twice"))
    with pytest.raises(Gone, match="Janus 426"):
        asked.apply(deletion("twice"))


@pytest.mark.janus
def test_a_janus_that_takes_no_sessions(janus: Janus) -> None:
    """While Janus refuses new sessions (472) a change is passing trouble, and works afterwards."""
    janus.make_room("later")
    janus.admin("accept_new_sessions", accept=False)
    try:
        with pytest.raises(RetryLater, match="Janus 472"):
            provider(janus.url).apply(change("later"))
    finally:
        janus.admin("accept_new_sessions", accept=True)
    provider(janus.url).apply(change("later", meeting=meeting(title="now")))
    assert janus.title("later") == "now"


@pytest.mark.janus
def test_no_session_is_left_behind(janus: Janus) -> None:
    """Whether a change succeeds, is gone or is rejected, its session ends with it."""
    janus.make_room("clean")
    janus.make_room("clean-locked", secret="right")
    asked = provider(janus.url)
    asked.apply(change("clean"))
    with pytest.raises(Gone):
        asked.apply(change("clean-not"))
    with pytest.raises(Rejected):
        asked.apply(change("clean-locked"))
    assert janus.sessions() == 0


@pytest.mark.janus
@pytest.mark.parametrize("kind", [Kind.OCCURRENCE_CANCELLED, Kind.OCCURRENCE_UPDATED])
def test_an_occurrence_never_touches_the_room(janus: Janus, kind: Kind) -> None:
    """A series has one room: what happens to one instance is refused, and the ability says so."""
    name = f"series-{kind.name}"
    janus.make_room(name)
    with pytest.raises(Rejected, match="whole series"):
        provider(janus.url).apply(change(name, kind=kind, occurrence="2026-03-09T09:00:00Z"))
    assert janus.title(name) == "as made"
    assert not JanusProvider.abilities.occurrences


@pytest.mark.janus
def test_rooms_with_numbers(numbered: Janus) -> None:
    """Where Janus counts its rooms, the conference id is read as a number."""
    numbered.make_room(1234)
    asked = provider(numbered.url, string_ids=False)
    asked.check()
    asked.apply(change("1234", meeting=meeting(title="counted")))
    assert numbered.title(1234) == "counted"


@pytest.mark.janus
def test_the_wrong_kind_of_ids(numbered: Janus, janus: Janus) -> None:
    """The check finds that JANUS_STRING_IDS is not as in the plugin's configuration."""
    for server, string_ids in ((numbered, True), (janus, False)):
        with pytest.raises(Rejected, match="JANUS_STRING_IDS"):
            provider(server.url, string_ids=string_ids).check()


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


def test_what_is_asked_of_the_room() -> None:
    """A change carries the room, its secret, the title and that it is to last."""
    wishes: list[tuple[Change, dict[str, Any]]] = [
        (change("r1"), {"request": "edit", "new_description": "Planning"}),
        (deletion("r1"), {"request": "destroy"}),
    ]
    for wish, expected in wishes:
        with Scripted([CREATED, ATTACHED, DONE, _says("success")]) as server:
            provider(server.url, room_secret="word").apply(wish)
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
