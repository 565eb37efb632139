"""Access tokens: how many are asked for when they are not taken."""

import itertools

import httpx
import pytest

from functions.adapters.web.client import Answer
from functions.adapters.web.tokens import BELIEVED_S, EARLY_S, Granted, Tokens

LASTS_S = 3_600


class Endpoint:
    """Gives tokens by number, by a clock of its own."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.given = itertools.count(1)
        self.tokens = Tokens(ask=self._ask, no_token=lambda _: AssertionError(), clock=lambda: self.now)

    def _ask(self) -> Answer:
        body = f'{{"access_token": "{next(self.given)}", "expires_in": {LASTS_S}}}'
        return _answer(200, body.encode())

    def used(self, *taken: str) -> tuple[list[str], int]:
        """The tokens that a system was shown which takes only these, and its last answer."""
        shown: list[str] = []

        def send(granted: Granted) -> Answer:
            shown.append(granted.token)
            return _answer(200 if granted.token in taken else 401)

        status = self.tokens.used(send).status
        return shown, status


def _answer(status: int, body: bytes = b"") -> Answer:
    return Answer(host="example.com", status=status, headers=httpx.Headers(), body=body)


@pytest.fixture
def endpoint() -> Endpoint:
    return Endpoint()


def test_one_that_ends_early_is_replaced(endpoint: Endpoint) -> None:
    """However new it is: nothing had been refused before it."""
    assert endpoint.used("1") == (["1"], 200)
    assert endpoint.used("2") == (["1", "2"], 200)
    assert endpoint.used("2") == (["2"], 200)


def test_one_that_is_refused_as_was_the_one_before_it_is_believed(endpoint: Endpoint) -> None:
    """For a while; then another one may do."""
    assert endpoint.used() == (["1", "2"], 401)
    for _ in range(5):
        assert endpoint.used() == (["2", "2"], 401)
    endpoint.now += BELIEVED_S - 1
    assert endpoint.used() == (["2", "2"], 401)
    endpoint.now += 1
    assert endpoint.used("3") == (["2", "3"], 200)
    assert endpoint.used("3") == (["3"], 200)


def test_one_whose_time_is_over_is_replaced_believed_or_not(endpoint: Endpoint) -> None:
    endpoint.used()
    endpoint.now += LASTS_S - EARLY_S
    assert endpoint.used("4") == (["3", "4"], 200)
