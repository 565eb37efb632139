"""Who leaves is forgotten: by the conferences that others hold, and everywhere if that is asked for."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from functions.adapters.stores.firestore import COLLECTIONS, FirestoreStore
from functions.adapters.stores.sqlite import TABLES, SqliteStore
from functions.core.conference import Conference, Entry, Intent, Parked, Pushed, Refusal
from functions.core.enrolment import Enrolment, Trouble
from functions.core.forgetting import NO_EVENT, forget, is_of_use, struck
from functions.core.hold import Hold
from functions.core.model import ConferenceKey, EventRef, Kind
from functions.flow.leaving import leave
from functions.flow.sweep import sweep
from functions.flow.sync import sync
from tests.core.samples import NOW
from tests.flow.wrapped import Effects, Killed, WrappedStore
from tests.support.rig import OWNER, Rig, rig

BOB = "bob@example.com"
KEY = ConferenceKey("webhook", "1")
MINE, HIS = EventRef(OWNER, "a"), EventRef(BOB, "b")
WORDS = f"webhook: 403 for {OWNER.upper()}"


@pytest.fixture(params=["sqlite", pytest.param("firestore", marks=pytest.mark.emulators)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    """Two people's calendars; deletion has no grace."""
    store: SqliteStore | FirestoreStore = (
        SqliteStore(str(tmp_path / "store.sqlite"))
        if request.param == "sqlite"
        else FirestoreStore(project=request.getfixturevalue("firestore_project"), timeout=60)
    )
    with rig(store=store, grace=0) as made:
        made.calendar.control("POST", "users", {"email": BOB})
        made.enrol()
        made.enrol(BOB)
        yield made
    store.close()


def dump(house: Rig) -> str:
    """All that is stored, as text."""
    store = house.store
    if isinstance(store, SqliteStore):
        return repr([store._database.rows(f"SELECT * FROM {table}") for table in (*TABLES.values(), "marks")])  # noqa: S608 - tables of ours
    assert isinstance(store, FirestoreStore)
    documents = [one for name in COLLECTIONS.values() for one in store._client.collection(name).stream()]
    return repr([(one.id, one.to_dict()) for one in documents])


def lived_in(house: Rig) -> tuple[str, str]:
    """The owner shares a conference with Bob, moves one to him, ends one, and has one that is refused.

    Returns the two that Bob holds.
    """
    shared, moved, ended, refused = (house.room() for _ in range(4))
    house.people().add(shared)
    event, gone = house.people().add(moved), house.people().add(ended)
    house.people().add(refused)
    house.sync()
    house.people().delete(event)
    house.people().delete(gone)
    house.sync()
    house.people(BOB).add(shared)
    house.people(BOB).add(moved, id=event)  # a move keeps the id, and so leaves nothing that was let go
    house.sync(BOB)
    house.sweep_later(60)
    for room in (shared, refused):
        troubled(house, room)
    house.told()
    return shared, moved


def troubled(house: Rig, room: str) -> None:
    """Its system has refused a push, in words that name the owner."""
    (kept,) = house.store.known([], [ConferenceKey("webhook", room)])
    entry = Entry(at=NOW, row="E27", what="refused", why=WORDS)
    refused = replace(
        kept.value, refused=Refusal(reason=WORDS, since=NOW), history=(*kept.value.history, entry)
    )
    assert house.store.save(refused, kept.version)


def test_who_leaves_is_not_named_by_what_others_hold(house: Rig) -> None:
    """Neither as one who held it, nor in the history of what was moved, nor in the words of a refusal; and
    no conference is touched.
    """
    shared, moved = lived_in(house)
    before = {room: house.record(room).revision for room in (shared, moved)}
    leave(house.context, OWNER)
    for room in (shared, moved):
        record = house.record(room)
        assert OWNER not in repr(record).lower()
        assert [hold.ref.calendar_id for hold in record.holds] == [BOB]
        assert [entry for entry in record.history if entry.event and entry.event.calendar_id == BOB]
        assert record.revision == before[room]
    assert house.told() == []


def test_nothing_names_who_is_erased(house: Rig) -> None:
    """In no record of either store: not where nobody else held it, nor where it was deleted or refused, nor
    in another calendar's troubles.
    """
    shared, moved = lived_in(house)
    (kept,) = [one for one in house.store.enrolments() if one.value.calendar_id == BOB]
    said = replace(kept.value, trouble=Trouble(why=WORDS), unreadable={"x": WORDS})
    assert house.store.save(said, kept.version)
    assert leave(house.context, OWNER, erase=True) == {"calendar_id": OWNER, "still_enrolled": []}
    assert OWNER not in dump(house).lower()
    assert {kept.value.key.id for kept in house.store.conferences()} == {shared, moved}
    assert house.told() == []


def test_who_left_before_can_still_be_erased(house: Rig) -> None:
    """Leaving forgets what others hold; erasing then finds the rest, and does no harm when repeated."""
    lived_in(house)
    leave(house.context, OWNER)
    assert OWNER in dump(house).lower()
    for _ in range(2):
        leave(house.context, OWNER, erase=True)
        assert OWNER not in dump(house).lower()


@pytest.mark.parametrize("die_at", range(1, 5))
def test_erasing_that_is_killed_half_way_is_ended_by_the_sweep(die_at: int) -> None:
    """As erasing, not as leaving alone."""
    with rig(grace=0) as house:
        house.calendar.control("POST", "users", {"email": BOB})
        house.enrol()
        house.enrol(BOB)
        lived_in(house)
        store = WrappedStore(inner=house.store, effects=Effects(die_at=die_at, after=True))
        with pytest.raises(Killed):
            leave(replace(house.context, store=store), OWNER, erase=True)
        house.let_pass(301)
        house.waiting()
        sweep(house.context)
        for request in house.waiting():
            sync(house.context, request, house.delivery())
        assert OWNER not in dump(house).lower()


def test_who_only_forgets_leaves_the_end_to_who_erases(house: Rig) -> None:
    """Somebody asks to erase while another is about to end the leaving: what that one knows is not enough."""
    lived_in(house)
    slow = WrappedStore(inner=house.store)

    def erased(_: Enrolment | Conference) -> None:
        slow.before_remove = lambda _: None
        with pytest.raises(Killed):
            leave(
                replace(
                    house.context,
                    store=WrappedStore(inner=house.store, effects=Effects(die_at=1, after=True)),
                ),
                OWNER,
                erase=True,
            )

    slow.before_remove = erased
    leave(replace(house.context, store=slow), OWNER)
    assert house.enrolment().erasing
    leave(house.context, OWNER)
    assert OWNER not in dump(house).lower()


def test_a_user_with_another_calendar_is_named_by_that_one(house: Rig) -> None:
    """Who erases one calendar is told which others are read as the same user."""
    house.calendar.control("POST", "calendars", {"id": "team@group.calendar.google.com"})
    house.enrol("team@group.calendar.google.com", OWNER)
    left = leave(house.context, OWNER, erase=True)
    assert left["still_enrolled"] == ["team@group.calendar.google.com"]


CALL = Intent(
    kind=Kind.UPDATED, fingerprint="f", occurrence=None, source=MINE, owner="delivery", until=NOW, revision=7
)


def test_what_others_hold_keeps_its_guards() -> None:
    """What may still take effect is waited for, whoever's event it came from; what was pushed is known."""
    pushed = {"20260101": Pushed(fingerprint="p", event_id="b", refused=Refusal(reason=OWNER, since=NOW))}
    held = Conference(
        key=KEY,
        holds=(Hold(ref=HIS), Hold(ref=MINE)),
        revision=8,
        applied="a",
        occurrences=pushed,
        intent=replace(CALL, revision=8),
        in_flight=(CALL,),
        parked=Parked(reason=f"no answer for {OWNER}", since=NOW, retry_at=NOW),
    )
    left = forget(held, OWNER)
    assert [call.revision for call in left.in_flight] == [7, 8]
    assert {call.source for call in left.in_flight} == {NO_EVENT}
    assert (left.revision, left.applied, left.due_at) == (8, "a", held.due_at)
    assert left.occurrences["20260101"].fingerprint == "p"
    assert OWNER not in repr(left)


def test_a_record_that_names_nobody_who_left_stays_as_it_is() -> None:
    """One that is deleted too, and waits for a call that may recreate it."""
    deleted = Conference(
        key=KEY, deleted_at=NOW, delete_at=NOW, in_flight=(replace(CALL, source=HIS),), history=()
    )
    assert forget(deleted, OWNER) == deleted


def test_a_deleted_conference_is_remembered_for_whom_it_was_shared_with() -> None:
    """If their event is restored, it must be found deleted, and be recreated."""
    entries = tuple(Entry(at=NOW, row="E05", what="deleted", event=ref) for ref in (MINE, HIS))
    deleted = Conference(key=KEY, deleted_at=NOW, history=entries)
    assert is_of_use(forget(deleted, OWNER))
    assert not is_of_use(forget(forget(deleted, OWNER), BOB))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("no access for owner@example.com", "no access for (somebody who left)"),
        ("Owner@Example.com: no", "(somebody who left): no"),
        ("GET /calendars/owner%40example.com/events.", "GET /calendars/(somebody who left)/events."),
        ("for owner@example.com.", "for (somebody who left)."),
        ("co-owner@example.com", "co-owner@example.com"),
        ("owner@example.com.au", "owner@example.com.au"),
    ],
)
def test_a_name_is_struck_from_a_text(text: str, left: str) -> None:
    """In any case, and as URLs spell it; a longer address that has it in it is somebody else's."""
    assert struck(text, {OWNER}) == left
