"""Which record somebody means."""

from dataclasses import replace

import pytest

from functions.core.conference import Conference, Entry, Published, Pushed
from functions.core.finding import names, spelled
from functions.core.hold import Hold
from functions.core.model import ConferenceKey, EventRef, Link
from tests.core.samples import NOW

KEY = ConferenceKey("zoom", "12345678901")
SEEN = Conference(key=KEY, holds=(Hold(ref=EventRef("c", "planning")),))
URL = "https://zoom.example/j/12345678901"


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("123 4567 8901", ["123 4567 8901", "12345678901"]),
        ("room-1", ["room-1", "room1"]),
        (f"{URL}?pwd=x%2Fy", [f"{URL}?pwd=x%2Fy", "x/y", "pwd", "12345678901", "j"]),
        ("https://meet.example/", ["https://meet.example/"]),
    ],
)
def test_which_ids_a_text_may_be(what: str, expected: list[str]) -> None:
    """As it stands, without what people put between digits, and what a link has in it, from its end."""
    assert spelled(what) == expected


@pytest.mark.parametrize("what", ["12345678901", "123 4567-8901"])
def test_by_its_own_id(what: str) -> None:
    """In whatever spelling."""
    assert names(SEEN, what)
    assert not names(SEEN, f"{what}2")


@pytest.mark.parametrize(
    "changes",
    [
        {"holds": (Hold(ref=EventRef("c", "this")),)},
        {"holds": (Hold(ref=EventRef("c", "series"), instances=("this",)),)},
        {"holds": (Hold(ref=EventRef("c", "this_1"), series_id="this"),)},
        {"borrowed": (Hold(ref=EventRef("c", "this")),)},
        {"released": (Hold(ref=EventRef("c", "this")),)},
        {"history": (Entry(at=NOW, row="E05", what="released", event=EventRef("c", "this")),)},
        {"occurrences": {"2026-06-08": Pushed(fingerprint="", event_id="this", series_id="s")}},
        {"occurrences": {"2026-06-08": Pushed(fingerprint="", event_id="e", series_id="this")}},
    ],
)
def test_by_an_event(changes: dict[str, object]) -> None:
    """That holds, borrows or held it, as a series, an instance, an iCalUID, or that its history names."""
    record = replace(SEEN, **changes)  # type: ignore[arg-type]
    assert names(record, "this")
    assert names(record, "this@google.com")
    assert names(record, "this_20260608T090000Z")
    assert not names(record, "that")


def test_by_its_link() -> None:
    """With its query or without it; one link is not another because it has more behind it."""
    record = replace(SEEN, published=Published(link=Link(f"{URL}?pwd=abc#top")))
    assert names(record, f"{URL}?pwd=abc")
    assert names(record, URL)
    assert not names(record, f"{URL}?pwd=abd")
    assert not names(record, "")
    assert not names(SEEN, URL)


def test_an_entry_without_an_event_names_none() -> None:
    """Such as that its system said another link."""
    record = replace(SEEN, history=(Entry(at=NOW, row="E28", what="link changed"),))
    assert not names(record, "link changed")
