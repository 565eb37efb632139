"""Random operations on the model: whoever reads incrementally always ends with what a full read shows.

Readers keep a copy each: of the calendar, its single instances, its default events, and a guest's calendar.
They read page by page while others write.
"""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from gcal_standin.model.editing import Editor, Options
from gcal_standin.model.errors import ApiError
from gcal_standin.model.moving import move
from gcal_standin.model.scenes import end_series, split_series
from gcal_standin.model.world import World
from gcal_standin.web.call import Call
from gcal_standin.web.eventlist import EventList
from gcal_standin.web.pages import Pages
from tests.standin.caller import Json
from tests.standin.samples import all_day, series, timed
from tests.support.needs import IN_CI

OWNER, GUEST, OTHER = "owner@example.com", "guest@example.com", "other@example.com"
RULES = ["FREQ=WEEKLY;COUNT=3", "FREQ=DAILY;COUNT=4", "FREQ=WEEKLY;COUNT=2;INTERVAL=2"]
CONFERENCES = Options(conference_version=1)
# What a random operation may be answered with: it came too late, or to the wrong kind of event.
EXPECTED = {
    "cannotChangeOrganizerOfInstance",
    "deleted",
    "duplicate",
    "eventTypeRestriction",
    "forbiddenForNonOrganizer",
    "notFound",
}


class Reader:
    """Keeps a copy of what one query shows, by sync tokens and pages."""

    def __init__(self, world: World, calendar_id: str, **query: Any) -> None:
        self._world = world
        self._query = {"calendarId": calendar_id, **query}
        self._list = EventList(Pages())
        self._token: str | None = None
        self._next: str | None = None
        self._copy: dict[str, Json] = {}

    def page(self) -> bool:
        """Read one page; return whether it was the last of its read."""
        params: Json = {"maxResults": 2}
        if self._token:
            params["syncToken"] = self._token
        if self._next:
            params["pageToken"] = self._next
        try:
            answer = self._asked(params)
        except ApiError as error:
            if error.reason != "fullSyncRequired":
                raise
            self._token, self._next, self._copy = None, None, {}
            return False
        for item in answer["items"]:
            self._copy[item["id"]] = item
        self._next = answer.get("nextPageToken")
        self._token = answer.get("nextSyncToken", self._token)
        return self._next is None

    def catch_up(self) -> None:
        while self._next:
            self.page()
        while not self.page():
            pass

    def check(self) -> None:
        shown = {item["id"]: item for item in self._asked({"maxResults": 2500})["items"]}
        live = {name: item for name, item in self._copy.items() if item["status"] != "cancelled"}
        assert live == {name: item for name, item in shown.items() if item["status"] != "cancelled"}
        assert shown.keys() <= self._copy.keys()

    def _asked(self, params: Json) -> Json:
        call = Call(
            world=self._world,
            method="events.list",
            params=self._query | params,
            query={},
            body={},
            named_caller=None,
        )
        content: Json = self._list(call).content
        return content


class Calendars(RuleBasedStateMachine):
    events: Bundle[str] = Bundle("events")

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        for user in (GUEST, OTHER):
            self.world.add_user(user)
        self.readers = [
            Reader(self.world, OWNER),
            Reader(self.world, OWNER, singleEvents=True),
            Reader(self.world, OWNER, eventTypes=["default"]),
            Reader(self.world, GUEST),
            Reader(self.world, GUEST, singleEvents=True),
        ]

    def editor(self, calendar_id: str = OWNER) -> Editor:
        return Editor(self.world, self.world.calendars[calendar_id], calendar_id)

    def attempt(self, operation: Any, *arguments: Any) -> None:
        try:
            operation(*arguments)
        except ApiError as error:
            if error.reason not in EXPECTED:
                raise

    @rule(
        target=events,
        body=st.sampled_from([timed(), all_day(), timed(eventType="focusTime")]),
        invited=st.booleans(),
    )
    def add(self, body: Json, invited: bool) -> str:  # noqa: FBT001 - drawn by Hypothesis
        people = {"attendees": [{"email": GUEST}]} if invited else {}
        return self.editor().insert(body | people, CONFERENCES).id

    @rule(target=events, text=st.sampled_from(RULES), invited=st.booleans())
    def add_series(self, text: str, invited: bool) -> str:  # noqa: FBT001 - drawn by Hypothesis
        people = {"attendees": [{"email": GUEST}]} if invited else {}
        return self.editor().insert(series(text) | people, CONFERENCES).id

    @rule(target=events, master=events, number=st.integers(0, 4))
    def name_instance(self, master: str, number: int) -> str:
        event = self.world.calendars[OWNER].stored(master)
        if event is None or not event.is_master:
            return master
        originals = list(self.world.calendars[OWNER].series(event).originals())
        return self.world.calendars[OWNER].instance_id(event, originals[number % len(originals)])

    @rule(event=events, title=st.sampled_from(["a", "b", "c"]))
    def rename(self, event: str, title: str) -> None:
        self.attempt(self.editor().patch, event, {"summary": title}, CONFERENCES)

    @rule(event=events, people=st.sampled_from([[], [{"email": GUEST}]]))
    def invite(self, event: str, people: list[Json]) -> None:
        self.attempt(self.editor().patch, event, {"attendees": people}, CONFERENCES)

    @rule(event=events, answer=st.sampled_from(["accepted", "declined"]))
    def answer(self, event: str, answer: str) -> None:
        people = [{"email": GUEST, "responseStatus": answer}]
        self.attempt(self.editor(GUEST).patch, event, {"attendees": people}, CONFERENCES)

    @rule(event=events, calendar_id=st.sampled_from([OWNER, GUEST]))
    def delete(self, event: str, calendar_id: str) -> None:
        self.attempt(self.editor(calendar_id).delete, event, CONFERENCES)

    @rule(event=events)
    def restore(self, event: str) -> None:
        stored = self.world.calendars[OWNER].stored(event)
        if stored is not None and not stored.bare:
            self.attempt(self.editor().patch, event, {"status": "confirmed"}, CONFERENCES)

    @rule(event=events, text=st.sampled_from(RULES))
    def change_rule(self, event: str, text: str) -> None:
        stored = self.world.calendars[OWNER].stored(event)
        if stored is not None and stored.is_master:
            self.attempt(self.editor().patch, event, {"recurrence": [f"RRULE:{text}"]}, CONFERENCES)

    @rule(event=events)
    def stop_recurring(self, event: str) -> None:
        stored = self.world.calendars[OWNER].stored(event)
        if stored is not None and stored.is_master:
            self.attempt(self.editor().patch, event, {"recurrence": None}, CONFERENCES)

    @rule(event=events, hour=st.sampled_from([None, 7]))
    def split(self, event: str, hour: int | None) -> None:
        calendar = self.world.calendars[OWNER]
        found = calendar.find(event)
        change: Json = {}
        if found is not None and hour and "dateTime" in found.body.get("originalStartTime", {}):
            day = found.body["originalStartTime"]["dateTime"][:10]
            change = {
                name: {"dateTime": f"{day}T{at:02d}:00:00", "timeZone": "Europe/Berlin"}
                for name, at in (("start", hour), ("end", hour + 1))
            }
        self.attempt(split_series, self.world, calendar, event, change)

    @rule(event=events)
    def end(self, event: str) -> None:
        self.attempt(end_series, self.world, self.world.calendars[OWNER], event)

    @rule(on=st.booleans())
    def name_what_comes_opaquely(self, on: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        self.world.opaque_instance_ids = on

    @rule(on=st.booleans())
    def tell_tombstones_bare(self, on: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        self.world.bare_tombstones = on

    @rule(event=events, there=st.booleans())
    def move(self, event: str, there: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        source, target = (OWNER, OTHER) if there else (OTHER, OWNER)
        self.attempt(move, self.world, self.world.calendars[source], event, self.world.calendars[target])

    @rule()
    def expire(self) -> None:
        for calendar in self.world.calendars.values():
            calendar.settings.sync_epoch += 1

    @rule(number=st.integers(0, 4))
    def read_a_page(self, number: int) -> None:
        self.readers[number].page()

    @rule()
    def compare(self) -> None:
        for reader in self.readers:
            reader.catch_up()
            reader.check()

    def teardown(self) -> None:
        self.compare()

    @invariant()
    def etags_are_told_apart(self) -> None:
        versions = [(event.id, event.etag) for event in self.world.calendars[OWNER].events()]
        assert len(set(versions)) == len(versions)


# Cutting a failing history down takes minutes and finds no more failures: CI, where the histories are the
# same in each run, prints the whole one; run without CI's variable the machine also looks for the smallest.
SEARCH = (Phase.explicit, Phase.reuse, Phase.generate)
EFFORT = settings(
    deadline=None,
    report_multiple_bugs=False,
    phases=SEARCH if IN_CI else (*SEARCH, Phase.shrink),
)
SHORT = settings(EFFORT, max_examples=15, stateful_step_count=30)
LONG = settings(
    EFFORT,
    max_examples=250 if IN_CI else 80,
    stateful_step_count=50,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.mark.parametrize(
    "effort", [pytest.param(SHORT, id="short"), pytest.param(LONG, id="long", marks=pytest.mark.slow)]
)
def test_an_incremental_and_a_full_reader_agree(effort: settings) -> None:
    """After whatever was done, who read incrementally, page by page meanwhile, has what a full read shows."""
    run_state_machine_as_test(Calendars, settings=effort)


@pytest.fixture
def machine() -> Calendars:
    return Calendars()


@pytest.fixture
def master(machine: Calendars) -> str:
    """A series with a guest."""
    return str(machine.add_series(text="FREQ=DAILY;COUNT=4", invited=True))


@pytest.fixture
def instance(machine: Calendars, master: str) -> str:
    return str(machine.name_instance(master=master, number=3))


def test_a_series_back_at_a_guest_brings_the_instances_he_deleted(
    machine: Calendars, master: str, instance: str
) -> None:
    """A guest who deletes an instance and the series, then accepts, is told of the deleted instance again."""
    machine.delete(event=instance, calendar_id=GUEST)
    machine.delete(event=master, calendar_id=GUEST)
    machine.expire()
    machine.compare()
    machine.answer(event=master, answer="accepted")
    machine.compare()


def test_a_guest_invited_again_is_told_of_cancelled_instances(
    machine: Calendars, master: str, instance: str
) -> None:
    """Who is invited to a series a second time is told which of its instances were cancelled before."""
    machine.delete(event=instance, calendar_id=OWNER)
    machine.invite(event=master, people=[])
    machine.expire()
    machine.compare()
    machine.invite(event=master, people=[{"email": GUEST}])
    machine.compare()


def test_a_guest_taken_off_a_series_loses_the_instance_he_answered(
    machine: Calendars, master: str, instance: str
) -> None:
    """An instance that a guest answered goes with the series, and comes back when they are invited again."""
    machine.answer(event=instance, answer="accepted")
    machine.compare()
    machine.invite(event=master, people=[])
    machine.compare()
    gone = machine.world.calendars[GUEST].stored(instance)
    machine.invite(event=master, people=[{"email": GUEST}])
    machine.compare()
    back = machine.world.calendars[GUEST].stored(instance)

    assert gone is not None
    assert gone.cancelled
    assert back is not None
    assert not back.cancelled


def test_an_instance_cancelled_meanwhile_stays_away_when_its_guest_is_back(
    machine: Calendars, master: str, instance: str
) -> None:
    """A guest invited again does not get back an instance that its organizer cancelled in between."""
    machine.answer(event=instance, answer="accepted")
    machine.invite(event=master, people=[])
    machine.delete(event=instance, calendar_id=OWNER)
    machine.compare()
    machine.invite(event=master, people=[{"email": GUEST}])
    machine.compare()

    copy = machine.world.calendars[GUEST].stored(instance)
    assert copy is not None
    assert copy.cancelled


def test_what_was_a_series_brings_its_cancelled_instances_when_restored(
    machine: Calendars, master: str, instance: str
) -> None:
    """An event that no longer recurs is restored with the cancelled instances of its time as a series."""
    machine.delete(event=instance, calendar_id=OWNER)
    machine.stop_recurring(event=master)
    machine.delete(event=master, calendar_id=OWNER)
    machine.expire()
    machine.compare()
    machine.restore(event=master)
    machine.compare()


def test_what_was_a_series_takes_its_restored_instance_along(
    machine: Calendars, master: str, instance: str
) -> None:
    """An event that no longer recurs, when deleted, takes along an instance restored since then."""
    machine.rename(event=instance, title="a")
    machine.stop_recurring(event=master)
    machine.restore(event=instance)
    machine.compare()
    machine.delete(event=master, calendar_id=OWNER)
    machine.compare()


def test_an_instance_restored_without_its_series_is_told_as_gone(
    machine: Calendars, master: str, instance: str
) -> None:
    """Who read an instance before its series went is told it is gone, though it was restored meanwhile."""
    machine.rename(event=instance, title="a")
    machine.compare()
    machine.delete(event=master, calendar_id=OWNER)
    machine.restore(event=instance)
    machine.compare()
