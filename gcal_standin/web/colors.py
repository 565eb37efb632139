"""`colors.get`: the palettes."""

from gcal_standin.model import colors
from gcal_standin.web.call import Answer, Call


def get(_: Call) -> Answer:
    palettes = {
        "calendar": colors.definitions(colors.CALENDAR),
        "event": colors.definitions(colors.EVENT),
    }
    return Answer(content={"kind": "calendar#colors", "updated": colors.UPDATED} | palettes)
