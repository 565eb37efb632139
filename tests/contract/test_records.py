"""Documents of the stores: what is written today must be readable by the release before and after."""

import json
from dataclasses import MISSING, fields, replace
from datetime import timedelta, timezone

import pytest
from hypothesis import given

from functions.adapters.stores import records
from functions.core.conference import Conference, Refusal
from functions.core.enrolment import Enrolment, Watch
from functions.core.hold import Hold
from functions.core.model import Channel, ConferenceKey, EventRef
from functions.core.times import EPOCH
from functions.ports import Versioned
from tests.contract import samples


@given(samples.enrolments())
def test_any_enrolment_survives_its_document(enrolment: Enrolment) -> None:
    """An enrolment comes back equal from its document's JSON."""
    stored = json.loads(json.dumps(records.document(enrolment)))
    assert records.restore(Enrolment, stored) == enrolment


@given(samples.conferences())
def test_any_conference_survives_its_document(conference: Conference) -> None:
    """A conference comes back equal from its document's JSON, with what is not compared, too."""
    stored = json.loads(json.dumps(records.document(conference)))
    found = records.restore(Conference, stored)
    assert (found, found.named_under) == (conference, conference.named_under)


@pytest.mark.parametrize("record", [samples.FULL_ENROLMENT, samples.FULL_CONFERENCE])
def test_samples_set_every_field(record: Enrolment | Conference) -> None:
    """The full samples leave no field at its default, so that none is left out of the round trips."""
    left = [
        field.name
        for field in fields(record)
        if getattr(record, field.name) == (field.default if field.default is not MISSING else {})
    ]
    assert left == []


def test_fields_of_a_newer_release_are_ignored() -> None:
    """A field that this release does not know, on any level, changes nothing."""
    stored = records.document(samples.FULL_ENROLMENT) | {"later": 1}
    stored["lease"]["later"] = {"a": [1]}
    assert records.restore(Enrolment, stored) == samples.FULL_ENROLMENT


def test_fields_of_an_older_release_take_their_default() -> None:
    """A document that lacks what an older release did not write is read with the defaults."""
    channel_written = {"id": "c", "resource_id": "r", "expires_at": 0}
    stored = {"format": records.FORMAT, "calendar_id": "a", "watch": {"channel": channel_written}}
    channel = Channel(id="c", resource_id="r", expires_at=EPOCH)
    assert records.restore(Enrolment, stored) == Enrolment(calendar_id="a", watch=Watch(channel=channel))


@pytest.mark.parametrize("record", [samples.FULL_ENROLMENT, samples.FULL_CONFERENCE])
@pytest.mark.parametrize("found", [None, 1, records.FORMAT + 1])
def test_a_record_of_another_format_is_not_read(record: Enrolment | Conference, found: int | None) -> None:
    """Half of it would be lost; one line names it, and what to do."""
    stored = {**records.document(record), "format": found}
    if found is None:
        del stored["format"]
    with pytest.raises(records.OtherFormat, match="delete that record, then enrol its calendars again"):
        records.restore(type(record), stored)


def test_times_are_whole_microseconds_in_utc() -> None:
    """One instant is one number, in whatever zone it was given."""
    elsewhere = samples.NOW.astimezone(timezone(timedelta(hours=-5)))
    stored = records.document(Enrolment(calendar_id="a", due_at=elsewhere))
    assert stored["due_at"] == 1_795_352_400_123_456


def test_a_broken_character_does_not_make_a_record_unwritable() -> None:
    """Half a surrogate pair in a vendor's words is replaced, since no store could take it."""
    conference = Conference(
        key=ConferenceKey("p", "1"), refused=Refusal(reason="bad \ud83d", since=samples.NOW)
    )
    assert records.document(conference)["refused"]["reason"] == "bad ?"


def test_a_conference_is_found_by_events_and_series_that_hold_it_now() -> None:
    """Index fields name each holding event and its series once, but calendars of released holds too."""
    instances = tuple(Hold(ref=EventRef("a", f"s_{n}"), series_id="s") for n in range(2))
    released = (Hold(ref=EventRef("b", "gone")),)
    stored = records.document(Conference(key=ConferenceKey("p", "1"), holds=instances, released=released))
    held_by = [EventRef("a", "s_0"), EventRef("a", "s_1"), EventRef("a", "s")]
    assert stored["event_keys"] == [records.event_key(ref) for ref in held_by]
    assert stored["calendar_keys"] == [records.calendar_key("a"), records.calendar_key("b")]


def test_ids_keep_the_borders_of_their_parts() -> None:
    """Two pairs of ids that read the same when joined are two events."""
    assert records.event_key(EventRef("a", "bc")) != records.event_key(EventRef("ab", "c"))
    assert records.event_key(EventRef('a", "b', "c")) != records.event_key(EventRef("a", 'b", "c'))


def test_a_query_asks_for_one_thing() -> None:
    """Two conditions at once would need an index of their own, so they are refused."""
    with pytest.raises(ValueError, match="one of user, due_at"):
        records.one_of(user="ada", due_at=samples.NOW)


def test_one_record_of_another_format_hides_no_other() -> None:
    """Those before it and after it are read."""
    other = dict(records.document(samples.FULL_ENROLMENT)) | {"format": 1}
    good = Versioned(value=samples.FULL_ENROLMENT, version="1", read_at=samples.NOW)

    def odd() -> Versioned[Enrolment]:
        return replace(good, value=records.restore(Enrolment, other))

    assert list(records.readable([lambda: good, odd, lambda: good])) == [good, good]
