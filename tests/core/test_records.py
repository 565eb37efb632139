"""How the records move: holds and intents of a conference, leases and reads of a calendar."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.core import conference as record
from functions.core import holding, ledger, pending, protocol, trouble, watching
from functions.core.conference import GONE, Conference, Intent, Parked, Pushed, Refusal
from functions.core.enrolment import Enrolment, SyncToken, Trouble, Watch, ending_at, silent_for
from functions.core.forgetting import forget
from functions.core.hold import Hold, family
from functions.core.holding import elect, leading
from functions.core.model import Channel, EventRef, Kind, Policy
from functions.core.protocol import Finding
from functions.core.resume import Resume
from tests.core.samples import KEY, NOW, held, instance, live

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ONE = EventRef("c", "e1")
AN_INSTANCE = EventRef("c", "e1_20260608T080000Z")
TOLD = Pushed(fingerprint="f", event_id=AN_INSTANCE.event_id, series_id="e1")


def intent(kind: Kind = Kind.UPDATED, fingerprint: str = "f", occurrence: str | None = None) -> Intent:
    return Intent(
        kind=kind, fingerprint=fingerprint, occurrence=occurrence, source=ONE, owner="me", until=NOW + MINUTE
    )


def begin(conference: Conference, wanted: Intent) -> Conference:
    return ledger.intend(conference, wanted, now=NOW)


def done(begun: Conference, **more: Any) -> Conference:
    assert begun.intent
    return ledger.done(begun, begun.intent, now=NOW, **more)


def let_go(conference: Conference, ref: EventRef, grace: int | None = 300) -> Conference:
    left = holding.release(conference, ref, now=NOW, grace=grace)
    return elect(conference, left, now=NOW, recent=NOW)


def test_the_last_hold_gone_makes_deletion_due_after_the_grace() -> None:
    """And who held it is remembered, to be read again."""
    left = holding.release(held(), ONE, now=NOW, grace=300)
    assert (left.holds, left.delete_at, left.due_at) == ((), NOW + 5 * MINUTE, NOW + 5 * MINUTE)
    assert [hold.ref for hold in left.released] == [ONE]


def test_a_new_primary_is_due_at_once() -> None:
    """Its event must be pushed, now; a hold that was not primary changes nothing."""
    conference = held("e1", "e2")
    assert let_go(conference, ONE).due_at == NOW
    assert let_go(conference, EventRef("c", "e2")).due_at is None


def test_held_again_nothing_is_due() -> None:
    """Deletion is withdrawn."""
    left = holding.release(held(), ONE, now=NOW, grace=300)
    again = holding.hold(left, live(), held_at=NOW, recent=NOW)
    assert (again.delete_at, again.due_at, again.released) == (None, None, ())


def test_a_series_takes_the_place_of_its_instances() -> None:
    """An exception read before its series is no hold of its own afterwards."""
    early = holding.hold(Conference(key=KEY), live("i", instance=instance("e1")), held_at=NOW, recent=NOW)
    both = holding.hold(
        holding.hold(early, live("e2"), held_at=NOW, recent=NOW), live("e1"), held_at=NOW, recent=NOW
    )
    assert [hold.ref.event_id for hold in both.holds] == ["e2", "e1"]
    assert leading(both).ref == ONE


def test_an_already_deleted_conference_is_not_deleted_again() -> None:
    """Releasing one that is gone makes nothing due."""
    assert holding.release(held(deleted_at=NOW), ONE, now=NOW, grace=0).due_at is None


def test_forgetting_a_calendar_makes_nothing_due() -> None:
    """Its holds go, other calendars' stay."""
    both = held(holds=(Hold(ref=ONE), Hold(ref=EventRef("d", "e1"))))
    left = forget(both, "c")
    assert [hold.ref.calendar_id for hold in left.holds] == ["d"]
    assert (left.delete_at, left.due_at) == (None, None)
    assert forget(left, "d").due_at is None


def test_who_let_go_in_another_calendar_stays_known() -> None:
    """The last hold was in the calendar that left; what was released elsewhere is still to be read again."""
    gone = Hold(ref=EventRef("d", "e1"))
    left = forget(held(released=(gone,)), "c")
    assert (left.holds, left.released, left.due_at) == ((), (gone,), None)


def test_a_calendar_that_leaves_is_left_alone() -> None:
    """No lease is taken, and no trouble of a sync that was under way changes when it is gone on with."""
    leaving = watching.leave(FRESH, now=NOW)
    assert protocol.take(leaving, "me", published_at=NOW, now=NOW, seconds=60) is None
    assert trouble.lose_access(leaving, "no", now=NOW, fence=leaving.fence) == leaving
    assert trouble.back_off(leaving, NOW + HOUR, "quota", fence=leaving.fence) == leaving


def test_a_refusal_is_remembered_while_its_system_fails() -> None:
    """What was refused for good waits for its change, whatever fails beside it."""
    refused = ledger.refuse(begin(held(), intent()), "E27", "no", now=NOW)
    stumbled = pending.stumble(refused, "no answer", now=NOW, delay=20)
    assert (stumbled.refused, refused.parked) == (Refusal(reason="no", since=NOW, fingerprint="f"), None)
    assert stumbled.parked == Parked(reason="no answer", since=NOW, retry_at=NOW + timedelta(seconds=20))


def test_a_retry_keeps_its_revision_and_another_change_gets_its_own() -> None:
    """The change's id follows the revision."""
    begun = begin(held(), intent())
    again = begin(begun, replace(intent(), owner="you"))
    other = begin(begun, intent(fingerprint="g"))
    assert (begun.revision, again.revision, other.revision) == (2, 2, 3)
    ids = [record.change_id(one) for one in (begun, again, other)]
    assert ids[0] == ids[1] != ids[2]
    assert not any("." in name for name in ids)


def test_between_intent_and_done_nothing_counts_as_applied() -> None:
    """So a change back to what was is pushed too; for occurrences as for conferences."""
    assert begin(held(), intent()).applied == ""
    told = held(occurrences={"a": TOLD, "b": TOLD})
    begun = begin(told, intent(Kind.OCCURRENCE_CANCELLED, "cancelled", "a"))
    assert begun.applied == told.applied
    assert [record.applied(told, "a", series) for series in ("e1", "e2")] == ["f", ""]
    assert [record.applied(begun, name, "e1") for name in ("a", "b")] == ["", "f"]


def test_done_notes_what_was_carried_out() -> None:
    """Each kind of change in its place."""
    ended = done(begin(held(), intent()))
    assert (ended.applied, ended.intent, record.applied(ended, None)) == ("f", None, "f")
    off = done(begin(held(), intent(Kind.OCCURRENCE_CANCELLED, "off", "a")))
    assert record.applied(off, "a") == "off"
    gone = holding.release(held(), ONE, now=NOW, grace=0)
    deleted = done(begin(gone, intent(Kind.DELETED, "deleted")))
    assert (deleted.deleted_at, deleted.due_at, deleted.released) == (NOW, None, ())


@pytest.mark.parametrize("resets", [True, False])
def test_a_call_that_ends_after_a_newer_one_is_told_over(*, resets: bool) -> None:
    """It may have taken effect last: what it changed is due, and what its system undoes for it."""
    newer = held(occurrences={"a": TOLD}, revision=9)
    whole = ledger.done(newer, intent(), now=NOW, resets=resets)
    assert (whole.applied, whole.due_at) == ("", NOW)
    assert record.pending_occurrences(whole) == ([AN_INSTANCE] if resets else [])
    off = replace(intent(Kind.OCCURRENCE_CANCELLED, "off", "a"), series_id="e1")
    one = ledger.done(newer, off, now=NOW, resets=resets)
    assert (one.applied, one.due_at, record.pending_occurrences(one)) == (newer.applied, NOW, [AN_INSTANCE])


@pytest.mark.parametrize("ended", ["done", "failed", "unseen"])
def test_what_an_older_call_has_undone_is_begun_anew(ended: str) -> None:
    """Under a name of its own: its system may have carried out the first try before, and does no id twice.

    What failed may have taken effect all the same: its system answers 500 when it cannot answer.
    """
    older = begin(held(), intent())
    newer = ledger.intend(older, intent(fingerprint="g"), now=NOW)
    assert older.intent
    undone = {
        "done": ledger.done(newer, older.intent, now=NOW, once=True),
        "failed": ledger.fail(newer, older.intent, now=NOW, resets=False),
        "unseen": ledger.lapse(newer, now=NOW + MINUTE, resets=False),
    }[ended]
    retried = ledger.intend(undone, intent(fingerprint="g"), now=NOW)
    assert record.change_id(retried) != record.change_id(newer)
    assert retried.applied == ""


def test_a_call_whose_end_nobody_noted_is_told_over_once_it_can_no_longer_arrive() -> None:
    """Something newer was pushed after it, and its system may have carried it out last."""
    begun = begin(held(), intent())
    newer = done(begin(begun, replace(intent(fingerprint="g"), owner="you")))
    assert (newer.applied, newer.due_at) == ("g", NOW + MINUTE)
    assert ledger.lapse(newer, now=NOW, resets=False) == newer
    over = ledger.lapse(newer, now=NOW + MINUTE, resets=False)
    assert (over.applied, over.due_at, over.in_flight) == ("", NOW + MINUTE, ())


def test_what_may_be_made_anew_after_its_deletion_is_deleted_again() -> None:
    """By an update that is still on its way; who held it last is known as long."""
    begun = begin(held(), intent())
    gone = holding.release(begun, ONE, now=NOW, grace=0)
    deleted = done(begin(gone, intent(Kind.DELETED, "deleted")))
    assert (deleted.deleted_at, deleted.due_at, len(deleted.released)) == (NOW, NOW + MINUTE, 1)
    over = ledger.lapse(deleted, now=NOW + MINUTE, resets=False)
    assert over.delete_at == over.due_at == NOW + MINUTE
    again = done(begin(over, intent(Kind.DELETED, "deleted")))
    assert (again.delete_at, again.due_at, again.released) == (None, None, ())


def test_what_may_be_made_anew_has_its_grace() -> None:
    """It was gone, an update that may recreate it was made, and its event has let go since."""
    begun = begin(ledger.recreate(held(), "E26", now=NOW), intent())
    let_go = holding.release(begin(begun, replace(intent(), owner="you")), ONE, now=NOW, grace=300)
    assert let_go.delete_at == NOW + 5 * MINUTE
    assert ledger.lapse(let_go, now=NOW + MINUTE, resets=False).delete_at == NOW + 5 * MINUTE


@pytest.mark.parametrize(
    "late",
    [intent(Kind.DELETED, "deleted"), replace(intent(), source=AN_INSTANCE)],
    ids=["gone", "another's"],
)
def test_what_comes_late_has_undone_the_occurrences(late: Intent) -> None:
    """A deletion, or an update of another event; whether it is seen to end or not."""
    off = intent(Kind.OCCURRENCE_CANCELLED, "off", "a")
    older = begin(done(begin(held(), off)), late)
    assert older.intent
    newer = done(begin(done(begin(older, intent())), off))
    assert not newer.occurrences["a"].pending
    assert ledger.done(newer, older.intent, now=NOW).occurrences["a"].pending
    assert ledger.lapse(newer, now=NOW + MINUTE, resets=False).occurrences["a"].pending


@pytest.mark.parametrize("resets", [False, True])
def test_a_late_call_that_says_what_was_told_since(*, resets: bool) -> None:
    """It changes nothing, unless it undoes what was pushed of occurrences."""
    off = intent(Kind.OCCURRENCE_CANCELLED, "off", "a")
    newer = done(begin(done(begin(begin(held(), intent()), off)), intent()))
    late = ledger.lapse(newer, now=NOW + MINUTE, resets=resets)
    assert (late.occurrences["a"].pending, late.applied == "f") == (resets, not resets)


def test_a_late_deletion_is_made_good() -> None:
    """The conference was taken up again and pushed while its deletion was on its way."""
    begun = begin(holding.release(held(), ONE, now=NOW, grace=0), intent(Kind.DELETED, "deleted"))
    again = done(begin(holding.hold(begun, live(), held_at=NOW, recent=NOW), intent()))
    assert again.due_at == NOW + MINUTE
    assert ledger.lapse(again, now=NOW + MINUTE, resets=False).applied == ""


def test_a_retry_that_ends_leaves_the_first_call_in_flight() -> None:
    """Unless its system knows a change by its id; and whoever ends first, the other goes on."""
    begun = begin(held(), intent())
    again = begin(begun, replace(intent(), owner="you"))
    assert begun.intent
    assert again.intent
    assert done(again).in_flight == (begun.intent,)
    first_ended = ledger.done(again, begun.intent, now=NOW)
    assert first_ended.in_flight == (again.intent,)
    assert (first_ended.applied, first_ended.intent) == ("f", None)
    assert ledger.done(first_ended, again.intent, now=NOW).due_at is None
    assert ledger.done(again, begun.intent, now=NOW, once=True).in_flight == ()


def test_a_series_remembers_the_instances_whose_holds_it_took() -> None:
    """They may carry the conference still when it lets go."""
    one = holding.hold(
        Conference(key=KEY), replace(live("e1_x"), instance=instance()), held_at=NOW, recent=NOW
    )
    whole = holding.hold(one, live("e1"), held_at=NOW, recent=NOW)
    assert [(hold.ref.event_id, hold.instances) for hold in whole.holds] == [("e1", ("e1_x",))]


def test_what_was_refused_may_be_told_again_once_another_change_is_begun() -> None:
    """It would be a change back; what was refused of others stays."""
    refused = ledger.refuse(begin(held(), intent()), "E27", "no", now=NOW)
    both = ledger.refuse(begin(refused, intent(Kind.OCCURRENCE_UPDATED, "g", "a")), "E27", "no", now=NOW)
    assert begin(both, intent(fingerprint="g")).refused is None
    assert [*record.refusals(begin(both, intent(fingerprint="g")))] == ["a"]
    assert [*record.refusals(begin(both, intent(Kind.OCCURRENCE_UPDATED, "h", "a")))] == [None]


def test_an_older_change_that_ends_while_no_event_carries_it_is_owed() -> None:
    """The next event that carries it is pushed anew."""
    older = begin(held(), intent())
    newer = done(begin(older, intent(fingerprint="g")))
    gone = holding.release(newer, ONE, now=NOW, grace=300)
    assert older.intent
    assert ledger.done(gone, older.intent, now=NOW).applied == ""


def test_done_of_what_was_not_begun_notes_nothing() -> None:
    """Nor does the end of a call that has ended already."""
    assert ledger.done(held(), replace(intent(), revision=1), now=NOW) == held()


def test_only_the_primarys_own_update_settles_that_it_follows() -> None:
    """An update for the old primary, finished late, leaves the new one still to be pushed."""
    follows = let_go(held("e0", "e1"), EventRef("c", "e0"), grace=0)
    for source, push_at in ((ONE, None), (EventRef("c", "e0"), NOW)):
        begun = begin(follows, replace(intent(), source=source))
        assert done(begun).push_at == push_at


def test_a_conference_comes_before_its_occurrences() -> None:
    """Unless it was pushed, or is refused as it is; one that is gone for good has none."""
    begun = begin(held(), intent())
    refused = ledger.refuse(begun, "E27", "no", now=NOW)
    gone = ledger.lost(begun, "E26", "gone", now=NOW)
    assert [record.comes_first(each) for each in (begun, done(begun), refused, gone)] == [
        True,
        False,
        False,
        True,
    ]


def test_a_call_given_up_is_over() -> None:
    """It leaves nothing to wait for, whether it is the newest or was overtaken."""
    begun = begin(held(), intent())
    assert begun.intent
    given_up = ledger.give_up(begun, begun.intent, now=NOW)
    assert begin(given_up, intent(fingerprint="g")).in_flight == ()
    overtaken = begin(begun, intent(fingerprint="g"))
    assert overtaken.in_flight == (begun.intent,)
    assert ledger.give_up(overtaken, begun.intent, now=NOW).in_flight == ()


def test_a_system_that_hangs_with_many_calls_is_left_alone() -> None:
    """What else is to be pushed waits until one of them can no longer arrive."""
    found = held()
    for number in range(ledger.IN_FLIGHT_MAX + 1):
        assert not ledger.backs_off(found, NOW)
        found = begin(found, intent(fingerprint=str(number)))
    assert ledger.backs_off(found, NOW)
    assert not ledger.backs_off(ledger.lapse(found, now=NOW + MINUTE, resets=False), NOW)


def test_an_older_update_that_may_come_late_leaves_the_grace_as_it_is() -> None:
    """Deleted, taken up, and let go while a call may still recreate it: it goes when the grace is over."""
    late = replace(intent(), until=NOW)
    again = held(deleted_at=NOW - HOUR, in_flight=(late,))
    released = holding.release(again, ONE, now=NOW, grace=3_600)
    assert released.delete_at == NOW + HOUR
    assert ledger.lapse(released, now=NOW, resets=False).delete_at == NOW + HOUR


def test_a_parked_conference_is_not_due() -> None:
    """It waits for a change or an operator, and is free for whoever comes."""
    parked = ledger.refuse(begin(held(push_at=NOW), intent()), "E27", "no", now=NOW)
    assert parked.due_at is None
    assert parked.refused
    assert parked.refused.fingerprint == "f"
    assert begin(parked, intent(fingerprint="g")).in_flight == ()
    assert pending.unpark(parked).refused is None
    assert ledger.refuse(held(), "E27", "no", now=NOW).refused
    assert pending.again(parked, now=NOW).due_at == NOW


def test_what_another_change_was_refused_for_stays() -> None:
    """The series is refused; one instance's success does not hide that, the series' own does."""
    refused = ledger.refuse(begin(held(), intent()), "E27", "no", now=NOW)
    occurrence = begin(refused, intent(Kind.OCCURRENCE_CANCELLED, "off", "a"))
    assert done(occurrence).refused == refused.refused
    mended = begin(refused, intent(fingerprint="g"))
    assert done(mended).refused is None


def test_a_broken_copy_does_not_hide_what_is_due() -> None:
    """What waits for a passing reason goes on waiting, and a new primary is still due."""
    waiting = pending.back_off(held("e1", "e2"), "busy", now=NOW)
    assert ledger.park(waiting, "odd", now=NOW) == waiting
    assert ledger.park(held("e1", "e2", push_at=NOW), "odd", now=NOW).due_at == NOW


def test_nothing_left_to_do_is_not_postponed() -> None:
    """Another has deleted it meanwhile."""
    deleted = held(holds=(), deleted_at=NOW)
    assert pending.back_off(deleted, "busy", now=NOW).due_at is None


def test_without_a_grace_nothing_is_due() -> None:
    """The organizer's calendar has the say."""
    assert holding.release(held(), ONE, now=NOW, grace=None).due_at is None
    assert let_go(held("e1", "e2"), ONE, grace=None).due_at == NOW


def test_changes_of_a_conference_taken_up_anew_have_other_names() -> None:
    """Forgotten and enrolled again, it counts from the microsecond of that; receivers know the old names."""
    first, again = (record.new(KEY, moment) for moment in (NOW, NOW + timedelta(seconds=1)))
    names = {record.change_id(replace(first, revision=first.revision + more)) for more in range(1_000)}
    assert record.change_id(again) not in names


def test_a_postponed_one_is_due_later_each_time() -> None:
    """After 1, 2, 4 minutes, and at the most an hour: when its system is back, it is told within that."""
    conference, waits = held(push_at=NOW), []
    for _ in range(12):
        conference = pending.back_off(conference, "busy", now=NOW)
        assert conference.due_at
        waits.append((conference.due_at - NOW) / MINUTE)
    assert waits[:3] == [1, 2, 4]
    assert waits[-1] == 60
    patient = pending.back_off(held(), "busy", now=NOW, delay=7_200)
    assert patient.due_at == NOW + timedelta(hours=2)
    settled = pending.followed(conference, now=NOW)
    assert (settled.parked, settled.due_at) == (None, None)


def test_a_deletion_waits_for_the_later_of_grace_and_retry() -> None:
    """Backing off once, it is not tried before its grace is over either."""
    released = holding.release(held(), ONE, now=NOW, grace=3_600)
    assert pending.back_off(released, "busy", now=NOW).due_at == NOW + 60 * MINUTE
    assert pending.back_off(held(), "busy", now=NOW).due_at == NOW + MINUTE


def test_what_is_gone_and_still_carried_is_set_aside() -> None:
    """Known to be deleted, and nobody is calling."""
    carried = ledger.lost(begin(held(), intent()), "E26", GONE, now=NOW)
    assert carried.refused
    assert (carried.refused.reason, carried.deleted_at, carried.intent) == (GONE, NOW, None)


def test_what_is_gone_and_will_be_made_anew_is_due_at_once() -> None:
    """Nothing that was pushed counts any more."""
    told = held(applied="told", occurrences={"2026-06-08": TOLD})
    again = ledger.recreate(begin(told, intent()), "E26", now=NOW)
    assert (again.applied, again.deleted_at, again.intent) == ("", NOW, None)
    assert (record.applied(again, "2026-06-08"), record.pending_occurrences(again)) == ("", [])
    assert record.pending_occurrences(replace(again, deleted_at=None)) == [AN_INSTANCE]
    assert (again.due_at, again.refused, again.history[-1].what) == (NOW, None, "gone")


def test_an_update_that_resets_makes_occurrences_due_again() -> None:
    """Those of the primary series; where an update does not reset them, nothing is due."""
    other = Pushed(fingerprint="f", event_id="e2_20260608T080000Z", series_id="e2")
    begun = begin(held(occurrences={"a": TOLD, "b": other}), intent())
    reset = done(begun, resets=True)
    assert (record.pending_occurrences(reset), reset.due_at, record.applied(reset, "a", "e1")) == (
        [AN_INSTANCE],
        NOW,
        "",
    )
    kept = done(begun)
    assert (record.pending_occurrences(kept), kept.due_at, record.applied(kept, "a", "e1")) == ([], None, "f")
    assert record.pending_occurrences(replace(reset, holds=())) == []


def test_an_occurrence_that_is_not_there_yet_is_due_later() -> None:
    """It counts as pushed until then, is due then, and waits for its conference to be there."""
    off = replace(intent(Kind.OCCURRENCE_CANCELLED, "off", "a"), series_id="e1", source=AN_INSTANCE)
    ended = done(begin(held(), off), again_in=3_600)
    assert (record.applied(ended, "a", "e1"), ended.due_at, record.pending_occurrences(ended)) == (
        "off",
        NOW + HOUR,
        [],
    )
    assert pending.wake(ended, now=NOW) == ended
    awake = pending.wake(ended, now=NOW + HOUR)
    assert (record.pending_occurrences(awake), record.waiting(awake)) == ([AN_INSTANCE], {})
    assert record.waiting(replace(ended, deleted_at=NOW)) == record.waiting(replace(ended, holds=())) == {}
    later = {f"b{number:04}": replace(TOLD, event_id="x" * 952) for number in range(120)}
    crowded = done(begin(held(occurrences=later), off), again_in=3_600)
    assert ("a" in crowded.occurrences, crowded.due_at) == (False, None)


def test_an_occurrence_met_again_is_due_no_more() -> None:
    """Pushed or not: what was not is pushed when it changes next."""
    conference = held(occurrences={"a": replace(TOLD, pending=True)}, push_at=NOW)
    left = pending.followed(conference, now=NOW + MINUTE)
    assert left.due_at == NOW + MINUTE
    met = pending.followed(pending.handled_again(conference, AN_INSTANCE), now=NOW)
    assert (record.pending_occurrences(met), met.due_at, record.applied(met, "a", "e1")) == ([], None, "")
    assert pending.handled_again(met, AN_INSTANCE) == met


def test_refused_ones_are_not_told_again_by_themselves() -> None:
    """Each waits for a change or an operator; one done, the others are due: nobody else remembers them."""
    for_a = replace(intent(Kind.OCCURRENCE_UPDATED, "f", "a"), source=AN_INSTANCE, series_id="e1")
    whole = ledger.refuse(begin(held(), intent()), "E27", "no", now=NOW)
    assert (whole.due_at, record.is_pending(whole)) == (None, False)
    both = ledger.refuse(begin(whole, for_a), "E27", "no", now=NOW)
    assert (both.due_at, record.pending_occurrences(both)) == (None, [])
    other = Pushed(fingerprint="f", event_id="e1_20260615T080000Z", series_id="e1", pending=True)
    more = replace(both, occurrences={**both.occurrences, "b": other})
    assert record.pending_occurrences(more) == [EventRef("c", other.event_id)]
    mended = done(begin(both, replace(for_a, fingerprint="g")))
    assert (mended.refused, mended.due_at, record.is_pending(mended)) == (both.refused, None, False)
    asked = pending.again(both, now=NOW)
    assert (asked.due_at, record.is_pending(asked), record.pending_occurrences(asked)) == (
        NOW,
        True,
        [AN_INSTANCE],
    )


def test_a_deleted_conference_forgets_no_occurrence() -> None:
    """Recreated, they must be pushed again."""
    gone = holding.release(held(occurrences={"a": TOLD}), ONE, now=NOW, grace=0)
    deleted = done(begin(gone, intent(Kind.DELETED, "deleted")))
    assert [told.pending for told in deleted.occurrences.values()] == [True]


def test_what_may_have_been_made_anew_is_deleted_again() -> None:
    """A call that would recreate a deleted conference has begun, and nobody noted how it ended."""
    deleted = held(deleted_at=NOW)
    assert holding.release(deleted, ONE, now=NOW, grace=60).delete_at is None
    begun = begin(deleted, intent())
    assert begun.intent
    failed = ledger.fail(begun, begun.intent, now=NOW, resets=False)
    other = intent(Kind.OCCURRENCE_CANCELLED, "off", "a")
    owed = ledger.leave_pending(failed, intent(fingerprint="g"), now=NOW)
    for last in (begun, failed, begin(failed, other), owed):
        assert holding.release(last, ONE, now=NOW, grace=60).delete_at == NOW + MINUTE


def test_a_retry_keeps_the_row_of_what_it_retries() -> None:
    """Whatever the decision calls it by then."""
    begun = begin(held(), intent())
    again = begin(begun, replace(intent(), row="E11"))
    assert again.intent
    assert again.intent.row == intent().row


def test_a_system_that_fails_is_left_alone_as_long_as_it_asks() -> None:
    """Another change carried out meanwhile takes away the pause, not what is due."""
    later = NOW + timedelta(hours=3)
    stumbled = pending.stumble(held(), "daily limit", now=NOW, delay=3 * 3_600)
    assert stumbled.due_at == later
    assert [ledger.backs_off(stumbled, when) for when in (NOW, later)] == [True, False]
    other = replace(intent(Kind.OCCURRENCE_UPDATED, "f", "a"), source=AN_INSTANCE)
    begun = begin(stumbled, other)
    assert done(begun).due_at == NOW
    gone = holding.release(held(), ONE, now=NOW, grace=0)
    assert pending.stumble(gone, "daily limit", now=NOW, delay=3 * 3_600).due_at == later


def test_a_system_is_tried_again_at_once_the_first_time_and_then_ever_later() -> None:
    """Whatever it is: the redelivery of a message comes within seconds."""
    once = pending.stumble(held(), "no answer", now=NOW, delay=0)
    assert (ledger.backs_off(once, NOW), once.due_at) == (False, NOW)
    twice = pending.stumble(once, "no answer", now=NOW, delay=0)
    assert (ledger.backs_off(twice, NOW), twice.due_at) == (True, NOW + 2 * MINUTE)
    assert pending.stumble(twice, "no answer", now=NOW, delay=600).due_at == NOW + 10 * MINUTE


@pytest.mark.parametrize(
    ("event_id", "named"),
    [
        ("abc", ("abc", "")),
        ("abc_R20260608T090000", ("abc", "20260608T090000")),
        ("abc_R20260608", ("abc", "20260608")),
        ("abc_R2026", ("abc_R2026", "")),
    ],
)
def test_the_parts_of_a_split_series_are_a_family(event_id: str, named: tuple[str, str]) -> None:
    """Known by the suffix that the split gives them."""
    assert family(event_id) == named


FRESH = Enrolment(calendar_id="c")
RESUME = Resume(token="token", page_token="page", read_params="s", started_at=NOW)


def taken(owner: str = "me", enrolment: Enrolment = FRESH) -> Enrolment:
    found = protocol.take(enrolment, owner, published_at=NOW, now=NOW, seconds=60)
    assert found is not None
    return found


def committed(enrolment: Enrolment, fence: int, **change: Finding) -> Enrolment | None:
    finding = replace(change.get("finding", Finding(token="next")), token_before=enrolment.token)
    return protocol.commit(enrolment, fence, finding, read_params="s", now=NOW + MINUTE, every=3_600)


def test_a_lease_is_exclusive_until_it_ends() -> None:
    """Another gets it when its time is over; the same owner at once, with a new fence."""
    mine = taken()
    assert protocol.take(mine, "you", published_at=NOW, now=NOW + MINUTE / 2, seconds=60) is None
    assert taken("me", mine).fence == 2
    theirs = protocol.take(mine, "you", published_at=NOW, now=NOW + MINUTE, seconds=60)
    assert theirs is not None
    assert committed(theirs, mine.fence) is None


def test_every_end_of_a_turn_needs_the_lease() -> None:
    """Without it, or with an older fence, nothing moves."""
    for found in (FRESH, taken()):
        assert protocol.extend(found, 7, now=NOW, seconds=60) is None
        assert committed(found, 7) is None
        assert protocol.stand_still(found, 7, None, now=NOW) is None
        assert trouble.fail(found, 7, "why", now=NOW) is None


def test_commit_moves_token_and_time() -> None:
    """The time is when the read began, so that later requests are not taken for covered."""
    channel = Channel(id="1", resource_id="r", expires_at=NOW + timedelta(days=1))
    watched = replace(taken(), watch=Watch(channel=channel), trouble=Trouble(losses=3))
    done = committed(watched, 1)
    assert done is not None
    assert (done.token, done.synced_at, done.lease) == (SyncToken(value="next", read_params="s"), NOW, None)
    assert done.trouble == Trouble()
    assert done.due_at == NOW + MINUTE + silent_for("c", NOW, 3_600, suspect=False)
    assert protocol.covered(done, NOW - protocol.CLOCK_SKEW_MAX)
    assert not protocol.covered(done, NOW - protocol.CLOCK_SKEW_MAX + timedelta(microseconds=1))
    assert protocol.covered(done, NOW, protocol.NO_SKEW)
    assert not protocol.covered(FRESH, NOW)


def test_a_calendar_whose_channel_was_silent_is_read_again_soon() -> None:
    """What nobody told of was found: if that happens again, its channel is dead."""
    watched = replace(taken(), watch=Watch(channel=Channel(id="1", resource_id="r", expires_at=NOW + HOUR)))
    due = []
    for unannounced in (False, True):
        finding = Finding(token="t", unannounced=unannounced)
        done = protocol.commit(watched, 1, finding, read_params="s", now=NOW, every=9 * 86_400)
        assert done is not None
        assert done.due_at == NOW + silent_for("c", NOW, 9 * 86_400, suspect=unannounced)
        due.append(done.due_at)
    assert due[1] < NOW + 8 * HOUR


def test_a_channel_that_has_ended_tells_nothing_either() -> None:
    """Its renewal fails: until it works again the sweep comes often."""
    ended = replace(taken(), watch=Watch(channel=Channel(id="1", resource_id="r", expires_at=NOW)))
    done = committed(ended, 1)
    assert done is not None
    assert done.due_at == NOW + MINUTE + protocol.UNWATCHED_EVERY


def test_without_a_channel_the_sweep_comes_often() -> None:
    """No notification will come of changes there."""
    done = committed(taken(), 1)
    assert done is not None
    assert done.due_at == NOW + MINUTE + protocol.UNWATCHED_EVERY


def test_a_commit_rests_on_the_token_that_its_read_began_with() -> None:
    """Who has made it void meanwhile wants a full read."""
    begun = replace(taken(), token=SyncToken(value="t", read_params="s"))
    read = Finding(token="next", token_before=begun.token)
    void = replace(begun, token=SyncToken(value="t"))
    assert protocol.commit(void, 1, read, read_params="s", now=NOW, every=3_600) is None
    assert protocol.commit(begun, 1, read, read_params="s", now=NOW, every=3_600)


def test_a_commit_is_known_again() -> None:
    """By its fence and by when its read began; not before it, nor once another has taken the lease."""
    asked = replace(taken(), asked_again_at=NOW + timedelta(seconds=1))
    for begun in (taken(), asked):
        done = committed(begun, 1)
        assert done is not None
        assert [protocol.was_committed(each, 1, NOW) for each in (begun, done)] == [False, True]
        assert not protocol.was_committed(done, 1, NOW + MINUTE)
        assert not protocol.was_committed(replace(done, fence=2), 1, NOW)
    assert not protocol.was_committed(FRESH, FRESH.fence, None)


def test_asked_again_keeps_the_lease() -> None:
    """The next read begins when its holder says so, by the store's time."""
    asked = replace(taken(), asked_again_at=NOW + timedelta(seconds=1))
    again = committed(asked, 1)
    assert again is not None
    assert protocol.begin_again(again, 2, now=NOW + MINUTE, seconds=60) is None
    begun = protocol.begin_again(again, 1, now=NOW + MINUTE, seconds=60)
    assert begun is not None
    assert begun.lease is not None
    assert (begun.lease.started_at, begun.due_at) == (NOW + MINUTE, NOW + 2 * MINUTE)
    done = committed(begun, 1)
    assert done is not None
    assert (done.lease, done.synced_at) == (None, NOW + MINUTE)


def test_only_news_is_worth_saying() -> None:
    """A request that the present read, or one already asked for, will cover need not be noted."""
    sure, tick = NOW - protocol.CLOCK_SKEW_MAX, timedelta(microseconds=1)
    assert [protocol.must_ask(taken(), at) for at in (sure, sure + tick, NOW + MINUTE)] == [False, True, True]
    assert not protocol.must_ask(taken(), NOW, protocol.NO_SKEW)
    assert protocol.must_ask(replace(taken(), asked_again_at=NOW), NOW)
    assert not protocol.must_ask(replace(taken(), asked_again_at=NOW + tick), NOW + MINUTE)
    assert protocol.must_ask(FRESH, NOW)


def test_a_read_that_nobody_owes_any_more_is_due_at_once() -> None:
    """A request met the lease and was acknowledged, and its holder failed; the holder's own message comes
    again.
    """
    asked = replace(taken(), asked_again_at=NOW + timedelta(seconds=1))
    for found, lost_due, failed_due in (
        (taken(), NOW + trouble.AFTER_FAILURE, NOW + trouble.FAILING_LEAST),
        (asked, NOW, NOW),
    ):
        failed = trouble.fail(found, 1, "trouble", now=NOW)
        assert failed is not None
        assert failed.due_at == failed_due
        assert trouble.lose_access(found, "trouble", now=NOW, fence=1).due_at == lost_due
    long_lost = replace(asked, trouble=Trouble(losses=9, losing_since=NOW - HOUR))
    assert trouble.lose_access(long_lost, "trouble", now=NOW, fence=1).due_at == NOW + trouble.REST_LEAST
    assert trouble.back_off(asked, NOW + HOUR, "quota", fence=1).due_at == NOW + HOUR


def test_a_request_that_the_last_read_may_have_covered_waits_out_the_skew() -> None:
    """Published less than the skew before it; not sooner, nor one published after it or by one clock."""
    read = replace(FRESH, synced_at=NOW)
    skew, tick = protocol.CLOCK_SKEW_MAX, timedelta(microseconds=1)
    waits = [protocol.read_not_before(read, at) for at in (NOW - skew, NOW - skew + tick, NOW, NOW + tick)]
    assert waits == [None, NOW + skew, NOW + skew, None]
    assert protocol.read_not_before(read, NOW, protocol.NO_SKEW) is None
    assert protocol.read_not_before(FRESH, NOW) is None


@pytest.mark.parametrize("fold", [timedelta(seconds=1), timedelta(seconds=3)])
def test_a_request_that_follows_a_read_waits_for_the_fold(fold: timedelta) -> None:
    """Nothing is read twice within that time; what the last read may have covered waits out the skew, too."""
    read = replace(FRESH, synced_at=NOW)
    skew, tick = protocol.CLOCK_SKEW_MAX, timedelta(microseconds=1)
    times = (NOW - skew, NOW, NOW + tick, NOW + fold - tick, NOW + fold)
    waits = [protocol.read_not_before(read, at, skew, fold) for at in times]
    assert waits == [None, NOW + max(fold, skew), NOW + fold, NOW + fold, None]
    assert protocol.read_not_before(FRESH, NOW, skew, fold) is None


def test_the_next_read_of_one_sync_waits_for_skew_and_fold() -> None:
    """It covers what was published before the last one ended, and is as far from it as any."""
    read, policy = replace(FRESH, synced_at=NOW), Policy(fold=3, skew=1)
    second, tick = timedelta(seconds=1), timedelta(microseconds=1)
    assert protocol.again_not_before(read, policy, now=NOW + tick) == NOW + 3 * second
    assert protocol.again_not_before(read, policy, now=NOW + 6 * second) == NOW + 7 * second
    assert protocol.again_not_before(FRESH, policy, now=NOW) == NOW + 3 * second


def test_a_resumed_read_began_when_it_began() -> None:
    """Its commit covers what was published before its first part, no more."""
    still = protocol.stand_still(taken(), 1, RESUME, now=NOW)
    assert still is not None
    assert still.resume is not None
    later = protocol.take(still, "you", published_at=NOW, now=NOW + MINUTE, seconds=60)
    assert later is not None
    done = committed(later, 2)
    assert done is not None
    assert (done.synced_at, done.resume) == (NOW, None)


def test_going_on_with_a_read_is_no_answer_to_a_newer_request() -> None:
    """The read began before the request was published, so another follows it."""
    still = protocol.stand_still(taken(), 1, RESUME, now=NOW)
    assert still is not None
    later = protocol.take(still, "you", published_at=NOW + MINUTE, now=NOW + MINUTE, seconds=60)
    assert later is not None
    again = committed(later, 2)
    assert again is not None
    assert again.lease is not None


def test_unreadable_events_are_kept_until_they_are_read_again() -> None:
    """Seen again and fine, one is dropped; new ones come on top."""
    before = replace(taken(), unreadable={"a": "odd", "b": "odd"})
    done = committed(
        before, 1, finding=Finding(token="next", seen=frozenset({"a", "c"}), unreadable={"c": "new"})
    )
    assert done is not None
    assert dict(done.unreadable) == {"b": "odd", "c": "new"}


def test_a_channel_asked_for_is_listened_to_before_its_answer() -> None:
    """Its first notifications may be faster; the old one's are wanted until it is replaced."""
    old = Channel(id="old", resource_id="r", expires_at=NOW)
    found = watching.join(replace(FRESH, watch=Watch(channel=old)), "new", instead_of=old)
    assert found
    assert [protocol.listens(found, name) for name in ("old", "new", "stray")] == [True, True, False]
    granted = replace(old, id="new", expires_at=NOW + 7 * 24 * HOUR)
    new = watching.joined(found, "new", granted, now=NOW, renew_before=86_400)
    assert new
    assert [protocol.listens(new, name) for name in ("old", "new")] == [False, True]
    assert new.watch.ends_at == ending_at("c", granted.expires_at, NOW, 86_400)
    unwatchable = watching.joined(found, "new", None, now=NOW, renew_before=86_400)
    assert unwatchable
    assert not unwatchable.watch.possible
    assert watching.joined(found, "stray", old, now=NOW, renew_before=86_400) is None
    assert watching.join(new, "newest", instead_of=old) is None


def test_a_refused_deletion_is_not_refused_to_who_takes_the_conference_up() -> None:
    """What was refused was of other events: the next change is pushed, and of its dates likewise."""
    refusal = Refusal(reason="locked", since=NOW, fingerprint="deleted")
    dates = {"2026-06-08T08:00:00Z": replace(TOLD, refused=refusal)}
    gone = held(holds=(), refused=refusal, occurrences=dates)
    taken = holding.hold(gone, live(), held_at=NOW, recent=NOW)
    assert (taken.refused, [pushed.refused for pushed in taken.occurrences.values()]) == (None, [None])
    beside = holding.hold(held(refused=refusal), live("e2"), held_at=NOW, recent=NOW)
    assert beside.refused == refusal


def refused_alike(conference: Conference, wanted: Intent, times: int) -> list[timedelta | None]:
    """How long each refusal waits that may be about all, tried again when that is over."""
    waits = list[timedelta | None]()
    for _ in range(times):
        conference = ledger.refuse(begin(conference, wanted), "E27", "401", now=NOW, may_be_all=True)
        waits.append(conference.due_at - NOW if conference.due_at else None)
        conference = pending.wake(conference, now=NOW + timedelta(days=1))
    return waits


@pytest.mark.parametrize("occurrence", [None, "2026-06-08T08:00:00Z"])
def test_a_refusal_that_may_be_about_all_is_tried_again(occurrence: str | None) -> None:
    """After five minutes, then after twice as long each time, up to a day; another change begins anew."""
    conference = held(applied="" if occurrence is None else "f")
    waits = refused_alike(conference, intent(occurrence=occurrence), 12)
    minutes = [wait and wait / MINUTE for wait in waits]
    assert minutes == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440, 1440]
    known = ledger.refuse(begin(conference, intent()), "E27", "401", now=NOW, may_be_all=True)
    changed = begin(known, intent(fingerprint="g", occurrence=occurrence))
    assert ledger.refuse(changed, "E27", "401", now=NOW, may_be_all=True).due_at == NOW + 5 * MINUTE


def test_a_refused_deletion_that_may_be_about_all_is_tried_again() -> None:
    """When its time has come, and not as soon as another call may have landed."""
    late = replace(intent(), until=NOW + MINUTE)
    gone = held(holds=(), delete_at=NOW, in_flight=(late,))
    begun = begin(gone, intent(Kind.DELETED, "deleted"))
    assert ledger.refuse(begun, "E27", "no", now=NOW).due_at is None
    refused = ledger.refuse(begun, "E27", "403", now=NOW, may_be_all=True)
    assert (refused.due_at, refused.push_at) == (NOW + 5 * MINUTE, None)
    woken = pending.wake(refused, now=NOW + 5 * MINUTE)
    assert (woken.refused, woken.push_at, woken.due_at) == (None, None, NOW)
    assert pending.wake(refused, now=NOW + 4 * MINUTE) == refused


def test_what_is_refused_for_good_is_not_tried_beside_what_is_not() -> None:
    """Only the refusal whose time has come is forgotten."""
    for_good = replace(TOLD, pending=True, refused=Refusal(reason="422", since=NOW, fingerprint="f"))
    passing = replace(for_good, refused=Refusal(reason="401", since=NOW, fingerprint="f", retry_at=NOW))
    woken = pending.wake(held(applied="f", occurrences={"a": for_good, "b": passing}), now=NOW)
    assert [bool(pushed.refused) for pushed in woken.occurrences.values()] == [True, False]
    assert woken.push_at == NOW
