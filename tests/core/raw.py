"""Events as Calendar sends them."""

from typing import Any

from functions.core.model import Solution

NAMED = Solution(provider="webhook", name="My Web Conference")
BY_URI = Solution(provider="janus", uri="https://meet.example.com/")
SOLUTIONS = (NAMED, BY_URI)
CALENDAR = "c"


def raw(**change: Any) -> dict[str, Any]:
    """An event of ours with these fields changed; None leaves a field out."""
    usual = {
        "id": "e1",
        "status": "confirmed",
        "eventType": "default",
        "created": "2026-01-01T08:00:00.000Z",
        "updated": "2026-01-02T08:00:00.000Z",
        "summary": "Planning",
        "organizer": {"email": "o@example.com", "self": True},
        "start": {"dateTime": "2026-03-02T10:00:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-03-02T11:00:00+01:00", "timeZone": "Europe/Berlin"},
        "conferenceData": conference(),
    }
    return {name: value for name, value in {**usual, **change}.items() if value is not None}


def conference(
    name: str = "My Web Conference", uri: str = "https://elsewhere.example.com/r1"
) -> dict[str, Any]:
    return {
        "conferenceId": "r1",
        "conferenceSolution": {"key": {"type": "addOn"}, "name": name},
        "entryPoints": [{"entryPointType": "video", "uri": uri}],
    }
