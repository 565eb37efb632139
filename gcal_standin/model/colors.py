"""Google's palettes, which have not changed since 2012: of calendars and of events, by the ids from 1 on."""

from gcal_standin.model.errors import invalid
from gcal_standin.model.times import Json

UPDATED = "2012-02-14T00:00:00.000Z"
CALENDAR = (
    "#ac725e", "#d06b64", "#f83a22", "#fa573c", "#ff7537", "#ffad46", "#42d692", "#16a765",
    "#7bd148", "#b3dc6c", "#fbe983", "#fad165", "#92e1c0", "#9fe1e7", "#9fc6e7", "#4986e7",
    "#9a9cff", "#b99aff", "#c2c2c2", "#cabdbf", "#cca6ac", "#f691b2", "#cd74e6", "#a47ae2",
)  # fmt: skip
EVENT = (
    "#a4bdfc", "#7ae7bf", "#dbadff", "#ff887c", "#fbd75b", "#ffb878", "#46d6db", "#e1e1e1",
    "#5484ed", "#51b749", "#dc2127",
)  # fmt: skip
_TEXT = "#1d1d1d"


def ids(palette: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(number) for number in range(1, len(palette) + 1))


def definitions(palette: tuple[str, ...]) -> Json:
    """Return the palette as `colors.get` tells it."""
    named = zip(ids(palette), palette, strict=True)
    return {name: {"background": color, "foreground": _TEXT} for name, color in named}


def background(color_id: str) -> str:
    """Return the color of a calendar; raise if the palette has no such id."""
    if color_id not in ids(CALENDAR):
        raise invalid("Invalid colorId value.")
    return CALENDAR[int(color_id) - 1]


def nearest(color: str) -> str:
    """Return the id of the calendar color that is least unlike this one."""
    return min(ids(CALENDAR), key=lambda name: _distance(background(name), color))


def _distance(one: str, other: str) -> int:
    parts = [(int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5)]
    return sum((mine - theirs) ** 2 for mine, theirs in parts)
