"""`python -m local up`: runs the whole system until it is told to stop, and says what to try on it."""

import argparse
import logging
import sys
import time

from functions.settings import OAUTH
from local.system import CONNECT, Plan, StartFailed, System
from local.system.options import add_system_options
from local.system.signals import Ended, ended_by_signals

FIRST_PORT = 8081
LOOK_EVERY_S = 0.5
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
TRY = """\
Try, in another terminal:

{first}
  # make a conference, as an add-on would
  ID=$(curl -s {conferences}/conferences -H '{json}' -d '{{"title": "New meeting"}}' | cut -d'"' -f4)

  # write a meeting that carries it
  curl -s "{events}?conferenceDataVersion=1"{token} -H '{json}' -d '{{
    "id": "planning1", "summary": "Planning",
    "start": {{"dateTime": "2030-05-02T10:00:00Z"}}, "end": {{"dateTime": "2030-05-02T11:00:00Z"}},
    "conferenceData": {{"conferenceId": "'$ID'", "conferenceSolution": {{"name": "My Web Conference"}},
      "entryPoints": [{{"entryPointType": "video", "uri": "{conferences}/join/'$ID'"}}]}}}}'

  # rename it
  curl -s -X PATCH {events}/planning1{token} -H '{json}' -d '{{"summary": "Planning for spring"}}'

  # what the conference system holds now, and what it was told
  curl -s {conferences}/conferences
  curl -s {conferences}/log

  # delete it; its conference goes with the first sweep after the grace
  curl -s -X DELETE {events}/planning1{token}
  curl -s -X POST {sweep}
"""


def main(argv: list[str]) -> int:
    options = _options(argv)
    plan = Plan(
        data=options.data,
        settings=dict(options.settings),
        port=options.port,
        sweep_every=options.sweep_every,
        renew_every=options.renew_every,
    )
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        with ended_by_signals(), System(plan) as system:
            print(_described(system), flush=True)
            return _watch(system)
    except Ended:
        return 0
    except StartFailed as error:
        print(error, file=sys.stderr)
        return 1


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local up", description=__doc__)
    parser.add_argument(
        "--port", type=int, default=FIRST_PORT, help="first of seven or eight; 0 takes free ones"
    )
    parser.add_argument("--sweep-every", type=float, default=300, metavar="SECONDS")
    parser.add_argument("--renew-every", type=float, default=3600, metavar="SECONDS")
    add_system_options(parser)
    parser.add_argument(
        "--consent",
        dest="settings",
        action="append_const",  # as --set takes it
        const=("CALENDAR_AUTH", OAUTH),
        help="users connect their calendars themselves, to a sixth function",
    )
    return parser.parse_args(argv)


def _described(system: System) -> str:
    rows = [
        (
            "Calendar (stand-in)",
            f"{system.calendar.url}/calendar/v3/",
            f"its controls: {system.calendar.url}/standin/",
        ),
        (
            "conference system",
            f"{system.conferences.url}/conferences",
            f"its log: {system.conferences.url}/log",
        ),
        *((name, each.url, PURPOSES[name]) for name, each in system.functions.items()),
    ]
    parts = "\n".join(f"  {name:<21} {url:<40} {purpose}" for name, url, purpose in rows)
    return (
        f"The system runs after {system.start_seconds:.1f} s; Ctrl-C ends it.\n\n"
        f"{parts}\n\n{_tries(system)}\n"
        f"Logs and databases: {system.data}\n"
        f"The functions' settings, for a shell: set -a; . {system.data}/settings.env; set +a"
    )


def _tries(system: System) -> str:
    consent, words = system.plan.consent, {"json": "content-type: application/json"}
    words |= {"user": system.calendar.world.default_user, "controls": f"{system.calendar.url}/standin"}
    words |= {"connect": system.settings["CONNECT_URL"]} if consent else {}
    words |= {"enrol": system.functions["initialize_syncing"].url}
    return TRY.format(
        first=(CONNECTING if consent else ENROL).format(**words),
        token=' -H "$TOKEN"' if consent else "",
        sweep=system.functions["sweep_calendars"].url,
        conferences=system.conferences.url,
        events=f"{system.calendar.url}/calendar/v3/calendars/primary/events",
        **words,
    )


def _watch(system: System) -> int:
    """Until a signal comes, or one of the functions dies, which none should."""
    while True:
        for function in system.functions.values():
            if not function.running:
                print(f"{function.name} has ended:\n{function.tail()}", file=sys.stderr)
                return 1
        time.sleep(LOOK_EVERY_S)
