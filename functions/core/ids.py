"""What an event's id may say of it. Nothing here is documented, and Google has announced other ids for new
instances (RECORDED.md B.3): fields and what we remember come first, this is the fallback.
"""

import re
from datetime import date, datetime

from functions.core.fields import stamp
from functions.core.model import Event, EventRef, Instance

_INSTANCE = re.compile(r"(?P<series>.+)_(?P<day>[0-9]{8})(?:T(?P<time>[0-9]{6})Z)?\Z", re.DOTALL)
_PART = re.compile(r"(?P<base>.+)_R(?P<since>[0-9]{8}(?:T[0-9]{6})?)\Z", re.DOTALL)


def family(event_id: str) -> tuple[str, str]:
    """The id that the parts of a split series share, and the part's beginning (empty for the first part).

    "This and following" makes a master `<base>_R<yyyymmddThhmmss>` where the hour is kept, and one with an
    unrelated id where it is not (RECORDED.md B.2).
    """
    match = _PART.match(event_id) if "_R" in event_id else None  # asked for every pair of holds
    return (match["base"], match["since"]) if match else (event_id, "")


def named_instance(event_id: str) -> Instance | None:
    """The instance that `<series>_<original start>` names. Of a split series it may be another part's."""
    match = _INSTANCE.match(event_id)
    if match is None:
        return None
    text = match["day"] + (f"T{match['time']}Z" if match["time"] else "")
    try:
        moment = datetime.fromisoformat(text) if match["time"] else date.fromisoformat(text)
    except ValueError:
        return None
    return Instance(series_id=match["series"], original_start=stamp(moment), sure=False)


def missing(ref: EventRef) -> Event:
    """What an event that is no longer there is taken for."""
    return Event(ref=ref, cancelled=True, vanished=True, instance=named_instance(ref.event_id))
