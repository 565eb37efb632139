"""A page in slices: what belongs together stays together, and events that let go come last."""

from dataclasses import replace

from functions.core.model import ConferenceKey, Event, EventRef, Unreadable
from functions.core.slices import SLICE_EVENTS, mark, sliced
from tests.core.samples import instance, live

MANY = 3 * SLICE_EVENTS


def carrying(number: int) -> Event:
    return live(f"e{number:04}", carries=ConferenceKey("webhook", f"room{number}"))


def test_each_event_is_in_one_slice() -> None:
    """None is lost, none comes twice, and no slice is longer than it may be."""
    events: list[Event | Unreadable] = [*(carrying(n) for n in range(MANY))]
    slices = sliced(events, {})
    assert sorted((one for its in slices for one in its), key=events.index) == events
    assert {len(its) for its in slices} == {SLICE_EVENTS}


def test_a_series_its_instances_and_all_that_carry_its_conference_stay_together() -> None:
    """However far apart they are on the page; a bare tombstone by its unit."""
    of_series = live("i", instance=instance("e0000"), carries=ConferenceKey("webhook", "another"))
    copy = replace(carrying(0), ref=EventRef("c", "copy"))
    bare = Event(ref=EventRef("c", "bare"), etag="unit", cancelled=True)
    events = [carrying(n) for n in range(MANY)] + [of_series, copy, bare]
    slices = sliced(events, {"unit": (ConferenceKey("webhook", "room0"),)})
    assert [its[-3:] for its in slices if events[0] in its] == [[of_series, copy, bare]]


def test_who_carries_comes_before_who_lets_go() -> None:
    """So that a conference is not let go in one slice and taken up in the next."""
    gone = [Event(ref=EventRef("c", f"gone{n}"), cancelled=True) for n in range(SLICE_EVENTS)]
    events = [*gone, *(carrying(n) for n in range(SLICE_EVENTS))]
    first, second = sliced(events, {})
    assert (first, second) == (events[SLICE_EVENTS:], gone)


def test_a_mark_names_an_event_as_it_was_told() -> None:
    """Any other value is another mark; what cannot be read has one too, whatever is in it."""
    ref = EventRef("c", "a\ud800")
    assert mark(Event(ref=ref, etag="1")) == mark(Event(ref=ref, etag="1"))
    events: list[Event | Unreadable] = [
        Event(ref=ref),
        Event(ref=ref, etag="1"),
        Unreadable(ref=ref, reason="odd"),
    ]
    assert len({mark(event) for event in events}) == 3
