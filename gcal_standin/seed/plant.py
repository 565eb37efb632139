"""Puts the lines of a seed into a world: all of them, or none if one is wrong."""

import zlib
from collections import Counter
from collections.abc import Callable, Sequence

from gcal_standin.model import entries
from gcal_standin.model.bodies import merged
from gcal_standin.model.calendar import Calendar
from gcal_standin.model.editing import Editor, Options
from gcal_standin.model.errors import ApiError
from gcal_standin.model.limits import check_place
from gcal_standin.model.roles import check_rule
from gcal_standin.model.scenes import put_raw, put_told
from gcal_standin.model.times import Json
from gcal_standin.model.world import World
from gcal_standin.seed import export, hints
from gcal_standin.seed.lines import CALENDAR, EVENT, USER, BadSeed, Line, taken

_TEXTS = ("summary", "description", "location", "timeZone")
_ALL = Options(conference_version=1, attachments=True)


def plant(world: World, lines: Sequence[Line]) -> dict[str, int]:
    """Add what the lines say; BadSeed has a sentence for each that is wrong, and then nothing was added."""
    rehearsal = World(default_user=world.default_user, time_zone=world.time_zone)
    _put(rehearsal, taken(export.told(world)))
    _part_ids(rehearsal)
    if wrong := _put(rehearsal, lines):
        raise BadSeed(wrong)
    _put(world, lines)
    if any("kind" in line.content.get("event", {}) for line in lines):
        _part_ids(world)
    found = Counter(line.kind for line in lines)
    return {f"{kind}s": found[kind] for kind in (USER, CALENDAR, EVENT)}


def _part_ids(world: World) -> None:
    """Let new ids be none that came with a seed: another stand-in makes the same ones in the same order."""
    ids = sorted(event.id for calendar in world.calendars.values() for event in calendar.events())
    world.reseed(zlib.crc32(" ".join(ids).encode()))


def _put(world: World, lines: Sequence[Line]) -> list[str]:
    wrong = []
    for line in lines:
        try:
            _PUT[line.kind](world, line.content)
        except ApiError as error:
            wrong.append(f"{line.name}: {hints.sentence(error)}")
        except LookupError as error:
            wrong.append(f"{line.name}: {error.args[0]}")
    return wrong


def _user(world: World, content: Json) -> None:
    email = content["user"].lower()
    if email not in world.calendars:
        world.add_user(email, content.get("timeZone"))
    known = world.calendars[email]
    if "timeZone" in content:
        world.rewrite(known, known.settings.fields | {"timeZone": content["timeZone"]})
    world.prefer(known, content.get("settings", {}))


def _calendar(world: World, content: Json) -> None:
    calendar_id, owner = content["calendar"], content.get("owner", world.default_user).lower()
    _find(world, owner, "user")
    texts = {name: content[name] for name in _TEXTS if name in content}
    if calendar_id not in world.calendars:
        world.add_calendar(owner, {"summary": calendar_id} | texts, calendar_id)
    calendar = world.calendars[calendar_id]
    world.rewrite(calendar, merged(calendar.settings.fields, texts))
    calendar.settings.watchable = content.get("watchable", calendar.settings.watchable)
    for rule in content.get("acl", []):
        world.put_rule(calendar, check_rule(rule))
    for user, entry in content.get("entries", {}).items():
        _entry(world, calendar, user, entry)


def _entry(world: World, calendar: Calendar, user: str, entry: Json) -> None:
    deleted = {"deleted": True} if entry.get("deleted") else {}
    known = entries.entry(calendar.settings, user)
    world.put_entry(calendar, user, deleted or entries.patched(known, entry, rgb="backgroundColor" in entry))


def _event(world: World, content: Json) -> None:
    calendar = _find(world, content.get("in", world.default_user), "calendar")
    event = content["event"]
    if content.get("unchecked"):
        put_raw(world, calendar, event)
    elif "kind" in event:
        put_told(world, calendar, event)
    else:
        check_place(event, primary=calendar.settings.primary)
        Editor(world, calendar, calendar.settings.owner).insert(event, _ALL)


def _find(world: World, name: str, kind: str) -> Calendar:
    wanted = world.default_user if name == "primary" else name
    found = world.calendars.get(wanted, world.calendars.get(wanted.lower()))
    if found is None or (kind == USER and not found.settings.primary):
        raise LookupError(f'There is no {kind} {name}: give it a line, {{"{kind}": "{name}"}}.')
    return found


_PUT: dict[str, Callable[[World, Json], None]] = {USER: _user, CALENDAR: _calendar, EVENT: _event}
