"""What a record no longer says once a calendar has left: its holds, its events, its name and its user's.

Pure transitions, each from a record to the next one. What the others' events need stays: their holds, what
was pushed, and calls that may still take effect.
"""

import re
from collections.abc import Collection
from dataclasses import replace
from urllib.parse import quote

from functions.core.conference import Conference, Entry, Intent, Pushed, Refusal
from functions.core.enrolment import Enrolment
from functions.core.hold import Hold
from functions.core.holding import dates_anew, led, let_be, only_of
from functions.core.model import EventRef, Parties
from functions.core.owning import is_theirs

SOMEBODY = "(somebody who left)"
NO_EVENT = EventRef("", "")


def forget(conference: Conference, calendar_id: str, names: Collection[str] | None = None) -> Conference:
    """Remove all that is that calendar's, and these names (its own if not said) from all else. Nothing is
    pushed because of that; a record that does not name them stays as it is.
    """
    left = _without(conference, calendar_id)
    if left.holds != conference.holds or left.released != conference.released:
        left = _settled(left, conference)
    return _unnamed(left, calendar_id, {calendar_id} if names is None else names)


def is_of_use(conference: Conference) -> bool:
    """Whether anybody's events need the record: those that hold it or held it lately, or that, restored,
    would find it deleted.
    """
    remembered = conference.deleted_at and any(entry.event for entry in conference.history)
    return bool(conference.holds or conference.released or conference.borrowed or remembered)


def strike(enrolment: Enrolment, names: Collection[str]) -> Enrolment:
    """Another calendar's enrolment, without these names in its reasons."""
    unreadable = {event: struck(why, names) for event, why in enrolment.unreadable.items()}
    trouble = replace(enrolment.trouble, why=struck(enrolment.trouble.why, names))
    return replace(enrolment, trouble=trouble, unreadable=unreadable)


def struck(text: str, names: Collection[str]) -> str:
    """The text without these names, in whatever case, and as they are spelled in a URL."""
    spelled = {spelling for name in names for spelling in (name, quote(name, safe=""))}
    either = "|".join(re.escape(name) for name in sorted(spelled, key=len, reverse=True))
    return re.sub(rf"(?<![\w.+-])(?:{either})(?![\w-]|\.\w)", SOMEBODY, text, flags=re.IGNORECASE)


def _without(conference: Conference, calendar_id: str) -> Conference:
    """Of its change under way, nobody can say any more how it ends."""
    intent = conference.intent
    begun = [intent] if intent and intent.source.calendar_id == calendar_id else []
    holds, released, borrowed = (
        tuple(other for other in some if other.ref.calendar_id != calendar_id)
        for some in (conference.holds, conference.released, conference.borrowed)
    )
    return replace(
        conference,
        holds=holds,
        borrowed=borrowed,
        delete_at=conference.delete_at if borrowed == conference.borrowed else None,
        published=only_of(holds, conference.published),
        released=released,
        intent=None if begun else intent,
        in_flight=(*conference.in_flight, *begun),
        refused=None if _leads_in(conference, calendar_id) else conference.refused,
    )


def _leads_in(conference: Conference, calendar_id: str) -> bool:
    """Whether the primary event is in that calendar; then nothing waits for it to change any more."""
    return any(leader.ref.calendar_id == calendar_id for leader in conference.holds[:1])


def _settled(left: Conference, before: Conference) -> Conference:
    if not (left.holds or left.released or left.borrowed):
        return let_be(left)
    left = led(left)
    return left if left.holds[:1] == before.holds[:1] else dates_anew(left)


def _unnamed(conference: Conference, calendar_id: str, names: Collection[str]) -> Conference:
    return replace(
        conference,
        holds=tuple(_hold(hold, conference, names) for hold in conference.holds),
        released=tuple(_hold(hold, conference, names) for hold in conference.released),
        borrowed=tuple(_hold(hold, conference, names) for hold in conference.borrowed),
        owners=conference.owners and tuple(owner for owner in conference.owners if owner not in names),
        in_flight=tuple(_of_nobody(call, calendar_id) for call in conference.in_flight),
        history=tuple(_entry(entry, calendar_id, names) for entry in conference.history),
        refused=_refusal(conference.refused, names),
        parked=conference.parked
        and replace(conference.parked, reason=struck(conference.parked.reason, names)),
        occurrences={start: _pushed(pushed, names) for start, pushed in conference.occurrences.items()},
    )


def _hold(hold: Hold, conference: Conference, names: Collection[str]) -> Hold:
    """Who is behind an event that stays is read with it again. Until then it counts as one of its people's if
    it was known to be one, and else as nobody's.
    """
    if hold.parties is None or set(names).isdisjoint(hold.parties):
        return hold
    struck_out = replace(hold, parties=Parties(*("" if name in names else name for name in hold.parties)))
    was_theirs = conference.owners is not None and is_theirs(hold, conference)
    return replace(hold, parties=None) if was_theirs and not is_theirs(struck_out, conference) else struck_out


def _of_nobody(call: Intent, calendar_id: str) -> Intent:
    """It may still take effect, so it is waited for; whose event it came from changes nothing by now."""
    return replace(call, source=NO_EVENT) if call.source.calendar_id == calendar_id else call


def _entry(entry: Entry, calendar_id: str, names: Collection[str]) -> Entry:
    event = None if entry.event and entry.event.calendar_id == calendar_id else entry.event
    return replace(entry, event=event, why=struck(entry.why, names))


def _refusal(refusal: Refusal | None, names: Collection[str]) -> Refusal | None:
    return refusal and replace(refusal, reason=struck(refusal.reason, names))


def _pushed(pushed: Pushed, names: Collection[str]) -> Pushed:
    return replace(pushed, refused=_refusal(pushed.refused, names)) if pushed.refused else pushed
