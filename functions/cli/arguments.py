"""The commands, their arguments, and what `--help` says of them."""

import argparse
from collections.abc import Callable

from functions.cli import commands, conferences, export, fleet, foreseen, history, letters, roster
from functions.cli.exits import MEANING, Exit
from functions.core.fields import address

EXITS = "exit codes:\n" + "\n".join(f"  {code:d}  {meaning}" for code, meaning in MEANING.items())
CALENDAR = "a calendar's id, such as owner@example.com"


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(
        prog="python -m functions",
        description="Operate the conference sync. Settings come from the environment.",
        epilog=EXITS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    adds = _Adder(whole.add_subparsers(title="commands", metavar="COMMAND", required=True))
    _add_enrol(adds)
    leave = adds.command("leave", commands.leave, "stop watching and forget a calendar; conferences stay")
    leave.add_argument("calendar", type=address, metavar="CALENDAR", help=CALENDAR)
    leave.add_argument(
        "--erase",
        action="store_true",
        help="of what is stored, nothing names the calendar or its user any more; also if it left before",
    )
    sync = adds.command("sync", commands.sync, "sync one calendar now, even one that backs off")
    sync.add_argument("calendar", type=address, metavar="CALENDAR", help=CALENDAR)
    connect = adds.command("connect", commands.connect, "a link by which a user connects their calendar")
    connect.add_argument("user", type=address, metavar="USER", help="their address")
    disconnect = adds.command(
        "disconnect", commands.disconnect, "forget a user's calendars and consent; conferences stay"
    )
    disconnect.add_argument("user", type=address, metavar="USER", help="their address")
    adds.command("reseal", commands.reseal, "seal all consents with the first of GRANT_KEYS")
    adds.command("renew", commands.renew, "replace the channels that end soon")
    adds.command("sweep", commands.sweep, "ask for overdue syncs, do what is due for conferences")
    _add_status(adds)
    adds.command("recount", fleet.recount, "count anew, from all conferences, what status shows of calendars")
    _add_retry(adds)
    plan = adds.command("plan", foreseen.plan, "what a sync would do now, and why; does nothing")
    plan.add_argument("calendar", type=address, metavar="CALENDAR", help=CALENDAR)
    plan.add_argument("--full", action="store_true", help="as after a full read that lets go what is gone")
    confirm = adds.command(
        "confirm", foreseen.confirm, "let a withheld mass deletion go on, after showing what would be deleted"
    )
    confirm.add_argument("calendar", type=address, metavar="CALENDAR", help=CALENDAR)
    confirm.add_argument("--yes", action="store_true", help="do not ask, not even on a terminal")
    _add_conferences(adds)
    _add_history(adds)
    _add_letters(adds)
    person = adds.command("export", export.export, "all that is stored of a person, as JSON, without secrets")
    person.add_argument("user", type=address, metavar="USER", help="their address")
    doctor = adds.command("doctor", commands.doctor, "check settings, credentials and every outside system")
    doctor.add_argument(
        "calendar", type=address, metavar="CALENDAR", nargs="?", help="see whether this one can be read"
    )
    doctor.add_argument("--user", type=address, help="as whom to read it")
    return whole


def _add_enrol(adds: "_Adder") -> None:
    enrol = adds.command("enrol", commands.enrol, "watch a calendar and sync it once; repeating does no harm")
    which = enrol.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "calendar", type=address, metavar="CALENDAR", nargs="?", help=f"{CALENDAR}, or primary with --user"
    )
    which.add_argument(
        "--from",
        dest="source",
        metavar="FILE",
        help="all that a list names (- is standard input): a CSV with a column email or calendar_id, and "
        "user if need be, or an address a line; or directory: all active users of the Workspace domain. "
        "First syncs are left to the queue",
    )
    enrol.add_argument(
        "--user", type=address, help="as whom to read it (default: the user that the calendar is named after)"
    )
    enrol.add_argument(
        "--domain",
        type=address,
        action="append",
        help="with --from: only users of this domain; may be repeated",
    )
    enrol.add_argument(
        "--admin", type=address, metavar="ADDRESS", help="with --from directory: as whom users are read"
    )
    enrol.add_argument(
        "--at-once",
        type=int,
        choices=range(1, roster.AT_ONCE_MAX + 1),
        metavar="N",
        help=f"with --from: how many at a time (default {roster.AT_ONCE}, at most {roster.AT_ONCE_MAX})",
    )


def _add_retry(adds: "_Adder") -> None:
    retry = adds.command("retry", commands.retry, "try a parked conference again, or all of them")
    which = retry.add_mutually_exclusive_group(required=True)
    which.add_argument("conference", metavar="CONFERENCE", nargs="?", help="its id, as status shows it")
    which.add_argument(
        "--all", action="store_true", help="all that are parked, or those of the options below"
    )
    retry.add_argument("--calendar", type=address, default="", help="with --all: held in this calendar")
    retry.add_argument("--provider", default="", help="with --all: on this system, such as webhook")
    retry.add_argument(
        "--why", default="", metavar="TEXT", help="with --all: for a reason that has this text"
    )


def _add_status(adds: "_Adder") -> None:
    status = adds.command("status", commands.status, "how one calendar stands, or all of them")
    status.add_argument(
        "calendar", type=address, metavar="CALENDAR", nargs="?", help=f"{CALENDAR} (default: all)"
    )
    status.add_argument(
        "--check",
        action="store_true",
        help=f"print only what is wrong, exit {Exit.FAILED:d} if anything is: access lost, no channel, "
        "more than 10 minutes behind, failing, details hidden, events unreadable or of a solution "
        "that is not named, conferences parked, deletions withheld, links refused",
    )
    status.add_argument(
        "--missing",
        metavar="FILE",
        help=f"who of a list (- is standard input) is not enrolled; exit {Exit.FAILED:d} if anybody is not",
    )


def _add_conferences(adds: "_Adder") -> None:
    holds = adds.command(
        "conferences", conferences.conferences, "what a user's calendars hold, and how each conference stands"
    )
    holds.add_argument("user", type=address, metavar="USER", help="their address, or one calendar's id")
    holds.add_argument("--titles", action="store_true", help="ask Calendar for each event's title and start")


def _add_history(adds: "_Adder") -> None:
    past = adds.command("history", history.history, "what was done to a conference, when, and why")
    past.add_argument("what", metavar="WHAT", help="a conference's id, an event's id, or a link to join by")
    past.add_argument(
        "--calendar",
        type=address,
        default="",
        help="search this calendar's records (default: look the id up, then search all)",
    )


def _add_letters(adds: "_Adder") -> None:
    dead = adds.command("letters", letters.letters, "the sync requests that were delivered in vain too often")
    dead.add_argument(
        "action",
        nargs="?",
        choices=("requeue", "discard"),
        help="publish them again, or throw them away (default: list them, and leave them there)",
    )
    dead.add_argument("ids", nargs="*", metavar="LETTER", help="only these (default for requeue: all)")
    dead.add_argument("--all", action="store_true", help="with discard: all of them")


class _Adder:
    """Every command takes the same options besides its own."""

    def __init__(self, group: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
        self._group = group

    def command(self, name: str, run: Callable[..., Exit], text: str) -> argparse.ArgumentParser:
        added = self._group.add_parser(
            name,
            help=text,
            description=f"{text[0].upper()}{text[1:]}.",
            epilog=EXITS,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        added.add_argument("--json", action="store_true", help="one JSON document for programs")
        added.add_argument("--verbose", action="store_true", help="every log line on standard error")
        added.set_defaults(run=run)
        return added
