"""A stand-in Calendar of its own for each test, and the clients that talk to it."""

from collections.abc import Iterator

import pytest

from local.calendar import server
from local.calendar.server import Server


@pytest.fixture
def standin() -> Iterator[Server]:
    with server.start() as running:
        yield running
