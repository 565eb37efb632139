"""Which record somebody means who names a conference's id, an event's id, or a link to join by.

An id is taken as people copy it: with spaces or dashes, out of a link, with Google's `@google.com` behind it.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from functions.core.conference import Conference
from functions.core.fields import plainest
from functions.core.hold import named_instance

ICAL = "@google.com"  # what Calendar puts behind an event's id to make its iCalUID


def spelled(what: str) -> list[str]:
    """The ids that the text may be, or have in it: the likeliest first."""
    parts = re.split(r"[/?&=#]", what.partition("://")[2])[1:] if "://" in what else []
    likely = [what, re.sub("[ -]", "", what), *(unquote(part) for part in reversed(parts))]
    return list(dict.fromkeys(filter(None, likely)))


def names(conference: Conference, what: str) -> bool:
    """Whether the record is of this conference, or knows this event or this link."""
    return (
        plainest(conference.key.id) == plainest(what)
        or not _events_of(what).isdisjoint(_events(conference))
        or _leads(conference, what)
    )


def _events_of(what: str) -> set[str]:
    """The event, and the series of which it is an instance."""
    event = what.removesuffix(ICAL)
    instance = named_instance(event)
    return {event, instance.series_id if instance else event} - {""}


def _events(conference: Conference) -> Iterator[str]:
    for hold in (*conference.holds, *conference.borrowed, *conference.released):
        yield from (ref.event_id for ref in hold.refs)
        yield hold.series_id or ""
    yield from (entry.event.event_id for entry in conference.history if entry.event)
    for pushed in conference.occurrences.values():
        yield from (pushed.event_id, pushed.series_id)


def _leads(conference: Conference, what: str) -> bool:
    """A link may be given without its query, where the passcode is."""
    link = conference.published.link
    url = link.join_url.partition("#")[0] if link else ""
    return bool(url) and what.partition("#")[0] in (url, url.partition("?")[0])
