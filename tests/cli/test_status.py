"""How calendars stand: one, all, what counts as unhealthy, and what is said to do about it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from functions.cli.standing import span
from functions.core.conference import Conference, Entry, Parked, Published, Refusal, Unshown
from functions.core.enrolment import Trouble, Watch, Withheld
from functions.core.hold import Hold
from functions.core.model import ConferenceKey, EventRef
from tests.cli.house import House
from tests.support.rig import OWNER

AGO = datetime.now(UTC) - timedelta(hours=2)


def conference(name: str, *calendars: str, retry_at: datetime | None = None, attempts: int = 1) -> Conference:
    """Refused, or to be tried again, and held by an event of each of these calendars."""
    holds = tuple(Hold(ref=EventRef(calendar_id, name)) for calendar_id in calendars)
    found = Conference(key=ConferenceKey("webhook", name), holds=holds)
    if retry_at is None:
        return replace(found, refused=Refusal(reason="it said no", since=AGO))
    parked = Parked(reason="it said no", since=AGO, retry_at=retry_at, attempts=attempts)
    return replace(found, parked=parked)


def checked(house: House) -> tuple[int, int]:
    """The exit codes of the checks of one calendar and, once its records are counted, of all."""
    house.run("recount")
    return house.run("status", OWNER, "--check").code, house.run("status", "--check").code


def test_nothing_enrolled(house: House) -> None:
    """Without a calendar it says how to enrol one, and that is no fault."""
    ran = house.run("status")
    assert (ran.code, ran.out.splitlines()[-1]) == (
        0,
        "no calendar is enrolled: python -m functions enrol CALENDAR",
    )
    told = house.run("status", "--json").json
    sums = {name: told["summary"][name] for name in ("calendars", "unhealthy", "holds", "parked")}
    assert (told["calendars"], told["stray"], set(sums.values())) == ([], [], {0})


def test_a_healthy_calendar_in_the_list(enrolled: House) -> None:
    """A row says how long the channel lasts, when it was synced, and counts; a summary ends the list."""
    enrolled.people().add(enrolled.room())
    enrolled.run("sync", OWNER)
    lines = enrolled.run("status").out.splitlines()
    assert lines[0].split() == ["CHANNEL", "LAST", "SYNC", "LAG", "HOLDS", "PARKED", "CALENDAR"]
    assert lines[1].startswith(("6d 23h", "7d 0h"))
    assert lines[1].split()[-4:] == ["0s", "1", "0", OWNER]
    assert lines[-1] == "1 calendar, 0 of them unhealthy; 1 hold, 0 parked"


def test_columns_are_aligned(enrolled: House) -> None:
    """Every row has its columns where the head has them."""
    enrolled.calendar.control("POST", "calendars", {"id": "team", "owner": OWNER})
    enrolled.run("enrol", "team")
    head, *rows = enrolled.run("status").out.splitlines()[:3]
    assert {row[head.index("CALENDAR") :] for row in rows} == {OWNER, "team"}


def test_one_calendar(enrolled: House) -> None:
    """One calendar is shown in detail, with its parked conferences and why."""
    enrolled.store().save(conference("room-1", OWNER), None)
    enrolled.change(lambda found: replace(found, unreadable={"odd": "start is missing"}))
    ran = enrolled.run("status", OWNER)
    told = {line[:9].strip(): line[11:] for line in ran.out.split("\n\n")[0].splitlines()}
    assert (ran.code, told["calendar"], told["lag"], told["parked"]) == (0, OWNER, "0s", "1")
    assert "room-1  webhook" in ran.out
    assert "it said no" in ran.out
    assert "odd               start is missing" in ran.out
    assert "python -m functions retry room-1" in ran.out


def test_one_calendar_for_programs(enrolled: House) -> None:
    """The keys are those of the function that answers the same."""
    told = enrolled.run("status", OWNER, "--json").json
    assert set(told) == {
        "calendar_id",
        "channel",
        "synced",
        "watchable",
        "user",
        "channel_seconds_left",
        "last_sync_at",
        "last_sync_seconds_ago",
        "behind_seconds",
        "holds",
        "parked",
        "not_carried",
        "links_refused",
        "withheld",
        "braked",
        "unreadable",
        "unnamed",
        "degraded",
        "access_lost_since",
        "paused_until",
        "trouble",
        "faults",
    }
    assert told["faults"] == []


def test_what_is_not_enrolled(house: House) -> None:
    """A calendar that nobody enrolled has an exit code of its own."""
    assert house.run("status", OWNER).code == 3


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("access_lost", {"trouble": Trouble(lost_at=AGO, why="invalid_grant")}),
        ("channel_ended", {"watch": Watch()}),
        ("behind", {"due_at": AGO}),
        ("behind", {"asked_again_at": AGO, "synced_at": AGO - timedelta(hours=1)}),
        ("behind", {"asked_again_at": AGO, "synced_at": None}),
        ("failing", {"trouble": Trouble(since=AGO, why="the conference system is down")}),
        ("failing", {"synced_at": None, "trouble": Trouble(since=AGO, why="no answer")}),
        ("hidden", {"details_hidden": True}),
        ("unreadable", {"unreadable": {"odd": "start is missing"}}),
        ("unnamed", {"unnamed": ("e1",)}),
        ("deletions_withheld", {"withheld": Withheld(releases=20, holds=30, since=AGO)}),
    ],
)
def test_an_unhealthy_calendar(enrolled: House, kind: str, change: dict[str, object]) -> None:
    """Each fault is named, with what to do, and fails a check; without one it is only shown."""
    enrolled.change(lambda found: replace(found, **change))
    assert [fault["kind"] for fault in enrolled.run("status", OWNER, "--json").json["faults"]] == [kind]
    assert "FAULT" in enrolled.run("status").out
    assert enrolled.run("status").code == 0
    for argv in (["status", "--check"], ["status", OWNER, "--check"]):
        ran = enrolled.run(*argv)
        assert (ran.code, " -> " in ran.out) == (1, True)


def test_a_link_that_calendar_refuses(enrolled: House) -> None:
    """It is named with its event, and what makes it be written again."""
    shows = Unshown(EventRef(OWNER, "e1"), None, refused=1)
    held = Conference(key=ConferenceKey("webhook", "room-1"), holds=(Hold(ref=shows.ref),))
    enrolled.store().save(replace(held, published=Published(unwritten=(shows,))), None)
    assert checked(enrolled) == (1, 1)
    ran = enrolled.run("status", OWNER)
    assert f"links not written: 1, first e1: refused -> they are written again when {OWNER}" in ran.out
    assert f"links not written: 1 -> python -m functions status {OWNER}" in enrolled.run("status").out


def test_a_channel_that_ended(enrolled: House) -> None:
    """A channel past its time is shown as ended and names the remedy."""
    enrolled.change(
        lambda found: replace(found, watch=Watch(channel=replace(found.watch.channel, expires_at=AGO)))
    )
    out = enrolled.run("status").out
    assert out.splitlines()[1].startswith("ended ")
    assert "its channel has ended -> python -m functions renew" in out


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"due_at": timedelta(minutes=-5)},
        {"trouble": Trouble(why="just now")},
        {"watch": Watch(possible=False)},
    ],
    ids=["as enrolled", "due for the sweep", "one failure after a good sync", "polled"],
)
def test_a_healthy_calendar_says_nothing_to_cron(enrolled: House, change: dict[str, object]) -> None:
    """A check of what is well prints nothing at all and succeeds."""
    now = datetime.now(UTC)
    change = {name: now + value if isinstance(value, timedelta) else value for name, value in change.items()}
    enrolled.change(lambda found: replace(found, **change))
    for argv in (["status", "--check"], ["status", OWNER, "--check"]):
        ran = enrolled.run(*argv)
        assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_what_is_tried_again_is_no_fault_yet(enrolled: House) -> None:
    """A conference set aside for a passing reason counts as a fault only when it has failed for long."""
    soon = datetime.now(UTC) + timedelta(minutes=1)
    store = enrolled.store()
    version = store.save(conference("room-1", OWNER, retry_at=soon), None)
    assert checked(enrolled) == (0, 0)
    enrolled.store().save(conference("room-1", OWNER, retry_at=soon, attempts=9), version)
    assert checked(enrolled) == (1, 1)


def test_a_conference_of_two_calendars(enrolled: House) -> None:
    """It counts for each calendar that holds it, once however many events hold it."""
    enrolled.calendar.control("POST", "calendars", {"id": "team", "owner": OWNER})
    enrolled.run("enrol", "team")
    shared = conference("room-1", OWNER, "team")
    again = Hold(ref=EventRef(OWNER, "copy"))
    enrolled.store().save(replace(shared, holds=(*shared.holds, again)), None)
    enrolled.run("recount")
    told = {one["calendar_id"]: one for one in enrolled.run("status", "--json").json["calendars"]}
    expected = {OWNER: (2, 1), "team": (1, 1)}
    assert {name: (one["holds"], one["counts"]["refused"]) for name, one in told.items()} == expected
    for name, numbers in expected.items():
        one = enrolled.run("status", name, "--json").json
        assert (one["holds"], len(one["parked"])) == numbers


def test_a_conference_that_was_let_go(enrolled: House) -> None:
    """Parked before its deletion, it still belongs to the calendar that held it last."""
    held = conference("room-1", OWNER)
    enrolled.store().save(replace(held, holds=(), released=held.holds), None)
    told = enrolled.run("status", OWNER, "--json").json
    assert (told["holds"], [one["conference_id"] for one in told["parked"]]) == (0, ["room-1"])


def test_a_conference_that_another_calendar_holds_by_now(enrolled: House) -> None:
    """Its history still names this one: what is parked is not this one's, nor is a link not yet tried."""
    ref = EventRef(OWNER, "e1")
    gone = replace(
        conference("room-1", "team"), history=(Entry(at=AGO, row="E05", what="released", event=ref),)
    )
    shown = Published(unwritten=(Unshown(ref, AGO),))
    enrolled.store().save(replace(gone, published=shown), None)
    told = enrolled.run("status", OWNER, "--json").json
    assert (told["holds"], told["parked"], told["links_refused"]) == (0, [], {})


def test_a_conference_of_no_calendar(enrolled: House) -> None:
    """Parked and held by nothing, it is listed at the end and fails a check."""
    enrolled.store().save(conference("lost"), None)
    ran = enrolled.run("status", "--check")
    assert (ran.code, "lost    webhook" in ran.out) == (1, True)
    assert [one["conference_id"] for one in enrolled.run("status", "--json").json["stray"]] == ["lost"]


def test_many_calendars_cost_no_calls(enrolled: House) -> None:
    """No calendar is asked of Google."""
    before = enrolled.calendar.control("GET", "requests")["total"]
    enrolled.run("status")
    assert enrolled.calendar.control("GET", "requests")["total"] == before


def test_a_command_to_copy_is_safe_to_run(enrolled: House) -> None:
    """An id that a shell would act on is quoted in the command that is proposed."""
    enrolled.store().save(conference("x; reboot", OWNER), None)
    assert "python -m functions retry 'x; reboot'\n" in enrolled.run("status", OWNER).out


def test_a_reason_stays_in_its_row(enrolled: House) -> None:
    """A vendor's words over several lines cannot pass for rows of their own."""
    shouting = Refusal(reason="no\nspoofed", since=AGO)
    enrolled.store().save(replace(conference("room-1", OWNER), refused=shouting), None)
    for argv in (["status"], ["status", OWNER]):
        assert "\nspoofed" not in enrolled.run(*argv).out


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (0.4, "0s"), (59, "59s"), (61, "1m 1s"), (3_600, "1h 0m"), (604_799, "6d 23h")],
)
def test_spans(seconds: float, text: str) -> None:
    """A span of time is shown by its two largest units."""
    assert span(seconds) == text
