"""The receiver under fire, in short; `make fuzz` is the long form."""

from collections.abc import Iterator

import pytest

from tests.fuzz.cases import BLOWS, KEYS
from tests.fuzz.judge import signed
from tests.fuzz.play import Player, cases, player
from tests.support.wired import forget

CASES, SEED = 1_500, 20_261_125
CONTRACT = {"204, published", "204", "400", "403", "405"}


@pytest.fixture
def playing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Player]:
    monkeypatch.setenv("CHANNEL_TOKEN_KEYS", ",".join(KEYS))
    monkeypatch.setenv("QUEUE", "sqlite::memory:")
    forget()
    with player() as found:
        yield found
    forget()


def test_nothing_is_published_but_what_a_key_of_ours_has_signed(playing: Player) -> None:
    """Each case gets its answer of the contract, empty, breaks nothing and leaves no token behind."""
    for case in cases(SEED, CASES):
        playing.play(case)
    assert set(playing.answers) == CONTRACT | {"404, by the framework"}
    assert set(playing.blows) == {"none", *(blow.__name__ for blow in BLOWS)}


def test_the_cases_are_worth_it() -> None:
    """They follow from their seed, and a fair part of them comes through: the judge is asked both ways."""
    again = [[(case.method, case.headers, case.body) for case in cases(seed, 200)] for seed in (1, 1, 2)]
    assert again[0] == again[1] != again[2]


def test_the_judge_knows_a_token() -> None:
    """Worked out by hand from the contract, with openssl."""
    token = "v1.b3duZXJAZXhhbXBsZS5jb20.MFJRKJMEJevjEt-gWCG6TqTw9Fd1zMxks9i_UHHQ1kI"
    assert signed(token, "plain") == "owner@example.com"
    assert signed(token, "Plain") is None
