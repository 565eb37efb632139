"""Releases that the brake counts, between the change of a conference's record and that of its calendar's."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

from functions.core import brake
from functions.core.brake import Released
from functions.core.conference import Conference


@dataclass(slots=True)
class Releases:
    """Those that are stored with no enrolment yet. May be used in any thread."""

    _found: list[Released] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)
    weighing: Lock = field(default_factory=Lock)

    def note(self, before: Conference, after: Conference) -> None:
        if found := brake.released(before, after):
            with self._lock:
                self._found.append(found)

    def calendars(self) -> list[str]:
        return list(dict.fromkeys(one.calendar_id for one in [*self._found]))

    def of(self, calendar_id: str) -> list[Released]:
        return [one for one in [*self._found] if one.calendar_id == calendar_id]

    def stored(self, found: Sequence[Released]) -> None:
        """Forget these, and none that was noted since."""
        with self._lock:
            for one in found:
                self._found.remove(one)
