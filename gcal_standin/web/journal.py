"""The state in a file: one JSON line for each event version, calendar, channel, client and change of the
grants, replayed on a start.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gcal_standin.consent.clients import Client
from gcal_standin.consent.consent import Consent
from gcal_standin.consent.grants import Grant
from gcal_standin.model.calendar import Settings
from gcal_standin.model.channels import Channel, Channels
from gcal_standin.model.event import Event
from gcal_standin.model.world import World


class Journal:
    """Promise: a call that was answered is in the file; a line cut short by a crash is left out."""

    def __init__(self, path: Path, world: World, channels: Channels, consent: Consent) -> None:
        self._world = world
        self._channels = channels
        self._consent = consent
        self._calendars: dict[str, str] = {}
        self._live: dict[str, Channel] = {}
        self._clients: set[Client] = set()
        self._grants = "[]"
        whole = self._replay(path.read_bytes()) if path.exists() else 0
        self._file = path.open("ab")
        self._file.truncate(whole)
        self.write([])

    def write(self, changes: list[tuple[str, Event]]) -> None:
        """Add what a call changed, unless closed; called with the world's lock held."""
        if self._file.closed:
            return
        lines = [*self._changed_calendars(), *({"event": asdict(e), "in": c} for c, e in changes)]
        lines += [*self._changed_channels(), *self._new_clients(), *self._changed_grants()]
        self._file.writelines(json.dumps(line, default=sorted).encode() + b"\n" for line in lines)
        self._file.flush()

    def close(self) -> None:
        self._file.close()

    def _changed_calendars(self) -> list[dict[str, Any]]:
        now = {c.id: json.dumps(asdict(c.settings)) for c in self._world.calendars.values()}
        gone = [{"removed": calendar_id} for calendar_id in self._calendars.keys() - now.keys()]
        changed = [
            {"calendar": json.loads(text)} for name, text in now.items() if self._calendars.get(name) != text
        ]
        self._calendars = now
        return [*gone, *changed]

    def _changed_channels(self) -> list[dict[str, Any]]:
        now = {channel.id: channel for channel in self._channels.live()}
        gone = [{"stopped": channel_id} for channel_id in self._live.keys() - now.keys()]
        opened = [
            {"channel": asdict(channel)} for name, channel in now.items() if self._live.get(name) != channel
        ]
        self._live = now
        return [*gone, *opened]

    def _new_clients(self) -> list[dict[str, Any]]:
        new = set(self._consent.clients.all()) - self._clients
        self._clients |= new
        return [{"client": asdict(client)} for client in new]

    def _changed_grants(self) -> list[dict[str, Any]]:
        """All of them when one has changed: they are few."""
        now = json.dumps([asdict(grant) for grant in self._consent.grants.live()])
        changed, self._grants = now != self._grants, now
        return [{"grants": json.loads(now)}] if changed else []

    def _replay(self, content: bytes) -> int:
        whole = content[: content.rfind(b"\n") + 1]
        for line in whole.splitlines():
            self._apply(json.loads(line))
        self._world.take_changes()
        self._world.take_changed_lists()
        self._world.reseed(len(whole))
        return len(whole)

    def _apply(self, line: dict[str, Any]) -> None:
        if "event" in line:
            self._world.calendars[line["in"]].store(Event(**line["event"]), replayed=True)
        elif "calendar" in line:
            self._world.restore(Settings(**line["calendar"]))
        elif "removed" in line:
            self._world.forget(line["removed"])
        elif "channel" in line:
            types = frozenset(line["channel"]["types"])
            self._channels.restore(Channel(**line["channel"] | {"types": types}))
        elif "client" in line:
            self._consent.clients.register(_client(line["client"]))
        elif "grants" in line:
            self._consent.grants.restore(
                [Grant(**grant | {"client": _client(grant["client"])}) for grant in line["grants"]]
            )
        else:
            self._channels.forget(line["stopped"])


def _client(fields: dict[str, Any]) -> Client:
    return Client(**fields | {"redirect_uris": tuple(fields["redirect_uris"])})
