"""A stand-in Calendar of its own for each test, whose every answer is held against Google's document."""

from collections.abc import Iterator

import pytest

from gcal_standin import server
from gcal_standin.server import Server
from tests.standin.caller import Caller, Events
from tests.standin.described import Witness
from tests.standin.receiver import Receiver


@pytest.fixture
def witness() -> Witness:
    return Witness()


@pytest.fixture
def standin(witness: Witness) -> Iterator[Server]:
    with server.start(around=witness.around) as running:
        yield running
    assert witness.wrong == []


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiving:
        yield receiving


@pytest.fixture
def caller(standin: Server) -> Iterator[Caller]:
    with Caller(standin.url) as calling:
        yield calling


@pytest.fixture
def events(caller: Caller) -> Events:
    """The events of the default user's primary calendar."""
    return caller.events()
