"""How to join a conference, as its record knows it: learned, and due to be shown by the events that carry it.

Pure transitions, as in `telling`.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from functions.core.conference import Conference, Published, Unshown, note
from functions.core.history import Entry
from functions.core.link import text_of
from functions.core.model import EventRef, Link, Shown

REFUSED_FIRST, REFUSED_MOST = timedelta(hours=1), timedelta(days=1)


def learn(
    conference: Conference, link: Link | None, shown: Shown | None, *, write: bool, now: datetime
) -> Conference:
    """Its system has said how to join. News goes to all events that carry it, if links are written at all.

    The first time, a link that the event shows already is none.
    """
    before = conference.published
    if link is None or link == before.link:
        return conference
    if before.link is None and shown is not None and _shows(shown, link):
        return replace(conference, published=Published(link=link))
    unwritten = tuple(Unshown(hold.ref, now) for hold in conference.holds) if write else ()
    learned = replace(conference, published=Published(link=link, since=now, unwritten=unwritten))
    return note(learned, Entry(at=now, row="E28", what="link changed"))


def _shows(shown: Shown, link: Link) -> bool:
    return link.join_url in shown.uris and (not link.passcode or link.passcode in shown.codes)


def show(conference: Conference, ref: EventRef, *, now: datetime) -> Conference:
    """An event that takes it up when its link has changed must show that link too; one that was refused is
    tried again.
    """
    published = conference.published
    if published.since is None:
        return conference
    others = tuple(one for one in published.unwritten if one.ref != ref)
    return _left(conference, (*others, Unshown(ref, now)))


def changed(conference: Conference, ref: EventRef, *, now: datetime) -> Conference:
    """The event is another by now: what was refused for it may be allowed."""
    return _tried_again(conference, lambda one: one.ref == ref, now)


def again(conference: Conference, *, now: datetime) -> Conference:
    """An operator says so."""
    return _tried_again(conference, lambda _: True, now)


def _tried_again(conference: Conference, which: Callable[[Unshown], bool], now: datetime) -> Conference:
    before = conference.published.unwritten
    due = tuple(one._replace(at=now) if one.refused and which(one) else one for one in before)
    return _left(conference, due) if due != before else conference


def _left(conference: Conference, unwritten: tuple[Unshown, ...]) -> Conference:
    return replace(conference, published=replace(conference.published, unwritten=unwritten))


def was_never_shown(conference: Conference, shown: Shown) -> bool:
    """Whether the event was never written this link. One whose text people have taken out since was."""
    link, since = conference.published.link, conference.published.since
    return link is not None and since is not None and shown.written != text_of(link)


def wrote(conference: Conference, deed: Entry) -> Conference:
    """The event of this deed shows the link, or must not."""
    left = tuple(one for one in conference.published.unwritten if one.ref != deed.event)
    return note(_left(conference, left), deed)


def refused(conference: Conference, deed: Entry, *, passing: bool) -> Conference:
    """The event of this deed may not be written to. A `passing` refusal is tried again, ever more seldom."""

    def later(one: Unshown) -> Unshown:
        pause = min(REFUSED_FIRST * 2 ** min(one.refused, 10), REFUSED_MOST)
        return one._replace(at=deed.at + pause if passing else None, refused=one.refused + 1)

    left = tuple(later(one) if one.ref == deed.event else one for one in conference.published.unwritten)
    return note(_left(conference, left), deed)
