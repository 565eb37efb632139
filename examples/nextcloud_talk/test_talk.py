"""An event to its end: by the service's own commands, with stand-ins for Calendar and Talk."""

import subprocess
import sys
from pathlib import Path

from talk_stand_in import PASSWORD, USER, talk

from gcal_standin import server as calendars

OWNER = "owner@example.com"


def test_an_event_to_its_end(tmp_path: Path) -> None:
    """Enrolled, renamed, deleted; the conversation follows each time."""
    with calendars.start(user=OWNER) as calendar, talk(tmp_path) as system:
        token = system.make()
        environ = {
            "PYTHONPATH": ":".join(sys.path),
            "STORE": f"sqlite:{tmp_path / 'store'}",
            "QUEUE": f"sqlite:{tmp_path / 'queue'}",
            "CALENDAR_AUTH": "anonymous",
            "CALENDAR_API_ENDPOINT": calendar.url,
            "NOTIFICATION_URL": "http://127.0.0.1:9/",
            "CHANNEL_TOKEN_KEYS": "k" * 32,
            "DELETE_GRACE_SECONDS": "0",
            "CONFERENCE_SOLUTIONS": "Nextcloud Talk=nextcloud_talk",
            "NEXTCLOUD_TALK_URL": f"http://127.0.0.1:{system.port}",
            "NEXTCLOUD_TALK_USER": USER,
            "NEXTCLOUD_TALK_PASSWORD": PASSWORD,
        }

        def run(*words: str) -> None:
            subprocess.run([sys.executable, "-m", "functions", *words], env=environ, check=True)

        def write(**fields: object) -> None:
            event = {
                "id": "event1",
                "summary": "Planning",
                "start": {"dateTime": "2031-01-06T10:00:00Z"},
                "end": {"dateTime": "2031-01-06T11:00:00Z"},
                "conferenceData": {
                    "conferenceId": token,
                    "conferenceSolution": {"key": {"type": "addOn"}, "name": "Nextcloud Talk"},
                    "entryPoints": [
                        {"entryPointType": "video", "uri": f"https://cloud.example.com/call/{token}"}
                    ],
                },
                **fields,
            }
            calendar.control("POST", "events", {"calendarId": OWNER, "event": event})

        write()
        run("enrol", OWNER)
        assert system.title(token) == "Planning"
        write(summary="Renamed")
        run("sync", OWNER)
        assert system.title(token) == "Renamed"
        write(status="cancelled")
        run("sync", OWNER)
        assert system.title(token) is None
