"""Watch channels: which are refused, and which are live on a calendar."""

import hashlib
import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from gcal_standin.model.calendar import Calendar
from gcal_standin.model.clock import Clock
from gcal_standin.model.errors import ApiError, invalid, invalid_parameter, required
from gcal_standin.model.times import Json

# The default of the reference page; the longest life Google grants is not published, ours is a setting.
TTL_DEFAULT_S = 604_800
TTL_MAX_S = 2_592_000
_TOKEN_MAX = 256
EVENTS, LIST, PREFERENCES = "events", "calendarList", "settings"
_ID = re.compile(r"^[A-Za-z0-9\-_+/=]{1,64}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    id: str
    calendar_id: str
    resource_id: str
    resource_uri: str
    address: str
    token: str | None
    expires_ms: int
    types: frozenset[str]
    holder: str = ""  # who may stop it; empty: whoever knows it
    watched: str = EVENTS  # or what of the user whose primary calendar it is

    def resource(self) -> Json:
        told = {
            "kind": "api#channel",
            "id": self.id,
            "resourceId": self.resource_id,
            "resourceUri": self.resource_uri,
        }
        return told | ({"token": self.token} if self.token else {}) | {"expiration": str(self.expires_ms)}


class Channels:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._channels: dict[str, Channel] = {}
        self.ttl_max_s = TTL_MAX_S
        self.unwatchable_status = 400  # 403 has been reported, too
        self.http_anywhere = False  # as if every host were this machine

    def open(
        self,
        calendar: Calendar,
        body: Json,
        query: dict[str, list[str]],
        *,
        called: str | None = None,
        holder: str = "",
    ) -> Channel:
        """Open a channel; its URI bears what the calendar was `called`, such as `primary`."""
        self._check(body)
        if not calendar.settings.watchable:
            raise ApiError(
                self.unwatchable_status,
                "pushNotSupportedForRequestedResource",
                "Push notifications are not supported by this resource.",
            )
        self._check_id(body["id"])
        path = f"calendars/{quote(called or calendar.id, safe='')}/events"
        return self._opened(calendar.id, EVENTS, path, body, query, holder)

    def open_own(
        self, user: str, watched: str, body: Json, query: dict[str, list[str]], holder: str = ""
    ) -> Channel:
        """Open a channel on what a user has but once: their list of calendars, their settings."""
        self._check(body)
        self._check_id(body["id"])
        return self._opened(user, watched, f"users/me/{watched}", body, query, holder)

    def _check(self, body: Json) -> None:
        _check(body)
        parts = urlsplit(body["address"])
        near = self.http_anywhere or _is_loopback(parts.hostname or "")
        if parts.scheme != "https" and not (parts.scheme == "http" and near):
            raise ApiError(
                400, "push.webhookUrlNotHttps", f"WebHook callback must be HTTPS: {body['address']}"
            )

    def _check_id(self, channel_id: str) -> None:
        if channel_id in (channel.id for channel in self.live()):
            raise ApiError(400, "channelIdNotUnique", f"Channel id {channel_id} not unique")

    def _opened(
        self, calendar_id: str, watched: str, path: str, body: Json, query: dict[str, list[str]], holder: str
    ) -> Channel:
        resource = calendar_id if watched == EVENTS else f"{watched} {calendar_id}"
        asked = urlencode(sorted((query | {"alt": ["json"]}).items()), doseq=True)
        channel = Channel(
            id=body["id"],
            calendar_id=calendar_id,
            resource_id=hashlib.sha256(resource.encode()).hexdigest()[:27],
            resource_uri=f"https://www.googleapis.com/calendar/v3/{path}?{asked}",
            address=body["address"],
            token=body.get("token"),
            expires_ms=self._expiry(body),
            types=frozenset(query.get("eventTypes", [])),
            holder=holder,
            watched=watched,
        )
        self._channels[channel.id] = channel
        return channel

    def stop(self, channel_id: str | None, resource_id: str | None, *, holder: str = "") -> None:
        channel = self._channels.get(channel_id or "")
        known = channel is not None and channel.resource_id == resource_id and channel in self.live()
        if channel is None or not known or channel.holder not in ("", holder):
            raise ApiError(404, "notFound", f"Channel '{channel_id}' not found for project 'standin'")
        del self._channels[channel.id]

    def restore(self, channel: Channel) -> None:
        self._channels[channel.id] = channel

    def forget(self, channel_id: str) -> None:
        self._channels.pop(channel_id, None)

    def live(self) -> list[Channel]:
        now_ms = self._clock.now_ms()
        return [channel for channel in list(self._channels.values()) if channel.expires_ms > now_ms]

    def watching(self, calendar_id: str, event_type: str) -> list[Channel]:
        """Return the channels on a calendar's events."""
        found = self.watching_own(calendar_id, EVENTS)
        return [channel for channel in found if not channel.types or event_type in channel.types]

    def watching_own(self, user: str, watched: str) -> list[Channel]:
        live = self.live()
        return [channel for channel in live if (channel.calendar_id, channel.watched) == (user, watched)]

    def _expiry(self, body: Json) -> int:
        now_ms = self._clock.now_ms()
        ttl_s = _number(body.get("params", {}).get("ttl"), TTL_DEFAULT_S)
        if body.get("expiration"):
            ttl_s = (_number(body["expiration"], 0) - now_ms) // 1000
        if ttl_s <= 0:
            raise ApiError(400, "pushInvalidTtl", f"Invalid ttl value for channel {ttl_s}")
        return now_ms // 1000 * 1000 + min(ttl_s, self.ttl_max_s) * 1000


def _check(body: Json) -> None:
    for name in ("id", "type", "address"):
        if not body.get(name):
            raise required(f"Missing {name}.")
    if not _ID.match(body["id"]):
        raise ApiError(400, "channelIdInvalid", "Channel id invalid")
    if body["type"] not in {"web_hook", "webhook"}:
        raise ApiError(400, "channelUnknown", f"Unknown channel type {body['type']}")
    if len(body.get("token", "")) > _TOKEN_MAX:
        raise invalid("The channel token is too long.")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _number(text: str | int | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    try:
        return int(text)
    except ValueError as error:
        raise invalid_parameter("ttl", f"Invalid value '{text}'.") from error
