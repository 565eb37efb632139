"""`python -m local up`: runs the whole system until it is told to stop, and says what to try on it."""

import argparse
import logging
import sys
import time
from pathlib import Path

from functions.settings import OAUTH
from local.follow import Follower, Source
from local.page.page import Page
from local.said import described
from local.system import Plan, StartFailed, System
from local.system.kept import webhook_secret
from local.system.options import add_system_options, going_on, port, receiver, seconds
from local.system.signals import Ended, ended_by_signals

FIRST_PORT = 8080
LOOK_EVERY_S = 0.25
# Whoever watches sees a deletion, or a change whose notification was lost, within half a minute.
SWEEP_EVERY_S = 5
SETTINGS = {"DELETE_GRACE_SECONDS": "5", "SYNC_EVERY_SECONDS": "20"}
SECRET = Path(".local", "webhook-secret")  # of receivers that are not the stand-in: the same in each run


def main(argv: list[str]) -> int:
    options = _parser().parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        with ended_by_signals(), Page(options.port) as page:
            print(f"Open {page.url} to see it and to break it; the system is starting ...", flush=True)
            with System(_plan(options, page)) as system, page.showing(system):
                print(described(system, options.to), flush=True)
                return _watch(system, page, _follower(system) if options.log else None)
    except Ended:
        return 0
    except StartFailed as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local up", description=__doc__)
    parser.add_argument(
        "--to", type=receiver, metavar="URL", help="push to your own receiver of signed webhooks"
    )
    parser.add_argument(
        "--port",
        type=port,
        default=FIRST_PORT,
        help="the page's, and seven or eight follow (default: %(default)s); 0 takes free ones",
    )
    parser.add_argument("--log", action="store_true", help="go on with what the functions log, as it comes")
    for name, default in (("sweep", SWEEP_EVERY_S), ("renew", 3600)):
        every = f"--{name}-every"
        parser.add_argument(
            every, type=seconds, default=default, metavar="SECONDS", help="default: %(default)s; 0: never"
        )
    add_system_options(parser, going_on, "folder that keeps all from one run to the next")
    parser.add_argument(
        "--consent",
        dest="settings",
        action="append_const",  # as --set takes it
        const=("CALENDAR_AUTH", OAUTH),
        help="users connect their calendars themselves, to a sixth function",
    )
    return parser


def _plan(options: argparse.Namespace, page: Page) -> Plan:
    return Plan(
        data=options.data,
        settings=SETTINGS | _receiving(options.to) | dict(options.settings),
        port=options.port and options.port + 1,
        sweep_every=options.sweep_every,
        renew_every=options.renew_every,
        heard=page.heard,
    )


def _receiving(to: str | None) -> dict[str, str]:
    return {"WEBHOOK_URL": to, "WEBHOOK_SECRET": webhook_secret(SECRET)} if to else {}


def _follower(system: System) -> Follower:
    return Follower([Source(name, each.log) for name, each in system.functions.items()])


def _watch(system: System, page: Page, follower: Follower | None) -> int:
    """Until a signal comes, or one of the functions dies that nobody killed on the page."""
    while True:
        for name, function in system.functions.items():
            if not function.running and name not in page.down:
                print(f"{function.name} has ended:\n{function.tail()}", file=sys.stderr)
                return 1
        if follower:
            follower.look()
        time.sleep(LOOK_EVERY_S)
