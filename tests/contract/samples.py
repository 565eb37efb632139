"""Records for the store's contract: one of each kind with every field set, and any that can be."""

from collections.abc import Mapping
from dataclasses import is_dataclass
from datetime import UTC, datetime, timedelta
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from functions.core.conference import Conference, Entry, Intent, Parked, Published, Pushed, Refusal, Unshown
from functions.core.enrolment import Brake, Enrolment, Hour, Lease, SyncToken, Trouble, Watch, Withheld
from functions.core.hold import Hold, Rank
from functions.core.model import Channel, ConferenceKey, EventRef, Kind, Link, Parties
from functions.core.resume import Resume

NOW = datetime(2026, 11, 22, 13, 0, 0, 123456, tzinfo=UTC)
SOON = NOW + timedelta(minutes=5)
ODD_NAME = "__a.b/`c`\u0000__"  # none of this may be part of a document id or a field's name in Firestore

FULL_ENROLMENT = Enrolment(
    calendar_id="team/room 1@group.calendar.example.com",
    user="ada@example.com",
    watch=Watch(
        possible=False,
        channel=Channel(id="channel", resource_id="resource", expires_at=SOON),
        ends_at=NOW,
        joining="next-channel",
    ),
    leaving_at=SOON,
    erasing=True,
    token=SyncToken(value="token", read_params="shape"),
    lease=Lease(owner="message", fence=7, started_at=NOW, expires_at=SOON),
    fence=7,
    asked_again_at=NOW,
    synced_at=NOW,
    resume=Resume(token=None, page_token="page", read_params="s", started_at=NOW),
    reading_since=NOW,
    trouble=Trouble(
        why="grant withdrawn", since=NOW, losses=3, losing_since=NOW, lost_at=NOW, backoff_until=SOON
    ),
    details_hidden=True,
    unreadable={ODD_NAME: "start is missing", "": "id is missing"},
    unnamed=(ODD_NAME,),
    withheld=Withheld(releases=30, holds=40, since=NOW),
    confirmed=30,
    brake=Brake(
        hours=(Hour(NOW, 12),),
        holds=40,
        weighed_at=NOW,
        withheld=Withheld(releases=30, holds=40, since=NOW),
    ),
    clear_at=NOW,
    due_at=SOON,
)
CALL = Intent(
    row="E13",
    kind=Kind.OCCURRENCE_UPDATED,
    fingerprint="f1",
    occurrence="2026-11-22T13:00:00Z",
    source=EventRef("a@example.com", "series"),
    owner="message",
    until=SOON,
    revision=3,
    series_id="series",
)
FULL_CONFERENCE = Conference(
    key=ConferenceKey("janus", "rooms/1"),
    solution="My Web Conference",
    named_under="f3a9",
    holds=(
        Hold(
            ref=EventRef("a@example.com", "series"),
            parties=Parties("a@example.com", "team@example.com", "ada@example.com"),
            rank=Rank(held_at=NOW, instance=True, series_made="a", made="b"),
        ),
        Hold(ref=EventRef("b@example.com", "other_20261122T130000Z"), series_id="other"),
    ),
    released=(Hold(ref=EventRef("c@example.com", "gone"), let_go_at=NOW),),
    owners=("ada@example.com",),
    borrowed=(Hold(ref=EventRef("d@example.com", "copy"), parties=Parties("d@example.com")),),
    delete_at=SOON,
    guarded=True,
    deleted_at=SOON,
    push_at=SOON,
    revision=4,
    intent=CALL,
    in_flight=(CALL,),
    applied="f0",
    occurrences={
        ODD_NAME: Pushed(
            fingerprint="f2",
            event_id="series_20261122",
            pending=True,
            refused=Refusal(reason="no", since=NOW, fingerprint="f2"),
        )
    },
    refused=Refusal(reason="refused: \u201cno\u201d", since=NOW, fingerprint="f3"),
    parked=Parked(reason="no answer", since=NOW, attempts=2, retry_at=SOON),
    published=Published(
        link=Link("https://meet.example.com/2", "1234"),
        since=NOW,
        unwritten=(Unshown(EventRef("a@example.com", "series"), NOW, 2),),
    ),
    unsupported=("time",),
    history=(Entry(at=NOW, row="E02", what="conference.updated", event=EventRef("a@example.com", "series")),),
)


def enrolments() -> st.SearchStrategy[Enrolment]:
    return _any(Enrolment)


def conferences() -> st.SearchStrategy[Conference]:
    return _any(Conference)


def _any(hint: Any) -> st.SearchStrategy[Any]:
    """Of any type that a record's field may have; a field added later is covered without a change here."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is UnionType:
        return st.none() | _any(inner[0])
    if origin is tuple:
        return st.lists(_any(inner[0]), max_size=3).map(tuple)
    if origin is Mapping:
        return st.dictionaries(_any(inner[0]), _any(inner[1]), max_size=3)
    return _plain(hint)


def _plain(hint: Any) -> st.SearchStrategy[Any]:
    if hint is datetime:
        return st.datetimes(timezones=st.just(UTC))
    if is_dataclass(hint) or hasattr(hint, "_fields"):
        return st.builds(hint, **{name: _any(inner) for name, inner in get_type_hints(hint).items()})
    if hint is int:
        return st.integers(min_value=-(2**63), max_value=2**63 - 1)
    return st.from_type(hint)
