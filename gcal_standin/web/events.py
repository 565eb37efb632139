"""The methods of `events` that read or write one event."""

from collections.abc import Callable

from gcal_standin.model.calendar import Calendar
from gcal_standin.model.editing import Editor, Options
from gcal_standin.model.errors import ApiError, invalid, not_found, not_implemented, required
from gcal_standin.model.event import Event
from gcal_standin.model.limits import check_place
from gcal_standin.model.moving import move as model_move
from gcal_standin.model.times import Json
from gcal_standin.web.call import NOTHING, Answer, Call, told


def get(call: Call) -> Answer:
    calendar = call.calendar()
    event = calendar.find(call.params["eventId"])
    if event is None:
        raise not_found()
    return told(call.reader(calendar).resource(event))


def insert(call: Call) -> Answer:
    _need_times(call.body)
    check_place(call.body, primary=call.calendar("writer").settings.primary)
    return _written(call, lambda editor, options: editor.insert(call.body, options))


def import_(call: Call) -> Answer:
    _need_times(call.body)
    _check_part(call.body, call.calendar("writer"))
    return _written(call, lambda editor, options: editor.import_(call.body, options))


def update(call: Call) -> Answer:
    _need_times(call.body)
    event_id = _written_to(call)
    return _written(call, lambda editor, options: editor.update(event_id, call.body, options))


def patch(call: Call) -> Answer:
    event_id = _written_to(call)
    return _written(call, lambda editor, options: editor.patch(event_id, call.body, options))


def delete(call: Call) -> Answer:
    call.editor().delete(call.params["eventId"], _options(call))
    return NOTHING


def move(call: Call) -> Answer:
    source, target = call.calendar("writer"), call.calendar("writer", name="destination")
    event = model_move(call.world, source, call.params["eventId"], target, call.if_match)
    return told(call.reader(source).resource(event))


def _written(call: Call, write: Callable[[Editor, Options], Event]) -> Answer:
    event = write(call.editor(), _options(call))
    return told(call.reader(call.calendar()).resource(event))


def _options(call: Call) -> Options:
    if call.params.get("eventLabelVersion"):
        raise not_implemented("the parameter eventLabelVersion=1")
    return Options(
        conference_version=call.params.get("conferenceDataVersion", 0),
        attachments=call.params.get("supportsAttachments", False),
        if_match=call.if_match,
    )


def _need_times(body: Json) -> None:
    for name in ("end", "start"):
        if not body.get(name):
            raise required(f"Missing {name} time.")


def _written_to(call: Call) -> str:
    """Return the id of the event that is written; an instance has no recurrence of its own."""
    event_id: str = call.params["eventId"]
    event = call.calendar("writer").find(event_id)
    if call.body.get("recurrence") and event is not None and event.master_id:
        raise invalid("An instance of a series cannot recur itself.")
    return event_id


def _check_part(body: Json, calendar: Calendar) -> None:
    """Refuse an import of what is none of the calendar's; what names no organizer becomes its own."""
    organizer = (body.get("organizer") or {}).get("email") or calendar.id
    guests = [person.get("email") or "" for person in body.get("attendees") or ()]
    if not {address.lower() for address in (organizer, *guests)} & {
        calendar.id.lower(),
        calendar.settings.owner.lower(),
    }:
        raise ApiError(
            400,
            "participantIsNeitherOrganizerNorAttendee",
            "The owner of the calendar is neither the organizer nor an attendee of the event.",
        )
