"""There and back again, within the time of one delivery; what operators do; roles that sink at a bad time."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.simulation.story import line

if TYPE_CHECKING:
    from tests.simulation.draw import Drawing

SOON_S = (0.0, 9.0)


def _soon(drawing: "Drawing", most: float = 0) -> None:
    drawing.at += drawing.random.uniform(SOON_S[0], most or SOON_S[1])


def _trouble(drawing: "Drawing") -> None:
    """What keeps the first of two deliveries at work meanwhile."""
    random, at = drawing.random, drawing.at
    if drawing.calm or random.random() < 0.3:
        return
    more: dict[str, object] = {"seconds": round(random.uniform(2, 14), 1), "skip": random.randint(0, 3)}
    if random.random() < 0.6:
        slow = line(at + 0.01, "fault", op="store.save", kind="slow", **more)
    else:
        kind = random.choice(("slow", "slow", "late", "orphaned"))
        more = {"seconds": round(random.uniform(5, 115), 1), "skip": random.choice((0, 0, 1))}
        slow = line(at - 0.5, "fault", op="provider.apply", kind=kind, **more)
    double = {"op": "delivery", "kind": "double", "skip": 0, "seconds": round(random.uniform(3, 9), 1)}
    drawing.lines += [slow, line(at - 0.5, "fault", **double)]


def _rename_back(drawing: "Drawing") -> None:
    event, titles = drawing.any(), drawing.random.sample(("A", "B", "C"), 2)
    drawing.say("rename", event=event, title=titles[0])
    for _ in range(drawing.random.randint(1, 2)):
        _soon(drawing)
        _trouble(drawing)
        drawing.say("rename", event=event, title=titles[1])
        _soon(drawing)
        drawing.say("rename", event=event, title=titles[0])


def _shift_back(drawing: "Drawing") -> None:
    event, hours = drawing.any(), drawing.random.choice((1, -2, 24))
    _trouble(drawing)
    for by in (hours, -hours):
        drawing.say("shift", event=event, hours=by)
        _soon(drawing)


def _gone_and_back(drawing: "Drawing") -> None:
    event = drawing.any()
    _trouble(drawing)
    verbs = ["delete", "restore"] * drawing.random.randint(1, 2)
    if drawing.random.random() < 0.3:
        verbs.append("delete")
    for verb in verbs:
        drawing.say(verb, event=event)
        _soon(drawing)


def _made_and_gone(drawing: "Drawing") -> None:
    _trouble(drawing)
    drawing._create()
    event = drawing.labels[-1]
    _soon(drawing)
    drawing.say("delete", event=event)


def _due_and_back(drawing: "Drawing") -> None:
    """Restored when the grace is nearly over, and deleted again."""
    event, at = drawing.event(), drawing.at
    grace = drawing.random.choice((60, 300, 300, 900))
    lines = [line(at, "delete", event=event)]
    back = at + grace + drawing.random.uniform(-5, 290)
    lines.append(line(back, "restore", event=event))
    if drawing.random.random() < 0.6:
        lines.append(line(back + drawing.random.uniform(0, 6), "delete", event=event))
    drawing.lines += lines


def _drop_and_back(drawing: "Drawing") -> None:
    event, room = drawing.any(), drawing.old_room()
    drawing.say("swap", event=event, room=room)
    _soon(drawing, 60)
    _trouble(drawing)
    drawing.say("drop", event=event)
    _soon(drawing)
    drawing.say("swap", event=event, room=room)


def _swap_back(drawing: "Drawing") -> None:
    event, rooms = drawing.any(), (drawing.old_room(), drawing.new_room())
    drawing.say("swap", event=event, room=rooms[0])
    _soon(drawing, 60)
    _trouble(drawing)
    for room in (rooms[1], rooms[0]):
        drawing.say("swap", event=event, room=room)
        _soon(drawing)


def _two_links(drawing: "Drawing") -> None:
    """Two passcodes, each with a change that has the service hear of it."""
    event, room = drawing.event(), drawing.old_room()
    drawing.say("swap", event=event, room=room)
    _soon(drawing, 60)
    for _ in range(2):
        drawing.say("lock", room=room, code=f"c{len(drawing.lines)}")
        drawing.say("rename", event=event, title=f"T{len(drawing.lines)}")
        drawing.at += drawing.random.choice((drawing.random.uniform(0, 10), drawing.random.uniform(0, 320)))
    if not drawing.calm and drawing.random.random() < 0.6:
        kind = drawing.random.choice(("forbidden", "slow", "timeout"))
        words: dict[str, object] = {"skip": drawing.random.randint(0, 1), "seconds": 12}
        drawing.lines.append(line(drawing.at - 5, "fault", op="calendar.write", kind=kind, **words))


def _come_and_go(drawing: "Drawing") -> None:
    """Enrolled and left, repeated and crossing."""
    calendar, random = drawing.calendar(), drawing.random
    verbs = random.choice(
        (("unenrol", "enrol"), ("unenrol", "enrol"), ("enrol", "enrol"), ("unenrol", "unenrol", "enrol"),
         ("enrol", "renew"), ("unenrol", "enrol", "unenrol"), ("unenrol",))
    )  # fmt: skip
    for verb in verbs:
        once: dict[str, object] = {"once": "yes"} if random.random() < 0.3 else {}
        where: dict[str, object] = {} if verb == "renew" else {"calendar": calendar, **once}
        drawing.say(verb, **where)
        drawing.at += random.choice((random.uniform(0, 2), random.uniform(0, 400), drawing.pause()))


def _renew(drawing: "Drawing") -> None:
    drawing.say("renew")


def _set(drawing: "Drawing") -> None:
    """Settings that change, and mostly are as before a little later."""
    random = drawing.random
    there, back = random.choice(
        (
            ({"solutions": random.choice(("webhook", "titles", "renamed"))}, {"solutions": "both"}),
            ({"write_back": random.choice(("off", "location"))}, {"write_back": "location"}),
            ({"grace": random.choice((0, 60, 900))}, {"grace": 300}),
        )
    )
    drawing.say("set", **there)
    if random.random() < 0.8:
        drawing.lines.append(line(drawing.at + drawing.pause(), "set", **back))


def _sink(drawing: "Drawing") -> None:
    """Only busy times are shown, the token is void, and something is deleted or changed meanwhile."""
    calendar = drawing.calendar()
    drawing.say("hide", calendar=calendar, role="freeBusyReader")
    _soon(drawing, 400)
    drawing.say("expire", calendar=calendar)
    drawing.say(drawing.random.choice(("delete", "touch", "drop")), event=drawing.any(), colour=3)
    voids = drawing.random.choice(("yes", "no"))
    drawing.lines.append(line(drawing.at + drawing.pause() + 5, "unhide", calendar=calendar, voids=voids))


TURNS: tuple[tuple[Callable[["Drawing"], None], int], ...] = (
    (_rename_back, 7), (_shift_back, 2), (_gone_and_back, 6), (_made_and_gone, 3), (_due_and_back, 3),
    (_drop_and_back, 3), (_swap_back, 3), (_two_links, 4), (_come_and_go, 4), (_renew, 1), (_set, 3),
    (_sink, 2),
)  # fmt: skip
