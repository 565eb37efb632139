"""The nouns of the service: what an event says, what a conference system is told, what a sync is asked for.

Values only. What a change means is in `decide`; what we remember is in `conference` and `enrolment`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from functions.core.fields import plainest

# Limits of what a record keeps. Calendar takes event ids of 1,024 bytes, and adds to them for an instance or
# a split series. For a conference's id it says 512 characters, of any kind (FACTS.md 8).
EVENT_ID_BYTES_MAX = 1_100
CONFERENCE_ID_BYTES_MAX = 4 * 512
SOLUTION_CHARACTERS_MAX = 256


class ConferenceKey(NamedTuple):
    """A conference, named by its provider's name in `CONFERENCE_SOLUTIONS` and the provider's own id."""

    provider: str
    id: str


class EventRef(NamedTuple):
    """An event: ids are unique within their calendar only."""

    calendar_id: str
    event_id: str


class Parties(NamedTuple):
    """Who is behind an event, by e-mail address: the user it is read as, its organizer, and who made it, as
    Google says. Empty where that is not known.
    """

    user: str = ""
    organizer: str = ""
    creator: str = ""

    def speak(self, calendar_id: str) -> frozenset[str]:
        """For whom an event of this calendar speaks. An organizer may be a calendar, so it says nothing."""
        return frozenset({calendar_id, self.user, self.creator} - {""})


NOBODY = Parties()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    email: str
    response: str
    optional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """What a conference system may be told about an event."""

    id: str
    title: str
    description: str
    location: str
    start: datetime | date
    end: datetime | date
    time_zone: str | None
    all_day: bool
    recurrence: tuple[str, ...]
    organizer: str | None
    attendees: tuple[Attendee, ...]
    updated: datetime | None


class Link(NamedTuple):
    """How to join a conference, as its system says it."""

    join_url: str
    passcode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a change: how to join now, if the system says it; what it could not carry, in words that
    repeat nothing of the event; after how many seconds an occurrence that is not there yet must be pushed
    again; whether a request without an answer may take effect late, after the one that was answered.
    """

    link: Link | None = None
    unsupported: tuple[str, ...] = ()
    again_in: float | None = None
    may_land: bool = False


class Place(StrEnum):
    """Where in an event a changed link is written. The values are those of `WRITE_BACK`."""

    OFF = "off"
    LOCATION = "location"
    DESCRIPTION = "description"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What an event shows of how to join: its entry points' URIs and their codes, and the texts that may hold
    what we wrote; `written` is the text that we wrote last, as the event itself remembers it.
    """

    uris: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    location: str = ""
    description: str = ""
    written: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One instance of a series: the series' event id and the start it had when the series was made.

    If not `sure`, only the event's id says so: it may be of another part of a split series, or of none.
    """

    series_id: str
    original_start: str
    sure: bool = True


def as_written(conference_id: str) -> str | None:
    """The canonical form of an id where each spelling is a conference of its own."""
    return conference_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """One entry of `CONFERENCE_SOLUTIONS`: the exact name of a solution, or the beginning of a URI.

    `canonical` gives the one spelling that its provider's system has for an id, None if it is no id of it.
    """

    provider: str
    name: str = ""
    uri: str = ""
    canonical: Callable[[str], str | None] = field(default=as_written, compare=False, repr=False)

    def matches(self, name: str, uris: tuple[str, ...]) -> bool:
        return name == self.name if self.name else any(uri.startswith(self.uri) for uri in uris)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event as read.

    `conference_id` is the id of any conference in it; `carries` is set if that is one of ours. `meeting` and
    `shown` are set if such an event is live and the organizer's copy. `label` names the solution that it
    shows, whatever the settings make of that. `etag` is the same for a series and its instances. An event
    that has `vanished` was not found by its id: it was deleted long ago, or is hidden from us.
    """

    ref: EventRef
    parties: Parties = NOBODY
    etag: str = ""
    cancelled: bool = False
    vanished: bool = False
    ordinary: bool = True
    organizers_copy: bool = True
    created: datetime | None = None
    updated: datetime | None = None
    instance: Instance | None = None
    conference_id: str = ""
    carries: ConferenceKey | None = None
    solution: str = ""
    label: str = ""
    meeting: Meeting | None = None
    shown: Shown | None = None

    def may_show(self, conference_id: str) -> bool:
        """Whether the id in it may be a spelling of this one, for a system that is not known."""
        return bool(self.conference_id) and plainest(self.conference_id) == plainest(conference_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """An event with missing or odd fields: `reason` names one. `carries` is set if that can be read."""

    ref: EventRef
    reason: str
    parties: Parties = NOBODY
    instance: Instance | None = None
    carries: ConferenceKey | None = None
    solution: str = ""
    label: str = ""
    meeting: None = None
    shown: None = None


class Kind(StrEnum):
    """What a conference system is told. The values are the webhook's message types."""

    UPDATED = "conference.updated"
    DELETED = "conference.deleted"
    OCCURRENCE_UPDATED = "occurrence.updated"
    OCCURRENCE_CANCELLED = "occurrence.cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One call to a conference system. `id` is the same on every retry and never that of another change."""

    id: str
    kind: Kind
    key: ConferenceKey
    solution: str
    calendar_id: str
    occurrence: str | None
    meeting: Meeting | None
    parties: Parties = NOBODY

    @property
    def speakers(self) -> frozenset[str]:
        """For whom it is made: only for a conference of theirs."""
        return self.parties.speak(self.calendar_id)


class Ability(StrEnum):
    """What an event may ask of a provider. What a provider cannot carry is unsupported."""

    TITLE = "title"
    TIME = "time"
    RECURRENCE = "recurrence"
    OCCURRENCE_UPDATE = "occurrence update"
    OCCURRENCE_CANCEL = "occurrence cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What a provider can carry: the fields of `Meeting` it maps, and what else it can.

    `recreates`: an update of a deleted conference recreates it. `resets`: an update of a series may undo what
    was pushed of its occurrences, so they are pushed again after it. `once`: it recognizes a change by its
    id, and a repeated one has no second effect. `absent`: the settings no longer name the provider.
    """

    fields: frozenset[str]
    can: frozenset[Ability] = frozenset()
    recreates: bool = False
    resets: bool = False
    once: bool = False
    absent: bool = False


NO_ABILITIES = Abilities(fields=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One watch channel. `expires_at` is what Google granted, which may be less than was asked for."""

    id: str
    resource_id: str
    expires_at: datetime


class Reason(StrEnum):
    """Why a sync was asked for."""

    NOTIFICATION = "notification"
    INITIALIZE = "initialize"
    RENEWAL = "renewal"
    SWEEP = "sweep"
    CONTINUE = "continue"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRequest:
    calendar_id: str
    reason: Reason
    channel_id: str | None = None
    resource_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What an operator may set; the setting of the same name explains each. Times in seconds."""

    channel_ttl: int = 604_800
    renew_before: int = 172_800
    sync_every: int = 86_400
    lookback: int = 86_400
    grace: int = 300
    lease: int = 60
    fold: int = 3
    skew: int = 2  # twice what must be borne; Google keeps its clocks within milliseconds
    time_limit: int = 480
    concurrency: int = 8
    calendars_per_user: int = 200
    write_back: Place = Place.OFF
    link_hosts: tuple[str, ...] = ()
