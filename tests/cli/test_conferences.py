"""What a user's calendars hold: each conference with its event, its dates, and how it stands."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from functions.core.conference import Conference, Parked, Refusal
from functions.core.hold import Hold
from functions.core.model import ConferenceKey, EventRef
from tests.cli.house import House
from tests.support.rig import OWNER

AGO = datetime.now(UTC) - timedelta(hours=2)
BOB = "bob@example.com"


def plant(house: House, name: str, calendar_id: str = OWNER, **changes: object) -> None:
    """A record as a sync would have left it."""
    usual = Conference(
        key=ConferenceKey("webhook", name),
        holds=(Hold(ref=EventRef(calendar_id, f"of-{name}"), over_on="2026-06-08"),),
        applied="all of it",
    )
    assert house.store().save(replace(usual, **changes), None)  # type: ignore[arg-type]


def test_for_people(enrolled: House) -> None:
    """What needs somebody comes first, with why; then what is well, with its dates and its link."""
    room = enrolled.room()
    event = enrolled.people().add(room, summary="Planning", recurrence=["RRULE:FREQ=WEEKLY;COUNT=3"])
    enrolled.run("sync", OWNER)
    plant(enrolled, "no", refused=Refusal(reason="it said no", since=AGO))
    ran = enrolled.run("conferences", OWNER)
    head, parked, live, blank, count = ran.out.splitlines()
    assert (ran.code, blank, count) == (0, "", "2 conferences")
    assert head.split() == ["CONFERENCE", "PROVIDER", "STATE", "WHEN", "CALENDAR", "EVENT", "LINK", "WHY"]
    assert parked.split() == [
        "no",
        "webhook",
        "parked",
        "2026-06-08",
        OWNER,
        "of-no",
        "-",
        "it",
        "said",
        "no",
    ]
    told = live.split()
    assert (told[:3], told[4], told[6:8]) == ([room, "webhook", "live"], "to", [OWNER, event])
    assert "Planning" not in ran.out


def test_for_programs(enrolled: House) -> None:
    """One document; a passing refusal says when it is tried again, an occurrence which date it is of."""
    plant(enrolled, "busy", parked=Parked(reason="429", since=AGO, retry_at=AGO))
    ran = enrolled.run("conferences", OWNER, "--json")
    assert ran.json == {
        "user": OWNER,
        "conferences": [
            {
                "provider": "webhook",
                "conference_id": "busy",
                "state": "waiting",
                "why": [
                    {
                        "occurrence": None,
                        "reason": "429",
                        "since": AGO.isoformat(),
                        "retry_at": AGO.isoformat(),
                    }
                ],
                "link": None,
                "calendar_id": OWNER,
                "events": [{"event_id": "of-busy", "first": None, "last": "2026-06-08"}],
            }
        ],
    }
    assert "429 (tried again at 20" in enrolled.run("conferences", OWNER).out


def test_titles_are_asked_of_calendar(enrolled: House) -> None:
    """Only if they are wanted; one that cannot be read has none."""
    enrolled.people().add(enrolled.room(), summary="Planning")
    enrolled.run("sync", OWNER)
    plant(enrolled, "gone")
    ran = enrolled.run("conferences", OWNER, "--titles")
    assert [line.count("Planning") for line in ran.out.splitlines()[1:3]].count(1) == 1
    found = {
        one["conference_id"]: one
        for one in enrolled.run("conferences", OWNER, "--titles", "--json").json["conferences"]
    }
    assert found["gone"]["events"][0]["title"] is None
    assert sorted(str(one["events"][0]["title"]) for one in found.values()) == ["None", "Planning"]
    enrolled.fault("events.get", 403, "forbidden", times=9)
    assert "Planning" not in enrolled.run("conferences", OWNER, "--titles").out


def test_all_calendars_of_a_user_and_no_others(house: House) -> None:
    """Those that are read as this user; by a calendar's id, that one's."""
    house.calendar.control("POST", "calendars", {"id": "team", "owner": OWNER})
    house.calendar.seed([{"calendar": BOB}])
    house.run("enrol", OWNER)
    house.run("enrol", "team", "--user", OWNER)
    house.run("enrol", BOB)
    for name, calendar_id in (("mine", OWNER), ("ours", "team"), ("his", BOB)):
        plant(house, name, calendar_id)
    found = house.run("conferences", OWNER, "--json").json["conferences"]
    assert [(one["conference_id"], one["calendar_id"]) for one in found] == [
        ("mine", OWNER),
        ("ours", "team"),
    ]
    found = house.run("conferences", "team", "--json").json["conferences"]
    assert [one["conference_id"] for one in found] == ["ours"]


def test_nobody_and_nothing(enrolled: House) -> None:
    """Both are said; a user without an enrolment is not known."""
    assert enrolled.run("conferences", OWNER).out == f"the calendars of {OWNER} hold no conference\n"
    ran = enrolled.run("conferences", "nobody@example.com")
    assert (ran.code, "no calendar of nobody@example.com is enrolled" in ran.err) == (3, True)
