"""Whose a conference is, and what events of others do to it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.core.actions import Borrow, GiveBack, Hold, Keep, Standing
from functions.core.conference import Conference, Published, Unshown
from functions.core.decide import decide
from functions.core.forgetting import forget
from functions.core.hold import Hold as Held
from functions.core.holding import behind, seen
from functions.core.model import Event, EventRef, Instance, Link, Parties, Unreadable
from functions.core.owning import BORROWED_MAX, borrow, give_back, let_go_by, owned
from tests.core.samples import KEY, NOW, STANDING, cancelled, live

CALENDAR = live().ref.calendar_id
ANN, BOB = "ann@example.com", "bob@example.com"
BY_ANN, BY_BOB = Parties(ANN, "", ANN), Parties(BOB, "", BOB)
OF_ANN = Conference(key=KEY, owners=(ANN,))
THEIRS = replace(live(), parties=BY_BOB)
HIDDEN = Standing(abilities=STANDING.abilities, hidden=True)


def borrowed(event: Event = THEIRS) -> Conference:
    return borrow(OF_ANN, event)


@pytest.mark.parametrize(
    ("owners", "action"),
    [(None, Hold), ((ANN,), Borrow), ((), Borrow), ((BOB,), Hold), ((CALENDAR,), Hold)],
)
def test_who_may_speak(owners: tuple[str, ...] | None, action: type) -> None:
    """Calendar, user and creator; everybody where nobody says whose it is, nobody where it is nobody's."""
    assert isinstance(decide(THEIRS, Conference(key=KEY, owners=owners), STANDING), action)


def test_an_organizer_says_nothing() -> None:
    """It may be a calendar of many."""
    by_organizer = replace(live(), parties=Parties("", ANN, ""))
    assert decide(by_organizer, OF_ANN, STANDING) == Borrow("E29")


def test_once_borrowed_nothing_follows() -> None:
    """However the event changes, and for each of its instances."""
    ref = EventRef(CALENDAR, f"{THEIRS.ref.event_id}_20310106T090000Z")
    its = Instance(series_id=THEIRS.ref.event_id, original_start="2031-01-06T09:00:00Z")
    for event in (THEIRS, replace(THEIRS, ref=ref, instance=its)):
        assert decide(event, borrowed(), STANDING) == Keep("E29")


def test_what_cannot_be_read_is_nobodys_word() -> None:
    """An unreadable event of somebody else is not kept; an unreadable one of its people is parked."""
    odd = Unreadable(ref=THEIRS.ref, reason="odd", carries=KEY, parties=BY_BOB)
    assert decide(odd, OF_ANN, STANDING) == Keep("E29")
    assert decide(replace(odd, parties=BY_ANN), OF_ANN, STANDING).row == "E24"
    assert decide(replace(odd, carries=None), OF_ANN, STANDING).row == "E24"


@pytest.mark.parametrize(
    ("event", "standing", "action"),
    [
        (cancelled(), STANDING, GiveBack("E29")),
        (replace(THEIRS, carries=None, conference_id="", meeting=None), STANDING, GiveBack("E29")),
        (replace(THEIRS, organizers_copy=False, conference_id=""), STANDING, GiveBack("E29")),
        (replace(THEIRS, organizers_copy=False), STANDING, Keep("E29")),
        (replace(THEIRS, carries=None, conference_id="", meeting=None), HIDDEN, Keep("E29")),
        (replace(cancelled(), vanished=True), HIDDEN, Keep("E29")),
        (cancelled(), HIDDEN, GiveBack("E29")),
    ],
)
def test_when_it_is_given_back(event: Event, standing: Standing, action: object) -> None:
    """By the signs by which a hold ends."""
    assert decide(replace(event, ref=THEIRS.ref), borrowed(), standing) == action


def test_an_event_that_held_it_borrows_it() -> None:
    """Nothing is deleted or shown because of that."""
    held = Held(ref=THEIRS.ref, parties=BY_BOB)
    published = Published(link=Link("https://x"), since=NOW, unwritten=(Unshown(held.ref, NOW),))
    found = borrow(replace(OF_ANN, holds=(held,), published=published, push_at=NOW), THEIRS)
    assert (found.holds, found.delete_at, found.push_at, found.published.unwritten) == ((), None, None, ())
    assert [one.ref for one in found.borrowed] == [THEIRS.ref]


def test_strangers_do_not_fill_a_record() -> None:
    """The newest of so many keep it."""
    found = OF_ANN
    for number in range(BORROWED_MAX + 5):
        found = borrow(found, replace(THEIRS, ref=EventRef(CALENDAR, str(number))))
    assert len(found.borrowed) == BORROWED_MAX
    assert found.borrowed[0].ref.event_id == str(BORROWED_MAX + 4)


def test_other_owners() -> None:
    """What was borrowed is held, what was held is borrowed; an older record's hold stays."""
    mine, theirs = (
        Held(ref=EventRef(CALENDAR, name), parties=who) for name, who in (("a", BY_ANN), ("b", BY_BOB))
    )
    older = Held(ref=EventRef(CALENDAR, "c"))
    known = replace(OF_ANN, holds=(mine, older), borrowed=(theirs,))
    found = owned(known, {BOB})
    assert (found.owners, found.holds, found.borrowed) == ((BOB,), (older, theirs), (mine,))
    assert owned(found, {BOB}) is found
    assert owned(found, None).borrowed == ()


def test_other_owners_and_who_left() -> None:
    """An event whose maker left holds, borrows or let go as before, until it is read again."""
    held, gone = (Held(ref=EventRef("c", name), parties=Parties("c", "", BOB)) for name in "ab")
    strange = Held(ref=EventRef("c", "s"), parties=Parties("c", BOB, "carol@example.com"))
    known = Conference(key=KEY, owners=(BOB,), holds=(held,), released=(gone,))
    left = forget(replace(known, borrowed=(strange,)), BOB)
    for found in (left, owned(left, {BOB})):
        assert [one.ref for one in found.holds] == [held.ref]
        assert [one.ref for one in found.borrowed] == [strange.ref]
        assert let_go_by(found) == replace(gone, parties=None)


def test_what_owners_let_go_is_due_when_it_is_given_back() -> None:
    """After a grace, and only once nobody borrows it; what no owner let go is not."""
    other = replace(THEIRS, ref=EventRef(CALENDAR, "other"))
    found = replace(borrow(borrowed(), other), delete_at=NOW)
    assert found.due_at is None
    found = give_back(found, other.ref, now=NOW, grace=300)
    assert found.due_at is None
    found = give_back(found, THEIRS.ref, now=NOW, grace=300)
    assert (found.due_at, found.borrowed) == (NOW + timedelta(seconds=300), ())
    assert give_back(borrowed(), THEIRS.ref, now=NOW, grace=300).delete_at is None


def test_what_owners_let_go_before_it_was_known_whose_it_is() -> None:
    """It is due, too, once nobody borrows or holds it; unless it is deleted already."""
    mine, theirs = (
        Held(ref=EventRef(CALENDAR, name), parties=who) for name, who in (("a", BY_ANN), ("b", BY_BOB))
    )
    unknown = replace(OF_ANN, owners=None, holds=(theirs,), released=(mine,))
    found = owned(unknown, {ANN})
    assert (found.holds, found.delete_at) == ((), None)
    due = NOW + timedelta(seconds=300)
    for before, after in (
        (found, due),
        (replace(found, deleted_at=NOW), None),
        (replace(found, holds=(mine,)), None),
        (replace(found, released=(theirs,)), None),
    ):
        assert give_back(before, theirs.ref, now=NOW, grace=300).delete_at == after


def test_by_whose_event_it_was_let_go() -> None:
    """An older record's counts; and where it is not known whose it is, the last one."""
    mine, theirs = (
        Held(ref=EventRef(CALENDAR, name), parties=who) for name, who in (("a", BY_ANN), ("b", BY_BOB))
    )
    older = Held(ref=EventRef(CALENDAR, "c"))
    assert let_go_by(replace(OF_ANN, released=(theirs, mine))) == mine
    assert let_go_by(replace(OF_ANN, released=(theirs, older))) == older
    assert let_go_by(replace(OF_ANN, owners=None, released=(theirs, mine))) == theirs
    assert let_go_by(replace(OF_ANN, released=(theirs,))) is None


def test_a_calendar_that_leaves_borrows_nothing() -> None:
    """And ends nothing: its events go on."""
    found = forget(replace(borrowed(), delete_at=NOW), CALENDAR)
    assert (found.borrowed, found.delete_at) == ((), None)


def test_who_left_is_named_no_more() -> None:
    """Neither among the owners nor behind the events of others, which go on holding it."""
    hold = Held(ref=EventRef(BOB, "e"), parties=Parties(BOB, "", ANN))
    other = Held(ref=EventRef("c", "e"), parties=Parties("c", ANN, "d"))
    known = replace(OF_ANN, holds=(hold,), borrowed=(other,), owners=(ANN, BOB))
    for owners in ((ANN, BOB), None):
        found = forget(replace(known, owners=owners), ANN)
        assert ANN not in repr(found)
        assert (found.holds[0].parties, found.borrowed[0].parties) == (Parties(BOB), Parties("c", "", "d"))
        assert found.owners == (owners and (BOB,))
    assert forget(OF_ANN, ANN).owners == ()


def test_who_is_behind_an_event_is_noted_whenever_it_is_read() -> None:
    """An older record's hold does not say it, and the user as whom a calendar is read may change."""
    for before in (None, BY_BOB):
        held = replace(OF_ANN, holds=(Held(ref=THEIRS.ref, parties=before),))
        assert seen(held, replace(THEIRS, parties=BY_ANN)).holds[0].parties == BY_ANN


def test_who_is_behind_an_event_is_also_said_when_it_lets_go() -> None:
    """Where that is not known; what is known of an event that carries it is not told by a tombstone."""
    unknown, known = (Held(ref=THEIRS.ref, parties=who) for who in (None, BY_BOB))
    by_ann = replace(cancelled(), ref=THEIRS.ref, parties=BY_ANN)
    for before, event, after in (
        (unknown, by_ann, BY_ANN),
        (known, by_ann, BY_BOB),
        (unknown, replace(by_ann, parties=Parties(ANN)), None),
        (unknown, replace(by_ann, ref=EventRef(CALENDAR, "other")), None),
    ):
        assert behind(replace(OF_ANN, holds=(before,)), event).holds[0].parties == after
        assert behind(replace(OF_ANN, released=(before,)), event).released[0].parties == after
