"""Bad luck, near what people do."""

from typing import TYPE_CHECKING

from tests.simulation.story import Line, line

if TYPE_CHECKING:
    from tests.simulation.draw import Drawing

FAULTS = {
    "*": ("kill",),
    "calendar.changes": (
        "rate", "quota", "forbidden", "429", "500", "503", "timeout", "expired", "slow", "kill",
    ),
    "calendar.event": ("rate", "429", "500", "503", "timeout", "forbidden", "slow", "kill"),
    "calendar.shows": ("rate", "500", "timeout", "slow", "kill"),
    "calendar.watch": ("500", "forbidden", "timeout", "kill", "slow"),
    "calendar.stop": ("500", "timeout", "kill", "slow"),
    "calendar.write": ("500", "rate", "timeout", "kill", "forbidden", "slow"),
    "store.save": ("timeout", "kill", "slow"),
    "store.remove": ("timeout", "kill", "slow"),
    "store.read": ("timeout", "kill"),
    "store.ask": ("timeout", "kill"),
    "queue.publish": ("timeout", "kill"),
    "provider.apply": (
        "429", "500", "timeout", "rejected", "rest", "slow", "kill", "late", "orphaned",
    ),
    "delivery": ("double",),
}  # fmt: skip
WEIGHTS = (6, 8, 4, 1, 2, 2, 2, 8, 1, 3, 1, 3, 12, 5)
# Effects land within two minutes.
LONGEST_S = {"calendar": 150, "store": 20, "provider": 40}
LANDS_S = 115
RETRY_AFTER_S = (0, 0.2, 20, 599, 5_000, 86_400, 10.0**20)


def faults(drawing: "Drawing") -> list[Line]:
    return [_fault(drawing) for _ in range(drawing.random.choice((0, 2, 4, 8, 12)))]


def _fault(drawing: "Drawing") -> Line:
    random = drawing.random
    op = random.choices(list(FAULTS), WEIGHTS)[0]
    kind = random.choice(FAULTS[op])
    near = random.choice(drawing.lines)
    at = near.at + random.expovariate(0.7) - 0.5
    words: dict[str, object] = {"op": op, "kind": kind, "skip": int(random.expovariate(0.4))}
    if kind == "rejected" and int(at) % 2:  # nothing more is drawn: the histories stay the same
        words["kind"] = "denied"
    if near.verb in {"enrol", "unenrol"} and random.random() < 0.7:
        verb = "leave" if near.verb == "unenrol" else "enrol"
        words["who"] = f"{verb}-{near.words['calendar'][:4]}"
    if random.random() < 0.2:
        words["times"] = random.randint(2, 6)
    if kind in {"timeout", "kill", "500", "slow"} and random.random() < 0.5:
        words["after"] = "yes"
    if kind in {"slow", "double", "late", "orphaned"}:
        longest = LANDS_S if kind in {"late", "orphaned"} else LONGEST_S.get(op.partition(".")[0], 30)
        if kind == "slow" and op in {"provider.apply", "store.save"} and random.random() < 0.2:
            longest = LANDS_S
        words["seconds"] = round(random.uniform(0, longest), 1)
    if kind == "rest":
        words["seconds"] = random.choice(RETRY_AFTER_S)
    return line(max(at, 0), "fault", **words)


def unwell(drawing: "Drawing") -> list[Line]:
    """One or two conferences whose system fails for ever, or asks for odd back-offs; looks at the others."""
    random, lines = drawing.random, drawing.lines
    made = [each for each in lines if each.verb == "create" and "room" in each.words]
    found = []
    for each in random.sample(made, min(len(made), random.randint(1, 2))):
        kind: dict[str, object] = {"kind": "rest", "seconds": random.choice(RETRY_AFTER_S)}
        if random.random() < 0.6:
            kind = {"kind": random.choice(("500", "429", "timeout"))}
        at = each.at + random.choice((-0.1, random.uniform(0, 500)))
        found.append(line(at, "dead", room=each.words["room"], **kind))
    looks = [random.choice(lines).at + 900.1 for _ in range(4)]
    return found + [line(at, "look") for at in looks]
