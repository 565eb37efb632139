"""Whoever signs identity tokens is asked only for what is theirs to say."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from functions.core.caller import Caller
from functions.core.errors import BadRequest
from functions.flow.callers import identified
from functions.ports import Identities
from tests.support.tokens import AUDIENCE, named

ANN = "ann@example.com"
TOKEN = {"Authorization": "Bearer a.b.c"}


@dataclass(frozen=True)
class Signed:
    """Says the same of every token."""

    said: Mapping[str, object]
    heard: list[str] = field(default_factory=list)

    def claims(self, token: str) -> Mapping[str, object]:
        self.heard.append(token)
        return self.said


def never() -> Identities:
    raise AssertionError("a token was to be verified for nothing")


def test_a_caller_is_whom_the_signed_token_names() -> None:
    """The token is verified as it came."""
    signed = Signed(named(ANN))
    found = identified(TOKEN, lambda: signed, audiences=[AUDIENCE], operators=[ANN])
    assert (found, signed.heard) == (Caller(email=ANN, everything=True), ["a.b.c"])


def test_without_a_token_nobody_is_asked() -> None:
    """It is refused at once."""
    with pytest.raises(BadRequest):
        identified({}, never, audiences=[AUDIENCE], operators=[ANN])


def test_where_everybody_operates_nobody_is_asked() -> None:
    """What a token says makes no difference there."""
    assert identified(TOKEN, never, audiences=(), operators=["*"]).everything
