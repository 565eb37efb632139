"""The methods that open and stop watch channels."""

from gcal_standin.model import tokens
from gcal_standin.model.channels import LIST, PREFERENCES, Channel, Channels
from gcal_standin.web import calendarlist, settings
from gcal_standin.web.call import NOTHING, Answer, Call
from gcal_standin.web.notifier import Notifier


class ChannelMethods:
    def __init__(self, channels: Channels, notifier: Notifier) -> None:
        self._channels = channels
        self._notifier = notifier

    def watch(self, call: Call) -> Answer:
        calendar = call.calendar("reader")
        if call.params.get("syncToken"):
            tokens.position_of(calendar, call.params["syncToken"], call.params)
        called = call.params["calendarId"]
        channel = self._channels.open(calendar, call.body, call.query, called=called, holder=call.holder)
        return self._opened(channel)

    def watch_list(self, call: Call) -> Answer:
        calendarlist.position_of(call)
        return self._opened(self._own(call, LIST))

    def watch_settings(self, call: Call) -> Answer:
        settings.position_of(call)
        return self._opened(self._own(call, PREFERENCES))

    def stop(self, call: Call) -> Answer:
        self._channels.stop(call.body.get("id"), call.body.get("resourceId"), holder=call.holder)
        return NOTHING

    def _own(self, call: Call, watched: str) -> Channel:
        return self._channels.open_own(call.caller, watched, call.body, call.query, call.holder)

    def _opened(self, channel: Channel) -> Answer:
        self._notifier.greet(channel)
        return Answer(content=channel.resource())
