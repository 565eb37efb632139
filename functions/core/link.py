"""How an event shows people the way into its conference, and which events must show a link that has changed.

A link is written to the location or to a block of the description. It is not part of what is pushed of the
event: otherwise our own write would come back as a change. Conference data itself is not written: Calendar
refuses that to all but the add-on that made it (PROVIDERS.md 1).
"""

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from html import escape
from typing import assert_never

from functions.core.conference import Conference, Entry, Published, Unshown, note
from functions.core.model import EventRef, Link, Place, Shown
from functions.core.text import plain

# A private extended property of the event, which remembers the text that we wrote.
PROPERTY = "conferenceSyncLink"
PROPERTY_CHARACTERS_MAX = 1_024
REFUSED_FIRST, REFUSED_MOST = timedelta(hours=1), timedelta(days=1)
ROLL_OUT = timedelta(minutes=15)  # so long processes with settings of before may still be at work
GLUE = "; "
BEGIN, END = "~~ Join the conference ~~", "~~ kept up to date automatically ~~"
GAPS = ("<br>", "<br/>", "<br />", "&nbsp;", "\n", "\r", " ")

Fields = dict[str, object]


def text_of(link: Link) -> str:
    """The link on one line."""
    return f"{link.join_url} (passcode {link.passcode})" if link.passcode else link.join_url


def unwritable(link: Link, hosts: Collection[str]) -> str:
    """Why it may not be written into an event; empty if it may. With `hosts` only https links of these and of
    their subdomains are.
    """
    if len(text_of(link)) > PROPERTY_CHARACTERS_MAX:
        return "the link is too long for an event"
    scheme, _, rest = link.join_url.partition("://")
    host = re.split("[/?#]", rest, maxsplit=1)[0].rpartition("@")[2].partition(":")[0].lower()
    named = scheme.lower() == "https" and any(host == one or host.endswith(f".{one}") for one in hosts)
    return "" if named or not hosts else "the link is no https link of LINK_HOSTS"


def own_location(location: str, written: str) -> str:
    """The location without what we wrote there."""
    if not written or written not in location:
        return location
    before, _, after = location.partition(written)
    return GLUE.join(filter(None, [before.removesuffix(GLUE), after.removeprefix(GLUE)]))


def own_description(html: str) -> str:
    """The description without the block that we wrote there."""
    before, block, after = _cut(html)
    return before + after if block else html


def _cut(html: str) -> tuple[str, str, str]:
    """The text before our block, the block, and the text after it; without a block, all is before it."""
    start = html.find(BEGIN)
    end = html.find(END, start)
    if start < 0 or end < 0:
        return html, "", ""
    before, stop = start, end + len(END)
    while html.endswith(GAPS, 0, before):
        before -= next(len(gap) for gap in GAPS if html.endswith(gap, 0, before))
    return html[:before], html[start:stop], html[stop:]


def news(shown: Shown, link: Link, place: Place) -> Fields | None:
    """The event's fields as they must be to show the link; None if it shows it already, or must not."""
    text = text_of(link)
    match place:
        case Place.OFF:
            return None
        case Place.LOCATION:
            location = GLUE.join(filter(None, [own_location(shown.location, shown.written), text]))
            return None if shown.location == location else {"location": location} | _remember(text)
        case Place.DESCRIPTION:
            if plain(_cut(shown.description)[1]) == plain(_block(link, "")):
                return None
            described = own_description(shown.description)
            return {"description": described + _block(link, described)} | _remember(text)
        case _:
            assert_never(place)


def _remember(text: str) -> Fields:
    return {"extendedProperties": {"private": {PROPERTY: text}}}


def _lines(link: Link) -> list[str]:
    code = [f"Passcode: {link.passcode}"] if link.passcode else []
    return [BEGIN, link.join_url, *code, END]


def _block(link: Link, description: str) -> str:
    """A description is HTML even if it has no tag; without a tag, its lines end as in plain text."""
    newline = "<br>" if "<" in description else "\n"
    lines = [escape(line, quote=False) for line in _lines(link)]
    return newline * (2 if description else 0) + newline.join(lines)


def learn(
    conference: Conference, link: Link, shown: Shown | None, *, write: bool, now: datetime
) -> Conference:
    """Its system gave another link. With `write`, all events that hold the conference must show it; without,
    those that somebody else wants to show a link.

    The first link is not new if the event shows it already.
    """
    before = conference.published
    if before.link is None and shown is not None and _shows(shown, link):
        return replace(conference, published=Published(link=link))
    unwritten = tuple(Unshown(hold.ref, now) for hold in conference.holds) if write else before.unwritten
    learned = replace(conference, published=Published(link=link, since=now, unwritten=unwritten))
    return note(learned, Entry(at=now, row="E28", what="link changed"))


def is_another(conference: Conference, link: Link | None) -> bool:
    """Whether a call that was overtaken tells of another link than the newer one did."""
    return link is not None and conference.published.link not in (None, link)


def _shows(shown: Shown, link: Link) -> bool:
    return link.join_url in shown.uris and (not link.passcode or link.passcode in shown.codes)


def show(conference: Conference, ref: EventRef, *, now: datetime) -> Conference:
    """An event that takes the conference up after its link has changed must show that link too. If that was
    refused before, it is tried again.
    """
    published = conference.published
    if published.since is None:
        return conference
    others = tuple(one for one in published.unwritten if one.ref != ref)
    return _left(conference, (*others, Unshown(ref, now)))


def changed(conference: Conference, ref: EventRef, *, now: datetime) -> Conference:
    """The event has changed: a write that was refused may be allowed now."""
    return _again(conference, lambda one: one.ref == ref, now)


def tried_again(conference: Conference, *, now: datetime) -> Conference:
    """An operator says so: refused writes are due again."""
    return _again(conference, lambda _: True, now)


def _again(conference: Conference, which: Callable[[Unshown], bool], now: datetime) -> Conference:
    before = conference.published.unwritten
    due = tuple(one._replace(at=now) if one.refused and which(one) else one for one in before)
    return _left(conference, due) if due != before else conference


def _left(conference: Conference, unwritten: tuple[Unshown, ...]) -> Conference:
    return replace(conference, published=replace(conference.published, unwritten=unwritten))


def was_never_shown(conference: Conference, shown: Shown) -> bool:
    """Whether this link was never written to the event. If people took our text out, it was written."""
    link, since = conference.published.link, conference.published.since
    return link is not None and since is not None and shown.written != text_of(link)


def wrote(conference: Conference, entry: Entry) -> Conference:
    """The event of this entry shows the link, or must not show it."""
    left = tuple(one for one in conference.published.unwritten if one.ref != entry.event)
    return note(_left(conference, left), entry)


def given_up(conference: Conference, *, now: datetime) -> Conference:
    """Links are not written. What is due for only a while is left to those who may write them by newer
    settings; after that nobody does.
    """
    unwritten = conference.published.unwritten
    return _left(conference, tuple(one for one in unwritten if not one.at or now < one.at + ROLL_OUT))


def not_shown(conference: Conference, entry: Entry, *, passing: bool) -> Conference:
    """The event of this entry may not be written to. A `passing` refusal is tried again, ever less often."""

    def later(one: Unshown) -> Unshown:
        pause = min(REFUSED_FIRST * 2 ** min(one.refused, 10), REFUSED_MOST)
        return one._replace(at=entry.at + pause if passing else None, refused=one.refused + 1)

    left = tuple(later(one) if one.ref == entry.event else one for one in conference.published.unwritten)
    return note(_left(conference, left), entry)
