"""When an event's dates begin and end: what tells a later part of a series from a copy of it.

A date is an original start as `fields.stamp` writes it, so that dates of one event compare as texts.
"""

from dataclasses import dataclass

from functions.core.fields import stamp
from functions.core.model import Meeting

_LAST = "9999"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The first date, and one that none comes after; `ends` is empty where no end is known.

    Of a single event, which is no `series`, neither is kept: it continues nothing and may be moved about.
    """

    begins: str
    ends: str
    series: bool = True

    def has_room_for(self, date: str) -> bool:
        return self.begins <= date <= (self.ends or _LAST)

    def continues(self, earlier: "Span") -> bool:
        """Whether this is a series that begins when another one is over (DESIGN.md 5, E12)."""
        return bool(earlier.ends) and self.begins > earlier.ends


SINGLE = Span(begins="", ends="", series=False)


def span_of(meeting: Meeting) -> Span:
    if not meeting.recurrence:
        return SINGLE
    from functions.core.ends import last_date  # noqa: PLC0415 - dateutil would slow every function's start

    begins, last = stamp(meeting.start), last_date(meeting.recurrence, meeting.start, meeting.time_zone or "")
    # The start is a date even where the rule leaves it out (RECORDED.md B.5).
    return Span(begins=begins, ends=max(begins, stamp(last)) if last else "")
