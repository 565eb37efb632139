"""What a change of one date of a series means for a conference: E13, E14 and E16 of the table.

A date may be off (cancelled), or may only have left a series that was cut, split or made a single event. A
tombstone may not say which of the two, nor of which series it was (RECORDED.md B.4).
"""

from collections.abc import Sequence

from functions.core.actions import Action, Ask, Keep, Pending, Push, Standing, Unsupported
from functions.core.conference import Conference, applied, is_refused
from functions.core.hold import Hold as Held
from functions.core.hold import family, stamp
from functions.core.holding import parts, remembered
from functions.core.model import Ability, Event, Instance, Kind


def instance_of(event: Event, conference: Conference) -> Instance | None:
    """Which instance a tombstone is of: its fields say it, or what we remember of its id, or else the id."""
    if event.instance and event.instance.sure:
        return event.instance
    return remembered(conference, event.ref) or event.instance


def changed(
    its: Instance, fingerprint: str, event: Event, conference: Conference, standing: Standing
) -> Action:
    """Nothing is pushed for a date that has left its part, nor of an earlier part if the last may show it."""
    part = _part_of(its, parts(conference))
    if part is None or (part != conference.holds[0] and _has_room(conference.holds[0], its)):
        return Keep("E13")
    wanted = _wanted("E13", Kind.OCCURRENCE_UPDATED, fingerprint, its, part)
    return _occurrence(wanted, Ability.OCCURRENCE_UPDATE, event, conference, standing)


def off(row: str, its: Instance, event: Event, conference: Conference, standing: Standing) -> Action:
    """Nothing is pushed for a date that has left its part, nor for one that the primary event shows.

    A date that is off in a mere copy is remembered: the copy may come to lead.
    """
    part, primary = _part_of(its, parts(conference)), conference.holds[0]
    copy = _part_of(its, _held_with(primary, conference)) if part is None else None
    if part is None and copy is None:
        return Keep(row)
    wanted = _wanted(row, Kind.OCCURRENCE_CANCELLED, off_print(its), its, part or copy or primary)
    action = _occurrence(wanted, Ability.OCCURRENCE_CANCEL, event, conference, standing)
    if not isinstance(action, Push):
        return action
    if part is None:
        return _left_pending(action, conference)
    clear = its.sure and part == primary
    return Ask(row, action) if _has_room(primary, its) and not clear else action


def _wanted(row: str, kind: Kind, fingerprint: str, its: Instance, part: Held) -> Push:
    return Push(row, kind, fingerprint, occurrence=its.original_start, series_id=part.ref.event_id)


def _left_pending(push: Push, conference: Conference) -> Pending | Keep:
    """Remembered once, and not in place of what was pushed of the same date of another series."""
    known = conference.occurrences.get(push.occurrence or "")
    return Keep(push.row) if known else Pending(push.row, push)


def _held_with(primary: Held, conference: Conference) -> list[Held]:
    return [other for other in conference.holds if other.ref.calendar_id == primary.ref.calendar_id]


def _part_of(its: Instance, among: Sequence[Held]) -> Held | None:
    """The series that has, or had, this date; the first if it may be several."""
    return next((part for part in among if _may_be_of(part, its) and _has_room(part, its)), None)


def _may_be_of(part: Held, its: Instance) -> bool:
    """An instance's id alone names the first part, whichever part it is of (RECORDED.md B.3)."""
    name = part.ref.event_id
    return name == its.series_id or (not its.sure and family(name)[0] == family(its.series_id)[0])


def _has_room(part: Held, its: Instance) -> bool:
    span = part.span
    return span is None or (span.series and span.has_room_for(its.original_start))


def off_print(its: Instance) -> str:
    """The fingerprint of an occurrence that is off. Each has its own, so that one refusal is not for all."""
    return f"cancelled {its.original_start}"


def _occurrence(
    wanted: Push, ability: Ability, event: Event, conference: Conference, standing: Standing
) -> Action:
    pushed = applied(conference, wanted.occurrence, wanted.series_id) == wanted.fingerprint
    new = is_fresh(event, standing) or _is_pending(wanted, conference)
    if pushed or not new or standing.abilities.absent:
        return Keep(wanted.row)
    if ability not in standing.abilities.can:
        return Keep(wanted.row) if ability in conference.unsupported else Unsupported(wanted.row, ability)
    return Keep("E27") if is_refused(conference, wanted.occurrence, wanted.fingerprint) else wanted


def _is_pending(push: Push, conference: Conference) -> bool:
    """Whether the date must be pushed once more, however long ago it changed."""
    known = conference.occurrences.get(push.occurrence or "")
    return known is not None and known.pending and known.series_id == push.series_id


def is_fresh(event: Event, standing: Standing) -> bool:
    """A tombstone does not say when it was made: it counts as new, unless the date it cancels is over."""
    since = standing.fresh_after
    if since is None:
        return True
    if event.updated is None:
        return event.instance is None or event.instance.original_start >= stamp(since)
    return event.updated >= since
