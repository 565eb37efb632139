"""What is particular to Janus, on a real one: restarts, rooms with secrets, its two APIs, kinds of ids."""

from collections.abc import Iterator
from typing import Any

import pytest

from conformance.changes import change, deletion, meeting
from functions.adapters.providers.janus import JanusProvider, JanusSettings
from functions.adapters.web.client import Http
from functions.core.errors import Gone, Rejected, RetryLater
from functions.core.model import Ability, Kind
from tests.support.janus import ADMIN_SECRET, API_SECRET, Janus


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
    assert JanusProvider.abilities.can == {Ability.TITLE}


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
