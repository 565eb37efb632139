"""`plan`, `confirm`: what would be done, and what is done if an operator says so."""

import sys
from argparse import Namespace
from collections.abc import Sequence

from functions import wiring
from functions.cli.commands import OUTCOMES
from functions.cli.exits import Exit
from functions.cli.history import named, told, words
from functions.cli.out import Data, Out, counted
from functions.cli.progress import Progress
from functions.cli.standing import table, when
from functions.core.conference import Entry
from functions.core.enrolment import Enrolment
from functions.flow import calendars
from functions.flow import plan as planning
from functions.flow.context import Context
from functions.flow.plan import Ending, Plan

SHOWN = "synced"  # with any other outcome, a plan does not show everything


def plan(asked: Namespace, out: Out, progress: Progress) -> Exit:
    progress.only_reads()
    made = planning.plan(wiring.context("plan"), asked.calendar, full=asked.full)
    code, words = OUTCOMES[made.outcome]
    told = _foretold(made) if code is Exit.DONE else f"{asked.calendar} {words}"
    out.result({"calendar_id": asked.calendar, **_data(made)}, told)
    return code


def confirm(asked: Namespace, out: Out, progress: Progress) -> Exit:
    """What is withheld is read anew and shown first; if there is more by then, it is withheld again."""
    context = wiring.context("confirm")
    enrolment = calendars.enrolled(context.store, asked.calendar).value
    if not (enrolment.withheld or enrolment.brake.withheld):
        nothing = f"nothing is withheld of {asked.calendar}"
        out.result({"calendar_id": asked.calendar, "outcome": "nothing_withheld"}, nothing)
        return Exit.DONE
    progress.only_reads()
    made = planning.plan(context, asked.calendar, full=enrolment.withheld is not None)
    if made.outcome != SHOWN:
        code, words = OUTCOMES[made.outcome]
        out.result({"calendar_id": asked.calendar, **_data(made)}, f"{asked.calendar} {words}")
        return code or Exit.LATER
    out.text(_foretold(made))
    if not asked.yes and not _agreed(made):
        out.result({"calendar_id": asked.calendar, **_data(made), "outcome": "declined"}, "nothing was done")
        return Exit.FAILED
    progress.everything()
    outcome = _let_go(context, enrolment, made)
    code, words = OUTCOMES[outcome]
    out.result(
        {"calendar_id": asked.calendar, **_data(made), "outcome": outcome}, f"{asked.calendar} {words}"
    )
    return code


def _let_go(context: Context, seen: Enrolment, made: Plan) -> str:
    """What was withheld and what was shown; a read that is not a full one confirms no release."""
    releases = max(made.releases, seen.withheld.releases) if seen.withheld else 0
    braked = made.braked.releases if made.braked else 0
    return planning.let_go(context, seen.calendar_id, releases, braked=braked)


def _agreed(made: Plan) -> bool:
    """On a terminal the operator is asked; a script is not."""
    if not sys.stdin.isatty():
        return True
    back = _held_back(made)
    ended = f" and delete {counted(back, 'conferences')}" if back else ""
    sys.stderr.write(f"Release {counted(made.releases, 'holds')}{ended}? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _held_back(made: Plan) -> int:
    return sum(end.withheld for end in made.endings)


def _data(made: Plan) -> Data:
    return {
        "outcome": made.outcome,
        "steps": [{**named(step.key), **told(step.entry)} for step in made.steps],
        "endings": [
            {
                **named(end.key),
                "delete_at": end.delete_at.isoformat() if end.delete_at else None,
                "withheld": end.withheld,
            }
            for end in made.endings
        ],
        "withheld": made.withheld.releases if made.withheld else 0,
        "braked": made.braked.releases if made.braked else 0,
    }


def _foretold(made: Plan) -> str:
    rows = [(step.key.id, *_cells(step.entry)) for step in made.steps]
    parts = [
        table([("CONFERENCE", "WHAT", "ROW", "BECAUSE", "EVENT"), *rows])
        if rows
        else "nothing is to be done",
        _ended(made),
        _kept(made),
    ]
    return "\n\n".join(filter(None, parts))


def _cells(deed: Entry) -> Sequence[str]:
    return (*words(deed), deed.event.event_id if deed.event else "-")


def _ended(made: Plan) -> str:
    rows = [(end.key.id, _ends_at(end)) for end in made.endings]
    return table([("CARRIED BY NO EVENT", "DELETED FROM THEN ON"), *rows]) if rows else ""


def _ends_at(end: Ending) -> str:
    if end.withheld:
        return "when an operator confirms"
    return when(end.delete_at.isoformat() if end.delete_at else None)


def _kept(made: Plan) -> str:
    """What is withheld, and why."""
    held, braked = made.withheld, made.braked
    said = [
        f"withheld: {held.releases} of {held.holds} holds are gone, which an operator has to confirm"
        if held
        else "",
        f"withheld: {braked.releases} of {braked.holds} conferences were let go within a day, "
        f"{_held_back(made)} of them are not deleted, which an operator has to confirm"
        if braked
        else "",
    ]
    return "\n".join(filter(None, said))
