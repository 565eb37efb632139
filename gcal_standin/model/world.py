"""All users and calendars of the stand-in, and what has changed since notifications were last sent."""

import random
import threading
from collections.abc import Iterable, Iterator

from gcal_standin.model.calendar import Calendar, Settings
from gcal_standin.model.clock import Clock
from gcal_standin.model.errors import duplicate, forbidden, not_found, required
from gcal_standin.model.event import Event
from gcal_standin.model.preferences import ZONE, preference
from gcal_standin.model.synclog import SyncLog
from gcal_standin.model.times import Json, zone_of

_ID_LETTERS = "0123456789abcdefghijklmnopqrstuv"
_GROUP = "@group.calendar.google.com"


class World:
    """Promise: every call is made with `lock` held, so that a call is seen whole or not at all."""

    def __init__(
        self, *, default_user: str = "owner@example.com", time_zone: str = "UTC", generation: int = 0
    ) -> None:
        self.lock = threading.RLock()
        self.clock = Clock()
        self.default_user = default_user
        self.time_zone = time_zone
        self.creates_users = False  # a user asked for by name exists from then on
        self.lists_exceptions_of_deleted = True
        self.bare_tombstones = False  # lists tell cancelled instances by their ids alone
        self.opaque_instance_ids = False  # series made from then on have instances with opaque ids
        self.roles: dict[tuple[str, str | None], str] = {}  # (calendar, caller or None for all) -> role
        self.calendars: dict[str, Calendar] = {}
        # The order in which calendars came to users' lists, changed there and went.
        self.list_log: SyncLog[tuple[str, str]] = SyncLog()
        self.list_epoch = self._generation = generation  # tokens of an earlier one are void
        self._changed: list[tuple[str, Event]] = []
        self._changed_lists: dict[str, None] = {}
        self._changed_preferences: dict[str, None] = {}
        # Ids that are the same in each run make tests repeatable.
        self._random = random.Random(0)
        self.add_user(default_user)

    def new_id(self, length: int = 26) -> str:
        return "".join(self._random.choices(_ID_LETTERS, k=length))

    def add_user(self, email: str, time_zone: str | None = None) -> Calendar:
        if email in self.calendars:
            raise duplicate()
        return self._add(email, email, {"summary": email, "timeZone": time_zone or self.time_zone})

    def users(self) -> list[str]:
        return [each.id for each in self.calendars.values() if each.settings.primary]

    def add_calendar(self, owner: str, fields: Json, calendar_id: str | None = None) -> Calendar:
        if not fields.get("summary"):
            raise required("Missing summary.")
        calendar_id = calendar_id or self.new_id() + _GROUP
        if calendar_id in self.calendars:
            raise duplicate()
        return self._add(calendar_id, owner, {"timeZone": self.time_zone} | fields)

    def remove_calendar(self, calendar: Calendar) -> None:
        if calendar.settings.primary:
            raise forbidden("cannotDeletePrimaryCalendar", "Cannot delete the primary calendar of a user.")
        self.forget(calendar.id)

    def calendar(self, calendar_id: str, caller: str) -> Calendar:
        wanted = caller if calendar_id == "primary" else calendar_id
        # Addresses are written in any case; other ids are not.
        found = self.calendars.get(wanted) or self.calendars.get(wanted.lower())
        if found is None and self.creates_users and _is_address(wanted):
            found = self.add_user(wanted.lower())
        if found is None:
            raise not_found()
        return found

    def calendars_of(self, user: str) -> Iterator[Calendar]:
        """Yield the calendars in a user's list."""
        return (calendar for calendar in self.calendars.values() if calendar.settings.listed_by(user))

    def take_changes(self) -> list[tuple[str, Event]]:
        taken, self._changed = self._changed, []
        return taken

    def take_changed_lists(self) -> list[str]:
        """Return the users whose lists changed since this was last asked."""
        taken, self._changed_lists = self._changed_lists, {}
        return list(taken)

    def take_changed_preferences(self) -> list[str]:
        """Return the users whose settings changed since this was last asked."""
        taken, self._changed_preferences = self._changed_preferences, {}
        return list(taken)

    def _add(self, calendar_id: str, owner: str, fields: Json) -> Calendar:
        zone_of(fields["timeZone"])
        rule: Json = {"id": f"user:{owner}", "scope": {"type": "user", "value": owner}, "role": "owner"}
        settings = Settings(
            id=calendar_id,
            owner=owner,
            fields=fields,
            rules={f"user:{owner}": rule},
            version_ms=self.clock.now_ms(),
            sync_epoch=self._generation,
        )
        calendar = self.restore(settings)
        self._relist(calendar, [owner])
        return calendar

    def restore(self, settings: Settings) -> Calendar:
        """Give a calendar the settings that it had, and make it if it is not there."""
        calendar = self.calendars.setdefault(settings.id, Calendar(settings, self._on_store))
        known, calendar.settings = calendar.settings, settings
        if known is settings or settings.listed_at > known.listed_at:
            for user in known.listers() | settings.listers():
                self.list_log.restore((settings.id, user), settings.listed_at)
        return calendar

    def forget(self, calendar_id: str) -> None:
        calendar = self.calendars.pop(calendar_id)
        self._relist(calendar, calendar.settings.listers())

    def put_rule(self, calendar: Calendar, rule: Json) -> Json:
        before = calendar.settings.listers()
        self.access_changed(calendar)
        stored = rule | {"etag": calendar.settings.etag}
        calendar.settings.rules[rule["id"]] = stored
        self._relist(calendar, before ^ calendar.settings.listers())
        return stored

    def drop_rule(self, calendar: Calendar, rule_id: str) -> None:
        before = calendar.settings.listers()
        self.access_changed(calendar)
        del calendar.settings.rules[rule_id]
        self._relist(calendar, before ^ calendar.settings.listers())

    def put_entry(self, calendar: Calendar, user: str, entry: Json) -> None:
        """Store what a user made of a calendar in their list."""
        known = calendar.settings.entries.get(user, {}).get("version_ms", 0)
        later = {"version_ms": max(self.clock.now_ms(), calendar.settings.version_ms + 1, known + 1)}
        calendar.settings.entries[user] = entry | later
        self._relist(calendar, [user])

    def rewrite(self, calendar: Calendar, fields: Json) -> None:
        """Give a calendar other texts or another time zone; what changes nothing is no change."""
        before, settings = calendar.settings.fields, calendar.settings
        if fields == before:
            return
        zone_of(fields["timeZone"])
        settings.fields = fields
        settings.version_ms = max(self.clock.now_ms(), settings.version_ms + 1)
        if fields["timeZone"] != before["timeZone"]:
            calendar.reindex()
            if settings.primary:
                self.prefer(calendar, {ZONE: fields["timeZone"]})

    def prefer(self, calendar: Calendar, choices: dict[str, str]) -> None:
        """Note what the user of a primary calendar chose; what they had chosen already is no change."""
        settings = calendar.settings
        times = [each["us"] for each in settings.preferences.values()]
        us = max([self.clock.now_us(), *(time + 1 for time in times)])
        for name, value in choices.items():
            if name == ZONE or preference(settings, name)[0] != value:
                settings.preferences[name] = {"value": value, "us": us}
                self._changed_preferences[settings.id] = None

    def access_changed(self, calendar: Calendar) -> None:
        """Note a new access rule; Google then no longer takes the sync tokens made under the old ones."""
        settings = calendar.settings
        settings.version_ms = max(self.clock.now_ms(), settings.version_ms + 1)
        settings.sync_epoch += 1

    def _relist(self, calendar: Calendar, users: Iterable[str]) -> None:
        """Note that a calendar came to these users' lists, changed there or went."""
        calendar.settings.listed_at = self.list_log.last + 1
        for user in users:
            self.list_log.restore((calendar.id, user), calendar.settings.listed_at)
            self._changed_lists[user] = None

    def reseed(self, seed: int) -> None:
        self._random.seed(seed)

    def _on_store(self, calendar: Calendar, event: Event) -> None:
        self._changed.append((calendar.id, event))


def _is_address(calendar_id: str) -> bool:
    return "@" in calendar_id and not calendar_id.endswith(".calendar.google.com")
