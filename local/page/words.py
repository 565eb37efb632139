"""What changed between two versions of an event, in a few words for people."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from gcal_standin.model.times import Slot, slot_of, zone_of

Body = Mapping[str, Any]
UTC_ZONE = zone_of("UTC")
RULES = {"FREQ=DAILY": "every day", "FREQ=WEEKLY": "every week", "FREQ=MONTHLY": "every month"}
ANSWERS = {"accepted": "accepted", "declined": "declined", "tentative": "may come", "needsAction": "invited"}
UNTITLED = "(no title)"


def title(body: Body) -> str:
    return str(body.get("summary") or UNTITLED)


def slot(when: Body) -> Slot:
    """A moment in UTC, or a date."""
    found = slot_of(dict(when), UTC_ZONE)
    return found.astimezone(UTC) if isinstance(found, datetime) else found


def clock(at: Slot) -> str:
    return f"{at:%a %-d %b %H:%M}" if isinstance(at, datetime) else f"{at:%a %-d %b}"


def name(address: str) -> str:
    """What people call somebody: what stands before the @."""
    return address.partition("@")[0]


def repeats(lines: list[str]) -> str:
    rule = next((line for line in lines if line.startswith("RRULE:")), "")
    return next((words for sign, words in RULES.items() if sign in rule), "in a series" if rule else "once")


def conference_of(body: Body) -> str | None:
    found = (body.get("conferenceData") or {}).get("conferenceId")
    return str(found) if found else None


def guests(body: Body) -> dict[str, str]:
    return {one["email"]: one.get("responseStatus", "needsAction") for one in body.get("attendees", [])}


def change(before: Body | None, after: Body, calendar_id: str) -> str:
    """Empty if people would see no change."""
    who = f"“{title(before if before and before.get('summary') else after)}”"
    if original := after.get("originalStartTime"):
        who = f"{who} of {clock(slot(original))}"
    said = list(_said(before, after, calendar_id))
    copy = "" if is_organizers(after, calendar_id) else f"{name(calendar_id)}'s copy: "
    return f"{copy}{who} {', '.join(said)}" if said else ""


def is_organizers(body: Body, calendar_id: str) -> bool:
    """Only the organizer's copy counts; that of a guest says whose it is."""
    return bool(body.get("organizer", {}).get("email", calendar_id) == calendar_id)


def plainly(why: str) -> str:
    """Refusals name the host, which on one machine says nothing."""
    return why.replace("127.0.0.1", "the conference system")


def _said(before: Body | None, after: Body, calendar_id: str) -> Iterator[str]:
    gone = after["status"] == "cancelled"
    if before is None or before["status"] == "cancelled":
        if not (gone and before is not None):
            yield _appeared(after, calendar_id, back=before is not None)
        return
    if gone:
        yield "is cancelled" if after.get("recurringEventId") else "is deleted"
        return
    yield from _changed(before, after, calendar_id)


def _appeared(after: Body, calendar_id: str, *, back: bool) -> str:
    if after["status"] == "cancelled":
        return "is cancelled"
    if back:
        return "is restored"
    if not is_organizers(after, calendar_id):
        return f"arrives from {name(after['organizer']['email'])}"
    if after.get("originalStartTime"):
        return f"is now {clock(slot(after['start']))}"
    rule = f", {repeats(after['recurrence'])}" if after.get("recurrence") else ""
    return f"appears, {clock(slot(after['start']))}{rule}"


def _changed(before: Body, after: Body, calendar_id: str) -> Iterator[str]:
    if title(before) != title(after):
        yield f"is renamed “{title(after)}”"
    yield from _moved(before, after)
    if before.get("recurrence") != after.get("recurrence"):
        yield _rule(before.get("recurrence") or [], after.get("recurrence") or [])
    yield from _people(_others(before, calendar_id), _others(after, calendar_id))
    if conference_of(before) != conference_of(after):
        yield "has another conference" if conference_of(after) else "has no conference any more"
    for field in ("description", "location"):
        if before.get(field) != after.get(field):
            yield f"has another {field}"


def _others(body: Body, calendar_id: str) -> dict[str, str]:
    """Whoever makes a meeting invites themselves with the first guest."""
    mine = body.get("organizer", {}).get("email", calendar_id)
    return {who: answer for who, answer in guests(body).items() if who != mine}


def _moved(before: Body, after: Body) -> Iterator[str]:
    old, new = ((slot(body["start"]), slot(body["end"])) for body in (before, after))
    if old[0] != new[0]:
        yield f"moves to {clock(new[0])}"
    elif old[1] != new[1]:
        yield f"ends {_until(new[1])}"


def _until(end: Slot | date) -> str:
    return f"at {end:%H:%M}" if isinstance(end, datetime) else f"on {clock(end)}"


def _rule(before: list[str], after: list[str]) -> str:
    if repeats(before) == repeats(after) != "once":
        return "ends earlier" if "UNTIL=" in "".join(after) else "repeats otherwise"
    return f"happens {repeats(after)}"


def _people(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for address in after.keys() - before.keys():
        yield f"invites {name(address)}"
    for address in before.keys() - after.keys():
        yield f"no longer invites {name(address)}"
    for address in before.keys() & after.keys():
        if before[address] != after[address]:
            yield f"is answered: {name(address)} {ANSWERS.get(after[address], after[address])}"
