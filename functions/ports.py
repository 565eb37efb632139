"""The outside systems as the flows see them. Errors are those of `functions.core.errors`.

It is long because it has all that this service needs of others, and nothing else.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Generic, Protocol, TypeVar, runtime_checkable

from functions.core.conference import Conference
from functions.core.consent import Given, Identity
from functions.core.enrolment import Access, Enrolment, Rest
from functions.core.errors import RetryLater
from functions.core.grant import Grant
from functions.core.letter import Letter
from functions.core.model import (
    Abilities,
    Change,
    Channel,
    ConferenceKey,
    Event,
    EventRef,
    Outcome,
    SyncRequest,
    Unreadable,
)

T_co = TypeVar("T_co", covariant=True)
Version = str
Move = Callable[[Enrolment, datetime], Enrolment | None]  # the time is the store's, when the record was read
Fences = Mapping[str, int]  # by calendar id; one that is not enrolled has none
# Of more, the next call learns that it is refused: a look twice a minute must not grow with the users.
RESTING_MAX = 1_000
UNFENCED: Fences = MappingProxyType({})
BLIND_ROLE = "freeBusyReader"
WRITING_ROLES = frozenset({"writer", "owner"})
HIDING_ROLES = frozenset({BLIND_ROLE, "reader", "writerWithoutPrivateAccess"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a read. It may be empty and still have a successor."""

    events: Sequence[Event | Unreadable]
    next_page: str | None
    next_token: str | None
    access_role: str

    @property
    def hides_details(self) -> bool:
        """Whether this role is shown some events without what they carry."""
        return self.access_role in HIDING_ROLES

    @property
    def shows_nothing(self) -> bool:
        """Whether this role is only shown when somebody is busy, and finds no event by its id."""
        return self.access_role == BLIND_ROLE


class Calendar(Protocol):
    """Google Calendar, or what speaks like it."""

    @property
    def read_params(self) -> str:
        """Names what changes are read with, and which conferences are ours: a token belongs to that."""
        ...

    def resolve(self, access: Access) -> str:
        """The calendar's own id, for `primary` and other aliases too. AccessLost if there is none."""
        ...

    def role(self, access: Access) -> str:
        """What the user may do with the calendar, such as `writer`. AccessLost."""
        ...

    def changes(self, access: Access, *, token: str | None, page_token: str | None) -> Page:
        """What changed since the token; without one, all that is not over. SyncTokenExpired, AccessLost."""
        ...

    def everything(self, access: Access, *, page_token: str | None) -> Page:
        """All events, those that are over too. The pages end without a token. AccessLost."""
        ...

    def event(self, access: Access, event_id: str) -> Event | Unreadable:
        """The event as it is now. One that is not there counts as cancelled (`hold.missing`)."""
        ...

    def shows(self, access: Access, series_id: str, original_start: str) -> bool:
        """Whether the series has an instance, not cancelled, that was to begin then (RFC 3339, or a date)."""
        ...

    def write(self, access: Access, event_id: str, *, etag: str, fields: Mapping[str, object]) -> bool:
        """Set these fields of the event and no others, mailing nobody; False if it changed since `etag`."""
        ...

    def watch(self, access: Access, *, channel_id: str, token: str, ttl: int) -> Channel | None:
        """A new channel to this service's notification URL; None if this calendar cannot be watched."""
        ...

    def stop(self, access: Access, *, channel_id: str, resource_id: str) -> None:
        """End a channel. One that is unknown or already over counts as stopped."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """One page of a domain's active users, by their addresses. It may be empty, and more may follow."""

    users: Sequence[str]
    next_page: str | None


class Directory(Protocol):
    """Who the users of a Workspace domain are."""

    def members(self, *, domain: str | None, page_token: str | None) -> Members:
        """Of one domain, or of all that the customer has. Rejected, RetryLater."""
        ...


class Identities(Protocol):
    """Whoever signs identity tokens."""

    def claims(self, token: str) -> Mapping[str, object]:
        """What was signed, while it is valid. BadRequest (403); RetryLater if that cannot be said now."""
        ...


class Consents(Protocol):
    """Google's consent of users (`CALENDAR_AUTH=oauth`), and the tokens that it gives for one."""

    @property
    def client_id(self) -> str: ...

    def page(self, question: Mapping[str, str]) -> str:
        """Where a browser is sent to be asked."""
        ...

    def exchange(self, code: str, *, verifier: str, redirect_uri: str) -> Given:
        """What Google gives for a code, once. BadRequest if it is used or over; RetryLater."""
        ...

    def sealed(self, given: Given, who: Identity, now: datetime) -> Grant:
        """The grant, as it may be stored."""
        ...

    def resealed(self, grant: Grant) -> Grant | None:
        """Sealed with the key of today; None if it is already. RetryLater if no key opens it."""
        ...

    def give_back(self, given: Given) -> None:
        """End all that Google has of this user's consents to our project. One that is over counts as ended.
        RetryLater.
        """
        ...

    def revoke(self, grant: Grant) -> None:
        """As `give_back`."""
        ...

    def check(self) -> str:
        """What was found, for people. RetryLater if our client is not one that Google knows."""
        ...


class Provider(Protocol):
    """One conference system."""

    @property
    def abilities(self) -> Abilities: ...

    def apply(self, change: Change) -> Outcome:
        """Carry out one change, as far as the system can; repeating does no harm.

        Gone, Rejected, RetryLater after its own retries.
        """
        ...

    def check(self) -> str | None:
        """Raise if the system cannot be reached with our credentials. Changes nothing.

        Returns what it found, for people, if that is more than that the system can be reached.
        """
        ...


@runtime_checkable
class Naming(Protocol):
    """What a provider is, too, if its system takes several spellings of one id for the same conference."""

    def canonical(self, conference_id: str) -> str | None:
        """The one spelling under which it is known; None if it is no id of this system. Makes no call."""
        ...


@runtime_checkable
class Owned(Protocol):
    """What a provider is, too, if its system says whose a conference is."""

    def owners(self, conference_id: str, speakers: Collection[str]) -> frozenset[str] | None:
        """Who may speak for it, as `fields.address` spells them; None if the settings let everybody. It may
        be asked for on behalf of one of the `speakers`: then nobody means none of these. Gone, Rejected,
        RetryLater.
        """
        ...


class Queue(Protocol):
    """Sync requests on their way to `sync_calendar`."""

    def publish(self, request: SyncRequest) -> None:
        """Returns once the request is safe; RetryLater if it is not."""
        ...

    def publish_all(self, requests: Sequence[SyncRequest]) -> Mapping[SyncRequest, RetryLater]:
        """Waits for all at once. Returns those that are not safe then, each with the reason."""
        ...

    def check(self) -> None:
        """Raise if the queue cannot be reached or is not there."""
        ...


class Letters(Protocol):
    """The queue's dead letters. Rejected, RetryLater."""

    def held(self, most: int) -> AbstractContextManager[Sequence[Letter]]:
        """Up to so many, in the order of publishing. At the end all are there again that were not removed."""
        ...

    def remove(self, letters: Sequence[Letter]) -> None:
        """Throw these away, which are held."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Versioned(Generic[T_co]):
    """A record as read: `version` makes the next write conditional, `read_at` is the store's own time."""

    value: T_co
    version: Version
    read_at: datetime


class Grants(Protocol):
    """The consents of users, beside all else in the store. Writes are conditional, as there."""

    def grant(self, user: str) -> Versioned[Grant] | None: ...

    def grants(self) -> Iterator[Versioned[Grant]]: ...

    def keep_grant(self, grant: Grant, version: Version | None) -> Version | None:
        """As `Store.save`."""
        ...

    def drop_grant(self, grant: Grant, version: Version) -> bool:
        """As `Store.remove`."""
        ...


class Store(Protocol):
    """Enrolments and conferences. Every write names the version it was decided on."""

    def enrolment(self, calendar_id: str) -> Versioned[Enrolment] | None: ...

    def enrolments(
        self, *, user: str | None = None, due_by: datetime | None = None, expiring_by: datetime | None = None
    ) -> Iterator[Versioned[Enrolment]]:
        """All, or those of one user, or those that are due or whose channel counts as ending by a time
        (`Watch.ends_at`), the most urgent first. A calendar that can be watched and has no channel counts as
        one whose channel has ended.
        """
        ...

    def known(
        self, refs: Sequence[EventRef], keys: Sequence[ConferenceKey]
    ) -> Sequence[Versioned[Conference]]:
        """In one batch: conferences of these keys, and those held by these events or their instances."""
        ...

    def conferences(
        self, *, held_in: str | None = None, due_by: datetime | None = None
    ) -> Iterator[Versioned[Conference]]:
        """All, or those due by a time, or those that events of one calendar hold or have just released, or
        held before, if others hold them and their history says so; in `NOWHERE`: the strays (`core.aside`).
        """
        ...

    def count_refused(self, *, since: datetime) -> int:
        """How many conferences have a push that was refused then or earlier, and has waited since."""
        ...

    def save(
        self, record: Enrolment | Conference, version: Version | None, fences: Fences = UNFENCED
    ) -> Version | None:
        """Write if the record still has this version (None: if there is none yet), and each named calendar
        still has its fence; else return None. All of it is one step.
        """
        ...

    def transact(self, calendar_id: str, change: Move) -> Versioned[Enrolment] | None:
        """Read the enrolment and write what `change` makes of it, in one transaction. None if it makes None
        of it, or there is none; what it returns as it was is not written.

        `change` gets the store's time as well. It is called again after a conflict, and if the answer to the
        write was lost: then it finds its own work done. Who may contend for the record by this is for a lease
        to say. RetryLater if it is not known in the end whether it was written.
        """
        ...

    def ask_again(self, calendar_id: str, at: datetime) -> None:
        """Raise the enrolment's `asked_again_at` to at least this time, whatever else is being written."""
        ...

    def rest(self, user: str, rest: Rest | None) -> None:
        """The user's calendars rest at least until then, whatever else is being written; None: no longer."""
        ...

    def resting(self, now: datetime) -> Mapping[str, Rest]:
        """The users who rest beyond `now`, at most `RESTING_MAX` of them, who rest longest."""
        ...

    def remove(self, record: Enrolment | Conference, version: Version) -> bool:
        """Remove the record if it still has this version; whether it did."""
        ...

    def check(self) -> None:
        """Raise if the store cannot be reached or is not there."""
        ...


class WholeStore(Store, Grants, Protocol):
    """What each store is."""
