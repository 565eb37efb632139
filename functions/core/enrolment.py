"""What we remember of one calendar: how it is watched, where its sync stands, its trouble.

How that moves is in `protocol`, `watching`, `trouble` and `withheld`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from functions.core.model import Channel
from functions.core.resume import Resume


class Access(NamedTuple):
    """A calendar and the user as whom it is read; without one, the calendar's own user."""

    calendar_id: str
    user: str | None

    @property
    def subject(self) -> str:
        return self.user or self.calendar_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A sync's hold on its calendar. `fence` grows with every taking, so an old holder cannot commit."""

    owner: str
    fence: int
    started_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """So many of a calendar's holds a reconciliation would have released; it released none."""

    releases: int
    holds: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncToken:
    """Where the last finished read ended, and what it read (`read_params`); without, none goes on from it."""

    value: str
    read_params: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What tells us of a calendar's changes: a channel, unless it is not `possible` to watch it. `joining` is
    the id of one asked for and not yet granted.
    """

    possible: bool = True
    channel: Channel | None = None
    joining: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why syncs of a calendar have not come to their end since the last one that did: the last reason, and
    when the first of them failed. `losses` counts losses of access in a row, the first at `losing_since`;
    enough of them mark the calendar (`lost_at`). It is left alone until `backoff_until`.
    """

    why: str = ""
    since: datetime | None = None
    losses: int = 0
    losing_since: datetime | None = None
    lost_at: datetime | None = None
    backoff_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """One enrolled calendar: how it is watched, and where its sync stands.

    `synced_at` is when the last finished sync
    started reading, `clear_at` the same of one that saw all details and knew all solutions. `asked_again_at`
    is when a request that met a taken lease, and is not answered by the read under way, saw that: by then it
    had been published. All are the store's own time.
    `unreadable` are events that could not be read and belong to no conference we
    know, by id. `unnamed` are the ids of events that carry a conference of ours under a solution that the
    settings do not name: nothing is told of them. `withheld` waits for an operator, who has `confirmed` so
    many releases. `due_at` is when the sweep asks for a sync at the latest. `reading_since` is when the first
    read began since the last finished one. Since `leaving_at` it is being forgotten, and nothing else done.
    """

    calendar_id: str
    user: str | None = None
    watch: Watch = Watch()
    token: SyncToken | None = None
    lease: Lease | None = None
    fence: int = 0
    asked_again_at: datetime | None = None
    synced_at: datetime | None = None
    clear_at: datetime | None = None
    resume: Resume | None = None
    reading_since: datetime | None = None
    trouble: Trouble = Trouble()
    details_hidden: bool = False
    unreadable: Mapping[str, str] = field(default_factory=dict)
    unnamed: tuple[str, ...] = ()
    withheld: Withheld | None = None
    confirmed: int = 0
    due_at: datetime | None = None
    leaving_at: datetime | None = None

    @property
    def access(self) -> Access:
        return Access(self.calendar_id, self.user)
