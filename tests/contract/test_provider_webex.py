"""What is particular to Webex, on the small one and held to its own description: what arrives there of an event."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from functions.adapters.http import Http, Limits
from functions.adapters.provider_webex import WebexProvider, WebexSettings
from functions.core.errors import Gone, Rejected, RetryLater
from functions.core.model import Ability, Kind, Link, Outcome
from local.conferences.faults import Fault
from local.webex.server import Asked, Server
from tests.changes import change, deletion, meeting
from tests.prism import Prism, prism
from tests.webex import description, provider, settings

MONDAY, TUESDAY = datetime(2031, 1, 6, 9, tzinfo=UTC), datetime(2031, 1, 7, 9, tzinfo=UTC)
SECOND, THIRD = "2031-01-13T09:00:00Z", "2031-01-20T09:00:00Z"
HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Site:
    """The small Webex, and the address at which the adapter finds it."""

    server: Server
    url: str
    prism: Prism | None = None

    def provider(self, **more: Any) -> WebexProvider:
        http = self.prism.http(sleep=lambda _seconds: None) if self.prism else None
        return provider(self.url, **{"http": http, **more})

    def make(self, **more: Any) -> str:
        return self.server.meetings.create("as made", **more)

    def of(self, name: str) -> dict[str, Any]:
        return self.server.meetings.get(name)

    def apply(self, name: str, **fields: Any) -> Outcome:
        return self.provider().apply(change(name, meeting=event(**fields)))

    def order(self, on: str, **fault: Any) -> None:
        self.server.faults.add(Fault(**{"kind": "status", "conference_id": on, **fault}))

    def asked(self, *methods: str) -> list[Asked]:
        return [each for each in self.server.log if each.method in methods]


def event(**fields: Any) -> Any:
    return meeting(**{"start": MONDAY, "end": MONDAY + HOUR, "recurrence": (), **fields})


def series(**fields: Any) -> Any:
    return event(**{"recurrence": ("RRULE:FREQ=WEEKLY;COUNT=6",), **fields})


def moved(name: str, occurrence: str, **fields: Any) -> Any:
    return change(name, kind=Kind.OCCURRENCE_UPDATED, occurrence=occurrence, meeting=event(**fields))


def cancelled(name: str, occurrence: str) -> Any:
    return change(name, kind=Kind.OCCURRENCE_CANCELLED, occurrence=occurrence, meeting=None)


@pytest.fixture
def server(tmp_path: Any) -> Iterator[Server]:
    made = Server(tmp_path)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Prism]]:
    folder = tmp_path_factory.mktemp("webex")
    server = Server(folder)
    with prism(description(folder), server.url) as between:
        yield server, between
    server.stop()


PRISM = pytest.param("described", marks=[pytest.mark.node, pytest.mark.descriptions])


@pytest.fixture(params=["direct", PRISM])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """With what passes held against Webex's description, where that is there."""
    if request.param == "direct":
        server = request.getfixturevalue("server")
        yield Site(server, server.url)
        return
    server, between = request.getfixturevalue("running")
    server.log.clear()
    with between.held():
        yield Site(server, between.url, between)


@pytest.fixture
def plain(server: Server) -> Site:
    return Site(server, server.url)


def test_what_arrives_of_an_event(site: Site) -> None:
    """Title, description and times with their zone; the answer says how to join."""
    name = site.make()
    outcome = site.apply(name, title="Planning", description="What to do")
    held = site.of(name)
    assert (held["title"], held["agenda"], held["timezone"]) == ("Planning", "What to do", "Europe/Berlin")
    assert (held["start"], held["end"]) == ("2031-01-06T10:00:00+01:00", "2031-01-06T11:00:00+01:00")
    assert outcome == Outcome(link=Link(held["webLink"], "BgJep@43"))


def test_a_series_and_its_instances(site: Site) -> None:
    """One is moved with a title of its own, one cancelled; the others stay, and so does the series."""
    name, told = site.make(), site.provider()
    told.apply(change(name, meeting=series()))
    told.apply(
        moved(name, SECOND, title="Only this", start=TUESDAY + timedelta(7), end=TUESDAY + timedelta(7, 3600))
    )
    told.apply(cancelled(name, THIRD))
    instance = site.of(f"{name}_20310113T090000Z")
    assert (instance["title"], instance["start"]) == ("Only this", "2031-01-14T10:00:00+01:00")
    stamps = ("06", "13", "27", "0203", "0210")
    ids = [f"{name}_2031{stamp if len(stamp) > 2 else '01' + stamp}T090000Z" for stamp in stamps]
    assert site.server.meetings.instances(name) == ids
    assert site.of(name)["title"] == "Planning"


def test_a_series_that_became_a_single_event(site: Site) -> None:
    """Its recurrence is cleared."""
    name = site.make()
    site.apply(name, recurrence=("RRULE:FREQ=DAILY;COUNT=3",))
    site.apply(name)
    assert "recurrence" not in site.of(name)


def test_a_description_that_was_removed(site: Site) -> None:
    """The agenda goes, too."""
    name = site.make()
    site.apply(name, description="once")
    site.apply(name, description="")
    assert "agenda" not in site.of(name)


def test_a_deletion(site: Site) -> None:
    """The second says that it is gone."""
    name, told = site.make(), site.provider()
    told.apply(deletion(name))
    with pytest.raises(Gone, match="404"):
        told.apply(deletion(name))


def test_nobody_is_mailed(site: Site) -> None:
    """Whatever is told: Calendar has mailed its guests."""
    name, told = site.make(), site.provider()
    told.apply(
        change(name, meeting=series(recurrence=("RRULE:FREQ=WEEKLY;COUNT=6", "EXDATE:20310127T090000Z")))
    )
    told.apply(moved(name, SECOND))
    told.apply(cancelled(name, THIRD))
    told.apply(deletion(name))
    assert len(site.asked("PATCH", "DELETE")) == 5
    assert site.server.meetings.mails() == []


def test_on_behalf_of_the_host(site: Site) -> None:
    """Each call names the host: one address, or the event's own calendar."""
    name = site.make(hostEmail="owner@example.com")
    for host in ("owner@example.com", "calendar"):
        told = site.provider(host_email=host)
        told.apply(change(name, meeting=series()))
        told.apply(cancelled(name, THIRD))
    told.check()
    told.apply(deletion(name))
    hosts = {(each.method, (each.query | each.body).get("hostEmail")) for each in site.server.log}
    assert hosts == {(each, "owner@example.com") for each in ("GET", "PATCH", "DELETE")} | {("GET", None)}


@pytest.mark.parametrize(
    ("fields", "lacks"),
    [
        pytest.param({"title": "x" * 129}, "a title beyond 128 characters", id="title"),
        pytest.param({"title": "\N{PARTY POPPER}" * 65}, "a title beyond 128 characters", id="astral title"),
        pytest.param({"description": "x" * 1_301}, "a description beyond 1,300 characters", id="agenda"),
        pytest.param({"end": MONDAY + HOUR / 60}, "a length under 10 minutes", id="a minute"),
        pytest.param(
            {"recurrence": ("RRULE:FREQ=DAILY;COUNT=2000",)}, "what a series has beyond", id="count"
        ),
        pytest.param(
            {"recurrence": ("RRULE:FREQ=WEEKLY;UNTIL=20501231",)}, "what a series has beyond", id="until"
        ),
        pytest.param(
            {"recurrence": ("RRULE:FREQ=DAILY", "RDATE:20310201T090000Z")}, "dates added", id="rdate"
        ),
        pytest.param(
            {"recurrence": ("RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY")}, "a rule for what", id="exrule"
        ),
        pytest.param({"recurrence": ("RRULE:FREQ=MONTHLY;BYMONTHDAY=1,6",)}, "several days", id="days"),
    ],
)
def test_what_is_told_with_something_left_out(site: Site, fields: Any, lacks: str) -> None:
    """The rest arrives, the times too, and it is said what did not."""
    name = site.make()
    outcome = site.apply(name, **fields)
    held = site.of(name)
    assert len(outcome.lacks) == 1
    assert outcome.lacks[0].startswith(lacks)
    assert held["start"] == "2031-01-06T10:00:00+01:00"
    assert fields.get("title", held["title"]).startswith(held["title"])


@pytest.mark.parametrize(
    ("fields", "lacks"),
    [
        pytest.param(
            {"start": date(2031, 1, 6), "end": date(2031, 1, 7), "all_day": True, "time_zone": None},
            "the time of an all-day event",
            id="all-day",
        ),
        pytest.param({"end": MONDAY + 24 * HOUR}, "the time of an event of 24 hours or more", id="24 h"),
        pytest.param(
            {"start": datetime(2020, 1, 6, 9, tzinfo=UTC), "end": datetime(2020, 1, 6, 10, tzinfo=UTC)},
            "a time in the past",
            id="past",
        ),
        pytest.param(
            {
                "start": datetime(2020, 1, 6, 9, tzinfo=UTC),
                "end": datetime(2020, 1, 6, 10, tzinfo=UTC),
                "recurrence": ("RRULE:FREQ=WEEKLY;COUNT=6",),
            },
            "a time in the past",
            id="a series that is over",
        ),
        pytest.param(
            {"recurrence": ("RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY")}, "several recurrence", id="two rules"
        ),
        pytest.param({"recurrence": ("RDATE:20310201T090000Z",)}, "dates added to a series", id="dates only"),
        *(
            pytest.param({"recurrence": (f"RRULE:{rule}",)}, "a recurrence that Webex does not know", id=rule)
            for rule in (
                "FREQ=HOURLY",
                "FREQ=MONTHLY;BYDAY=MO,FR",
                "FREQ=MONTHLY;BYDAY=5MO",
                "FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1",
                "FREQ=MONTHLY;BYMONTHDAY=-1",
                "FREQ=YEARLY;BYWEEKNO=20",
                "FREQ=DAILY;INTERVAL=2;BYDAY=MO",
                "FREQ=DAILY;INTERVAL=0",
                "COUNT=3",
                "",
            )
        ),
    ],
)
def test_times_that_cannot_be_told(site: Site, fields: Any, lacks: str) -> None:
    """Webex keeps its own schedule, as a whole; the title arrives, and it is said what did not."""
    name = site.make()
    before = site.of(name)
    outcome = site.apply(name, **fields)
    held = site.of(name)
    assert held == {**before, "title": "Planning", "agenda": "What to do next"}
    assert len(outcome.lacks) == 1
    assert outcome.lacks[0].startswith(lacks)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("FREQ=DAILY;BYDAY=MO,TU", "FREQ=WEEKLY;BYDAY=MO,TU;INTERVAL=1"),
        ("FREQ=WEEKLY;WKST=SU;INTERVAL=2;BYDAY=MO", "FREQ=WEEKLY;WKST=SU;BYDAY=MO;INTERVAL=2"),
        ("FREQ=MONTHLY;BYDAY=2TU,1MO", "FREQ=MONTHLY;BYDAY=1MO;INTERVAL=1"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,6", "FREQ=MONTHLY;BYMONTHDAY=6;INTERVAL=1"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYDAY=-1FR;INTERVAL=1"),
        ("FREQ=YEARLY;BYMONTH=1,6;BYMONTHDAY=6", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=6;INTERVAL=1"),
        ("FREQ=DAILY;UNTIL=20310110T090000Z", "FREQ=DAILY;UNTIL=20310110T090000Z;INTERVAL=1"),
    ],
)
def test_rules_as_webex_keeps_them(plain: Site, asked: str, kept: str) -> None:
    """One day where Webex takes one, that on which the event starts."""
    name = plain.make()
    plain.apply(name, recurrence=(f"RRULE:{asked}",))
    assert plain.of(name)["recurrence"] == kept


def test_a_series_that_has_begun(site: Site) -> None:
    """It is told from its next instance on, with so many fewer to come, at the same local hour."""
    name = site.make()
    start = datetime(2026, 1, 5, 9, tzinfo=UTC)
    weekly = series(start=start, end=start + HOUR, recurrence=("RRULE:FREQ=WEEKLY;COUNT=500",))
    now = datetime.now(UTC)
    site.provider().apply(change(name, meeting=weekly))
    held = site.of(name)
    first = datetime.fromisoformat(held["start"])
    passed = (first - start + HOUR).days // 7
    assert now < first <= now + timedelta(days=7, hours=1)
    assert (first.weekday(), first.hour, held["timezone"]) == (0, 10, "Europe/Berlin")
    assert held["recurrence"] == f"FREQ=WEEKLY;COUNT={500 - passed};INTERVAL=1"


def test_dates_left_out_of_a_series(site: Site) -> None:
    """EXDATE, in any of its forms, takes instances out, again if it must; past ones and unknown ones do no harm."""
    name, told = site.make(), site.provider()
    lines = (
        "RRULE:FREQ=WEEKLY;COUNT=6",
        "EXDATE;TZID=Europe/Berlin:20310113T100000,20310120T100000",
        "EXDATE:20310127T090000Z,20200101T090000Z,20310128T090000Z,nonsense",
        "EXDATE;VALUE=DATE:20310203",
    )
    for _ in range(2):
        assert told.apply(change(name, meeting=series(recurrence=lines))).lacks == ()
        assert [each[-16:-8] for each in site.server.meetings.instances(name)] == ["20310106", "20310210"]


def test_no_more_than_25_dates_are_left_out(plain: Site) -> None:
    """The next 25 are, and it is said that others are not."""
    name = plain.make()
    days = [f"{TUESDAY + timedelta(days=number):%Y%m%dT%H%M%SZ}" for number in range(30)]
    lines = ("RRULE:FREQ=DAILY;COUNT=60", f"EXDATE:{','.join(days)}")
    outcome = plain.apply(name, recurrence=lines)
    assert outcome.lacks == ("more than 25 dates left out of a series",)
    assert len(plain.server.meetings.instances(name)) == 60 - 25


def test_a_title_alone_leaves_the_instances(site: Site) -> None:
    """The schedule is not sent where Webex has it: what was told of instances stays."""
    name, told = site.make(), site.provider()
    told.apply(change(name, meeting=series()))
    told.apply(cancelled(name, SECOND))
    told.apply(change(name, meeting=series(title="Renamed")))
    assert f"{name}_20310113T090000Z" not in site.server.meetings.instances(name)
    assert site.of(name)["title"] == "Renamed"
    assert told.abilities.resets


def test_a_running_event_that_is_renamed(plain: Site) -> None:
    """Its times are past, and as Webex has them: nothing lacks."""
    start = datetime.now(UTC).replace(second=0, microsecond=0) - HOUR
    name = plain.make(start=f"{start:%Y-%m-%dT%H:%M:%SZ}", end=f"{start + 2 * HOUR:%Y-%m-%dT%H:%M:%SZ}")
    outcome = plain.apply(name, title="Renamed", start=start, end=start + 2 * HOUR)
    assert (outcome.lacks, plain.of(name)["title"]) == ((), "Renamed")


def test_an_instance_that_is_not_there(site: Site) -> None:
    """Cancelled: so it should be. Changed: it is said, and the series goes on; without a series it is gone."""
    name, told = site.make(), site.provider()
    told.apply(change(name, meeting=series()))
    for _ in range(2):
        told.apply(cancelled(name, SECOND))
    assert told.apply(moved(name, SECOND)).lacks == ("an instance that Webex does not have",)
    told.apply(deletion(name))
    told.apply(cancelled(name, THIRD))
    with pytest.raises(Gone):
        told.apply(moved(name, THIRD))


@pytest.mark.parametrize("odd", ["2031-01-13", "", "2031-01-13T09:00:00+01:00", "../x"])
def test_an_instance_that_cannot_be_named(plain: Site, odd: str) -> None:
    """No call at all: least of all one that would reach the series."""
    name = plain.make()
    for one in (moved(name, odd), cancelled(name, odd)):
        assert plain.provider().apply(one).lacks == ("an instance of an all-day series",)
    assert plain.asked("GET", "PATCH", "DELETE") == []


def test_personal_rooms_stay_as_they_are(site: Site) -> None:
    """Neither changed nor deleted; that is said, and nothing is set aside."""
    name = site.make(scheduledType="personalRoomMeeting")
    before, told = site.of(name), site.provider()
    for one in (change(name, meeting=event()), deletion(name)):
        assert told.apply(one).lacks == ("changes of a meeting in a personal room",)
    assert site.of(name) == before
    assert site.asked("PATCH", "DELETE") == []


@pytest.mark.parametrize(
    ("made", "word"),
    [
        ({"connector": True}, "a Webex calendar connector made this meeting"),
        ({"state": "inProgress"}, "it is running"),
        ({"state": "ended"}, "it is over"),
    ],
)
def test_meetings_that_webex_lets_nobody_change(site: Site, made: Any, word: str) -> None:
    """Refused with the reason, in an update and a deletion."""
    name = site.make(**made)
    for one in (change(name, meeting=event()), deletion(name)):
        with pytest.raises(Rejected, match=word):
            site.provider().apply(one)
    assert site.of(name)["title"] == "as made"


def test_an_id_that_is_no_meeting_to_come(plain: Site) -> None:
    """An id of an instance that runs or has run is refused before anything is changed."""
    name = plain.make(meetingType="meeting")
    with pytest.raises(Rejected, match="one running or past instance"):
        plain.apply(name)
    assert plain.asked("PATCH") == []


@pytest.mark.parametrize("status", [423, 429])
@pytest.mark.parametrize("on", ["GET", "PATCH", "token"])
def test_when_webex_asks_to_wait(plain: Site, status: int, on: str) -> None:
    """The change comes again after as long as Webex says."""
    name = plain.make()
    plain.order(on, status=status, headers={"Retry-After": "900"})
    with pytest.raises(RetryLater) as caught:
        plain.apply(name)
    assert caught.value.delay == (900 if (on, status) != ("token", 423) else None)
    assert plain.of(name)["title"] == "as made"


@pytest.mark.parametrize(
    ("status", "kind", "word"),
    [
        (400, Rejected, "as ordered"),
        (403, Rejected, "meeting:schedules_write"),
        (404, Gone, "as ordered"),
        (409, Rejected, "as ordered"),
        (410, Gone, "as ordered"),
        (415, Rejected, "as ordered"),
    ],
)
@pytest.mark.parametrize("on", ["GET", "PATCH"])
def test_what_each_refusal_means(plain: Site, on: str, status: int, kind: Any, word: str) -> None:
    """Webex's words for people; for the log the status and what Cisco's support asks for."""
    name = plain.make()
    plain.order(on, status=status)
    with pytest.raises(kind, match=word) as caught:
        plain.apply(name)
    assert "as ordered" not in caught.value.logged
    assert "ROUTER_" in caught.value.logged


@pytest.mark.parametrize("status", [200, 302, 400, 404, 410])
def test_what_is_no_answer_of_webex(plain: Site, status: int) -> None:
    """A page of HTML ends no conference, whatever its status: the address may be wrong."""
    name = plain.make()
    plain.order("GET", status=status, text="<html>Not found</html>")
    with pytest.raises(RetryLater, match="see WEBEX_API_URL"):
        plain.provider().apply(deletion(name))
    assert plain.of(name)["title"] == "as made"


@pytest.mark.parametrize("kind", ["drop", "status"])
@pytest.mark.parametrize("on", ["GET", "PATCH", "DELETE", "token"])
def test_an_answer_that_is_lost(plain: Site, kind: str, on: str) -> None:
    """Asked again, it comes to the same, whether it had been done or not."""
    name, told = plain.make(), plain.provider()
    plain.order(on, kind=kind, status=503)
    lines = ("RRULE:FREQ=WEEKLY;COUNT=6", "EXDATE:20310113T090000Z")
    told.apply(change(name, meeting=series(recurrence=lines)))
    assert len(plain.server.meetings.instances(name)) == 5
    assert plain.of(name)["title"] == "Planning"


def test_a_slow_webex(plain: Site) -> None:
    """The calls of one change share its time: it ends as passing trouble."""
    name = plain.make()
    told = plain.provider(http=Http(limits=Limits(connect=1, read=1, call=1, tries=1, change=0.3)))
    told.check()
    plain.order("PATCH", kind="hang")
    with pytest.raises(RetryLater):
        told.apply(change(name, meeting=event()))


def test_one_token_for_many_threads(plain: Site) -> None:
    """Twenty changes at once cost one exchange."""
    names, told = [plain.make() for _ in range(20)], plain.provider()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: told.apply(change(name, meeting=event())), names))
    assert plain.server.keys.exchanges == 1


def test_a_token_that_ends_or_is_revoked(plain: Site) -> None:
    """Shortly before its end, and when Webex refuses it, another one is asked for."""
    name, told = plain.make(), plain.provider()
    plain.server.keys.lasts = 299
    for _ in range(2):
        told.apply(deletion(plain.make()))
    assert plain.server.keys.exchanges == 4  # one for each call
    plain.server.keys.lasts = 86_400
    told.apply(change(name, meeting=event()))
    plain.server.keys.issued.clear()
    told.apply(change(name, meeting=event(title="Renamed")))
    assert plain.of(name)["title"] == "Renamed"
    assert plain.server.keys.exchanges == 6


def test_a_token_that_is_refused_again(plain: Site) -> None:
    """Passing trouble that names the settings: it is put right in one place for all meetings."""
    name = plain.make()
    plain.order("GET", status=401, count=2)
    with pytest.raises(RetryLater, match="WEBEX_REFRESH_TOKEN"):
        plain.apply(name)


@pytest.mark.parametrize("wrong", ["client_id", "client_secret", "refresh_token"])
def test_wrong_credentials(plain: Site, wrong: str) -> None:
    """Passing trouble that names the settings, and repeats no secret, whatever Webex repeats."""
    told = plain.provider(**{wrong: "secret-word"})
    for act in (told.check, lambda: told.apply(deletion(plain.make()))):
        with pytest.raises(RetryLater, match="WEBEX_REFRESH_TOKEN") as caught:
            act()
        assert "secret-word" not in str(caught.value) + caught.value.logged


def test_the_check_says_how_long_the_refresh_token_lasts(site: Site) -> None:
    """And changes nothing."""
    name = site.make()
    assert site.provider().check() == "can be reached; the refresh token is good for 90 more days"
    assert site.of(name)["title"] == "as made"
    assert {each.method for each in site.server.log} == {"GET"}


def test_the_check_warns_of_the_refresh_tokens_end(plain: Site) -> None:
    """With less than two weeks left it is a fault; that Webex gave another one, or does not say, is told."""
    keys, told = plain.server.keys, plain.provider()
    keys.gives = "another-word"
    assert "Webex gave another one" in told.check()
    assert "another-word" not in told.check()
    keys.refresh_lasts = None
    assert "did not say" in told.check()
    keys.refresh_lasts = 13 * 86_400
    with pytest.raises(Rejected, match="good for 13 more days.* make a new one before it ends"):
        told.check()


def test_the_check_finds_a_missing_scope(plain: Site) -> None:
    """The scopes are named."""
    plain.server.keys.scopes.clear()
    with pytest.raises(Rejected, match="meeting:schedules_read"):
        plain.provider().check()


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"client_id": ""}, "WEBEX_CLIENT_ID is missing"),
        ({"client_secret": ""}, "WEBEX_CLIENT_SECRET is missing"),
        ({"refresh_token": ""}, "WEBEX_REFRESH_TOKEN is missing"),
        ({"host_email": "owner"}, "WEBEX_HOST_EMAIL must be an e-mail address, or calendar"),
        ({"api_url": "http://webex.example.com/v1"}, "WEBEX_API_URL must start with https"),
        ({"api_url": "webexapis.com"}, "WEBEX_API_URL"),
    ],
)
def test_settings_that_cannot_work(given: dict[str, str], word: str) -> None:
    """Each is named."""
    with pytest.raises(ValueError, match=word):
        settings(
            **{"url": "https://webexapis.com/v1", **given}
            if "api_url" not in given
            else {"url": given["api_url"]}
        )


def test_links_that_nobody_should_click_on(plain: Site) -> None:
    """Only a sound https link and code are passed on."""
    name, told = plain.make(), plain.provider()
    for link in ("javascript:alert(1)", "http://site.example.com/", "https://site.example.com/a b", ""):
        plain.server.meetings.put(name, webLink=link)
        assert told.apply(change(name, meeting=event())).link is None
    plain.server.meetings.put(name, webLink="https://site.example.com/x", password="two\nlines")
    assert told.apply(change(name, meeting=event())).link is None


def test_a_change_that_touches_nothing_of_it_costs_no_call() -> None:
    """Guests and location have no place in a meeting that we change."""
    abilities = WebexProvider.abilities
    assert abilities.fields == {
        "title",
        "description",
        "start",
        "end",
        "time_zone",
        "all_day",
        "recurrence",
    }
    assert (abilities.can, abilities.recreates) == (frozenset(Ability), False)


def test_ids_are_quoted(plain: Site) -> None:
    """An id cannot lead anywhere but to a meeting."""
    with pytest.raises(Gone):
        plain.provider().apply(deletion("../people/me?x=1"))
    assert plain.asked("GET")[0].meeting == "../people/me?x=1"
    assert json.dumps(
        WebexSettings(client_id="a", client_secret="b", refresh_token="c").api_url
    ) == json.dumps("https://webexapis.com/v1")
