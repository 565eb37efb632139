"""What one user's calendars hold, and how each conference stands."""

from argparse import Namespace
from collections.abc import Sequence

from functions import wiring
from functions.cli.exits import Exit
from functions.cli.out import Data, Out, counted
from functions.cli.progress import Progress
from functions.cli.standing import table, when
from functions.core.conference import refusals
from functions.core.hold import Hold, stamp
from functions.core.model import Meeting
from functions.flow import held as holding
from functions.flow.held import Held, Meetings

HEAD = ("CONFERENCE", "PROVIDER", "STATE", "WHEN", "CALENDAR", "EVENT")
LAST = ("LINK", "WHY")
TITLE = "TITLE"


def conferences(asked: Namespace, out: Out, progress: Progress) -> Exit:
    progress.only_reads()
    found = holding.held(wiring.store("conferences"), asked.user)
    said = holding.meetings(wiring.context("titles"), found) if asked.titles else None
    data = {"user": asked.user, "conferences": [_data(one, said) for one in found]}
    out.result(data, _table(found, said) if found else f"the calendars of {asked.user} hold no conference")
    return Exit.DONE


def _data(one: Held, said: Meetings | None) -> Data:
    link = one.conference.published.link
    return {
        "provider": one.conference.key.provider,
        "conference_id": one.conference.key.id,
        "state": one.condition.value,
        "why": _why(one),
        "link": link.join_url if link else None,
        "calendar_id": one.access.calendar_id,
        "events": [_event(hold, said) for hold in one.holds],
    }


def _event(hold: Hold, said: Meetings | None) -> Data:
    meeting = said.get(hold.ref) if said else None
    told = (
        {"title": meeting.title, "start": stamp(meeting.start)} if meeting else {"title": None, "start": None}
    )
    return {"event_id": hold.ref.event_id, **_dates(hold), **({} if said is None else told)}


def _dates(hold: Hold) -> dict[str, str | None]:
    """Of a series the first and the last start, of a single event its last day, as far as they are known."""
    span = hold.span
    first, last = (span.begins, span.ends) if span and span.series else ("", hold.over_on)
    return {"first": first or None, "last": last or None}


def _why(one: Held) -> list[dict[str, str | None]]:
    parked = one.conference.parked
    refused = [
        (start, each.reason, each.since, each.retry_at) for start, each in refusals(one.conference).items()
    ]
    passing = [(None, parked.reason, parked.since, parked.retry_at)] if parked else []
    return [
        {
            "occurrence": start,
            "reason": reason,
            "since": since.isoformat(),
            "retry_at": retry_at.isoformat() if retry_at else None,
        }
        for start, reason, since, retry_at in [*refused, *passing]
    ]


def _table(found: Sequence[Held], said: Meetings | None) -> str:
    head = (*HEAD, *([] if said is None else [TITLE]), *LAST)
    return f"{table([head, *(_row(one, said) for one in found)])}\n\n{counted(len(found), 'conferences')}"


def _row(one: Held, said: Meetings | None) -> Sequence[str]:
    first, link = next(iter(one.holds), None), one.conference.published.link
    more = f" and {len(one.holds) - 1} more" if len(one.holds) > 1 else ""
    meeting = said.get(first.ref) if said and first else None
    return (
        one.conference.key.id,
        one.conference.key.provider,
        one.condition.value,
        _when(first, meeting),
        one.access.calendar_id,
        f"{first.ref.event_id}{more}" if first else "-",
        *([] if said is None else [meeting.title if meeting else "-"]),
        link.join_url if link else "-",
        _words(one),
    )


def _when(hold: Hold | None, meeting: Meeting | None) -> str:
    if meeting:
        return stamp(meeting.start)
    dates = _dates(hold) if hold else {"first": None, "last": None}
    first, last = (text and text[:10] for text in dates.values())
    if first:
        return f"{first} to {last}" if last else f"from {first}"
    return last or "-"


def _words(one: Held) -> str:
    """The first reason, the date that it is about, and when it is tried again."""
    told = [
        ": ".join(filter(None, [each["occurrence"], each["reason"]]))
        + (f" (tried again at {when(each['retry_at'])})" if each["retry_at"] else "")
        for each in _why(one)[:1]
    ]
    return "".join(told)
