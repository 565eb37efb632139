"""What a change means for a conference: the table, one id per row, and what must never be decided."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.core.actions import (
    Action,
    Ask,
    Ended,
    Keep,
    Park,
    Pending,
    Push,
    Recreate,
    Release,
    Standing,
    Suspect,
    Unpark,
    Unsupported,
)
from functions.core.actions import Hold as Take
from functions.core.conference import GONE, Conference, Intent, Published, Pushed, Refusal
from functions.core.decide import TOO_MANY, decide, fingerprint_of, in_order, turned_down
from functions.core.errors import Gone, Rejected
from functions.core.hold import Hold, Span, span_of
from functions.core.holding import HOLDS_BYTES_MAX
from functions.core.model import (
    Abilities,
    Ability,
    ConferenceKey,
    Event,
    EventRef,
    Instance,
    Kind,
    Link,
    Shown,
    Unreadable,
)
from tests.core.samples import (
    FULL,
    KEY,
    NOW,
    ORIGINAL,
    OTHER,
    STANDING,
    TITLE_ONLY,
    cancelled,
    held,
    instance,
    live,
    meeting,
    without,
)

NEW = Published(link=Link("https://new"))
FULL_READ = Standing(abilities=FULL, full=True)
OLD_NEWS = Standing(abilities=FULL, fresh_after=NOW + timedelta(hours=1))
NO_OCCURRENCES = Standing(abilities=TITLE_ONLY)
HIDDEN = Standing(abilities=FULL, hidden=True)
ALONE = Standing(abilities=FULL, role_unknown=True)
EMPTY = Conference(key=KEY)
ZOOM = ConferenceKey("zoom", KEY.id)
LABELLED = held(holds=(Hold(ref=EventRef("c", "e1"), label="old"),))
ABSENT = Abilities(fields=frozenset(), can=frozenset(Ability), absent=True)
RELEASED = held(holds=(), released=(Hold(ref=EventRef("c", "e1")),))
DELETED = Conference(key=KEY, deleted_at=NOW)
CROWDED = held(*(str(number) for number in range(HOLDS_BYTES_MAX // 200)))
SPLIT = "e1_R20260608T090000"
OFF = f"cancelled {ORIGINAL}"


def fp(event_id: str = "e1", title: str = "Planning") -> str:
    return fingerprint_of(meeting(event_id, title=title), FULL.fields)


def told(fingerprint: str, *, again: bool = False) -> dict[str, Pushed]:
    return {ORIGINAL: Pushed(fingerprint=fingerprint, event_id=INSTANCE, series_id="e1", pending=again)}


def title_fp(title: str) -> str:
    return fingerprint_of(meeting(title=title), TITLE_ONLY.fields)


def renamed(event_id: str = "e1") -> Event:
    return live(event_id, meeting=meeting(event_id, title="Renamed"))


INSTANCE = "e1_20260608T090000Z"


def one(**change: Any) -> Event:
    return live(INSTANCE, instance=instance(), **change)


LATER, ENDED, SINGLE = "2026-07-06T09:00:00Z", "2026-07-05T09:00:00Z", span_of(meeting())


def series(begins: str = "2026-06-01T09:00:00Z", ends: str = "") -> Span:
    return Span(begins=begins, ends=ends)


def parts(first: str, later: str = "e2") -> Conference:
    """A series that ends in July, before which `ORIGINAL` is, and the later part, which leads."""
    earlier = Hold(ref=EventRef("c", first), span=series(ends=ENDED))
    return held(holds=(Hold(ref=EventRef("c", later), span=series(begins=LATER)), earlier))


def spanning(span: Span | None, event_id: str = "e1", *others: Hold) -> Conference:
    return held(holds=(Hold(ref=EventRef("c", event_id), span=span), *others))


def bare(event_id: str = INSTANCE, start: str = ORIGINAL, series_id: str = "e1") -> Event:
    """A tombstone of which only the id says what it is of."""
    return cancelled(event_id, Instance(series_id=series_id, original_start=start, sure=False))


def weekly(event_id: str, begins: datetime, rule: str = "RRULE:FREQ=WEEKLY", **change: Any) -> Event:
    return live(event_id, meeting=meeting(event_id, start=begins, recurrence=(rule,)), **change)


def refused(fingerprint: str, reason: str = "no") -> Refusal:
    return Refusal(reason=reason, since=NOW, fingerprint=fingerprint)


def of_occurrence() -> Intent:
    return Intent(
        kind=Kind.OCCURRENCE_UPDATED,
        fingerprint="occurrence",
        occurrence=ORIGINAL,
        source=EventRef("c", INSTANCE),
        owner="me",
        until=NOW,
    )


FROM_JULY = datetime(2026, 7, 6, 9, tzinfo=UTC)
AUGUST, TAIL = "2026-08-03T09:00:00Z", "e1_R20260706T090000"
OFF_TOLD = Push("E14", Kind.OCCURRENCE_CANCELLED, OFF, ORIGINAL, "e1")


def fp_of(event: Event) -> str:
    assert event.meeting is not None
    return fingerprint_of(event.meeting, FULL.fields)


ROWS: list[tuple[str, Event | Unreadable, Conference, Standing, Action]] = [
    ("E01", live(), EMPTY, STANDING, Take("E01", push=True, fingerprint=fp())),
    ("E01-old", live(), EMPTY, OLD_NEWS, Take("E01", push=False, fingerprint=fp())),
    ("E02", renamed(), held(), STANDING, Push("E02", Kind.UPDATED, fp(title="Renamed"))),
    ("E02-full", renamed(), held(), OLD_NEWS, Push("E02", Kind.UPDATED, fp(title="Renamed"))),
    ("E02-uncertain", live(), held(applied=""), STANDING, Push("E02", Kind.UPDATED, fp())),
    ("E02-cannot", replace(renamed(), meeting=meeting(title="Renamed", recurrence=("RRULE:FREQ=DAILY",))),
     held(), NO_OCCURRENCES,
     Push("E02", Kind.UPDATED, title_fp("Renamed"), unsupported=(Ability.TIME, Ability.RECURRENCE))),
    ("E03", live(meeting=meeting(location="elsewhere")), held(), STANDING, Keep("E03")),
    ("E04", without(), EMPTY, STANDING, Keep("E04")),
    ("E04-other", without("e2"), held(), STANDING, Keep("E04")),
    ("E05", cancelled(), held(), STANDING, Release("E05")),
    ("E05-full", cancelled(), held(), FULL_READ, Suspect("E05")),
    ("E06", cancelled("e2"), held(), STANDING, Keep("E06")),
    ("E06-instance", cancelled("x_20260608", instance("x")), held(), STANDING, Keep("E14")),
    ("E07", without(), held(), STANDING, Release("E07")),
    ("E07-full", without(), held(), FULL_READ, Suspect("E07")),
    ("E08", live(carries=OTHER, conference_id="r2"), held(), STANDING, Release("E08")),
    ("E08-same-id", live(carries=ZOOM, label="new"), LABELLED, STANDING, Release("E08")),
    ("E08-same-id-full", live(carries=ZOOM, label="new"), LABELLED, FULL_READ, Suspect("E08")),
    ("E08-handed-over", live(carries=ZOOM, label="old"), LABELLED, STANDING, Release("E08", delete=False)),
    ("E08-handed-over-full", live(carries=ZOOM, label="old"), LABELLED, FULL_READ,
     Release("E08", delete=False)),
    ("E08-handed-over-unlabelled", live(carries=ZOOM), held(), STANDING, Release("E08", delete=False)),
    ("E08-handed-over-alone", live(carries=ZOOM, label="old"), LABELLED, ALONE, Keep("E22")),
    ("E08-handed-over-instance", one(carries=ZOOM, label="old"), LABELLED, FULL_READ, Keep("E08")),
    ("E09", without(conference_id="abc-defg-hij"), held(), STANDING, Release("E09")),
    ("E10", live("e2"), held(), STANDING, Take("E10")),
    ("E10-instance", live("e2_x", instance=instance("e2")), held("e1", "e2"), STANDING, Keep("E10")),
    ("E10-again", renamed("e2"), held("e1", "e2"), STANDING, Keep("E10")),
    ("E11", live("e2"), held("e2", push_at=NOW, applied=fp()), STANDING,
     Push("E11", Kind.UPDATED, fp("e2"))),
    ("E12", live(SPLIT), held(), STANDING, Take("E12")),
    ("E12-instance", live(SPLIT), held(holds=(Hold(ref=EventRef("c", INSTANCE), series_id="e1"),)), STANDING,
     Take("E12")),
    ("E12-late", live(), held(SPLIT), STANDING, Take("E10")),
    ("E12-fresh", weekly("e2", FROM_JULY), spanning(series(ends=ENDED)), STANDING,
     Take("E12")),
    ("E12-overlapping", weekly("e2", FROM_JULY), spanning(series(ends=LATER)), STANDING,
     Take("E10")),
    ("E12-endless", weekly("e2", FROM_JULY), spanning(series()), STANDING,
     Take("E10")),
    ("E12-single-copy", live("e2"), spanning(series(ends="2026-05-01T09:00:00Z")), STANDING,
     Take("E10")),
    ("E12-after-a-single", weekly("e2", FROM_JULY), spanning(SINGLE), STANDING,
     Take("E10")),
    ("E12-elsewhere", replace(weekly("e2", FROM_JULY), ref=EventRef("d", "e2")),
     spanning(series(ends=ENDED)), STANDING,
     Take("E10")),
    ("E13-first", live(),
     held(applied=fp(INSTANCE), holds=(Hold(ref=EventRef("c", INSTANCE), series_id="e1"),)), STANDING,
     Take("E12")),
    ("E13", one(), held(), STANDING,
     Push("E13", Kind.OCCURRENCE_UPDATED, fp(INSTANCE), ORIGINAL, "e1")),
    ("E13-again", one(), held(occurrences=told(fp(INSTANCE))), STANDING, Keep("E13")),
    ("E13-told-again", one(), held(occurrences=told(fp(INSTANCE), again=True)), STANDING,
     Push("E13", Kind.OCCURRENCE_UPDATED, fp(INSTANCE), ORIGINAL, "e1")),
    ("E13-old", one(), held(), OLD_NEWS, Keep("E13")),
    ("E13-cannot", one(), held(), NO_OCCURRENCES, Unsupported("E13", Ability.OCCURRENCE_UPDATE)),
    ("E13-cannot-again", one(), held(unsupported=("occurrence update",)), NO_OCCURRENCES, Keep("E13")),
    ("E13-split", one(), parts("e1"), STANDING,
     Push("E13", Kind.OCCURRENCE_UPDATED, fp(INSTANCE), ORIGINAL, "e1")),
    ("E14", cancelled("i", instance()), held(), STANDING,
     Push("E14", Kind.OCCURRENCE_CANCELLED, OFF, ORIGINAL, "e1")),
    ("E21-instance", replace(cancelled("i", instance()), ref=EventRef("d", "i")), held(), STANDING,
     Keep("E06")),
    ("E14-full", cancelled("i", instance()), held(), OLD_NEWS,
     Push("E14", Kind.OCCURRENCE_CANCELLED, OFF, ORIGINAL, "e1")),
    ("E14-over", cancelled("i", instance()), held(),
     Standing(abilities=FULL, fresh_after=NOW + timedelta(days=30)), Keep("E14")),
    ("E14-again", cancelled("i", instance()), held(occurrences=told(OFF)), STANDING, Keep("E14")),
    ("E14-told-again", cancelled("i", instance()), held(occurrences=told(OFF, again=True)), STANDING,
     Push("E14", Kind.OCCURRENCE_CANCELLED, OFF, ORIGINAL, "e1")),
    ("E14-cannot", cancelled("i", instance()), held(), NO_OCCURRENCES,
     Unsupported("E14", Ability.OCCURRENCE_CANCEL)),
    ("E14-cannot-again", cancelled("i", instance()), held(unsupported=("occurrence cancel",)), NO_OCCURRENCES,
     Keep("E14")),
    ("E14-of-a-copy", cancelled("i", instance("e2")), held("e1", "e2"), STANDING,
     Pending("E14", Push("E14", Kind.OCCURRENCE_CANCELLED, OFF, ORIGINAL, "e2"))),
    ("E14-of-a-copy-again", cancelled("i", instance("e2")), held("e1", "e2", occurrences=told(OFF)), STANDING,
     Keep("E14")),
    ("E13-of-the-head", one(), parts("e1", "e9"), STANDING,
     Push("E13", Kind.OCCURRENCE_UPDATED, fp(INSTANCE), ORIGINAL, "e1")),
    ("E13-shown", one(), spanning(series(), "e1_R20260606T090000", Hold(ref=EventRef("c", "e1"))), STANDING,
     Keep("E13")),
    ("E13-beyond", one(), spanning(series(ends="2026-06-05T09:00:00Z")), STANDING, Keep("E13")),
    ("E14-bare", bare(), spanning(series()), STANDING, Ask("E14", OFF_TOLD)),
    ("E14-bare-cut", bare(), spanning(series(ends="2026-06-07T09:00:00Z")), STANDING, Keep("E14")),
    ("E14-bare-single", bare(), spanning(SINGLE), STANDING, Keep("E14")),
    ("E14-single", cancelled("i", instance()), spanning(SINGLE), STANDING, Keep("E14")),
    ("E14-bare-told", bare(), held(occurrences=told(OFF)), STANDING, Keep("E14")),
    ("E14-bare-remembered", bare("opaque", "", ""),
     held(occurrences={ORIGINAL: Pushed(fingerprint="moved", event_id="opaque", series_id="e1")}), STANDING,
     Ask("E14", OFF_TOLD)),
    ("E14-bare-unknown", replace(cancelled("opaque"), etag="1"), spanning(series()), STANDING, Ask("E14")),
    ("E14-bare-unknown-asked", replace(cancelled("opaque"), etag="1"), spanning(series()),
     replace(STANDING, asked=True), Keep("E06")),
    ("E14-of-the-head", cancelled("i", instance()), parts("e1"), STANDING, OFF_TOLD),
    ("E14-bare-of-the-head", bare(), parts("e1"), STANDING, OFF_TOLD),
    ("E14-left-the-head", bare(start=AUGUST), parts("e1"), STANDING, Keep("E14")),
    ("E14-left-the-named-head", bare(start=AUGUST), parts("e1", TAIL), STANDING,
     Ask("E14", Push("E14", Kind.OCCURRENCE_CANCELLED, f"cancelled {AUGUST}", AUGUST, TAIL))),
    ("E14-told-of-the-head", cancelled("i", instance("e2")),
     spanning(series(), "e2", Hold(ref=EventRef("c", "e1"), span=series(ends="2026-05-01T09:00:00Z"))),
     STANDING, Push("E14", Kind.OCCURRENCE_CANCELLED, OFF, ORIGINAL, "e2")),
    ("E15", one(), EMPTY, STANDING, Take("E15", push=True, fingerprint=fp(INSTANCE))),
    ("E15-series", one(carries=OTHER, conference_id="r2"), held(), STANDING,
     Push("E16", Kind.OCCURRENCE_CANCELLED, OFF, ORIGINAL, "e1")),
    ("E16-same-id", one(carries=ZOOM, label="new"), LABELLED, STANDING,
     Push("E16", Kind.OCCURRENCE_CANCELLED, OFF, ORIGINAL, "e1")),
    ("E14-absent", cancelled(INSTANCE, instance()), held(), Standing(abilities=ABSENT), Keep("E14")),
    ("E15-deleted", cancelled("i", instance()), held("i"), STANDING, Release("E05")),
    ("E16", without("i", instance=instance()), held(), STANDING,
     Push("E16", Kind.OCCURRENCE_CANCELLED, OFF, ORIGINAL, "e1")),
    ("E17", cancelled("e1"), held(holds=(Hold(ref=EventRef("c", "i"), series_id="e1"),)), STANDING,
     Release("E17")),
    ("E17-elsewhere", cancelled("e1"), held(holds=(Hold(ref=EventRef("d", "i"), series_id="e1"),)), STANDING,
     Keep("E06")),
    ("E18", live(), RELEASED, STANDING, Take("E18", push=False, fingerprint=fp())),
    ("E18-changed", renamed(), RELEASED, STANDING,
     Take("E18", push=True, fingerprint=fp(title="Renamed"))),
    ("E19", live(), DELETED, STANDING, Take("E19", push=True, fingerprint=fp())),
    ("E19-cannot", live(), DELETED, NO_OCCURRENCES, Park("E19", GONE, hold=True)),
    ("E19-known", live(), held(deleted_at=NOW, refused=refused("", GONE)), NO_OCCURRENCES, Keep("E19")),
    ("E20", live(calendar_id="d"), held(), STANDING,
     Take("E20")),
    ("E20-released", live(calendar_id="d"), RELEASED, STANDING,
     Take("E20", push=False, fingerprint=fp())),
    ("E20-changed", replace(renamed(), ref=EventRef("d", "e1")), RELEASED, STANDING,
     Take("E20", push=True, fingerprint=fp(title="Renamed"))),
    ("E21", live("e2", organizers_copy=False), held(), STANDING, Keep("E21")),
    ("E21-held", live(organizers_copy=False), held(), STANDING, Release("E21", delete=False)),
    ("E21-without", without(organizers_copy=False), held(), STANDING, Release("E21")),
    ("E21-hidden", without(organizers_copy=False), held(), HIDDEN, Release("E21", delete=False)),
    ("E21-hidden-swap", without(organizers_copy=False, conference_id="r2"), held(), HIDDEN, Release("E21")),
    ("E21-alone", without(organizers_copy=False), held(), ALONE, Keep("E21")),
    ("E22-alone", without(), held(), ALONE, Keep("E22")),
    ("E21-late", live(organizers_copy=False), held(released=(Hold(ref=EventRef("d", "e1")),)), STANDING,
     Release("E21")),
    ("E22", without(), held(), HIDDEN, Keep("E22")),
    ("E22-vanished", replace(cancelled(), vanished=True), held(), HIDDEN, Keep("E22")),
    ("E22-vanished-alone", replace(cancelled(), vanished=True), held(), ALONE, Keep("E22")),
    ("E05-vanished", replace(cancelled(), vanished=True), held(), STANDING, Release("E05")),
    ("E05-hidden", cancelled(), held(), HIDDEN, Release("E05")),
    ("E22-solution", without(conference_id="r1"), held(), STANDING, Keep("E22")),
    ("E22-solution-spelled", without(conference_id="00R-1"), held(), STANDING, Keep("E22")),
    ("E23", live(ordinary=False), held(), STANDING, Keep("E23")),
    ("E24", Unreadable(ref=EventRef("c", "e1"), reason="start"), held(), STANDING, Park("E24", "start")),
    ("E24-new", Unreadable(ref=EventRef("c", "e1"), reason="start", carries=KEY), EMPTY, STANDING,
     Park("E24", "start", hold=True)),
    ("E24-again", Unreadable(ref=EventRef("c", "e1"), reason="start"),
     held(refused=refused("", "start")), STANDING, Keep("E24")),
    ("E24-mended", live(), held(refused=refused("", "start")), STANDING, Unpark("E03")),
    ("E27", renamed(), held(refused=refused(fp(title="Renamed"))), STANDING, Keep("E27")),
    ("E27-changed", live(meeting=meeting(title="Third")), held(refused=refused(fp(title="Renamed"))),
     STANDING, Push("E02", Kind.UPDATED, fp(title="Third"))),
    ("E28", live(shown=Shown(written="https://new")), held(published=NEW), STANDING, Keep("E28")),
    ("E28-older", live(shown=Shown(written="https://old")), held(published=NEW), STANDING,
     Keep("E03")),
    ("limit", live("new"), CROWDED, STANDING, Park("E10", TOO_MANY)),
    ("limit-unreadable", Unreadable(ref=EventRef("c", "new"), reason="start", carries=KEY), CROWDED, STANDING,
     Park("E24", "start")),
    ("limit-gone", live("new"), replace(CROWDED, deleted_at=NOW), NO_OCCURRENCES,
     Park("E19", GONE)),
]  # fmt: skip


@pytest.mark.parametrize(("event", "conference", "standing", "action"), [row[1:] for row in ROWS],
                         ids=[row[0] for row in ROWS])  # fmt: skip
def test_row(event: Event | Unreadable, conference: Conference, standing: Standing, action: Action) -> None:
    """Each row of the table decides as written."""
    assert decide(event, conference, standing) == action


@pytest.mark.parametrize(
    ("conference", "error", "decided"),
    [
        (RELEASED, Gone("426"), Ended("E05")),
        (held(), Gone("426"), Park("E26", GONE)),
        (held(intent=of_occurrence()), Gone("426"), Recreate("E26")),
        (held(), Rejected("422 no"), Park("E27", "422 no")),
        (RELEASED, Rejected("422 no"), Park("E27", "422 no")),
    ],
    ids=["E05", "E26", "E26-occurrence", "E27", "E27-deletion"],
)
def test_turned_down(
    conference: Conference, error: Gone | Rejected, decided: Ended | Recreate | Park
) -> None:
    """Gone is what a deletion wants; what an event still carries is recreated or set aside; a refusal sets
    aside.
    """
    assert turned_down(conference, error, recreates=True) == decided


def test_what_cannot_be_made_anew_is_set_aside() -> None:
    """Its system has no way, or was asked once already."""
    assert turned_down(held(intent=of_occurrence()), Gone("426"), recreates=False) == Park("E26", GONE)


IDS = st.sampled_from(["e1", "e2", SPLIT, "e1_20260608T090000Z", "i"])
EVENTS = st.builds(
    Event,
    ref=st.builds(EventRef, st.sampled_from(["c", "d"]), IDS),
    cancelled=st.booleans(),
    ordinary=st.booleans(),
    organizers_copy=st.booleans(),
    created=st.none() | st.just(NOW),
    updated=st.none() | st.just(NOW),
    instance=st.none() | st.builds(instance, IDS),
    conference_id=st.sampled_from(["", "r1", "r2"]),
    carries=st.sampled_from([None, KEY, OTHER]),
    meeting=st.none() | st.builds(meeting, IDS),
)
CONFERENCES = st.builds(
    Conference,
    key=st.just(KEY),
    holds=st.lists(
        st.builds(Hold, ref=st.builds(EventRef, st.sampled_from(["c", "d"]), IDS), series_id=st.none() | IDS),
        max_size=4,
        unique_by=lambda hold: hold.ref,
    ).map(tuple),
    applied=st.sampled_from(["", fp(), fp("e2")]),
    deleted_at=st.none() | st.just(NOW),
    refused=st.none() | st.builds(refused, st.sampled_from(["", fp()])),
)
STANDINGS = st.builds(
    Standing,
    abilities=st.sampled_from([FULL, TITLE_ONLY]),
    hidden=st.booleans(),
    fresh_after=st.none() | st.just(NOW) | st.just(NOW + timedelta(days=1)),
)


@given(EVENTS, CONFERENCES, STANDINGS)
def test_a_live_event_with_the_conference_never_lets_go_of_it(
    event: Event, conference: Conference, standing: Standing
) -> None:
    """Whatever else is known, the organizer's copy is no instruction to end it; a guest's may step aside."""
    event = replace(event, cancelled=False, conference_id=KEY.id, carries=KEY, meeting=meeting())
    action = decide(event, conference, standing)
    assert not isinstance(action, Release) or (not action.delete and not event.organizers_copy)


@given(EVENTS, CONFERENCES, STANDINGS)
def test_an_instance_never_lets_go_for_its_series(
    event: Event, conference: Conference, standing: Standing
) -> None:
    """A cancelled instance releases at the most a hold of its own, never that of its series."""
    event = replace(event, ref=EventRef("c", "e1_20260608T090000Z"), cancelled=True, instance=instance())
    action = decide(event, conference, standing)
    own = any(hold.ref == event.ref or hold.series_id == event.ref.event_id for hold in conference.holds)
    assert own or not isinstance(action, Release)


@given(EVENTS, CONFERENCES, STANDINGS)
def test_nothing_is_deleted_by_a_decision(event: Event, conference: Conference, standing: Standing) -> None:
    """A decision may push, hold or release; deleting is for the end of the grace."""
    action = decide(event, conference, standing)
    assert not (isinstance(action, Push) and action.kind is Kind.DELETED)


def test_who_takes_it_up_is_decided_first() -> None:
    """Live before cancelled, series before instance, the newest split-off part, then the oldest made."""
    later = live("b", created=NOW + timedelta(days=1))
    newest, older = (weekly(name, NOW) for name in ("e1_R20260708T090000", SPLIT))
    undated = live("u", created=None)
    gone, exception = cancelled("g"), one()
    broken = Unreadable(ref=EventRef("c", "x"), reason="no")
    first = weekly("e1", NOW)
    events: list[Event | Unreadable] = [gone, broken, exception, undated, later, first, older, newest]
    order = [event.ref.event_id for event in in_order(events)]
    assert order[:6] == [newest.ref.event_id, SPLIT, "e1", "b", "u", exception.ref.event_id]
    assert set(order[6:]) == {"g", "x"}
