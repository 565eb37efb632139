"""A resolver that hangs: no call waits longer for it than for anything else."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import httpcore
import pytest

from functions.adapters.web.client import Call, Http, Limits
from functions.adapters.web.lookups import Lookups
from functions.core.errors import RetryLater
from functions.core.model import Outcome

URL = "https://hooks.example.com/hook"
SHORT = Limits(connect=0.2, read=0.2, call=0.2, tries=2)
HANGS_S = 20.0  # a test that waits for it fails, and ends


@dataclass(slots=True)
class Resolver:
    """Hangs until it is let go. `asked` counts the questions, `answered` the answers."""

    goes: threading.Event = field(default_factory=threading.Event)
    asked: int = 0
    answered: int = 0

    def __call__(self, _host: str, _port: int) -> Sequence[str]:
        self.asked += 1
        self.goes.wait(HANGS_S)
        self.answered += 1
        return ["127.0.0.1"]


@pytest.fixture
def resolver() -> Iterator[Resolver]:
    made = Resolver()
    yield made
    made.goes.set()


def send(http: Http) -> None:
    http.send(lambda: Call(method="POST", url=URL))


def test_a_resolver_that_hangs_is_passing_trouble(resolver: Resolver) -> None:
    """The call ends at its deadline, while the resolver still hangs."""
    http = Http(addresses=resolver, limits=SHORT, sleep=lambda _: None)
    with pytest.raises(RetryLater, match="are not known in time"):
        send(http)
    assert (resolver.asked > 0, resolver.answered) == (True, 0)


def test_what_was_never_sent_cannot_land(resolver: Resolver) -> None:
    """A change whose system's name was not found in time has no effect late."""
    http = Http(addresses=resolver, limits=SHORT, sleep=lambda _: None)

    def made() -> Outcome:
        send(http)
        return Outcome()

    with pytest.raises(RetryLater) as trouble:
        http.change(made)
    assert not trouble.value.may_land


def test_lookups_that_hang_are_few(resolver: Resolver) -> None:
    """Whoever comes when all of them hang asks nobody, and is late as well; once they end, it goes on."""
    lookups = Lookups(resolver, most=2)
    for _ in range(4):
        with pytest.raises(httpcore.ConnectTimeout):
            lookups.find("hooks.example.com", 443, lambda: 0.05)
    assert resolver.asked == 2
    resolver.goes.set()
    assert lookups.find("hooks.example.com", 443, lambda: HANGS_S) == ["127.0.0.1"]
