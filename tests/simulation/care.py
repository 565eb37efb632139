"""Since when the service had to mind a conference: calendars are left, solutions are not always named."""

from typing import TYPE_CHECKING

from tests.simulation.truth import Place, Room

if TYPE_CHECKING:
    from tests.simulation.history import History

LOOKBACK_S = 80_000.0  # what changed so long before it is first read is told; something less than a day


def minded_since(history: "History", room: Room) -> float | None:
    """0 if always, None if it need not be minded now."""
    if room.system not in history.service.named:
        return None
    asking, moments = history.service.asking, [history.named_at.get(room.system, 0.0)]
    for calendar_id in {place.calendar_id for place in _ever(history, room)}:
        late = calendar_id in history.story.scene.get("later", "").split(",")
        if not (late or asking.ever_left(calendar_id)):
            continue
        if asking.enrolled(calendar_id) is not True:
            return None
        moments.append(asking.enrolled_since(calendar_id))
    return max(moments)


def told_of(history: "History", room: Room) -> bool:
    """Whether its last change had to be pushed."""
    since = minded_since(history, room)
    touched = history.witness.touched[room]
    return since == 0 or (since is not None and bool(touched) and touched[-1] > since - LOOKBACK_S)


def let_go(history: "History", room: Room) -> bool:
    """Whether the last of its people's events that carried it did so, and let go, while it was minded."""
    since = minded_since(history, room)
    if since is None:
        return False
    if since == 0:
        return True
    last = max(history.truth.left(room), key=lambda past: past.until, default=None)
    return (
        last is not None
        and last.until > since
        and history.witness.known.get((room, last.place), -1.0) >= last.since
    )


def known_of_one_that_left(history: "History", room: Room) -> bool:
    """Whether what was pushed last may be of an event whose calendar left: nothing is pushed of the event
    that leads since then. What was known of its calls is forgotten, too.
    """
    ever = _ever(history, room)
    left = any(history.service.asking.ever_left(place.calendar_id) for place in ever)
    return left and (len(ever) > 1 or room in history.witness.unsure)


def carried_unseen(history: "History", room: Room) -> bool:
    """Whether an event carries it whose calendar is not enrolled."""
    places = history.truth.carriers(hidden=True).get(room, {})
    return any(history.service.asking.enrolled(place.calendar_id) is not True for place in places)


def _ever(history: "History", room: Room) -> set[Place]:
    now = {place for found, place in history.truth.hidden_since if found == room}
    return now | {past.place for past in history.truth.past if past.room == room}
