"""What the scene of a story says: whose calendars there are, who has consented, clocks and settings."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from math import sin

from functions.adapters.stores.sqlite import SqliteStore
from functions.core.model import Place, Policy
from local.virtual.hub import Hub
from tests.simulation.consents import Consents
from tests.simulation.google import Google
from tests.simulation.luck import Luck
from tests.simulation.operating import ANN, BOB, CALENDARS

SWAYS_S = 3_600


def consents_of(
    hub: Hub,
    store: SqliteStore,
    google: Google,
    luck: Luck,
    readers: Mapping[str, str],
    scene: Mapping[str, str],
) -> Consents:
    """All users have consented; `away` are those who do not come back in the end."""
    made = Consents.of(hub, store, google.world.clock, luck.struck, {*readers.values()})
    made.stays = frozenset(filter(None, scene.get("away", "").split(",")))
    for user in made.users:
        made.give(user)
    return made


def calendars_of(google: Google, scene: Mapping[str, str]) -> dict[str, str]:
    readers: dict[str, str] = {}
    for name in scene.get("calendars", f"{ANN},team,{BOB}").split(","):
        owner, reader = CALENDARS[name].owner, CALENDARS[name].reader
        if owner == name:
            google.world.add_user(name)
        else:
            calendar = google.world.add_calendar(owner, {"summary": name}, name)
            calendar.settings.watchable = name not in scene.get("unwatchable", "").split(",")
            if reader != owner:
                rule = {"id": f"user:{reader}", "scope": {"type": "user", "value": reader}, "role": "writer"}
                calendar.settings.rules[f"user:{reader}"] = rule
        readers[name] = reader
    return readers


def clock_of(hub: Hub, scene: Mapping[str, str], name: str) -> Callable[[], datetime]:
    """`0.3,0.1` is a clock that is so many seconds ahead, and sways around that by so many."""
    if name not in scene:
        return hub.now
    ahead, sways = (float(number) for number in scene[name].split(","))
    return lambda: hub.now() + timedelta(seconds=ahead + sways * sin(hub.seconds / SWAYS_S))


def policy_of(scene: Mapping[str, str]) -> Policy:
    def number(name: str, otherwise: int) -> int:
        return int(scene.get(name, otherwise))

    return Policy(
        channel_ttl=number("ttl", 604_800),
        renew_before=number("renew", 172_800),
        sync_every=number("every", 21_600),
        grace=number("grace", 300),
        lease=number("lease", 60),
        time_limit=number("limit", 480),
        concurrency=16,
        write_back=Place(scene.get("write_back", "off")),
    )
