"""A meeting or webinar as Zoom has it. Pure: whatever is odd in an answer is as good as missing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from functions.adapters.providers.links import sound
from functions.core.fields import address
from functions.core.model import Link

SINGLE, NO_TIME, FIXED, PERSONAL = 2, 3, 8, 4
WEBINAR = {SINGLE: 5, NO_TIME: 6, FIXED: 9}  # with the same kind of times
_TIME_ID = re.compile("[0-9]{13}")
_REGISTRATION = (0, 1)  # `approval_type`: at once, or by hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`raw` is Zoom's answer to reading `path`."""

    path: str
    raw: Mapping[str, Any]
    webinar: bool = False

    @property
    def kind(self) -> int:
        """Zoom's `type` of a meeting; a webinar's is that of the meeting with the same kind of times."""
        own = self.raw.get("type")
        if self.webinar:
            return next((kind for kind, other in WEBINAR.items() if other == own), 0)
        return own if isinstance(own, int) else 0

    @property
    def host(self) -> str:
        return str(self.raw.get("host_email") or "").lower()

    @property
    def owners(self) -> frozenset[str]:
        """Its host and the alternative ones, which Zoom separates by semicolon and others by comma."""
        settings = self.raw.get("settings")
        others = settings.get("alternative_hosts") if isinstance(settings, Mapping) else None
        named = re.split("[;,]", others) if isinstance(others, str) else []
        addresses = (address(name.strip()) for name in (self.host, *named))
        return frozenset(name for name in addresses if name.count("@") == 1)

    @property
    def personal(self) -> bool:
        pmi = self.raw.get("pmi")
        return self.kind == PERSONAL or (bool(pmi) and str(pmi) == str(self.raw.get("id")))

    @property
    def going_on(self) -> bool:
        return self.raw.get("status") == "started"

    @property
    def registered(self) -> bool:
        """Whether people register for it: a meeting without times would lose that silently."""
        settings = self.raw.get("settings")
        approval = settings.get("approval_type") if isinstance(settings, Mapping) else None
        return approval in _REGISTRATION

    @property
    def link(self) -> Link | None:
        return sound(self.raw.get("join_url"), self.raw.get("password"))

    @property
    def start(self) -> datetime | None:
        return moment(self.raw.get("start_time"))

    @property
    def occurrences(self) -> tuple["Occurrence", ...]:
        listed = self.raw.get("occurrences")
        return tuple(
            Occurrence(id=name, start=start, live=each.get("status") != "deleted")
            for each in (listed if isinstance(listed, list) else ())
            if isinstance(each, Mapping)
            if (name := str(each.get("occurrence_id") or "").strip())
            if (start := moment(each.get("start_time")))
        )

    @property
    def live(self) -> tuple["Occurrence", ...]:
        return tuple(each for each in self.occurrences if each.live)

    @property
    def ids_are_times(self) -> bool:
        """Whether ids are original starts in milliseconds: they are, though Zoom does not promise it."""
        return any(each.id == _milliseconds(each.start) for each in self.occurrences)

    def will_make(self, at: datetime, now: datetime) -> bool:
        """Whether it may have an occurrence at that time once it has made more of them.

        Zoom makes 60 at a time, and lists those ahead. Its description knows an end by count, all of which
        are made, or by time, or none.
        """
        recurrence = self.raw.get("recurrence")
        said = recurrence if isinstance(recurrence, Mapping) else {}
        until = moment(said.get("end_date_time"))
        ended = bool(said.get("end_times")) if until is None else at > until
        return not ended and at > max([now, *(_made_at(each, self) for each in self.occurrences)])

    def has(self, fields: Mapping[str, object]) -> bool:
        """Whether an update with these fields would change nothing. Of a recurrence that is not known."""
        if "recurrence" in fields:
            return False
        return all((self.raw.get(name) or "") == value for name, value in fields.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    id: str
    start: datetime
    live: bool


def occurrence_at(found: Found, original: datetime) -> Occurrence | None:
    """The occurrence that began at `original` when the series was made; an id is never made up.

    One that was moved to where another began is told from it by its id, where ids are times; else the start
    has to do.
    """
    by_id = [each for each in found.occurrences if each.id == _milliseconds(original)]
    if found.ids_are_times:
        return next(iter(by_id), None)
    return next((each for each in found.occurrences if each.start == original), next(iter(by_id), None))


def _made_at(occurrence: Occurrence, found: Found) -> datetime:
    """Its original start, as far as can be told."""
    if not (found.ids_are_times and _TIME_ID.fullmatch(occurrence.id)):
        return occurrence.start
    return datetime.fromtimestamp(int(occurrence.id) / 1_000, UTC)


def _milliseconds(at: datetime) -> str:
    return str(int(at.timestamp() * 1_000))


def moment(text: object) -> datetime | None:
    """None for what is no time with an offset, such as the date of an all-day instance."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at if at.tzinfo else None
