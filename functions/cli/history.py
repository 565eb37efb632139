"""What was done to a conference, when and why, for whoever names it, its event, or a link to it."""

from argparse import Namespace
from collections.abc import Sequence

from functions import wiring
from functions.cli.exits import Exit
from functions.cli.out import Data, Out, counted
from functions.cli.progress import Counted, Progress
from functions.cli.standing import table
from functions.core.conference import Conference, Entry
from functions.core.errors import BadRequest
from functions.core.model import ConferenceKey
from functions.core.rows import ROWS
from functions.flow import finding

HEAD = ("WHEN", "WHAT", "ROW", "BECAUSE", "CALENDAR", "EVENT")


def history(asked: Namespace, out: Out, progress: Progress) -> Exit:
    found = _found(asked.what, asked.calendar, progress)
    records = [{**named(one.key), "history": [told(entry) for entry in one.history]} for one in found]
    out.result({"asked": asked.what, "records": records}, _text(found, asked.what))
    return Exit.DONE


def _found(what: str, calendar_id: str, progress: Progress) -> list[Conference]:
    """BadRequest (404)."""
    store, searched = wiring.store("history"), Counted(progress, "records searched")
    found = [] if calendar_id else finding.by_id(store, what, wiring.provider_names("history"))
    if not found:
        records = store.conferences(held_in=calendar_id or None)
        found = list(finding.among(searched.each(records), what))
    if not found:
        where = f" of {calendar_id}" if calendar_id else ""
        number = counted(searched.number, "records searched")
        raise BadRequest(
            f"nothing is known of {what}: it is no conference's id, and no event or link in {number}{where}. "
            "Titles are not stored, nor links that no conference system has said",
            status=404,
        )
    return found


def named(key: ConferenceKey) -> Data:
    return {"provider": key.provider, "conference_id": key.id}


def told(entry: Entry) -> Data:
    return {
        "at": entry.at.isoformat(),
        "row": entry.row,
        "what": entry.what,
        "reason": ROWS.get(entry.row, ""),
        "calendar_id": entry.event.calendar_id if entry.event else None,
        "event_id": entry.event.event_id if entry.event else None,
        "why": entry.why,
        "times": entry.times,
    }


def words(entry: Entry) -> Sequence[str]:
    """What was done, its row, and why."""
    because = ": ".join(filter(None, [ROWS.get(entry.row, ""), entry.why]))
    again = f" ({entry.times} times)" if entry.times > 1 else ""
    return f"{entry.what}{again}", entry.row, because


def _text(found: Sequence[Conference], what: str) -> str:
    parts = [
        f"{one.key.id} of {one.key.provider}\n{table([HEAD, *map(_line, one.history)])}" for one in found
    ]
    several = [f"{len(found)} conferences match {what}: name one by its id"] if len(found) > 1 else []
    return "\n\n".join(parts + several)


def _line(entry: Entry) -> Sequence[str]:
    event = (entry.event.calendar_id, entry.event.event_id) if entry.event else ("-", "-")
    return (f"{entry.at:%Y-%m-%d %H:%M:%S} UTC", *words(entry), *event)
