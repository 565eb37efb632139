"""What every provider promises, on real systems: the signed webhook's receiver and a Janus server."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Protocol
from uuid import uuid4

import pytest

from functions.adapters.http import Http, Limits
from functions.adapters.provider_janus import JanusProvider, JanusSettings
from functions.adapters.provider_webhook import WebhookProvider
from functions.core.errors import Gone, Rejected, RetryLater
from functions.ports import Provider
from local.conferences.server import Server, new_secret, start
from tests.changes import change, deletion, meeting
from tests.janus import ADMIN_SECRET, API_SECRET, Janus

IMPATIENT = Limits(connect=1.0, read=0.2, call=0.5, tries=1)


class System(Protocol):
    """A conference system and the ways to make a provider for it."""

    untitled: str

    def provider(self) -> Provider: ...

    def misled(self, port: int) -> Provider:
        """A provider that looks for the system on another port, and soon gives up."""
        ...

    def refused(self) -> tuple[Provider, type[Exception], str]:
        """A provider with wrong credentials, the error it meets and a word of its text."""
        ...

    def make(self) -> str: ...

    def title(self, conference_id: str) -> str | None: ...

    def restart(self) -> None: ...


class WebhookSystem:
    untitled = ""

    def __init__(self, server: Server) -> None:
        self._server = server

    def provider(self) -> Provider:
        return WebhookProvider(url=self._server.webhook_url, secret=self._server.secret, allow_private=True)

    def misled(self, port: int) -> Provider:
        url = f"http://127.0.0.1:{port}/webhook"
        http = Http(limits=IMPATIENT)
        return WebhookProvider(url=url, secret=new_secret(), allow_private=True, http=http)

    def refused(self) -> tuple[Provider, type[Exception], str]:
        other = WebhookProvider(url=self._server.webhook_url, secret=new_secret(), allow_private=True)
        return other, Rejected, "401"

    def make(self) -> str:
        return self._server.rooms.create("as made").id

    def title(self, conference_id: str) -> str | None:
        found = self._server.rooms.find(conference_id)
        return found["title"] if found and found["status"] == "live" else None

    def restart(self) -> None:
        """The receiver keeps its conferences in memory: there is nothing to come back from."""


class JanusSystem:
    def __init__(self, server: Janus, *, by_admin: bool) -> None:
        self._server = server
        self._by_admin = by_admin
        self.untitled = ""

    def _settings(self, url: str, admin_url: str, *, right: bool = True) -> JanusSettings:
        if self._by_admin:
            return JanusSettings(admin_url=admin_url, admin_secret=ADMIN_SECRET if right else "wrong")
        return JanusSettings(url=url, api_secret=API_SECRET if right else "wrong")

    def provider(self) -> Provider:
        return JanusProvider(self._settings(self._server.url, self._server.admin_url))

    def misled(self, port: int) -> Provider:
        url = f"http://127.0.0.1:{port}"
        return JanusProvider(self._settings(f"{url}/janus", f"{url}/admin"), http=Http(limits=IMPATIENT))

    def refused(self) -> tuple[Provider, type[Exception], str]:
        settings = self._settings(self._server.url, self._server.admin_url, right=False)
        word = "JANUS_ADMIN_SECRET" if self._by_admin else "JANUS_API_SECRET"
        return JanusProvider(settings), RetryLater, word

    def make(self) -> str:
        name = f"room-{uuid4().hex[:8]}"
        self._server.make_room(name)
        self.untitled = f"Room {name}"
        return name

    def title(self, conference_id: str) -> str | None:
        return self._server.title(conference_id)

    def restart(self) -> None:
        self._server.restart()


@pytest.fixture(scope="module")
def receiver() -> Iterator[Server]:
    server = start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def janus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Janus]:
    server = Janus(tmp_path_factory.mktemp("janus") / "config")
    server.start()
    yield server
    server.stop()


@pytest.fixture(
    params=[
        "webhook",
        pytest.param("janus", marks=pytest.mark.janus),
        pytest.param("janus-admin", marks=pytest.mark.janus),
    ]
)
def system(request: pytest.FixtureRequest) -> System:
    if request.param == "webhook":
        return WebhookSystem(request.getfixturevalue("receiver"))
    return JanusSystem(request.getfixturevalue("janus"), by_admin=request.param == "janus-admin")


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_an_update_reaches_the_system(system: System) -> None:
    """After an update the conference has the event's title."""
    name = system.make()
    system.provider().apply(change(name, meeting=meeting(title="Renamed")))
    assert system.title(name) == "Renamed"


def test_an_update_twice_is_one_effect(system: System) -> None:
    """Repeating an update leaves the conference as the first one did."""
    name, provider = system.make(), system.provider()
    update = change(name, meeting=meeting(title="Once"))
    provider.apply(update)
    provider.apply(update)
    assert system.title(name) == "Once"


def test_changed_and_changed_back(system: System) -> None:
    """A title that returns to what it was is told again."""
    name, provider = system.make(), system.provider()
    for title in ("First", "Second", "First"):
        provider.apply(change(name, meeting=meeting(title=title)))
    assert system.title(name) == "First"


def test_an_update_lasts(system: System) -> None:
    """The new title is still there after the system was started again."""
    name = system.make()
    system.provider().apply(change(name, meeting=meeting(title="Lasting")))
    system.restart()
    assert system.title(name) == "Lasting"


def test_a_deletion_is_for_good(system: System) -> None:
    """A deleted conference does not come back when the system starts again."""
    name, other = system.make(), system.make()
    system.provider().apply(deletion(name))
    system.restart()
    assert (system.title(name), system.title(other)) == (None, "as made")


def test_a_deletion_twice(system: System) -> None:
    """The second deletion succeeds or says that the conference is gone; it stays deleted either way."""
    name, provider = system.make(), system.provider()
    provider.apply(deletion(name))
    with suppress(Gone):
        provider.apply(deletion(name))
    assert system.title(name) is None


def test_a_deletion_of_what_never_was(system: System) -> None:
    """Deleting an unknown conference succeeds or says that it is gone."""
    with suppress(Gone):
        system.provider().apply(deletion("nobody-knows-me"))
    assert system.title("nobody-knows-me") is None


def test_an_update_of_what_never_was(system: System) -> None:
    """Updating an unknown conference says that it is gone."""
    with pytest.raises(Gone):
        system.provider().apply(change("nobody-knows-me"))


@pytest.mark.parametrize(
    "title",
    [
        pytest.param("Grüße 你好 \N{PARTY POPPER}", id="unicode"),
        pytest.param('"it\'s" \\n {x} #1; // <b>', id="quotes and escapes"),
        pytest.param("two\nlines\tand a tab\r\n", id="newlines"),
        pytest.param("x" * 1_024, id="long"),
        pytest.param("\u202eright to left", id="direction marks"),
    ],
)
def test_titles_arrive_as_they_are(system: System, title: str) -> None:
    """Whatever people write into a title survives the way there, and a restart."""
    name = system.make()
    system.provider().apply(change(name, meeting=meeting(title=title)))
    system.restart()
    assert system.title(name) == title


def test_an_empty_title_does_not_keep_the_old_one(system: System) -> None:
    """An event whose title was removed leaves a conference without it, too."""
    name = system.make()
    system.provider().apply(change(name, meeting=meeting(title="")))
    assert system.title(name) == system.untitled


@pytest.mark.parametrize("title", ["half \ud83d a pair", "a \0 in the middle"])
def test_titles_that_no_system_can_carry(system: System, title: str) -> None:
    """Signs that JSON or UTF-8 cannot carry do not stop the change."""
    name = system.make()
    system.provider().apply(change(name, meeting=meeting(title=title)))
    assert (system.title(name) or "").startswith(title[:2])


def test_wrong_credentials(system: System) -> None:
    """Wrong credentials change nothing and are named."""
    name = system.make()
    provider, error, word = system.refused()
    with pytest.raises(error, match=word):
        provider.apply(change(name))
    assert system.title(name) == "as made"


def test_unreachable(system: System) -> None:
    """A system that refuses connections is passing trouble, in a change and in a check."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    provider = system.misled(port)
    with pytest.raises(RetryLater, match=r"127\.0\.0\.1: ConnectError"):
        provider.apply(change("any"))
    with pytest.raises(RetryLater, match=r"127\.0\.0\.1: ConnectError"):
        provider.check()


def test_hanging(system: System, silent: int) -> None:
    """A system that takes the connection and never answers is passing trouble."""
    with pytest.raises(RetryLater, match="ReadTimeout"):
        system.misled(silent).apply(change("any"))


def test_the_check_passes_and_changes_nothing(system: System) -> None:
    """With a good system and good credentials the check says nothing and leaves everything as it is."""
    name = system.make()
    system.provider().check()
    assert system.title(name) == "as made"


def test_many_threads_share_one_provider(system: System) -> None:
    """Eight threads with one provider: each conference ends with its own title."""
    names = [system.make() for _ in range(40)]
    provider = system.provider()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: provider.apply(change(name, meeting=meeting(title=f"of {name}"))), names))
    assert [system.title(name) for name in names] == [f"of {name}" for name in names]
