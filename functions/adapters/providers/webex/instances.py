"""Instances of a Webex series: what they are called, and which may be touched without the meeting itself.

Webex calls a single meeting a series, too, of one instance, and says nowhere what becomes of a series without
its last one. So neither is ever taken for an instance that can be deleted. Pure.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from functions.adapters.providers.series import ahead
from functions.adapters.providers.webex.recurrence import Unkept, read
from functions.core import zones

Json = Mapping[str, object]


def name_of(series: str, start: datetime) -> str:
    """That of the instance that began at `start` when the series was made; Webex keeps no seconds."""
    return f"{series}_{start.astimezone(UTC):%Y%m%dT%H%M00Z}"


def recurs(series: Json) -> bool:
    return bool(series.get("recurrence"))


def is_one(found: Json, series: Json) -> bool:
    """Whether this is an instance to come of that series, and nothing else."""
    own = found.get("meetingSeriesId") == series.get("id") != found.get("id")
    return own and found.get("meetingType") == "scheduledMeeting" and recurs(series)


def has_others(series: Json, start: datetime, now: datetime) -> bool:
    """Whether the rule of the series, as Webex has it, makes more to come than the one at `start`.

    Of a rule that cannot be read it is taken for granted.
    """
    if not recurs(series):
        return False
    zone = zones.named(str(series.get("timezone") or "")) or UTC
    try:
        first = datetime.fromisoformat(str(series.get("start"))).astimezone(zone)
        found, _ = read([f"RRULE:{series['recurrence']}"], first, zone)
        return found is not None and ahead(found, now, frozenset({start.replace(second=0)})) is not None
    except (Unkept, ValueError, OverflowError):
        return True
