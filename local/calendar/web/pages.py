"""Reads that are under way: each page token stands for what is left of one read's snapshot."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass, replace

from local.calendar.model.errors import invalid_parameter
from local.calendar.model.event import Event

_OPEN_READS_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    key: str  # the read's parameters: a page token is good for no other
    events: list[Event]
    position: int
    sparse: bool
    token: bool
    done: int = 0
    pages: int = 0


class Pages:
    def __init__(self) -> None:
        self._open: OrderedDict[str, Snapshot] = OrderedDict()
        self.empty_every: int | None = None  # every n-th page of a read has no items, but a successor

    def resume(self, token: str, key: str) -> Snapshot:
        snapshot = self._open.get(token)
        if snapshot is None or snapshot.key != key:
            raise invalid_parameter("pageToken", "Invalid page token value.")
        return snapshot

    def turn(self, snapshot: Snapshot, size: int) -> tuple[list[Event], str | None]:
        """Return the next page and, unless it is the last, the token of its successor."""
        if self.empty_every and snapshot.pages % self.empty_every == self.empty_every - 1:
            return [], self._keep(replace(snapshot, pages=snapshot.pages + 1))
        until = snapshot.done + size
        page = snapshot.events[snapshot.done : until]
        if until >= len(snapshot.events):
            return page, None
        return page, self._keep(replace(snapshot, done=until, pages=snapshot.pages + 1))

    def _keep(self, snapshot: Snapshot) -> str:
        token = secrets.token_urlsafe(24)
        self._open[token] = snapshot
        while len(self._open) > _OPEN_READS_MAX:
            self._open.popitem(last=False)
        return token
