"""Everything that can happen, once, with words in it that no log may hold."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx
import pytest

from functions.adapters.calendar.oauth import Client, GoogleConsents, Places
from functions.adapters.providers.webex.token import note_end
from functions.adapters.seal import Seal
from functions.adapters.stores.records import readable, restore
from functions.adapters.stores.sqlite import SqliteStore
from functions.adapters.web.client import authorities
from functions.adapters.web.tokens import Granted
from functions.core.channel import sign
from functions.core.conference import Conference
from functions.core.consent import Purpose, Visit
from functions.core.enrolment import Enrolment
from functions.core.errors import BadRequest, RetryLater
from functions.core.model import (
    Abilities,
    Ability,
    Change,
    ConferenceKey,
    Link,
    Meeting,
    Outcome,
    Place,
    Reason,
)
from functions.flow import connect
from functions.flow.claim import claim
from functions.flow.context import Consenting, Context
from functions.flow.leaving import leave
from functions.flow.receive import receive
from functions.flow.renew import open_channel, renew
from functions.flow.retry import Choice, retry_all
from functions.flow.sweep import sweep
from functions.flow.sync import sync
from functions.ports import Provider, Queue, Versioned
from functions.providers import usable
from local.conferences.faults import Fault
from tests.flow.wrapped import ShutQueue, WrappedStore
from tests.support.rig import KEYS, OWNER, SOLUTION, SOLUTIONS, Rig, conference_data, rig, usual

TITLE = "Layoffs on Friday"
DESCRIPTION = "The list is in the red folder"
PLACE = "Under the bridge"
GUEST = "whistle@blower.example"
LINK = Link("https://meet.example.com/hidden-door", "open-sesame")
PLANTED = (TITLE, "Layoffs", DESCRIPTION, PLACE, GUEST, *LINK, *KEYS)
SECRET_EVENT = {
    "summary": TITLE,
    "description": DESCRIPTION,
    "location": PLACE,
    "attendees": [{"email": GUEST, "responseStatus": "accepted"}],
}


@dataclass(kw_only=True)
class Stage:
    """A calendar to play in. `tokens` are those of its channels and syncs, as far as they were seen."""

    house: Rig
    tokens: set[str] = field(default_factory=set)

    def room(self) -> str:
        return self.house.room(TITLE)

    def add(self, room: str | None = None, **fields: Any) -> str:
        return self.house.people().add(room, **{**SECRET_EVENT, **fields})

    def fault(self, method: str, **what: Any) -> None:
        self.house.calendar.control("POST", "faults", {"method": method, "message": f"no: {TITLE}", **what})

    def ailing(self, status: int, count: int = 1) -> None:
        """The conference system refuses, and repeats what it was told."""
        self.house.conferences.faults.add(Fault(kind="status", status=status, count=count, echo=True))

    def look(self) -> None:
        kept = self.house.context.store.enrolment(OWNER)
        if kept and kept.value.token:
            self.tokens.add(kept.value.token.value.rstrip("="))  # a URL shows these signs in another way
        if kept and kept.value.watch.channel:
            self.tokens.add(sign(OWNER, kept.value.watch.channel.id, KEYS))


@contextmanager
def stage() -> Iterator[Stage]:
    with rig(grace=0) as house:
        house.enrol()
        made = Stage(house=house)
        made.look()
        yield made
        made.look()


@dataclass(kw_only=True)
class Told:
    """A conference system that carries little, and answers with a link."""

    abilities: Abilities
    link: Link | None = None

    def apply(self, change: Change) -> Outcome:
        return Outcome(link=self.link)

    def check(self) -> None:
        """Is always there."""


def notified(at: Stage) -> None:
    def told(
        token: str, *, method: str = "POST", state: str = "exists", queue: Queue = at.house.queue
    ) -> None:
        at.tokens.add(token)
        headers = {"X-Goog-Channel-ID": "c", "X-Goog-Resource-State": state, "X-Goog-Channel-Token": token}
        receive(method, headers, KEYS, lambda: queue)

    good = sign(OWNER, "c", KEYS)
    told(good)
    told(good, queue=ShutQueue())
    told(sign(OWNER, "c", ["f" * 40]))
    told(good, method="GET")
    told(good, state="")


def told_and_refused(at: Stage) -> None:
    at.add(at.room())
    at.ailing(422)
    at.house.sync()
    at.add(at.room())
    at.ailing(503, count=3)
    with pytest.raises(RetryLater):
        at.house.sync()
    at.house.sync()
    at.house.people().add("nobody knows this room", **SECRET_EVENT)
    at.house.sync()


def refused_throughout(at: Stage) -> None:
    """By five one after the other; then an operator has them tried again."""
    for _ in range(5):
        at.add(at.room())
    at.ailing(401, count=5)
    with pytest.raises(RetryLater):
        at.house.sync()
    assert len(list(retry_all(at.house.context, Choice(), ["webhook"]))) == 5


def odd(at: Stage) -> None:
    event = {**usual(), **SECRET_EVENT, "conferenceData": {"conferenceId": 7}}
    at.house.calendar.control("POST", "events", {"calendarId": OWNER, "event": event})
    ours = {
        **usual(),
        **SECRET_EVENT,
        "conferenceData": conference_data(at.room()),
        "start": {"dateTime": TITLE},
    }
    at.house.calendar.control("POST", "events", {"calendarId": OWNER, "event": ours})
    at.house.sync()


def little_carried(at: Stage) -> None:
    can = Abilities(fields=frozenset({"title"}), can=frozenset({Ability.TITLE}))
    use(at, Told(abilities=can))
    at.add(at.room(), recurrence=["RRULE:FREQ=WEEKLY;COUNT=4"])
    at.house.sync()


def use(at: Stage, provider: Provider) -> None:
    at.house.context = replace(at.house.context, provider=lambda _: provider)


def links(at: Stage) -> None:
    context = at.house.context
    at.house.context = replace(context, policy=replace(context.policy, write_back=Place.LOCATION))
    fields = frozenset(Meeting.__dataclass_fields__)
    use(at, Told(abilities=Abilities(fields=fields, can=frozenset(Ability)), link=LINK))
    at.add(at.room())
    at.house.sync()
    at.house.sweep_later()
    at.add(at.room())
    at.fault("events.patch", status=403, reason="forbidden")
    at.house.sync()
    at.house.sweep_later()


def deleted(at: Stage) -> None:
    event = at.add(at.room())
    at.house.sync()
    at.house.with_policy(grace=300)
    at.house.people().delete(event)
    at.house.sync()
    at.fault("events.get", status=503)
    at.house.sweep_later()
    store = WrappedStore(inner=at.house.context.store)
    others = count()

    def overtake(record: Enrolment | Conference) -> None:
        if isinstance(record, Conference):
            kept = store.inner.known([], [record.key])[0]
            store.inner.save(replace(kept.value, solution=str(next(others))), kept.version)

    store.before_save = overtake
    at.house.ahead += timedelta(hours=1)
    sweep(replace(at.house.context, store=store))
    at.house.sweep_later()
    at.house.context = replace(at.house.context, queue=ShutQueue())
    at.house.sweep_later(86_400)


def forgotten_token(at: Stage) -> None:
    events = [at.add(at.room()) for _ in range(20)]
    at.house.sync()
    at.look()
    at.house.calendar.control("POST", "expire", {})
    for event in events:
        at.house.people().delete(event)
    at.house.sync()


def long_read(at: Stage) -> None:
    for _ in range(5):
        at.add(at.room())
    ticks = count(step=5)
    at.house.context = replace(at.house.context, monotonic=lambda: float(next(ticks)))
    at.house.with_policy(time_limit=20, concurrency=1)
    at.house.sync()
    at.house.context = replace(at.house.context, queue=ShutQueue())
    at.house.sync()


def no_access(at: Stage) -> None:
    at.fault("events.list", status=403, reason="forbidden", times=5)
    for _ in range(5):
        at.house.sync()
        at.house.let_pass(300)


def no_quota(at: Stage) -> None:
    at.fault("events.list", status=403, reason="quotaExceeded")
    at.house.sync()


def no_project(at: Stage) -> None:
    at.fault("events.list", status=403, reason="accessNotConfigured")
    at.house.sync()


def calendar_down(at: Stage) -> None:
    at.fault("events.list", status=503)
    with pytest.raises(RetryLater):
        at.house.sync()
    at.house.let_pass(4_000)
    at.fault("events.list", status=503)
    at.house.sync()


@dataclass(kw_only=True)
class Broken(Told):
    def apply(self, change: Change) -> Outcome:
        raise ZeroDivisionError


def broken(at: Stage) -> None:
    use(at, Broken(abilities=Abilities(fields=frozenset())))
    at.add(at.room())
    with pytest.raises(ZeroDivisionError):
        at.house.sync()
    at.house.sync()


def silent(at: Stage) -> None:
    at.add(at.room())
    at.house.sync(reason=Reason.SWEEP)


def channels(at: Stage) -> None:
    at.house.with_policy(renew_before=700_000)
    at.fault("events.watch", status=503)
    renew(at.house.context)
    at.house.calendar.control("POST", "settings", {"channelTtlMaxSeconds": 600})
    kept = at.house.context.store.enrolment(OWNER)
    assert kept is not None
    open_channel(at.house.context, kept)
    at.look()
    at.fault("events.watch", status=400, reason="invalid")
    renew(at.house.context)
    at.fault("channels.stop", status=503)
    renew(at.house.context)
    request = replace(at.house.request(), channel_id="stray", resource_id="r")
    sync(at.house.context, request, at.house.delivery())
    at.fault("channels.stop", status=503)
    sync(at.house.context, request, at.house.delivery())


def comes_and_goes(at: Stage) -> None:
    at.house.calendar.control("POST", "calendars", {"id": "holidays", "owner": OWNER, "watchable": False})
    at.house.enrol("holidays")
    team = at.house.calendar.control("POST", "calendars", {"owner": OWNER})["id"]
    at.fault("events.list", status=503, skip=1)
    at.house.enrol(team, "bob@example.com")
    at.house.amend(lambda found: replace(found, user="bob@example.com"))
    at.house.enrol(OWNER, OWNER)
    leave(at.house.context, team)
    room = at.house.room()
    at.house.people().add(room)
    at.house.sync()
    with pytest.raises(BadRequest):
        claim(at.house.context, SOLUTIONS, ConferenceKey(SOLUTION, room), "eve@example.com")
    leave(at.house.context, OWNER, erase=True)


def users_connect(at: Stage) -> None:
    """One consents, to too little first; then the consent ends, and so does another that no key opens."""
    store = SqliteStore(":memory:")
    at.house.calendar.control(
        "POST", "clients", {"id": "c", "secret": "s", "redirectUris": ["https://c.e/callback"]}
    )
    google = GoogleConsents(
        client=Client(id="c", secret="s"),
        seal=Seal(KEYS, setting="GRANT_KEYS"),
        kept=store,
        advice="",
        places=Places.on(at.house.calendar.url),
    )
    context = replace(
        at.house.context,
        store=store,
        consenting=Consenting(google=google, kept=store, connect_url="https://c.e"),
    )
    at.fault("oauth2.revoke", status=400, times=1)
    with pytest.raises(BadRequest):
        _consents(at, context, {"scopes": []})
    _consents(at, replace(context, queue=ShutQueue()), {})
    leave(context, OWNER)
    _consents(at, context, {})
    kept = store.grant(OWNER)
    assert kept
    assert store.keep_grant(replace(kept.value, sealed="v1.other.AAAA"), kept.version)
    connect.reseal(context)
    at.tokens |= {*at.house.calendar.control("GET", "grants/issued")}
    store.close()


def _consents(at: Stage, context: Context, said: Mapping[str, Any]) -> None:
    page = connect.start(context, Visit(purpose=Purpose.CONNECT), "of a browser")
    at.house.calendar.control("POST", "consents", {"account": OWNER, **said})
    back = httpx.URL(httpx.get(page, verify=authorities()).headers["Location"]).params
    returned = connect.Returned(state=back["state"], code=back["code"], error="")
    connect.finish(context, returned, "of a browser")


def unusable(_: Stage) -> None:
    """A stranger's provider, and a record of another release."""
    usable("nowhere:Provider", {})

    def older() -> Versioned[Enrolment]:
        return Versioned(value=restore(Enrolment, {"format": 1}), version="", read_at=datetime.now(UTC))

    assert list(readable([older])) == []


def token_ends(_: Stage) -> None:
    """What Webex says of the token that it gave for good."""
    note_end(Granted(token="t", until=0, said={"refresh_token": LINK[1], "refresh_token_expires_in": 86_400}))


ACTS: tuple[Callable[[Stage], None], ...] = (
    notified,
    told_and_refused,
    refused_throughout,
    odd,
    little_carried,
    links,
    deleted,
    forgotten_token,
    long_read,
    no_access,
    no_quota,
    no_project,
    calendar_down,
    broken,
    silent,
    channels,
    comes_and_goes,
    users_connect,
    unusable,
    token_ends,
)


def play() -> set[str]:
    """All of it, each act on a stage of its own. Whatever must not be said of it."""
    unspeakable = set(PLANTED)
    for act in ACTS:
        with stage() as at:
            act(at)
        unspeakable |= at.tokens | {at.house.conferences.secret}
    return unspeakable
