"""The scene of a story: whose calendars, which settings, which clocks."""

from random import Random

from tests.simulation.operating import ANN, BOB

SCENES = (f"{ANN},team,{BOB}", f"{ANN},team,{BOB},shared", f"{ANN},{BOB},shared")
CLOCK_S = 0.22  # a clock is so far off at most, and sways by as much again


def scenery(random: Random) -> dict[str, str]:
    one = random.choice
    scene = {
        "calendars": one(SCENES),
        "grace": one(("0", "60", "300", "300", "900")),
        "page": one(("1", "2", "3", "500")),
        "empty": one(("0", "0", "2", "3")),
        "limit": one(("480", "480", "480", "5", "10", "1")),
        "lease": one(("60", "60", "20")),
        "every": one(("1800", "21600")),
        **one(({"ttl": "7200", "renew": "3700"}, {"ttl": "604800", "renew": "172800"})),
        "write_back": one(("off", "off", "location", "description")),
        "skews": one(("0", "0,2,-2", "0,5,-3", "1,-1")),
        "ahead": one(("0", "0", "20", "-20")),
        "deliveries": one(("100", "100", "5")),
        "resets": one(("no", "no", "yes")),
        "bare": one(("no", "no", "yes")),
        "opaque": one(("no", "no", "yes")),
        "slots": one(("80", "80", "2", "1")),
    }
    if "shared" in scene["calendars"] and one((True, False)):
        scene["unwatchable"] = "shared"
    return scene | _rarely(random, scene)


def _rarely(random: Random, scene: dict[str, str]) -> dict[str, str]:
    more: dict[str, str] = {}
    if random.random() < 0.3:
        more |= {name: _clock(random) for name in ("store_clock", "queue_clock")}
    if random.random() < 0.15:
        more["later"] = random.choice(scene["calendars"].split(","))
    if random.random() < 0.1:
        more["solutions"] = random.choice(("webhook", "titles", "renamed"))
    if random.random() < 0.08:
        more = {"calm": "yes", "limit": "480", "page": "500", "unwatchable": "", "lease": "60"}
    return more


def _clock(random: Random) -> str:
    ahead, sways = random.uniform(-CLOCK_S, CLOCK_S), random.uniform(0, CLOCK_S)
    return f"{ahead:.2f},{sways:.2f}"
