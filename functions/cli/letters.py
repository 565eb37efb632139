"""Dead letters: which there are, and what came of publishing them again or throwing them away."""

from argparse import Namespace
from collections.abc import Sequence

from functions import wiring
from functions.cli.exits import Exit
from functions.cli.out import Data, Out, counted
from functions.cli.progress import Progress
from functions.cli.standing import table, when
from functions.core.errors import BadRequest
from functions.core.letter import Letter
from functions.flow import letters as dead

HEAD = ("LETTER", "CALENDAR", "REASON", "PUBLISHED", "TRIES", "WHY")
SHOWN_MAX = 80


def letters(asked: Namespace, out: Out, _: Progress) -> Exit:
    ids = set(asked.ids) or None
    if asked.all and (ids or asked.action != "discard"):
        raise BadRequest("--all goes with discard, and not with letters that are named")
    if asked.action == "requeue":
        return _requeue(ids, out)
    if asked.action == "discard":
        if not (ids or asked.all):
            raise BadRequest("name the letters to throw away, or say --all")
        return _discard(ids, out)
    return _list(out)


def _list(out: Out) -> Exit:
    found = dead.waiting(wiring.letters("letters"))
    text = table([HEAD, *map(_row, found)]) if found else "there are no dead letters"
    out.result({"letters": [_data(one) for one in found]}, "\n\n".join([text, *_more(len(found))]))
    return Exit.DONE


def _requeue(ids: set[str] | None, out: Out) -> Exit:
    done = dead.requeue(wiring.letters("letters"), wiring.queue("letters"), ids)
    missing = _missing(ids, [*done.published, *done.unreadable, *done.failed])
    said = [
        counted(len(done.published), "letters published again"),
        f"{counted(len(done.unreadable), 'letters cannot be read')}: discard them" if done.unreadable else "",
        f"{counted(len(done.failed), 'letters could not be published')} for now" if done.failed else "",
        *missing,
        *_more(sum(map(len, done))),
    ]
    data = {name: [_data(one) for one in those] for name, those in done._asdict().items()}
    out.result(data, "\n".join(filter(None, said)))
    if done.failed:
        return Exit.LATER
    if done.unreadable:
        return Exit.FAILED
    return Exit.UNKNOWN if missing else Exit.DONE


def _discard(ids: set[str] | None, out: Out) -> Exit:
    gone = dead.discard(wiring.letters("letters"), ids)
    missing = _missing(ids, gone)
    text = "\n".join([counted(len(gone), "letters thrown away"), *missing, *_more(len(gone))])
    out.result({"discarded": [_data(one) for one in gone]}, text)
    return Exit.UNKNOWN if missing else Exit.DONE


def _missing(ids: set[str] | None, found: Sequence[Letter]) -> list[str]:
    return [f"there is no letter {name}" for name in sorted((ids or set()) - {one.id for one in found})]


def _more(number: int) -> list[str]:
    """If that is as many as one run takes."""
    return ["There may be more letters than these."] if number == dead.LETTERS_MAX else []


def _data(one: Letter) -> Data:
    return {
        "id": one.id,
        "calendar_id": one.request.calendar_id if one.request else None,
        "reason": one.request.reason.value if one.request else None,
        "published_at": one.published_at.isoformat(),
        "deliveries": one.deliveries or None,
        "why": one.why or None,
        "data": None if one.request else _shown(one),
    }


def _shown(one: Letter) -> str:
    return one.data[:SHOWN_MAX].decode(errors="replace")


def _row(one: Letter) -> Sequence[str]:
    why = one.why if one.request else f"{one.why}: {_shown(one)}"
    return (
        one.id,
        one.request.calendar_id if one.request else "-",
        one.request.reason.value if one.request else "-",
        when(one.published_at.isoformat()),
        str(one.deliveries or "-"),
        why or "-",
    )
