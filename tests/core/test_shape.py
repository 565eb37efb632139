"""What a token was read with has one name, whatever the order that means nothing."""

import pytest

from functions.core.enrolment import Enrolment, SyncToken
from functions.core.model import Solution
from functions.core.protocol import token_for, under
from functions.core.read_params import read_params_of
from functions.core.resume import Resume
from tests.core.samples import NOW

NAMED, OTHER = Solution(provider="webhook", name="A"), Solution(provider="zoom", name="B")
BY_URI = Solution(provider="janus", uri="https://meet.example.com/")
SAME_URI = Solution(provider="janus", uri="https://meet.example.com/x/")


def shape(*solutions: Solution, parameters: str = "p") -> str:
    return read_params_of(parameters, solutions)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((NAMED, OTHER), (OTHER, NAMED)),
        ((BY_URI, SAME_URI), (SAME_URI, BY_URI)),
        ((NAMED, OTHER, BY_URI), (OTHER, NAMED, BY_URI)),
        ((NAMED, NAMED), (NAMED,)),
    ],
)
def test_an_order_that_means_nothing_is_none(one: tuple[Solution, ...], other: tuple[Solution, ...]) -> None:
    """Solutions of which never two match one event, or that name one provider, may stand in any order."""
    assert shape(*one) == shape(*other)


@pytest.mark.parametrize(
    "changed",
    [
        shape(BY_URI, NAMED),
        shape(NAMED),
        shape(NAMED, BY_URI, OTHER),
        shape(NAMED, Solution(provider="zoom", uri=BY_URI.uri)),
        shape(NAMED, BY_URI, parameters="q"),
    ],
)
def test_what_may_read_an_event_otherwise_is_another_shape(changed: str) -> None:
    """Other solutions, another order where both may match, other parameters."""
    assert changed != shape(NAMED, BY_URI)


def test_a_read_with_other_settings_voids_the_token_before_it_begins() -> None:
    """Later reads, whatever their settings, are full ones: it may have been cut off half way."""
    known = Enrolment(calendar_id="c", token=SyncToken(value="t", read_params="old"))
    begun = under(known, "new")
    assert [token_for(begun, "new"), token_for(under(begun, "old"), "old")] == [None, None]
    assert token_for(under(known, "old"), "old") == "t"


def test_a_page_is_gone_on_with_under_the_same_settings_only() -> None:
    """Another instance's page is forgotten, one's own is kept."""
    mine = Resume(token=None, page_token="p", read_params="new", started_at=NOW)
    known = Enrolment(calendar_id="c", token=SyncToken(value="t"), resume=mine)
    assert under(known, "new").resume == mine
    assert under(known, "old").resume is None
