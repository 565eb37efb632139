"""The fixture that pytest finds where gcal-standin is installed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from gcal_standin.server import Server

_MARK = "gcal_standin"
_MEANING = "options of this test's stand-in Calendar, such as auth=True or seed=[...]"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{_MARK}(**options): {_MEANING}")


@pytest.fixture
def gcal_standin(request: pytest.FixtureRequest) -> "Iterator[Server]":
    """A stand-in Google Calendar of this test's own, on a free port of loopback.

    `url` is where it is, `control`, `seed`, `export` and `reset` are what a test may do with it.
    The nearest mark `gcal_standin` has the options that `gcal_standin.server.start` takes.
    """
    # Loaded here, as most tests of a project that has this installed do without.
    from gcal_standin.server import start  # noqa: PLC0415

    mark = request.node.get_closest_marker(_MARK)
    with start(**(mark.kwargs if mark else {})) as running:
        yield running
