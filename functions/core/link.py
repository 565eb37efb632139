"""How an event shows people the way into its conference, and what to write when that has changed.

A link is written to the location or to a block of the description, and is no part of what a conference system
is told of the event: else our own write would come back as a change. Conference data itself is not written:
Calendar refuses that to all but the add-on that made it (PROVIDERS.md 1).
"""

from html import escape
from typing import assert_never

from functions.core.model import Link, Place, Shown
from functions.core.text import plain

# A private extended property of the event, which remembers the text that we wrote.
PROPERTY = "conferenceSyncLink"
PROPERTY_CHARACTERS_MAX = 1_024
GLUE = "; "
BEGIN, END = "~~ Join the conference ~~", "~~ kept up to date automatically ~~"
GAPS = ("<br>", "<br/>", "<br />", "&nbsp;", "\n", "\r", " ")

Fields = dict[str, object]


def text_of(link: Link) -> str:
    """The link on one line."""
    return f"{link.join_url} (passcode {link.passcode})" if link.passcode else link.join_url


def writable(link: Link) -> bool:
    """Whether the event can remember it."""
    return len(text_of(link)) <= PROPERTY_CHARACTERS_MAX


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
    """What stands before our block, the block, and what stands after; without a block all stands before."""
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
    """A description is HTML even where it has no tag; then its lines end as those of plain text do."""
    newline = "<br>" if "<" in description else "\n"
    lines = [escape(line, quote=False) for line in _lines(link)]
    return newline * (2 if description else 0) + newline.join(lines)
