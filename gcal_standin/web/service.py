"""Everything that one stand-in is made of, and the table of the methods it knows."""

import threading
from collections.abc import Callable
from pathlib import Path

from gcal_standin.consent.consent import Consent
from gcal_standin.model.channels import LIST, PREFERENCES, Channels
from gcal_standin.model.world import World
from gcal_standin.web import acl, calendarlist, calendars, colors, events, freebusy, settings
from gcal_standin.web.access import Gate
from gcal_standin.web.calendarlist import CalendarLists
from gcal_standin.web.call import Answer, Call
from gcal_standin.web.channels import ChannelMethods
from gcal_standin.web.eventlist import EventList
from gcal_standin.web.faults import Faults, Quota
from gcal_standin.web.instances import Instances
from gcal_standin.web.journal import Journal
from gcal_standin.web.notifier import Notifier
from gcal_standin.web.pages import Pages
from gcal_standin.web.requestlog import RequestLog

Handler = Callable[[Call], Answer]


class Service:
    def __init__(self, world: World, data: Path | None = None) -> None:
        self.world = world
        self.channels = Channels(world.clock)
        self.consent = Consent(world.clock)
        self.gate = Gate(self.consent)
        self.data = data
        self._journal = Journal(data, world, self.channels, self.consent) if data else None
        self.notifier = Notifier(self.channels)
        self.faults = Faults()
        self.quota = Quota(world.clock)
        self.requests = RequestLog()
        self.pages = Pages()
        self.new_calendars = calendars.NewCalendars()
        self.closing = threading.Event()
        self.handlers = self._handlers()

    def settle(self) -> None:
        """Keep what the last call changed, and tell the channels; called with the world's lock held."""
        changes = self.world.take_changes()
        if self._journal is not None:
            self._journal.write(changes)
        told = dict.fromkeys((calendar_id, event.type) for calendar_id, event in changes)
        for calendar_id, event_type in told:
            self.notifier.announce(calendar_id, event_type)
        for user in self.world.take_changed_lists():
            self.notifier.announce_own(user, LIST)
        for user in self.world.take_changed_preferences():
            self.notifier.announce_own(user, PREFERENCES)

    def close(self) -> None:
        self.closing.set()
        self.notifier.close()
        if self._journal is not None:
            self._journal.close()

    def _handlers(self) -> dict[str, Handler]:
        channels = ChannelMethods(self.channels, self.notifier)
        return {
            "acl.delete": acl.delete,
            "acl.get": acl.get,
            "acl.insert": acl.insert,
            "acl.list": acl.AclList(self.pages),
            "acl.patch": acl.patch,
            "acl.update": acl.update,
            "calendarList.delete": calendarlist.delete,
            "calendarList.get": calendarlist.get,
            "calendarList.insert": calendarlist.insert,
            "calendarList.list": CalendarLists(self.pages).list,
            "calendarList.patch": calendarlist.patch,
            "calendarList.update": calendarlist.update,
            "calendarList.watch": channels.watch_list,
            "calendars.delete": calendars.delete,
            "calendars.get": calendars.get,
            "calendars.insert": self.new_calendars.insert,
            "calendars.patch": calendars.patch,
            "calendars.update": calendars.update,
            "channels.stop": channels.stop,
            "colors.get": colors.get,
            "events.delete": events.delete,
            "events.get": events.get,
            "events.import": events.import_,
            "events.insert": events.insert,
            "events.instances": Instances(self.pages),
            "events.list": EventList(self.pages),
            "events.move": events.move,
            "events.patch": events.patch,
            "events.update": events.update,
            "events.watch": channels.watch,
            "freebusy.query": freebusy.query,
            "settings.get": settings.get,
            "settings.list": settings.SettingsList(self.pages),
            "settings.watch": channels.watch_settings,
        }
