"""Seeds: what a stand-in begins with, what is wrong with a line, and how all comes back from an export."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from gcal_standin import server
from gcal_standin.seed.lines import BadSeed
from gcal_standin.server import Server
from tests.standin.caller import Caller, Json
from tests.standin.samples import all_day, conference, series, timed

OWNER, BOB, TEAM = "owner@example.com", "bob@example.com", "team@group.calendar.google.com"
SEED: list[Json] = [
    {"event": timed(attendees=[{"email": BOB}])},
    {"event": series(conferenceData=conference()), "in": TEAM},
    {"user": BOB, "timeZone": "Europe/Berlin", "settings": {"locale": "de"}},
    {
        "calendar": TEAM,
        "owner": BOB,
        "summary": "Team",
        "acl": [{"role": "writer", "scope": {"type": "user", "value": OWNER}}],
        "entries": {OWNER: {"colorId": "3"}},
    },
]


def lines(objects: list[Json]) -> str:
    return "".join(json.dumps(each) + "\n" for each in objects)


def shown(standin: Server) -> list[Any]:
    """All that the API tells of both users."""
    found: list[Any] = []
    for user in (OWNER, BOB):
        with Caller(standin.url, user) as caller:
            lists = caller.ok("GET", "users/me/calendarList", showHidden=True)["items"]
            found.append([entry | {"etag": ""} for entry in lists])
            found.append({s["id"]: s["value"] for s in caller.ok("GET", "users/me/settings")["items"]})
            for entry in lists:
                found.append(caller.events(entry["id"]).all(showDeleted=True)[0])
                found.append(caller.events(entry["id"]).all(singleEvents=True)[0])
    return found


def test_a_stand_in_begins_with_its_seed(tmp_path: Path) -> None:
    """Lines in any order, empty ones and remarks among them; guests have copies as always."""
    file = tmp_path / "seed.jsonl"
    file.write_text(f"# who and what\n\n{lines(SEED)}")
    with server.start(seed=file) as standin, Caller(standin.url, BOB) as bob, Caller(standin.url) as caller:
        assert caller.events().page()["items"][0]["attendees"][0]["email"] == BOB
        assert bob.events().page()["items"][0]["organizer"]["email"] == OWNER
        assert caller.events(TEAM).page()["items"][0]["conferenceData"]["conferenceId"] == "room-1"
        assert bob.ok("GET", "users/me/settings/locale")["value"] == "de"
        assert bob.ok("GET", "users/me/settings/timezone")["value"] == "Europe/Berlin"
        entry = caller.ok("GET", f"users/me/calendarList/{TEAM}")
        assert (entry["accessRole"], entry["colorId"], entry["dataOwner"]) == ("writer", "3", BOB)


def test_an_export_makes_the_same_again(standin: Server, caller: Caller) -> None:
    """Ids, etags, exceptions, deleted events, guests' answers, rules, lists and settings: all is there."""
    standin.seed(SEED)
    events = caller.events()
    weekly = events.insert(series())["id"]
    events.patch(f"{weekly}_20260112T090000Z", {"summary": "Mine"})
    events.delete(f"{weekly}_20260119T090000Z")
    events.delete(events.insert(all_day())["id"])
    with Caller(standin.url, BOB) as bob:
        copy = bob.events().page()["items"][0]
        bob.events().patch(copy["id"], {"attendees": [{"email": BOB, "responseStatus": "accepted"}]})
    before, exported = shown(standin), standin.export()

    with server.start(seed=exported) as other, Caller(other.url) as there:
        assert shown(other) == before
        assert other.export() == exported
        there.events().patch(weekly, {"summary": "All"})
        assert there.events().get(f"{weekly}_20260112T090000Z")["summary"] == "Mine"
        ids = {json.loads(line)["event"]["id"] for line in exported.splitlines() if '"event"' in line}
        assert there.events().insert(timed())["id"] not in ids


def test_odd_events_come_back() -> None:
    """What was put in unchecked is exported so, and taken so."""
    odd = {"id": "odd", "start": {"date": "soon"}, "end": {}, "colour": "red"}
    with server.start() as standin:
        standin.control("POST", "events", {"calendarId": OWNER, "event": odd})
        exported = standin.export()
    with server.start(seed=exported) as other, Caller(other.url) as there:
        found = there.events().get("odd")
    assert odd | found == found


def test_what_google_told_is_taken_as_it_is(standin: Server, caller: Caller) -> None:
    """An event with its `kind`, as the API answers it, keeps all it says but what it says of its reader."""
    told: Json = {
        "kind": "calendar#event",
        "id": "abc123",
        "etag": '"3532190428455966"',
        "status": "confirmed",
    }
    told |= {"iCalUID": "abc123@google.com", "created": "2025-12-18T22:00:14.000Z", "sequence": 4}
    told |= {"updated": "2025-12-18T22:00:14.227Z", "organizer": {"email": BOB, "self": True}, **all_day()}
    standin.seed([{"event": told | {"htmlLink": "https://example.com/"}}])

    found = caller.events().get("abc123")
    assert found["organizer"] == {"email": BOB}
    same = ("etag", "iCalUID", "created", "updated", "sequence", "start", "end")
    assert {name: found[name] for name in same} == {name: told[name] for name in same}


WRONG = {
    "no JSON": ("{", "This is no JSON (Expecting property name"),
    "no object": ([1], 'This is a list. A line is one object such as {"user": "bob@example.com"'),
    "nothing known": (
        {"usr": 1},
        "A line has one of `user`, `calendar` and `event`, and this has none of them.",
    ),
    "two things": ({"user": BOB, "event": {}}, "and this has `user` and `event`."),
    "unknown field of a line": (
        {"user": BOB, "zone": "UTC"},
        "no `zone` in a line with `user`: did you mean `timeZone`?",
    ),
    "type of a field": ({"user": 5}, '`user` is a text, as in {"user": "bob@example.com"'),
    "no address": ({"user": "bob"}, "`user` is an address such as bob@example.com, and is 'bob'."),
    "zone": (
        {"user": BOB, "timeZone": "Mars"},
        "`timeZone` is the name of a time zone such as Europe/Berlin",
    ),
    "setting": ({"user": BOB, "settings": {"weekStart": "2"}}, "weekStart is one of 0, 1, 6, not '2'."),
    "owner": ({"calendar": TEAM, "owner": BOB}, 'There is no user bob@example.com: give it a line, {"user":'),
    "no id": ({"calendar": ""}, "The id of a calendar is missing: give one such as"),
    "role": (
        {"calendar": TEAM, "acl": [{"role": "king", "scope": {"type": "default"}}]},
        "`acl[0].role` is one of none, freeBusyReader,",
    ),
    "scope": (
        {"calendar": TEAM, "acl": [{"role": "reader", "scope": {"type": "user"}}]},
        '`acl[0].scope` is {"type": "user", "value": "bob@example.com"}',
    ),
    "rule": (
        {"calendar": TEAM, "acl": [{"rol": "reader"}]},
        "There is no `rol` in `acl[0]`: did you mean `role`?",
    ),
    "entry": (
        {"calendar": TEAM, "entries": {OWNER: {"colorId": "99"}}},
        "Invalid colorId value. It is a text, from 1",
    ),
    "event's field": (
        {"event": timed(sumary="x")},
        "There is no `sumary` in `event`: did you mean `summary`?",
    ),
    "event's nested field": (
        {"event": timed() | {"start": {"dateTme": "x"}}},
        "in `event.start`: did you mean `dateTime`?",
    ),
    "event's type": ({"event": timed(attendees="bob")}, "`event.attendees` is a list, and here it is 'bob'."),
    "event's whole number": (
        {"event": timed(sequence=True)},
        "`event.sequence` is a whole number, and here it is True.",
    ),
    "event's day": ({"event": all_day("5 January")}, "`event.start.date` is a date such as 2026-01-05"),
    "event's moment": (
        {"event": timed("soon")},
        "`event.start.dateTime` is a moment such as 2026-01-05T10:00",
    ),
    "event's zone": (
        {"event": timed() | {"end": {"timeZone": "Mars"}}},
        "`event.end.timeZone` is the name of a time zone such as",
    ),
    "calendar of an event": (
        {"event": timed(), "in": TEAM},
        f'no calendar {TEAM}: give it a line, {{"calendar":',
    ),
    "no times": ({"event": {"summary": "x"}}, "Missing start time. An event has `start` and `end`"),
    "no offset": (
        {"event": timed("2026-01-05T10:00:00")},
        "Give `timeZone`, which a series needs, or an offset",
    ),
    "backwards": ({"event": timed(end="2026-01-05T09:00:00Z")}, "`end` is not before `start`."),
    "day and moment": (
        {"event": timed() | {"end": {"date": "2026-01-06"}}},
        "Give both days, or both moments.",
    ),
    "rule of a series": ({"event": series("FREQ=HOURLY")}, "A line is such as RRULE:FREQ=WEEKLY;COUNT=4"),
    "id": ({"event": timed(id="xyz")}, "An id has 5 to 1,024 of the digits and the letters a to v."),
    "guest": ({"event": timed(attendees=[{"email": "bob"}])}, "email is an address such as bob@example.com."),
    "answer": (
        {"event": timed(attendees=[{"email": BOB, "responseStatus": "yes"}])},
        "It is needsAction, declined",
    ),
    "status": ({"event": timed(status="maybe")}, "It is confirmed, tentative or cancelled."),
    "kind of event": ({"event": timed(eventType="party")}, "It is one of birthday, default, focusTime"),
    "colour": ({"event": timed(colorId="12")}, "It is a text, from 1 to 11 for events"),
    "reminder": ({"event": timed(reminders={"overrides": [{"method": "sms"}]})}, "It is email or popup."),
    "conference": (
        {"event": timed(conferenceData={"notes": "x"})},
        "It has a `conferenceSolution` and `entryPoints`",
    ),
    "told without an id": (
        {"event": timed(kind="calendar#event")},
        "Missing id. Give the `id` that Google gave it.",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_line(standin: Server, name: str) -> None:
    """A sentence says which line it is, what is wrong and what would be right; nothing at all was taken."""
    wrong, said = WRONG[name]
    text = wrong if isinstance(wrong, str) else json.dumps(wrong)
    before = standin.export()

    with pytest.raises(BadSeed) as refused:
        standin.seed(f'{{"user": "new@example.com"}}\n\n{text}\n')

    (sentence,) = refused.value.sentences
    assert sentence.startswith("line 3: ")
    assert said in sentence
    assert sentence.endswith((".", "?"))
    assert standin.export() == before


def test_all_that_is_wrong_is_said_at_once(standin: Server) -> None:
    """Each fault of each line has its sentence, so that one look mends the file."""
    with pytest.raises(BadSeed) as refused:
        standin.seed([{"event": timed(sumary=1, colour=2)}, {"user": "bob"}])
    with pytest.raises(BadSeed) as later:
        standin.seed([{"event": timed(id="x")}, {"user": BOB}, {"event": timed(), "in": "nowhere"}])

    assert [each.partition(":")[0] for each in refused.value.sentences] == ["line 1", "line 1", "line 2"]
    assert [each.partition(":")[0] for each in later.value.sentences] == ["line 1", "line 3"]


def test_what_is_there_already(standin: Server, caller: Caller) -> None:
    """A user or calendar that there is takes on what the line says; an event is not made twice."""
    standin.seed([{"calendar": TEAM, "summary": "Team", "location": "Rome"}])
    standin.seed([{"calendar": TEAM, "summary": "Crew"}, {"user": OWNER, "timeZone": "Asia/Tokyo"}])

    assert caller.ok("GET", f"calendars/{TEAM}")["summary"] == "Crew"
    assert caller.ok("GET", f"calendars/{TEAM}")["location"] == "Rome"
    assert caller.ok("GET", "calendars/primary")["timeZone"] == "Asia/Tokyo"
    caller.events().insert(timed())
    standin.seed([{"event": timed(id="abcde")}, {"event": timed()}])
    assert len(caller.events().page()["items"]) == 3
    with pytest.raises(BadSeed, match="Leave `id` and `iCalUID` out, or take others"):
        standin.seed([{"event": timed(id="abcde")}])


def test_seed_and_export_over_http(standin: Server, caller: Caller) -> None:
    """A file is posted as it is, what is wrong comes back as sentences, and an export is such a file."""
    with httpx.Client(base_url=f"{standin.url}/standin/") as http:
        counted = http.post("seed", content=lines(SEED))
        assert counted.json() == {"users": 1, "calendars": 1, "events": 2}
        refused = http.post("seed", content='{"user": "bob"}\nnope\n')
        assert refused.status_code == 400
        assert [each[:7] for each in refused.json()["errors"]] == ["line 1:", "line 2:"]
        exported = http.get("export")
        assert exported.text == standin.export()
        assert [json.loads(line) for line in exported.text.splitlines()] == standin.control("GET", "export")
    assert len(caller.events(TEAM).page()["items"]) == 1


def test_a_seed_notifies_and_is_kept(tmp_path: Path) -> None:
    """What is seeded is a change like any other: a token tells it, and the file has it; it is seeded once."""
    data = tmp_path / "data"
    with server.start(data=data, seed=SEED) as standin, Caller(standin.url) as caller:
        _, token = caller.events().all()
        standin.seed([{"event": timed(id="later")}])
        assert [item["id"] for item in caller.events().all(syncToken=token)[0]] == ["later"]
    with server.start(data=data, seed=SEED) as standin, Caller(standin.url) as caller:
        assert len(caller.events().page()["items"]) == 2
        assert len(caller.events(TEAM).page()["items"]) == 1
