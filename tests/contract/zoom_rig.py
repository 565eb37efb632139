"""The small Zoom at a time that stands still, providers for it, and changes to push to them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from conformance.changes import change, meeting
from functions.adapters.providers.zoom.provider import ZoomProvider, ZoomSettings
from functions.adapters.web.client import Http, Limits
from functions.core.hold import stamp
from functions.core.model import Change, Kind
from local.conferences.faults import Fault
from local.zoom.account import Account
from local.zoom.server import Server, start
from tests.support.prism import Prism

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MIDNIGHT_S = 12 * 3_600.0  # from then on
WEEKLY = ("RRULE:FREQ=WEEKLY;COUNT=6",)
MONDAYS = [datetime(2026, 3, 2, 9, tzinfo=UTC) + timedelta(weeks=week) for week in range(6)]


class Zoom:
    """The small Zoom at a time that stands still, and providers for it."""

    def __init__(self) -> None:
        self.now = NOW
        self.account = Account(lambda: self.now)
        self.server: Server = start(self.account)
        self.url = self.server.api_url
        self.front: Prism | None = None
        self.pauses: list[float] = []

    def provider(self, *, clock: Any = None, limits: Limits | None = None, **settings: Any) -> ZoomProvider:
        app = self.account.app
        usual = {
            "account_id": app.account_id,
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "api_url": self.url,
            "token_url": self.server.token_url,
            "hosts": "any",
        }
        more: dict[str, Any] = {
            "limits": limits or Limits(tries=2),
            "sleep": self.pauses.append,
            "now": lambda: self.now,
        }
        http = self.front.http(**more) if self.front else Http(**more)
        given = ZoomSettings(**{**usual, **settings})
        return ZoomProvider(given, http=http, now=lambda: self.now, clock=clock or (lambda: 0.0))

    def told(self, method: str) -> list[Any]:
        return [call for call in self.account.calls if call.method == method]

    def bodies(self) -> list[dict[str, Any]]:
        return [call.body for call in self.told("PATCH")]

    def fault(self, method: str, **wish: Any) -> None:
        self.server.faults.add(Fault(kind=wish.pop("kind", "status"), conference_id=method, **wish))


def single(**fields: Any) -> Any:
    return meeting(**{"recurrence": (), **fields})


def series(**fields: Any) -> Any:
    return meeting(**{"recurrence": WEEKLY, "time_zone": "UTC", **fields})


def one(name: str, at: datetime, **fields: Any) -> Change:
    kind = fields.pop("kind", Kind.OCCURRENCE_UPDATED)
    told = None if kind is Kind.OCCURRENCE_CANCELLED else single(**fields)
    return change(name, kind=kind, occurrence=stamp(at), meeting=told)


def cancelled(name: str, at: datetime) -> Change:
    return one(name, at, kind=Kind.OCCURRENCE_CANCELLED)


def starts(zoom: Zoom, name: str) -> list[datetime]:
    return [each.start for each in zoom.account.meeting(name).occurrences if each.live]
