"""How long another system asks us to wait, from the headers of its answer."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

DELAY_MAX_S = 86_400.0


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait, from any of the forms in use: seconds, an HTTP date, an ISO date and time; without it
    from `X-RateLimit-Reset`, if that is a Unix time.
    """
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return min(float(text), DELAY_MAX_S)
    at = _moment(text) if text else _unix_time(headers.get("x-ratelimit-reset", "").strip())
    return None if at is None else min(max((at - now).total_seconds(), 0.0), DELAY_MAX_S)


def _moment(text: str) -> datetime | None:
    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            at = parse(text)
        except (ValueError, OverflowError):
            continue
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    return None


def _unix_time(text: str) -> datetime | None:
    return datetime.fromtimestamp(int(text), UTC) if re.fullmatch(r"[0-9]{10}", text) else None
