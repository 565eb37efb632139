"""What a record says of one person: the counterpart of `forgetting`, which takes that out.

A person is known by names: their address, and the ids of the calendars that are read as them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from typing import Any

from functions.core.conference import Conference, Entry, Intent, Parked, Published, Refusal
from functions.core.enrolment import Enrolment, SyncToken
from functions.core.forgetting import struck
from functions.core.grant import Grant
from functions.core.hold import Hold
from functions.core.model import Link

WITHHELD = "(stored, not shown)"
SECRET = {(Grant, "sealed"), (Link, "passcode"), (SyncToken, "value"), (Enrolment, "resume")}
SAID = ("holds", "released", "borrowed", "owners", "intent", "in_flight", "occurrences", "refused", "parked")


def concerning(conference: Conference, names: Collection[str]) -> Conference | None:
    """The record without what is only about others; None if nothing is left."""
    leads = any(hold.ref.calendar_id in names for hold in conference.holds[:1])
    of_them = replace(
        conference,
        holds=_holds(conference.holds, names),
        released=_holds(conference.released, names),
        borrowed=_holds(conference.borrowed, names),
        owners=_owners(conference.owners, names),
        intent=next(iter(_calls(filter(None, [conference.intent]), names)), None),
        in_flight=_calls(conference.in_flight, names),
        occurrences={
            start: pushed
            for start, pushed in conference.occurrences.items()
            if leads or _names(pushed.refused, names)
        },
        refused=conference.refused if leads or _names(conference.refused, names) else None,
        parked=conference.parked if leads or _names(conference.parked, names) else None,
        history=tuple(entry for entry in conference.history if _is_of(entry, names)),
    )
    return replace(of_them, published=_published(of_them, names)) if _says_something(of_them) else None


def named_in(enrolment: Enrolment, names: Collection[str]) -> list[str]:
    """The reasons in somebody else's enrolment that name them."""
    return [why for why in (enrolment.trouble.why, *enrolment.unreadable.values()) if _is_named(why, names)]


def plain(value: Any) -> Any:
    """As JSON. Secrets are left out, and where a reading stands, which says nothing to anybody."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    if names := _fields(value):
        return {name: _shown(value, name) for name in names}
    return [plain(each) for each in value] if isinstance(value, tuple) else value


def _fields(value: Any) -> tuple[str, ...]:
    if is_dataclass(value):
        return tuple(each.name for each in fields(value))
    return getattr(value, "_fields", ())


def _shown(value: Any, name: str) -> Any:
    found = getattr(value, name)
    return WITHHELD if found and (type(value), name) in SECRET else plain(found)


def _holds(holds: Iterable[Hold], names: Collection[str]) -> tuple[Hold, ...]:
    return tuple(
        hold
        for hold in holds
        if hold.ref.calendar_id in names or not set(names).isdisjoint(hold.parties or ())
    )


def _owners(owners: tuple[str, ...] | None, names: Collection[str]) -> tuple[str, ...] | None:
    return owners and tuple(owner for owner in owners if owner in names)


def _calls(calls: Iterable[Intent], names: Collection[str]) -> tuple[Intent, ...]:
    return tuple(call for call in calls if call.source.calendar_id in names)


def _names(words: Refusal | Parked | None, names: Collection[str]) -> bool:
    return words is not None and _is_named(words.reason, names)


def _is_of(entry: Entry, names: Collection[str]) -> bool:
    theirs = entry.event is not None and entry.event.calendar_id in names
    return theirs or _is_named(entry.why, names)


def _is_named(text: str, names: Collection[str]) -> bool:
    return struck(text, names) != text


def _published(of_them: Conference, names: Collection[str]) -> Published:
    """The way to join is for those whose events hold the conference."""
    published = of_them.published
    unwritten = tuple(one for one in published.unwritten if one.ref.calendar_id in names)
    return replace(published, unwritten=unwritten, link=published.link if of_them.holds else None)


def _says_something(of_them: Conference) -> bool:
    return any(getattr(of_them, name) for name in (*SAID, "history"))
