"""What contract tests of more than one module ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.adapters.providers.zoom.provider import ZoomProvider
from functions.adapters.stores.firestore import FirestoreStore
from functions.adapters.stores.sqlite import SqliteStore
from functions.ports import WholeStore
from local.webex.server import Server
from tests.contract.zoom_rig import Zoom
from tests.support.prism import Prism, prism
from tests.support.webex import Site, description


@pytest.fixture(params=["memory", "file", pytest.param("firestore", marks=pytest.mark.emulators)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[WholeStore]:
    opened: SqliteStore | FirestoreStore
    if request.param == "firestore":
        # The emulator's locks may stall a call for longer than anybody would wait for Firestore.
        opened = FirestoreStore(project=request.getfixturevalue("firestore_project"), timeout=60)
    else:
        opened = SqliteStore(":memory:" if request.param == "memory" else str(tmp_path / "store.sqlite"))
    yield opened
    opened.close()


@pytest.fixture
def zoom() -> Iterator[Zoom]:
    made = Zoom()
    yield made
    made.server.stop()


@pytest.fixture
def fixed(zoom: Zoom) -> ZoomProvider:
    """One that gives a series its times."""
    return zoom.provider(recurrence="fixed")


@pytest.fixture
def webex_server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def webex_described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Prism]]:
    folder = tmp_path_factory.mktemp("webex")
    server = Server(folder)
    try:
        with prism(description(folder), server.url) as between:
            yield server, between
    finally:
        server.stop()


PRISM = pytest.param("described", marks=[pytest.mark.node, pytest.mark.descriptions])


@pytest.fixture(params=["direct", PRISM])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """With what passes held against Webex's description, where that is there."""
    if request.param == "direct":
        server = request.getfixturevalue("webex_server")
        yield Site(server, server.url)
        return
    server, between = request.getfixturevalue("webex_described")
    server.log.clear()
    with between.held():
        yield Site(server, between.url, between)


@pytest.fixture
def plain(webex_server: Server) -> Site:
    return Site(webex_server, webex_server.url)
