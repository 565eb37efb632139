"""The suite for somebody else's provider: `pytest -p conformance.plugin --system MODULE:FUNCTION`.

The function starts the conference system that the provider is for, and is given a folder for what it keeps.
"""

import socket
from collections.abc import Iterator
from importlib import import_module

import pytest

from conformance.system import Limiting, Start, System


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--system", metavar="MODULE:FUNCTION", help="what starts the provider's conference system"
    )


@pytest.fixture(scope="module")
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    name = request.config.getoption("--system")
    if not name:
        raise pytest.UsageError("name the provider's conference system: --system MODULE:FUNCTION")
    module, _, function = name.partition(":")
    start: Start = getattr(import_module(module), function)
    with start(tmp_path_factory.mktemp("system")) as system:
        yield system


@pytest.fixture
def system(running: System) -> Iterator[System]:
    with running.held():
        yield running


@pytest.fixture
def limiting(system: System) -> System:
    """One that takes only so many changes; of another there is nothing to show."""
    if not isinstance(system, Limiting):
        pytest.skip("this system has no limit")
    return system


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]
