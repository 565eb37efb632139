"""Enrolling, leaving and syncing by hand: what is said, in which form, and with which exit code."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from functions.core.enrolment import Trouble
from tests.cli.house import BUSY, House
from tests.support.rig import OWNER


def test_enrol_watches_and_syncs(house: House) -> None:
    """The calendar is watched and read once, under its own id, and the answer is the function's own."""
    ran = house.run("enrol", "primary", "--json")
    assert ran.code == 0
    assert set(ran.json) == {"calendar_id", "channel", "synced", "watchable"}
    assert (ran.json["calendar_id"], ran.json["synced"]) == (OWNER, True)
    assert [channel["id"] for channel in house.calendar.control("GET", "channels")] == [
        ran.json["channel"]["id"]
    ]


def test_enrol_for_people(enrolled: House) -> None:
    """Repeated, it changes nothing and says the same in a sentence."""
    ran = enrolled.run("enrol", OWNER)
    assert ran.code == 0
    assert ran.out.startswith(f"{OWNER} is enrolled: watched until 20")
    assert ran.out.endswith("; synced\n")
    assert len(enrolled.calendar.control("GET", "channels")) == 1


def test_enrol_what_cannot_be_watched(house: House) -> None:
    """A calendar that cannot be watched is enrolled, and the output says that it is polled."""
    house.calendar.control("POST", "watchable", {"calendarId": OWNER, "watchable": False})
    ran = house.run("enrol", OWNER)
    assert (ran.code, "the sweep polls it" in ran.out) == (0, True)


def test_enrol_without_a_first_sync(house: House) -> None:
    """When the first sync fails for a passing reason it is enrolled, and the exit code says later."""
    house.fault("events.list", 403, "quotaExceeded", skip=1)
    ran = house.run("enrol", OWNER)
    assert (ran.code, "the first sync did not end well" in ran.out) == (5, True)


def test_enrol_what_is_not_there(house: House) -> None:
    """A calendar that does not exist is a failure with the next step, in both forms."""
    ran = house.run("enrol", "nobody@example.com")
    assert (ran.code, ran.out) == (1, "")
    assert "nobody@example.com" in ran.err
    assert "python -m functions doctor" in ran.err
    told = house.run("enrol", "nobody@example.com", "--json").json["error"]
    assert (told["exit"], told["kind"]) == (1, "AccessLost")


def test_enrol_what_another_user_enrolled(house: House) -> None:
    """A second user is refused."""
    assert house.run("enrol", OWNER, "--user", OWNER).code == 0
    ran = house.run("enrol", OWNER, "--user", "bob@example.com")
    assert ran.code == 1
    assert ran.err == f"calendar {OWNER} is enrolled by another user\n"


def test_leave(enrolled: House) -> None:
    """The channel is stopped and the calendar forgotten; a second time it is not known."""
    ran = enrolled.run("leave", OWNER)
    assert (ran.code, ran.out.startswith(f"{OWNER} is forgotten")) == (0, True)
    assert enrolled.calendar.control("GET", "channels") == []
    again = enrolled.run("leave", OWNER, "--json")
    assert (again.code, again.json["error"]["exit"]) == (3, 3)
    assert again.err.startswith(f"calendar {OWNER} is not enrolled\nSee what is known")


def test_leave_and_erase(enrolled: House) -> None:
    """What was searched and changed is said; it works for one that left before, and names what else is read
    as the same user.
    """
    event = enrolled.people().add(enrolled.room())
    enrolled.run("sync", OWNER)
    enrolled.people().delete(event)
    enrolled.run("sync", OWNER)
    enrolled.run("sweep")
    enrolled.run("leave", OWNER)
    ran = enrolled.run("leave", OWNER, "--erase")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        f"{OWNER} is erased from what is stored; no conference was touched\n"
        "1 record searched, 1 record changed or removed\n"
    )
    assert enrolled.run("leave", OWNER, "--erase", "--json").json == {
        "calendar_id": OWNER,
        "still_enrolled": [],
    }


def test_leave_and_erase_names_the_other_calendars(enrolled: House) -> None:
    """They go on being read as the user, who is named by them."""
    enrolled.calendar.control("POST", "calendars", {"id": "team@example.com"})
    assert enrolled.run("enrol", "team@example.com", "--user", OWNER).code == 0
    ran = enrolled.run("leave", OWNER, "--erase")
    assert "let these leave, too, which are read as the same user: team@example.com" in ran.out


def test_leave_needs_no_provider(enrolled: House) -> None:
    """Settings that a command does not use may be missing."""
    enrolled.unset("WEBHOOK_URL", "WEBHOOK_SECRET", "NOTIFICATION_URL", "CHANNEL_TOKEN_KEYS")
    assert enrolled.run("leave", OWNER, "--json").json == {"calendar_id": OWNER}


def test_sync_brings_in_step(enrolled: House) -> None:
    """A change reaches its conference, and what was read and done is printed."""
    room = enrolled.room()
    enrolled.people().add(room, summary="Planning")
    ran = enrolled.run("sync", OWNER)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{OWNER} is synced\n1 page read, 1 event read, 1 change made\n"
    found = enrolled.conferences.rooms.find(room)
    assert found is not None
    assert found["title"] == "Planning"


def test_sync_for_programs(enrolled: House) -> None:
    """Every count is there, zero or not."""
    assert enrolled.run("sync", OWNER, "--json").json == {
        "calendar_id": OWNER,
        "outcome": "synced",
        "trouble": "",
        "pages_read": 1,
        "events_read": 0,
        "changes_made": 0,
        "changes_refused": 0,
        "conferences_gone": 0,
        "channels_opened": 0,
    }


def test_sync_of_a_resting_calendar(enrolled: House) -> None:
    """An operator's sync is made even when the calendar backs off."""
    later = datetime.now(UTC) + timedelta(hours=1)
    enrolled.change(lambda found: replace(found, trouble=Trouble(backoff_until=later)))
    assert enrolled.run("sync", OWNER, "--json").json["outcome"] == "synced"


def test_sync_without_access(enrolled: House) -> None:
    """Lost access is a failure that names the reason."""
    enrolled.fault("events.list", 404, "notFound")
    ran = enrolled.run("sync", OWNER)
    assert (ran.code, f"{OWNER} cannot be read" in ran.out, "404" in ran.out) == (1, True, True)
    assert "warning: calendar.access_lost" in ran.err


def test_sync_when_the_quota_is_spent(enrolled: House) -> None:
    """It says that the calendar backs off, and the exit code says later."""
    enrolled.fault("events.list", 403, "quotaExceeded")
    ran = enrolled.run("sync", OWNER, "--json")
    assert (ran.code, ran.json["outcome"]) == (5, "backed_off")
    assert "quotaExceeded" in ran.json["trouble"]


def test_sync_in_passing_trouble(enrolled: House) -> None:
    """A provider that fails for now leaves the sync to be made again, and the exit code says so."""
    enrolled.people().add(enrolled.room())
    enrolled.conferences.faults.add(BUSY)
    ran = enrolled.run("sync", OWNER)
    assert (ran.code, ran.out) == (5, "")
    assert "1 conferences failed for now" in ran.err
    assert ran.err.endswith("Try again in a minute.\n")


def test_sync_of_what_is_not_enrolled(house: House) -> None:
    """Only an enrolled calendar is synced."""
    assert house.run("sync", OWNER).code == 3


def test_renew(enrolled: House) -> None:
    """A channel that ends soon is replaced; one that does not is left."""
    assert enrolled.run("renew").out == "0 channels renewed, 0 not for now\n"
    enrolled.set(RENEW_BEFORE_SECONDS="999999999")
    before = enrolled.calendar.control("GET", "channels")
    assert enrolled.run("renew", "--json").json == {"renewed": 1, "failed": 0, "lost": 0, "left": False}
    after = enrolled.calendar.control("GET", "channels")
    assert (len(after), after == before) == (1, False)


def test_renew_in_trouble(enrolled: House) -> None:
    """A channel that cannot be renewed is counted, named on standard error, and to be tried later."""
    enrolled.set(RENEW_BEFORE_SECONDS="999999999")
    enrolled.fault("events.watch", 403, "quotaExceeded")
    ran = enrolled.run("renew")
    assert (ran.code, ran.out) == (5, "0 channels renewed, 1 not for now\n")
    assert "channel.not_renewed" in ran.err
    assert OWNER in ran.err


def test_renew_without_access(enrolled: House) -> None:
    """A calendar without access is reported by itself, and is no reason to run the command again."""
    enrolled.set(RENEW_BEFORE_SECONDS="999999999")
    enrolled.fault("events.watch", 404, "notFound")
    ran = enrolled.run("renew")
    assert (ran.code, "1 without access to their calendar" in ran.out) == (0, True)


def test_sweep(enrolled: House) -> None:
    """Overdue calendars are asked for, due conferences looked at."""
    assert enrolled.run("sweep").out == "0 syncs asked for, 0 conferences looked at\n"
    enrolled.change(lambda found: replace(found, due_at=found.synced_at))
    done = {"asked": 1, "failed": 0, "conferences": 0, "left": False, "parked": 0}
    assert enrolled.run("sweep", "--json").json == done
    assert enrolled.waiting() == 1
