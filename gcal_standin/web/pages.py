"""Reads that are under way: each page token stands for what is left of one read's snapshot."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from gcal_standin.model.errors import invalid_parameter

_OPEN_READS_MAX = 500
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot(Generic[Item]):
    key: str  # the read's parameters: a page token is good for no other
    items: list[Item]
    position: int
    token: bool = True  # the last page gives a sync token
    done: int = 0
    pages: int = 0


class Pages:
    def __init__(self) -> None:
        self._open: OrderedDict[str, Snapshot[Any]] = OrderedDict()
        self.empty_every: int | None = None  # every n-th page of a read has no items, but a successor

    def resume(self, token: str, key: str) -> Snapshot[Any]:
        snapshot = self._open.get(token)
        if snapshot is None or snapshot.key != key:
            raise invalid_parameter("pageToken", "Invalid page token value.")
        return snapshot

    def turn(self, snapshot: Snapshot[Item], size: int) -> tuple[list[Item], str | None]:
        """Return the next page and, unless it is the last, the token of its successor."""
        if self.empty_every and snapshot.pages % self.empty_every == self.empty_every - 1:
            return [], self._keep(replace(snapshot, pages=snapshot.pages + 1))
        until = snapshot.done + size
        page = snapshot.items[snapshot.done : until]
        if until >= len(snapshot.items):
            return page, None
        return page, self._keep(replace(snapshot, done=until, pages=snapshot.pages + 1))

    def _keep(self, snapshot: Snapshot[Any]) -> str:
        token = secrets.token_urlsafe(24)
        self._open[token] = snapshot
        while len(self._open) > _OPEN_READS_MAX:
            self._open.popitem(last=False)
        return token
