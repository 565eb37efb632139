"""The evaluator of filters, on filters whose meaning is plain."""

import pytest

from tests.infra.filters import Unsupported, entry_of, evaluate, extract

LINE = entry_of(
    {
        "severity": "WARNING",
        "message": "channel.not_renewed",
        "seconds_left": 60.5,
        "marked": True,
        "@type": "t",
    }
)
AUDIT = {"protoPayload": {"policy": [{"members": ["a", "b"]}, {"members": ["c"]}, {"role": "r"}]}}


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ('jsonPayload.message="channel.not_renewed"', True),
        ('jsonPayload.message="channel.not"', False),
        ('jsonPayload.message=~"^channel[.]"', True),
        ('jsonPayload.message=~"^renewed"', False),
        ('jsonPayload.message=("a" OR "channel.not_renewed")', True),
        ("jsonPayload.seconds_left<86400", True),
        ("jsonPayload.seconds_left<60", False),
        ("jsonPayload.seconds_left>=60.5", True),
        ("jsonPayload.marked=true", True),
        ('jsonPayload.message!="x"', True),
        ('jsonPayload.absent!="x"', False),
        ('jsonPayload.absent="x" OR severity="WARNING" AND jsonPayload.marked=true', True),
        ('(jsonPayload.absent="x" OR severity="WARNING") AND NOT jsonPayload.marked=true', False),
        ('jsonPayload."@type"="t" AND jsonPayload.marked=true', True),
        ("severity>=ERROR", False),
        ("severity<ERROR", True),
    ],
)
def test_what_a_filter_matches(text: str, matches: bool) -> None:  # noqa: FBT001 - a row of the table
    """As Cloud Logging's documentation has it: AND binds closer than OR, what is absent matches nothing."""
    assert evaluate(text)(LINE) is matches


def test_a_repeated_field_matches_by_any_of_its_values() -> None:
    """As deep as it may lie."""
    assert evaluate('protoPayload.policy.members=("c" OR "d")')(AUDIT)
    assert not evaluate('protoPayload.policy.members="d"')(AUDIT)
    assert extract("EXTRACT(protoPayload.policy.role)", AUDIT) == "r"


@pytest.mark.parametrize(
    "text",
    ['message="x"', 'jsonPayload.message:"x"', '(severity="x"', 'severity="x" severity="y"', "severity"],
)
def test_what_it_does_not_know_it_refuses(text: str) -> None:
    """Rather than to say something about it."""
    with pytest.raises(Unsupported):
        evaluate(text)(LINE)


def test_what_an_extractor_takes_out() -> None:
    """A field as text, or the group of a pattern; nothing where there is nothing."""
    assert extract("EXTRACT(jsonPayload.marked)", LINE) == "true"
    assert extract("EXTRACT(jsonPayload.absent)", LINE) is None
    assert extract('REGEXP_EXTRACT(jsonPayload.message, "^channel[.](.+)$")', LINE) == "not_renewed"
    assert extract('REGEXP_EXTRACT(jsonPayload.message, "^event[.](.+)$")', LINE) is None
    with pytest.raises(Unsupported):
        extract("LOWER(jsonPayload.message)", LINE)
