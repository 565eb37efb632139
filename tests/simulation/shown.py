"""What reads have shown to the service of the conferences that its settings name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.virtual.hub import Process
from tests.simulation.truth import Place, Room, room_of

Seen = frozenset[tuple[Room, Place]]


@dataclass(slots=True, kw_only=True)
class Shown:
    """It goes by the token of a read's next page and in the end by its sync token, and by what was named: two
    reads with other settings may end with the same token.
    """

    _seen: dict[tuple[str, frozenset[str]], Seen] = field(default_factory=dict)
    _named: dict[Process, frozenset[str]] = field(default_factory=dict)

    def listed(
        self,
        process: Process,
        calendar_id: str,
        page_token: str | None,
        answer: Mapping[str, Any],
        named: frozenset[str],
    ) -> None:
        self._named[process] = named
        shown = {*self._by(page_token, named), *_shown(calendar_id, answer.get("items", []), named)}
        for name in ("nextPageToken", "nextSyncToken"):
            if name in answer:
                self._seen[answer[name], named] = self._by(answer[name], named) | shown

    def committed(self, process: Process, token: str) -> Seen:
        """By the reads that this process, or with the same settings another one, ended with this token."""
        return self._by(token, self._named.get(process, frozenset()))

    def _by(self, token: str | None, named: frozenset[str]) -> Seen:
        return self._seen.get((token or "", named), frozenset())


def _shown(
    calendar_id: str, items: Iterable[Mapping[str, Any]], named: frozenset[str]
) -> Iterable[tuple[Room, Place]]:
    for raw in items:
        own = raw.get("status") != "cancelled" and raw.get("organizer", {"self": True}).get("self")
        room = room_of(raw) if own else None
        if room and room.system in named:
            yield room, Place(calendar_id, raw["id"])
