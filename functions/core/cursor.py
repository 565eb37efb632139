"""Where the sync of one enrolled calendar stands, and how that moves: lease, read, commit, trouble.

Pure transitions: each takes an enrolment and returns the next one, or None where the protocol forbids it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from functions.core.model import Access, Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A sync's hold on its calendar. `fence` grows with every taking, so an old holder cannot commit."""

    owner: str
    fence: int
    started_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """Where a read stands that ran out of time: the page to read next and when the read began."""

    token: str | None
    page_token: str
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """One enrolled calendar: its channel, and where its sync stands.

    `joining` is the id of a channel asked for and not yet granted. `synced_at` is when the last finished sync
    started reading. `asked_again_at` is the newest publish time of a request that met a taken lease. `shape`
    names the read parameters that the token belongs to. `unreadable` are events that could not be read and
    belong to no conference we know, by id. `due_at` is when the sweep asks for a sync at the latest.
    """

    calendar_id: str
    user: str | None = None
    watchable: bool = True
    channel: Channel | None = None
    joining: str | None = None
    token: str | None = None
    shape: str = ""
    lease: Lease | None = None
    fence: int = 0
    asked_again_at: datetime | None = None
    synced_at: datetime | None = None
    resume: Resume | None = None
    failures: int = 0
    trouble: str = ""
    lost_at: datetime | None = None
    paused_until: datetime | None = None
    degraded: bool = False
    unreadable: Mapping[str, str] = field(default_factory=dict)
    due_at: datetime | None = None

    @property
    def access(self) -> Access:
        return Access(self.calendar_id, self.user)
