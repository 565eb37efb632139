"""One call of the API: what every method needs to know, and what it answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gcal_standin.model.calendar import Calendar
from gcal_standin.model.editing import Editor
from gcal_standin.model.errors import not_found
from gcal_standin.model.roles import require, role_of
from gcal_standin.model.times import Json, Zone, zone_of
from gcal_standin.model.views import Reader
from gcal_standin.model.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    world: World
    method: str
    params: Json
    query: dict[str, list[str]]
    body: Json
    named_caller: str | None  # None: whoever owns the calendar in question
    if_match: str | None = None
    client: str = ""  # whose access token it is, if it has one
    owned: bool = False  # the token opens only calendars whose owner the caller is

    @property
    def caller(self) -> str:
        return self.named_caller or self.world.default_user

    @property
    def holder(self) -> str:
        """Whose channels are stopped by this call: of one user, and of one client."""
        return f"{self.caller} {self.client}" if self.client else ""

    def editor(self) -> Editor:
        calendar = self.calendar("writer")
        return Editor(self.world, calendar, self.actor(calendar))

    def calendar(self, needed: str = "freeBusyReader", *, name: str = "calendarId") -> Calendar:
        """Return the calendar of the path, if the caller may do what needs this role."""
        calendar = self.world.calendar(self.params[name], self.caller)
        role = self.role(calendar)
        if self.owned and role != "owner":
            raise not_found()
        require(role, needed)
        return calendar

    def actor(self, calendar: Calendar) -> str:
        """Return in whose name the call is made on a calendar."""
        return self.named_caller or calendar.settings.owner

    def role(self, calendar: Calendar, user: str | None = None) -> str:
        """Return what a user may do with a calendar; unless one is named, whoever calls."""
        caller = user or self.actor(calendar)
        roles = self.world.roles
        set_by_hand = roles.get((calendar.id, caller)) or roles.get((calendar.id, None))
        return set_by_hand or role_of(calendar.settings, caller)

    def reader(self, calendar: Calendar) -> Reader:
        return Reader(
            calendar_id=calendar.id,
            role=self.role(calendar),
            zone=self.zone(calendar),
            attendees_max=self.params.get("maxAttendees"),
        )

    def zone(self, calendar: Calendar) -> Zone:
        return zone_of(self.params["timeZone"]) if self.params.get("timeZone") else calendar.zone

    def moment(self, name: str) -> datetime | None:
        value: datetime | None = self.params.get(name)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int = 200
    content: Any = None  # None: an empty body
    etag: str | None = None


def told(resource: Json) -> Answer:
    return Answer(content=resource, etag=resource.get("etag"))


NOTHING = Answer(status=204)
