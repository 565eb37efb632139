"""Where an event shows people the way into its conference, and when it is written to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.adapters.calendar.event import read
from functions.core.actions import Action, Keep, Park, Write
from functions.core.conference import Conference, Published
from functions.core.decide import UNCLEAR, decide_link
from functions.core.model import Event, EventRef, Link, Place, Shown, Solution, Unreadable
from tests.core.samples import OTHER, cancelled, held, live, without


def linked(link: Link) -> Conference:
    return held(published=Published(link=link))


NEW = Link("https://meet.example.com/2", "12")
NEW_TEXT = "https://meet.example.com/2 (passcode 12)"
LINKED = linked(NEW)
BLOCK = (
    "~~ Join the conference ~~\nhttps://meet.example.com/2\nPasscode: 12\n~~ kept up to date automatically ~~"
)
BY_THE_PAGE = BLOCK.replace("\n", "<br>").replace(
    NEW.join_url, f'<a href="https://www.google.com/url?q={NEW.join_url}&amp;sa=D">{NEW.join_url}</a>'
)
MARK: dict[str, object] = {"extendedProperties": {"private": {"conferenceSyncLink": NEW_TEXT}}}


def written(**fields: object) -> Write:
    return Write("E28", fields | MARK)


LOCATION, DESCRIPTION = Place.LOCATION, Place.DESCRIPTION
AT_ROOM_5 = Shown(location="Room 5")
LINKS: list[tuple[str, Event | Unreadable, Conference, Place, Write | Keep | Park]] = [
    ("off", live(shown=AT_ROOM_5), LINKED, Place.OFF, Keep("E28")),
    ("no-link", live(shown=AT_ROOM_5), held(), LOCATION, Keep("E28")),
    ("empty", live(shown=Shown()), LINKED, LOCATION, written(location=NEW_TEXT)),
    ("beside-a-room", live(shown=AT_ROOM_5), LINKED, LOCATION,
     written(location=f"Room 5; {NEW_TEXT}")),
    ("in-place-of-the-old", live(shown=Shown(location="old; Room 5", written="old")), LINKED, LOCATION,
     written(location=f"Room 5; {NEW_TEXT}")),
    ("shown", live(shown=Shown(location=NEW_TEXT, written=NEW_TEXT)), LINKED, LOCATION, Keep("E28")),
    ("block", live(shown=Shown(description="Agenda")), LINKED, DESCRIPTION,
     written(description=f"Agenda\n\n{BLOCK}")),
    ("block-in-html", live(shown=Shown(description="<b>Agenda</b>")), LINKED, DESCRIPTION,
     written(description="<b>Agenda</b><br><br>" + BLOCK.replace("\n", "<br>"))),
    ("block-replaced", live(shown=Shown(description=f"A<br><br>{BLOCK.replace('2', '1')}<br>B")), LINKED,
     DESCRIPTION, written(description="A<br>B<br><br>" + BLOCK.replace("\n", "<br>"))),
    ("block-shown", live(shown=Shown(description=f"Agenda <br>\n{BLOCK}")), LINKED, DESCRIPTION, Keep("E28")),
    ("block-rewritten",
     live(shown=Shown(description=BLOCK.replace("https://meet.example.com/2",
                                                '<a href="https://meet.example.com/2">https://meet.example.com/2</a>'))),
     LINKED, DESCRIPTION, Keep("E28")),
    ("block-rewritten-by-the-page", live(shown=Shown(description=BY_THE_PAGE)), LINKED, DESCRIPTION,
     Keep("E28")),
    ("let-go", without(), LINKED, LOCATION, Park("E28", UNCLEAR)),
    ("deleted", cancelled(), LINKED, LOCATION, Park("E28", UNCLEAR)),
    ("swapped", live(carries=OTHER, shown=Shown()), LINKED, LOCATION, Park("E28", UNCLEAR)),
    ("unreadable", Unreadable(ref=EventRef("c", "e1"), reason="no"), LINKED, LOCATION, Park("E28", UNCLEAR)),
    ("too-long", live(shown=Shown()), linked(Link("https://x/" + "a" * 1_024)), LOCATION,
     Park("E28", "the link is too long for an event")),
]  # fmt: skip


@pytest.mark.parametrize(("event", "conference", "place", "action"), [row[1:] for row in LINKS],
                         ids=[row[0] for row in LINKS])  # fmt: skip
def test_link(event: Event | Unreadable, conference: Conference, place: Place, action: Action) -> None:
    """An event is written to only where it does not show the link, and keeps what is not ours."""
    assert decide_link(event, conference, place) == action


@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from([LOCATION, DESCRIPTION]))
def test_what_was_written_is_shown_and_no_part_of_what_is_told(
    location: str, description: str, place: Place
) -> None:
    """Written once, nothing more is to be written; and what is pushed stays the same."""
    event: dict[str, object] = {
        "id": "e1",
        "location": location,
        "description": description,
        "start": {"date": "2026-03-02"},
        "end": {"date": "2026-03-03"},
        "conferenceData": {"conferenceId": "r1", "conferenceSolution": {"name": "Web"}},
    }
    solutions = (Solution(provider="webhook", name="Web"),)
    before = read(event, "c", solutions)
    action = decide_link(before, LINKED, place)
    assert isinstance(action, Write)
    after = read(event | dict(action.fields), "c", solutions)
    assert after.meeting == before.meeting
    assert decide_link(after, LINKED, place) == Keep("E28")


@pytest.mark.slow
def test_a_block_far_below_the_description_is_found_in_linear_time() -> None:
    """However many blank lines somebody left before it."""
    far = Shown(description="Agenda" + "\n" * 300_000 + BLOCK.replace("2", "1"))
    assert decide_link(live(shown=far), LINKED, DESCRIPTION) == written(description=f"Agenda\n\n{BLOCK}")


def test_a_passcode_that_ends_in_a_space_is_shown_as_any_other() -> None:
    """No text that a system may choose makes the same event be written again and again."""
    link = Link("https://meet.example.com/2", "1 ")
    action = decide_link(live(shown=Shown()), linked(link), DESCRIPTION)
    assert isinstance(action, Write)
    shown = Shown(description=str(action.fields["description"]))
    assert decide_link(live(shown=shown), linked(link), DESCRIPTION) == Keep("E28")


def test_a_passcode_is_no_markup() -> None:
    """A description is HTML: what a conference system answers is shown as it is, and does nothing there."""
    link = Link("https://meet.example.com/2", "<a href='https://evil.example.com'>&")
    action = decide_link(live(shown=Shown(description="<b>Agenda</b>")), linked(link), DESCRIPTION)
    assert isinstance(action, Write)
    assert "&lt;a href='https://evil.example.com'&gt;&amp;" in str(action.fields["description"])


@pytest.mark.parametrize(
    ("url", "hosts", "reason"),
    [
        ("https://meet.example.com/r1", (), ""),
        ("https://meet.example.com/r1", ("example.com",), ""),
        ("https://meet.example.com:8443/r1?x#y", ("meet.example.com",), ""),
        ("HTTPS://Meet.Example.com/r1", ("meet.example.com",), ""),
        ("http://meet.example.com/r1", (), ""),
        ("http://meet.example.com/r1", ("example.com",), "https"),
        ("https://evil.example/r1", ("example.com",), "LINK_HOSTS"),
        ("https://evilexample.com/r1", ("example.com",), "LINK_HOSTS"),
        ("https://example.com.evil.net/r1", ("example.com",), "LINK_HOSTS"),
        ("https://evil.net/example.com", ("example.com",), "LINK_HOSTS"),
        ("https://evil.net?example.com", ("example.com",), "LINK_HOSTS"),
        ("https://example.com@evil.net/", ("example.com",), "LINK_HOSTS"),
        ("https://evil.net#@example.com", ("example.com",), "LINK_HOSTS"),
    ],
)
def test_whose_links_are_written(url: str, hosts: tuple[str, ...], reason: str) -> None:
    """If hosts are named, only https links of these; of another the event is set aside, with the reason."""
    action = decide_link(live(shown=Shown()), linked(Link(url)), DESCRIPTION, hosts)
    assert isinstance(action, Park if reason else Write)
    assert reason in getattr(action, "reason", "")
