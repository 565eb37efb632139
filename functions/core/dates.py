"""What a change of one date of a series means for a conference: E13, E14 and E16 of the table.

A date may be off, or it may only have left a series that was cut, split or made a single event; a tombstone
may say neither which of both, nor of which series it was (RECORDED.md B.4).
"""

from functions.core.actions import Action, Ask, Keep, Lack, Standing, Tell
from functions.core.conference import Conference, applied
from functions.core.conference import Hold as Held
from functions.core.fields import stamp
from functions.core.ids import family
from functions.core.model import Ability, Event, Instance, Kind
from functions.core.parts import holds_series, parts, remembered


def instance_of(event: Event, conference: Conference) -> Instance | None:
    """Which instance a tombstone is of: its fields say it, or what we remember of its id, or else the id."""
    if event.instance and event.instance.sure:
        return event.instance if holds_series(conference, event) else None
    return remembered(conference, event.ref) or event.instance


def changed(
    its: Instance, fingerprint: str, event: Event, conference: Conference, standing: Standing
) -> Action:
    """A date that has left its part says nothing, nor does an earlier part of one that the last may show."""
    part = _part_of(its, conference)
    if part is None or (part != conference.holds[0] and _has_room(conference.holds[0], its)):
        return Keep("E13")
    wanted = Tell(
        "E13",
        Kind.OCCURRENCE_UPDATED,
        fingerprint,
        occurrence=its.original_start,
        series_id=part.ref.event_id,
    )
    return _occurrence(wanted, Ability.OCCURRENCE_UPDATE, event, conference, standing)


def off(row: str, its: Instance, event: Event, conference: Conference, standing: Standing) -> Action:
    """Nothing is told of a date that has left its part, nor of one that the primary event shows."""
    part, primary = _part_of(its, conference), conference.holds[0]
    if part is None:
        return Keep(row)
    wanted = Tell(
        row,
        Kind.OCCURRENCE_CANCELLED,
        off_print(its),
        occurrence=its.original_start,
        series_id=part.ref.event_id,
    )
    action = _occurrence(wanted, Ability.OCCURRENCE_CANCEL, event, conference, standing)
    clear = its.sure and part == primary
    asks = _has_room(primary, its) and not clear
    return Ask(row, action) if asks and isinstance(action, Tell) else action


def _part_of(its: Instance, conference: Conference) -> Held | None:
    """The part of the primary series that has, or had, this date; the last where it may be several."""
    return next((part for part in parts(conference) if _may_be_of(part, its) and _has_room(part, its)), None)


def _may_be_of(part: Held, its: Instance) -> bool:
    """An id alone names the first part for an instance of any (RECORDED.md B.3)."""
    name = part.ref.event_id
    return name == its.series_id or (not its.sure and family(name)[0] == family(its.series_id)[0])


def _has_room(part: Held, its: Instance) -> bool:
    span = part.span
    return span is None or (span.series and span.has_room_for(its.original_start))


def off_print(its: Instance) -> str:
    """The fingerprint of an occurrence that is off, another for each: one refused is not all refused."""
    return f"cancelled {its.original_start}"


def _occurrence(
    wanted: Tell, ability: Ability, event: Event, conference: Conference, standing: Standing
) -> Action:
    told = applied(conference, wanted.occurrence, wanted.series_id) == wanted.fingerprint
    if told or not is_fresh(event, standing):
        return Keep(wanted.row)
    if ability not in standing.abilities.can:
        return Keep(wanted.row) if ability in conference.lacks else Lack(wanted.row, ability)
    return unless_refused(wanted, conference)


def unless_refused(tell: Tell, conference: Conference) -> Action:
    parked = conference.parked
    refused = parked and parked.retry_at is None and parked.fingerprint == tell.fingerprint
    return Keep("E27") if refused else tell


def is_fresh(event: Event, standing: Standing) -> bool:
    """A tombstone does not say when it was made, and counts as new, unless what it calls off is over."""
    since = standing.fresh_after
    if since is None:
        return True
    if event.updated is None:
        return event.instance is None or event.instance.original_start >= stamp(since)
    return event.updated >= since
