"""Time zones by the names that calendars give them. Pure."""

import re
from zoneinfo import ZoneInfo

_OFFSET = re.compile(r"(?:GMT|UTC)(?P<sign>[+-])(?P<hours>[0-9]{1,2})(?::?00)?")
_WESTWARD = {"+": "-", "-": "+"}


def named(name: str) -> ZoneInfo | None:
    """That of the tz database. `GMT+02:00` is its `Etc/GMT-2`: there hours are counted westward (its file
    `etcetera`). None if it has none, as for an offset of half an hour, or a name that Windows gives.
    """
    try:
        return ZoneInfo(_fixed(name) or name)
    except (KeyError, ValueError, OSError):
        return None


def _fixed(name: str) -> str | None:
    """The tz database's name for a zone that is named by its offset."""
    found = _OFFSET.fullmatch(name)
    if not found:
        return None
    hours = int(found["hours"])
    return f"Etc/GMT{_WESTWARD[found['sign']]}{hours}" if hours else "Etc/GMT"
