"""How to join a conference, as its record knows it: learned, and due to be shown by the events that carry it.

Pure transitions, as in `telling`.
"""

from dataclasses import replace
from datetime import datetime

from functions.core.conference import Conference, note, settle
from functions.core.history import Deed
from functions.core.model import EventRef, Link, Shown


def learn(
    conference: Conference, link: Link | None, shown: Shown | None, *, write: bool, now: datetime
) -> Conference:
    """Its system has said how to join. News goes to all events that carry it, if links are written at all.

    The first time, a link that the event shows already is none.
    """
    if link is None or link == conference.link:
        return conference
    known = conference.link is None and shown is not None and link.join_url in shown.uris
    if known or not conference.holds:
        return replace(conference, link=link)
    unwritten = tuple(hold.ref for hold in conference.holds) if write else ()
    learned = replace(conference, link=link, linked_at=now, unwritten=unwritten)
    return settle(note(learned, Deed(at=now, row="E28", what="link changed")))


def show(conference: Conference, ref: EventRef) -> Conference:
    """An event that takes it up when its link has changed must show that link too."""
    if conference.linked_at is None or ref in conference.unwritten:
        return conference
    return settle(replace(conference, unwritten=(*conference.unwritten, ref)))


def wrote(conference: Conference, deed: Deed) -> Conference:
    """The event of this deed shows the link, or will not."""
    unwritten = tuple(ref for ref in conference.unwritten if ref != deed.event)
    return settle(note(replace(conference, unwritten=unwritten), deed))
