"""What `python -m local up` says when the system runs: where each part is, and what to try on it."""

import shlex
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

from local.system import CONNECT, System

REACH_TIMEOUT_S = 1.0
PURPOSES = {
    "receive_notification": "Calendar tells it that something changed",
    "sync_calendar": "the queue is delivered to it",
    "initialize_syncing": "enrols a calendar (POST), tells of it (GET), lets it go (DELETE)",
    "sweep_calendars": "finds what the notifications missed, deletes what is due",
    "renew_channels": "replaces channels that end soon",
    CONNECT: "where users connect their calendar, or end that (/disconnect)",
}
ENROL = """\
  # enrol a calendar
  curl -s {enrol} -H '{json}' -d '{{"calendar_id": "primary"}}'
"""
CONNECTING = """\
  # connect a calendar: open {connect} in a browser, choose {user}, tick the box, Continue;
  # or without a browser: say what will be answered, then go there
  curl -s {controls}/consents -d '{{"account": "{user}"}}'
  curl -sL -b '' {connect}

  # Calendar asks for a token; this is one as its own page has, for an hour
  TOKEN="authorization: Bearer $(curl -s {controls}/tokens -d '{{"account": "{user}"}}' | cut -d'"' -f4)"
"""
MAKE = """\
  # make a conference, as an add-on would
  ID=$(curl -s {conferences}/conferences -H '{json}' -d '{{"title": "New meeting"}}' | cut -d'"' -f4)
  LINK={conferences}/join/$ID
"""
NAME = """\
  # a conference of your system: put in the id that it has there, and where people join it
  ID=r1
  LINK=https://meet.example.com/r1
"""
TRY = """\
Try, in another terminal:

{first}
{conference}
  # write a meeting that carries it
  EVENT=planning$(date +%s)
  curl -s "{events}?conferenceDataVersion=1"{token} -H '{json}' -d '{{
    "id": "'$EVENT'", "summary": "Planning",
    "start": {{"dateTime": "2030-05-02T10:00:00Z"}}, "end": {{"dateTime": "2030-05-02T11:00:00Z"}},
    "conferenceData": {{"conferenceId": "'$ID'", "conferenceSolution": {{"name": "My Web Conference"}},
      "entryPoints": [{{"entryPointType": "video", "uri": "'$LINK'"}}]}}}}'

  # rename it
  curl -s -X PATCH {events}/$EVENT{token} -H '{json}' -d '{{"summary": "Planning for spring"}}'

{outcome}
  # delete it; its conference goes {grace} s later, with the next sweep
  curl -s -X DELETE {events}/$EVENT{token}
"""
HELD = """\
  # what the conference system holds now, and what it was told
  curl -s {conferences}/conferences
  curl -s {conferences}/log
"""
DONE = """\
  # what was pushed to your system, and what it answered
  {settings}; {python} -m functions history $ID
"""


def described(system: System, to: str | None = None) -> str:
    """`to`: the receiver, if it is not the stand-in."""
    rows = [
        (
            "Calendar (stand-in)",
            f"{system.calendar.url}/calendar/v3/",
            f"its controls: {system.calendar.url}/standin/",
        ),
        _receiver(system, to),
        *((name, each.url, PURPOSES[name]) for name, each in system.functions.items()),
    ]
    parts = "\n".join(f"  {name:<21} {url:<40} {purpose}" for name, url, purpose in rows)
    return (
        f"The system runs after {system.start_seconds:.1f} s; Ctrl-C ends it.\n\n"
        f"{parts}\n\n{_secret(system, to) if to else ''}{_tries(system, to)}\n"
        f"Logs and databases: {system.data}\n"
        "The operator's command line, on this system:\n"
        f"  {_settings(system)}\n"
        f"  {interpreter()} -m functions status"
    )


def interpreter() -> str:
    """The Python that has the packages, as a shell takes it from here."""
    path = Path(sys.executable)
    return shlex.quote(str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path))


def _receiver(system: System, to: str | None) -> tuple[str, str, str]:
    if to:
        return "conference system", to, "yours: what changes is pushed to it"
    url = system.conferences.url
    return "conference system", f"{url}/conferences", f"its log: {url}/log"


def _secret(system: System, to: str) -> str:
    absent = (
        ""
        if reachable(to)
        else f"Nobody listens at {to} yet: what is missed is pushed a minute or two later.\n"
    )
    return f"{absent}Your receiver's secret: {system.settings['WEBHOOK_SECRET']}\n\n"


def reachable(url: str) -> bool:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname, port), REACH_TIMEOUT_S).close()
    except OSError:
        return False
    return True


def _settings(system: System) -> str:
    return f"set -a; . {shlex.quote(str(system.data / 'settings.env'))}; set +a"


def _tries(system: System, to: str | None) -> str:
    consent = system.plan.consent
    words = {
        "json": "content-type: application/json",
        "user": system.calendar.world.default_user,
        "controls": f"{system.calendar.url}/standin",
        "connect": system.settings.get("CONNECT_URL", ""),
        "enrol": system.functions["initialize_syncing"].url,
        "conferences": system.conferences.url,
        "settings": _settings(system),
        "python": interpreter(),
    }
    return TRY.format(
        first=(CONNECTING if consent else ENROL).format(**words),
        conference=(NAME if to else MAKE).format(**words),
        outcome=(DONE if to else HELD).format(**words),
        token=' -H "$TOKEN"' if consent else "",
        grace=system.settings["DELETE_GRACE_SECONDS"],
        events=f"{system.calendar.url}/calendar/v3/calendars/primary/events",
        **words,
    )
